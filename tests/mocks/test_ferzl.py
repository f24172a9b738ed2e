from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import requests
from fake_mis import WAIT
from insured import ENP, PERSON
from lxml import etree
from remd_bench import Bench
from tfoms_client import declared

from dopusk.journal import Phase
from dopusk.oms import Policy, PolicyStatus
from dopusk.suite import schemas
from mocks.faults import Action, Fault
from mocks.ferzl.models import TOKEN

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import zeep

Start = Callable[..., Bench]
TYPES = "http://ffoms.ru/types/mpiPersonInfoSchema"
COMMON = "http://ffoms.ru/types/commonTypes"
OTHER_ENP = "9900000000000028"
POLICY = Policy("3", ENP, "99001", "99000", PolicyStatus.ACTIVE, date(2020, 1, 1))
BY_ENP = {"pcy": {"enp": ENP}}


@pytest.fixture
def bench(start: Start) -> Bench:
    bench = start(declared_as=declared())
    bench.stand.ferzl.know(PERSON, POLICY)
    return bench


@pytest.fixture
def client(bench: Bench) -> Iterator[zeep.Client]:
    client = zeep.Client(f"{address(bench)}?wsdl")
    client.transport.session.headers["X-Auth-Token"] = TOKEN
    yield client
    client.transport.session.close()


def address(bench: Bench) -> str:
    return bench.stand.addresses["ferzl"]


def ask(client: zeep.Client, search: Mapping[str, Any], day: date | None = None) -> Any:
    return client.service.getInsuranceStatus(
        externalRequestId="1",
        insuranceStatusSearchParams={"personSearchInfo": dict(search), "dt": day},
    )


def post(bench: Bench, params: str, token: str | None = TOKEN) -> requests.Response:
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f'<t:getInsuranceStatusRequest xmlns:t="{TYPES}" xmlns:c="{COMMON}">'
        f"<c:externalRequestId>1</c:externalRequestId>{params}"
        "</t:getInsuranceStatusRequest></s:Body></s:Envelope>"
    )
    headers = {"Content-Type": "text/xml; charset=UTF-8"}
    if token is not None:
        headers["X-Auth-Token"] = token
    return requests.post(address(bench), data=body.encode(), headers=headers, timeout=WAIT)


def search(inner: str) -> str:
    return (
        "<t:insuranceStatusSearchParams><t:personSearchInfo>"
        f"{inner}</t:personSearchInfo></t:insuranceStatusSearchParams>"
    )


def error_codes(answer: requests.Response) -> list[str | None]:
    return [item.text for item in etree.fromstring(answer.content).iter(f"{{{COMMON}}}code")]


def test_the_schemas_are_schemas_and_hold_the_answers(bench: Bench) -> None:
    schema = etree.XMLSchema(etree.parse(schemas() / "ferzl" / "ferzl.xsd"))
    for params in (search(f"<t:pcy><c:enp>{ENP}</c:enp></t:pcy>"), search("")):
        answer = etree.fromstring(post(bench, params).content)
        schema.assertValid(answer[-1][0])


@pytest.mark.parametrize(
    "search",
    [
        BY_ENP,
        {"snilsDr": {"snils": "100-000-001 10", "birthDay": PERSON.birth_date}},
        {"dudl": {"dudlSer": "4510", "dudlNum": "123456", "dudlType": "14"}},
        {"oip": "000000000001"},
    ],
)
def test_a_person_is_found_by_any_of_four_keys(
    client: zeep.Client, search: Mapping[str, Any]
) -> None:
    answer = ask(client, search)
    assert answer.errors is None
    status = answer.status
    assert (status.fio, status.birthDay, status.gender) == ("Тестов И.П.", PERSON.birth_date, 1)
    assert (status.policyNumEnp, status.policyStatus) == (ENP, "Действующий")
    assert (status.smo, status.terr) == ("99001", "99000")
    assert (status.policyValidFrom, status.policyValidTo) == (date(2020, 1, 1), None)


@pytest.mark.parametrize("status", PolicyStatus)
def test_every_status_is_told(bench: Bench, client: zeep.Client, status: PolicyStatus) -> None:
    bench.stand.ferzl.know(PERSON, replace(POLICY, status=status))
    assert ask(client, BY_ENP).status.policyStatus == status.value


def test_the_policy_is_that_of_the_day(bench: Bench, client: zeep.Client) -> None:
    former = replace(POLICY, smo="99002", valid_to=date(2023, 12, 31))
    present = replace(POLICY, enp=OTHER_ENP, valid_from=date(2024, 1, 1))
    bench.stand.ferzl.know(PERSON, present, former)
    told = [
        ask(client, BY_ENP, day).status.smo for day in (date(2023, 12, 31), date(2024, 1, 1), None)
    ]
    assert told == ["99002", "99001", "99001"]


def test_an_unknown_person_has_no_status(client: zeep.Client) -> None:
    answer = ask(client, {"pcy": {"enp": OTHER_ENP}})
    assert answer.status is None
    assert [item.code for item in answer.errors.errorItem] == ["404"]


def test_a_person_insured_nowhere_has_no_status(bench: Bench, client: zeep.Client) -> None:
    bench.stand.ferzl.know(PERSON)
    assert ask(client, BY_ENP).status is None


def test_an_internal_error_passes(bench: Bench, client: zeep.Client) -> None:
    bench.stand.ferzl.fail(1)
    first = ask(client, BY_ENP)
    assert first.status is None
    assert [item.code for item in first.errors.errorItem] == ["500"]
    assert ask(client, BY_ENP).status is not None


def test_a_planned_fault_strikes(bench: Bench) -> None:
    plan = Fault("getInsuranceStatus", Action.HTTP_STATUS, status=500, service="ferzl")
    bench.stand.plan(plan)
    params = search(f"<t:pcy><c:enp>{ENP}</c:enp></t:pcy>")
    assert [post(bench, params).status_code for _ in range(2)] == [500, 200]


@pytest.mark.parametrize("token", [None, "", "чужой".encode().hex()])
def test_without_the_token_nothing_is_told(bench: Bench, token: str | None) -> None:
    answer = post(bench, search(f"<t:pcy><c:enp>{ENP}</c:enp></t:pcy>"), token)
    assert answer.status_code == 401
    assert "X-Auth-Token" in answer.text


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<t:pcy><c:enp>123</c:enp></t:pcy>",
        "<t:snilsDr><t:snils>1</t:snils><t:birthDay>вчера</t:birthDay></t:snilsDr>",
    ],
)
def test_a_question_about_nobody_is_an_error_item(bench: Bench, inner: str) -> None:
    assert error_codes(post(bench, search(inner))) == ["400"]


@pytest.mark.parametrize("body", [b"", b"<a/>", b"\xff\xfe", b"not xml"])
def test_what_is_no_question_is_a_fault(bench: Bench, body: bytes) -> None:
    headers = {"X-Auth-Token": TOKEN, "Content-Type": "text/xml"}
    answer = requests.post(address(bench), data=body, headers=headers, timeout=WAIT)
    assert answer.status_code in (400, 500)
    assert b"Fault" in answer.content


def test_a_question_is_in_the_journal(bench: Bench, client: zeep.Client) -> None:
    ask(client, BY_ENP, date(2024, 1, 12))
    (asked,) = bench.journal.entries(operation="getInsuranceStatus", phase=Phase.REQUEST)
    assert (asked.actor, asked.peer, asked.local_uid) == ("candidate", "ferzl", None)
    (decision,) = bench.journal.entries(operation="decision", actor="ferzl")
    told = {key: decision.note[key] for key in ("result", "on", "enp")}
    assert told == {"result": "found", "on": "2024-01-12", "enp": ENP}


def test_a_reset_forgets_everybody(bench: Bench, client: zeep.Client) -> None:
    bench.stand.control.reset()
    assert ask(client, BY_ENP).status is None
