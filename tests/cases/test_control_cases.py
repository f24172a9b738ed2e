from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.ru import inn, ogrn

from dopusk.cases import Coded, ControlCase
from dopusk.clock import MOSCOW
from dopusk.declaration.model import Declaration
from fixtures.cases import CaseError, for_declaration, names, title, with_other_conclusion
from fixtures.cases.generate import PLANS, build
from fixtures.cases.identifiers import policy, snils
from fixtures.reference_mis import demo_declaration

NOW = datetime(2024, 2, 15, 10, 30, 17, 5, tzinfo=MOSCOW)
NSI = Path(__file__).parents[2] / ".." / "shared" / "data" / "semd" / "nsi"


@pytest.fixture(scope="module")
def declared() -> Declaration:
    return demo_declaration()


@pytest.fixture(params=names())
def case(request: pytest.FixtureRequest, declared: Declaration) -> ControlCase:
    return for_declaration(request.param, declared, now=NOW, serial="42")


def test_identifiers_have_valid_check_digits(case: ControlCase) -> None:
    assert snils(int(case.patient.snils[:9])) == case.patient.snils
    assert luhn.is_valid(case.patient.policy_number)
    assert len(case.patient.policy_number) == 16
    assert inn.is_valid(case.employer.inn)
    assert ogrn.is_valid(case.employer.ogrn)


def test_dates_are_relative_to_the_stand(case: ControlCase) -> None:
    assert case.exam.ended == datetime(2024, 2, 15, 9, 30, tzinfo=MOSCOW)
    assert case.exam.began < case.exam.ended
    assert case.exam.next_date == date(2025, 2, 15)
    assert case.patient.passport_date < NOW.date()


def test_leap_day(declared: Declaration) -> None:
    case = for_declaration(
        "fit", declared, now=datetime(2024, 2, 29, 12, tzinfo=MOSCOW), serial="1"
    )
    assert case.exam.next_date == date(2025, 2, 28)


def test_staff_and_mo_are_the_declared_ones(case: ControlCase, declared: Declaration) -> None:
    mo = declared.organizations[0]
    assert (case.facility.oid, case.facility.department_oid) == (mo.oid, mo.departments[0].oid)
    assert [signer.role for signer in case.signers] == ["AUTHOR", "CHAIRMAN"]
    assert all(declared.employee(signer.snils) for signer in case.signers)


def test_another_mo(declared: Declaration) -> None:
    other = declared.organizations[1].oid
    case = for_declaration("fit", declared, now=NOW, serial="1", organization=other)
    assert case.facility.oid == other
    assert declared.employee(case.author.snils).organization == other  # type: ignore[union-attr]


def test_patients_of_one_run_never_meet(declared: Declaration) -> None:
    ids = {
        for_declaration("fit", declared, now=NOW, serial=serial).patient.local_id
        for serial in ("1", "2")
    }
    assert len(ids) == 2


def test_json_brings_the_case_back(case: ControlCase) -> None:
    assert ControlCase.from_json(json.loads(json.dumps(case.to_json()))) == case


def test_what_the_examples_cover(declared: Declaration) -> None:
    cases = [for_declaration(name, declared, now=NOW, serial="1") for name in names()]
    assert {case.exam.conclusion.code for case in cases} == {"31", "32"}
    assert {len(case.exam.factors) for case in cases} >= {0, 1, 2, 5}
    assert {case.exam.periodic for case in cases} == {True, False}
    assert any(case.patient.patronymic is None for case in cases)
    assert any(case.exam.health_group is None for case in cases)
    assert {case.patient.gender for case in cases} == {"1", "2"}
    assert len({case.patient.snils for case in cases}) == len(cases)


def test_other_conclusion(case: ControlCase) -> None:
    other = with_other_conclusion(case)
    assert other.exam.conclusion.code != case.exam.conclusion.code
    assert with_other_conclusion(other) == case


def test_codes_stand_in_the_dictionaries(case: ControlCase) -> None:
    exam = case.exam
    coded = [*exam.factors, exam.conclusion, *([exam.health_group] if exam.health_group else [])]
    for value in coded:
        assert value.name == _name_in_nsi(value)


def _name_in_nsi(value: Coded) -> Any:
    file = NSI / f"{value.system}_{value.version}.json"
    if not file.exists():
        pytest.skip(f"no dictionary {file.name} beside the project")
    rows = {row["ID"]: row for row in json.loads(file.read_text(encoding="utf-8"))}
    return rows[value.code].get("NAME") or rows[value.code].get("Name")


def test_data_are_what_the_generator_plans() -> None:
    assert {plan.id for plan in PLANS} == set(names())
    for number, plan in enumerate(PLANS, 1):
        made = build(plan, number)
        assert made["title"] == title(plan.id)
        assert made["exam"]["work"] == plan.work


def test_unknown_example(declared: Declaration) -> None:
    with pytest.raises(CaseError, match="есть: fit"):
        for_declaration("no-such", declared, now=NOW, serial="1")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"organizations": ()}, "нет ни одной МО"),
        ({"staff": ()}, "с ролью AUTHOR"),
    ],
)
def test_declaration_that_lacks_something(
    declared: Declaration, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(CaseError, match=words):
        for_declaration("fit", replace(declared, **changes), now=NOW, serial="1")


def test_mo_that_is_not_declared(declared: Declaration) -> None:
    with pytest.raises(CaseError, match=re.escape("МО с OID 1.2.3")):
        for_declaration("fit", declared, now=NOW, serial="1", organization="1.2.3")


def test_snils_known_numbers() -> None:
    assert snils(112233445) == "11223344595"
    assert snils(900000101) == "90000010185"


@given(st.integers(0, 10**15 - 1))
def test_policy_is_luhn(number: int) -> None:
    assert luhn.is_valid(policy(number))
