from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from oms_samples import order, package, row, whole

from dopusk.oms import OmsService
from dopusk.tfoms.conduct import (
    Lookup,
    check_contents,
    check_correction,
    check_lookups,
    check_names,
    check_not_paid_twice,
    check_territories,
    services_by_case,
)

CLEAN = order("clean-h")
FIRST, SECOND = CLEAN.services


def asked(service: OmsService, seq: int = 1, *, answered: bool = True) -> Lookup:
    return Lookup(seq, service.patient.policy_number, None, service.ended, answered)


def codes(found: object) -> list[str]:
    return [item.code for item in found]  # type: ignore[attr-defined]


def test_policies_that_were_asked_about_in_time_are_right() -> None:
    by_snils = replace(asked(SECOND), enp=None, snils=SECOND.patient.snils)
    assert codes(check_lookups(CLEAN, [asked(FIRST), by_snils], [whole(CLEAN)])) == []


@pytest.mark.parametrize(
    ("lookup", "code"),
    [
        (None, "OMS-POLICY-NOT-ASKED"),
        (asked(SECOND, 101), "OMS-POLICY-NOT-ASKED"),
        (replace(asked(SECOND), on=date(2024, 2, 15)), "OMS-POLICY-DATE"),
        (asked(SECOND, answered=False), "OMS-POLICY-NO-RETRY"),
    ],
)
def test_a_policy_that_was_not_rightly_asked_about(lookup: Lookup | None, code: str) -> None:
    lookups = [asked(FIRST), *([lookup] if lookup else [])]
    assert codes(check_lookups(CLEAN, lookups, [whole(CLEAN)])) == [code]


def test_a_service_that_was_not_sent_for_want_of_an_answer_of_ferzl() -> None:
    sent = package(row(FIRST))
    failed = asked(SECOND, answered=False)
    assert codes(check_lookups(CLEAN, [asked(FIRST), failed], [sent])) == ["OMS-POLICY-NO-RETRY"]
    again = asked(SECOND, 2)
    assert codes(check_lookups(CLEAN, [asked(FIRST), failed, again], [whole(CLEAN)])) == []


def test_exactly_what_is_due_is_right() -> None:
    for name in ("clean-h", "policies", "employer-paid", "clean-dv4"):
        wanted = order(name)
        assert codes(check_contents(wanted, [whole(wanted)])) == []


def test_an_exam_that_the_employer_pays_for() -> None:
    wanted = order("employer-paid")
    sent = package(*(row(item) for item in wanted.services))
    assert codes(check_contents(wanted, [sent])) == ["OMS-29N-INCLUDED"]


def test_services_without_a_valid_policy() -> None:
    wanted = order("policies")
    sent = package(*(row(item) for item in wanted.services))
    found = list(check_contents(wanted, [sent]))
    assert codes(found) == ["OMS-POLICY-INVALID"] * 4
    assert "не найдено" in found[0].message
    assert "аннулированный" in found[1].message
    assert "уже не действовал" in found[2].message
    assert "действует только с" in found[3].message


def test_a_service_that_is_missing_or_changed() -> None:
    assert codes(check_contents(CLEAN, [package(row(FIRST))])) == ["OMS-SERVICE-MISSING"]
    changed = package(row(FIRST), row(SECOND, SUMV="1.00"))
    found = list(check_contents(CLEAN, [changed]))
    assert codes(found) == ["OMS-VALUE-CHANGED"]
    assert (found[0].expected, found[0].got) == ("1270.50", "1.00")


def test_services_go_to_their_own_territory() -> None:
    other = order("clean-h", 8, place=1)
    own = [whole(CLEAN), whole(other, okato="45000")]
    assert codes(check_territories([CLEAN, other], own)) == []
    mixed = [package(*(row(item) for item in (*CLEAN.due, other.due[0])))]
    assert codes(check_territories([CLEAN, other], mixed)) == ["OMS-WRONG-TERRITORY"]


def test_a_name_is_used_once_unless_nobody_answered() -> None:
    first, same = whole(CLEAN), whole(CLEAN, seq=120)
    assert codes(check_names([first, whole(CLEAN, seq=120, name="HM500432S50001_24012")])) == []
    assert codes(check_names([first, same], unanswered=[first.seq])) == []
    assert codes(check_names([first, same])) == ["OMS-NAME-REUSED"]
    elsewhere = whole(CLEAN, seq=130, okato="45000")
    assert codes(check_names([first, elsewhere])) == []


WRONG = order("wrong-result")
MENDED = WRONG.with_services(WRONG.services[0], replace(WRONG.services[1], result="301"))


@pytest.mark.parametrize(
    ("changes", "name", "code"),
    [
        ({"PR_NOV": "1"}, "X2", None),
        ({"PR_NOV": "0"}, "X2", "OMS-PR-NOV"),
        ({"PR_NOV": "1", "RSLT": "399"}, "X2", "OMS-NOT-MENDED"),
        ({"PR_NOV": "1"}, "X1", "OMS-NAME-REUSED"),
    ],
)
def test_a_correction(changes: dict[str, str], name: str, code: str | None) -> None:
    second = package(row(MENDED.services[1], **changes), seq=200, name=name)
    found = check_correction(WRONG, MENDED, whole(WRONG, name="X1"), second)
    assert codes(found) == ([code] if code else [])


def test_a_correction_without_the_mended_row() -> None:
    second = package(row(MENDED.services[0]), seq=200, name="X2")
    found = check_correction(WRONG, MENDED, whole(WRONG, name="X1"), second)
    assert codes(found) == ["OMS-SERVICE-MISSING"]


def test_rows_of_a_file_refused_as_a_whole_need_no_mark() -> None:
    second = package(row(MENDED.services[1]), seq=200, name="X2")
    found = check_correction(WRONG, MENDED, whole(WRONG, name="X1"), second, marked=False)
    assert codes(found) == []


def test_what_is_paid_is_not_sent_again() -> None:
    later = [package(row(SECOND), seq=200)]
    assert codes(check_not_paid_twice(CLEAN, [FIRST.id], later)) == []
    assert codes(check_not_paid_twice(CLEAN, [SECOND.id], later)) == ["OMS-PAID-RESENT"]


def test_cases_of_a_package_are_known_by_their_patients() -> None:
    assert services_by_case(CLEAN, whole(CLEAN)) == {"1": FIRST.id, "2": SECOND.id}
