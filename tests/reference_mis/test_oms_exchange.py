"""The ОМС office of the reference МИС and a whole stand: by REST, by SOAP, through a folder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from oms_bench import OKATO, OTHER, OmsBench, running

from dopusk.drivers import DriverError
from dopusk.oms import OmsService, RegisterOrder
from dopusk.tfoms.exchange import Operation
from dopusk.tfoms.mek import MekOrder, Outcome
from dopusk.tfoms.sent import package_bytes, read_rows
from fixtures.orders import VISIT
from mocks.faults import FLK_PROTOCOL, MEK_RESULT, Action, Fault

TRANSPORTS = ("rest", "soap", "folder")
DONE = ("accepted", "mek-failed", "flk-failed", "failed")


@pytest.fixture(params=TRANSPORTS)
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OmsBench]:
    with running(tmp_path, request.param) as bench:
        yield bench


@pytest.fixture
def rest(tmp_path: Path) -> Iterator[OmsBench]:
    with running(tmp_path, "rest") as bench:
        yield bench


def fault(operation: str, action: Action, **more: float) -> Fault:
    return Fault(operation, action, service="tfoms", **more)  # type: ignore[arg-type]


def mended(order: RegisterOrder) -> RegisterOrder:
    return order.with_services(*(mended_service(item) for item in order.services))


def mended_service(service: OmsService) -> OmsService:
    doctor = service.doctor_snils or "90000010185"
    right = {"result": VISIT["result"], "profile": VISIT["profile"]} if service.outcome else {}
    return replace(service, doctor_snils=doctor, **right)


@pytest.mark.parametrize("name", ["clean-h", "clean-dv4"])
def test_a_clean_register_is_accepted_and_paid(bench: OmsBench, name: str) -> None:
    order = bench.order(name)
    status = bench.wait(bench.send(order), *DONE)
    assert status.state == "accepted"
    (package,) = status.packages
    assert package.errors == ()
    shown = {case.service_id: (case.oplata, case.sum) for case in package.cases}
    assert shown == {item.id: ("1", item.sum) for item in order.services}
    assert status.excluded == ()


@pytest.mark.parametrize("name", ["wrong-result", "no-doctor"])
def test_errors_are_shown_and_mended_in_a_new_package(bench: OmsBench, name: str) -> None:
    order = bench.order(name)
    ref = bench.send(order)
    refused = bench.wait(ref, *DONE)
    assert refused.state == "flk-failed"
    assert {error.n_zap for error in refused.packages[0].errors} == {"2"}
    assert bench.driver.correct_register(ref, mended(order)).ref == ref
    status = bench.until(ref, lambda told: len(told.packages) == 2 and told.state in DONE)
    assert status.state == "accepted"
    first, second = status.packages
    assert (first.name[:-1], first.name[-1], second.name[-1]) == (second.name[:-1], "1", "2")
    rows = read_rows(package_bytes(bench.sent()[-1].body))
    assert [row.pr_nov for row in rows] == ["0", "1"]
    before = read_rows(package_bytes(bench.sent()[0].body))
    assert [row.idcase for row in rows] == [row.idcase for row in before]


def test_only_what_was_refused_is_sent_again_after_control(rest: OmsBench) -> None:
    order = rest.order("not-in-programme")
    ref = rest.send(order)
    status = rest.until(ref, lambda told: told.state in DONE)
    shown = {case.service_id: case for case in status.packages[0].cases}
    good, bad = order.services
    assert (shown[good.id].oplata, shown[bad.id].oplata) == ("1", "2")
    assert shown[bad.id].sum == Decimal(0)
    assert len(shown[bad.id].reasons) == 1
    rest.driver.correct_register(ref, mended(order))
    last = rest.until(ref, lambda told: len(told.packages) == 2 and told.state in DONE)
    assert last.state == "accepted"
    (row,) = read_rows(package_bytes(rest.sent()[-1].body))
    assert (row.enp, row.pr_nov) == (bad.patient.policy_number, "1")


def test_a_part_of_the_sum_is_a_part(bench: OmsBench) -> None:
    bench.stand.order_mek(OKATO, MekOrder(Outcome.PARTLY, reason="216"))
    order = bench.order("clean-h")
    status = bench.until(bench.send(order), lambda told: told.state in DONE)
    shown = {case.service_id: case for package in status.packages for case in package.cases}
    for service in order.services:
        case = shown[service.id]
        assert (case.oplata, case.reasons) == ("3", ("216",))
        assert case.sum is not None
        assert 0 < case.sum < service.sum


def test_a_refusal_of_everything_ends_there(bench: OmsBench) -> None:
    bench.stand.order_mek(OKATO, MekOrder(Outcome.REFUSED, reason="216"))
    status = bench.until(bench.send(bench.order("clean-h")), lambda told: told.state in DONE)
    assert status.state == "mek-failed"
    assert {case.oplata for case in status.packages[0].cases} == {"2"}


@pytest.mark.parametrize(
    "planned",
    [
        fault(FLK_PROTOCOL, Action.PROTOCOL_LATE, seconds=900.0),
        fault(FLK_PROTOCOL, Action.PROTOCOL_LOST),
        fault(FLK_PROTOCOL, Action.PROTOCOL_UTF8),
        fault(MEK_RESULT, Action.PROTOCOL_LATE, seconds=900.0),
        fault(MEK_RESULT, Action.PROTOCOL_LOST),
    ],
    ids=lambda item: f"{item.operation}-{item.action}",
)
def test_answers_that_are_late_or_lost_are_got_all_the_same(
    bench: OmsBench, planned: Fault
) -> None:
    bench.stand.plan(planned)
    status = bench.wait(bench.send(bench.order("clean-h")), *DONE)
    assert status.state == "accepted"
    assert len(status.packages[0].cases) == 2


@pytest.mark.parametrize("action", [Action.PROTOCOL_OTHER, Action.PROTOCOL_MALFORMED])
def test_a_protocol_that_is_not_its_own_changes_nothing(rest: OmsBench, action: Action) -> None:
    rest.stand.plan(fault(FLK_PROTOCOL, action))
    ref = rest.send(rest.order("wrong-result"))
    asked = rest.journal.wait_for(
        lambda entry: entry.operation == Operation.FLK and entry.status == 200,
        after=0,
        timeout=15.0,
        tick=None,
    )
    assert asked is not None
    status = rest.driver.register_status(ref)
    assert (status.state, status.packages[0].errors) == ("registered", ())


@pytest.mark.parametrize("transport", ["rest", "soap"])
@pytest.mark.parametrize("operation", [Operation.SEND, Operation.STATUS, Operation.FLK])
def test_a_token_that_expires_is_renewed(
    tmp_path: Path, transport: str, operation: Operation
) -> None:
    with running(tmp_path, transport) as bench:
        bench.stand.plan(fault(operation.value, Action.TOKEN_EXPIRED))
        status = bench.wait(bench.send(bench.order("clean-h")), *DONE)
        assert status.state == "accepted"
        tokens = bench.journal.entries(operation=Operation.TOKEN.value, actor="candidate")
        assert len(tokens) == 2


@pytest.mark.parametrize("action", [Action.HTTP_STATUS, Action.RESET])
def test_a_fund_that_does_not_answer_is_asked_again(rest: OmsBench, action: Action) -> None:
    rest.stand.plan(fault(Operation.SEND.value, action))
    status = rest.wait(rest.send(rest.order("clean-h")), *DONE)
    assert status.state == "accepted"
    assert [entry.local_uid for entry in rest.sent()] == ["HM990001S99001_24011"] * 2


def test_persons_without_a_policy_are_kept_out_with_a_reason(rest: OmsBench) -> None:
    order = rest.order("policies")
    status = rest.wait(rest.send(order), *DONE)
    assert status.state == "accepted"
    assert [row.enp for row in read_rows(package_bytes(rest.sent()[0].body))] == [
        service.patient.policy_number for service in order.due
    ]
    reasons = {item.service_id: item.reason for item in status.excluded}
    assert set(reasons) == {item.id for item in order.services} - {item.id for item in order.due}
    for words in ("не найдено", "аннулированный", "действовал до", "действует только с"):
        assert sum(words in reason for reason in reasons.values()) == 1, reasons


def test_an_exam_that_the_employer_pays_is_kept_out(rest: OmsBench) -> None:
    order = rest.order("employer-paid")
    status = rest.wait(rest.send(order), *DONE)
    (left_out,) = status.excluded
    assert left_out.service_id == order.services[1].id
    assert "29н" in left_out.reason
    asked = rest.journal.entries(operation="getInsuranceStatus", actor="candidate")
    assert len(asked) == 1


def test_insurance_is_asked_again_after_its_error(rest: OmsBench) -> None:
    rest.stand.ferzl.fail(2)
    status = rest.wait(rest.send(rest.order("clean-h")), *DONE)
    assert (status.state, status.excluded) == ("accepted", ())


def test_a_policy_is_shown_as_it_was_told(rest: OmsBench) -> None:
    order = rest.order("policies")
    valid, unknown, cancelled = order.services[:3]
    told = rest.driver.policy(valid.patient, valid.ended)
    assert valid.policy is not None
    assert (told.found, told.status, told.enp) == (True, "Действующий", valid.policy.enp)
    assert told.valid_from == valid.policy.valid_from
    assert not rest.driver.policy(unknown.patient, unknown.ended).found
    assert rest.driver.policy(cancelled.patient, cancelled.ended).status == "Аннулированный"


def test_insurance_that_never_answers_is_told(rest: OmsBench) -> None:
    patient = rest.order("clean-h").services[0].patient
    rest.stand.ferzl.fail(99)
    with pytest.raises(DriverError, match="ФЕРЗЛ не ответила"):
        rest.driver.policy(patient, date(2024, 1, 12))


def test_two_territories_are_not_mixed(tmp_path: Path) -> None:
    with running(tmp_path, "soap", places=2) as bench:
        orders = [bench.order("clean-h", serial=1 + place, place=place) for place in range(2)]
        refs = [bench.send(order) for order in orders]
        assert {bench.wait(ref, *DONE).state.value for ref in refs} == {"accepted"}
        urls = {entry.local_uid: entry.url or "" for entry in bench.sent()}
        assert f"/tfoms/{OKATO}/" in urls["HM990001S99001_24011"]
        assert f"/tfoms/{OTHER}/" in urls["HM500432S50001_24011"]


def test_the_second_register_of_a_month_has_its_own_number(rest: OmsBench) -> None:
    for serial in (1, 2):
        rest.wait(rest.send(rest.order("clean-h", serial=serial)), *DONE)
    names = [entry.local_uid for entry in rest.sent()]
    assert names == ["HM990001S99001_24011", "HM990001S99001_24012"]


def test_a_register_in_work_is_not_corrected(rest: OmsBench) -> None:
    order = rest.order("clean-h")
    rest.stand.plan(fault(FLK_PROTOCOL, Action.PROTOCOL_LATE, seconds=3600.0))
    ref = rest.send(order)
    with pytest.raises(DriverError, match="в работе"):
        rest.driver.correct_register(ref, order)
    with pytest.raises(DriverError, match="R77"):
        rest.driver.register_status("R77")
