from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from dopusk.cases import ControlCase
from dopusk.clock import MOSCOW
from dopusk.semd import SemdDocument, check_against_case
from dopusk.wire.xml import read_xml
from fixtures.cases import for_declaration, names
from fixtures.reference_mis import demo_declaration
from fixtures.reference_mis.document import Identity, form
from fixtures.reference_mis.xml import to_bytes

NOW = datetime(2024, 2, 15, 10, 30, tzinfo=MOSCOW)


def made(name: str = "fit") -> ControlCase:
    return for_declaration(name, demo_declaration(), now=NOW, serial="1")


def formed(case: ControlCase) -> SemdDocument:
    data = to_bytes(form(case, Identity("uid-1", "set-1", 1, "17", NOW)))
    reading = read_xml(data, part="ЭМД")
    assert reading.tree is not None
    return SemdDocument.read(reading.tree)


@pytest.mark.parametrize("name", names())
def test_documents_of_the_reference_mis_carry_their_example(name: str) -> None:
    assert check_against_case(formed(made(name)), made(name)) == []


def patient(**changes: object) -> Callable[[ControlCase], ControlCase]:
    return lambda case: replace(case, patient=replace(case.patient, **changes))  # type: ignore[arg-type]


def exam(**changes: object) -> Callable[[ControlCase], ControlCase]:
    return lambda case: case.changed(**changes)


def employer(**changes: str) -> Callable[[ControlCase], ControlCase]:
    return lambda case: replace(case, employer=replace(case.employer, **changes))


def coded(name: str, code: str) -> Callable[[ControlCase], ControlCase]:
    return lambda case: case.changed(**{name: replace(getattr(case.exam, name), code=code)})


CHANGES: tuple[tuple[str, Callable[[ControlCase], ControlCase]], ...] = (
    ("CASE-KIND", lambda case: replace(case, kind="306")),
    ("CASE-FACILITY", lambda case: replace(case, facility=replace(case.facility, oid="1.2"))),
    ("CASE-FACILITY-OGRN", lambda case: replace(case, facility=replace(case.facility, ogrn="1"))),
    ("CASE-PATIENT-SURNAME", patient(surname="Иной")),
    ("CASE-PATIENT-NAME", patient(name="Иной")),
    ("CASE-PATIENT-PATRONYMIC", patient(patronymic=None)),
    ("CASE-PATIENT-SNILS", patient(snils="00000000000")),
    ("CASE-PATIENT-GENDER", patient(gender="2")),
    ("CASE-PATIENT-BIRTH", patient(birth_date=NOW.date())),
    ("CASE-PATIENT-POLICY", patient(policy_number="1")),
    ("CASE-PATIENT-DOCUMENT", patient(passport_number="1")),
    ("CASE-AUTHOR", lambda case: replace(case, author=replace(case.author, surname="Иной"))),
    ("CASE-CHAIRMAN", lambda case: replace(case, chairman=replace(case.chairman, name="Иной"))),
    ("CASE-EMPLOYER-NAME", employer(name="ООО «Другое»")),
    ("CASE-EMPLOYER-NUMBER", employer(inn="1", ogrn="2")),
    ("CASE-EMPLOYER-UNIT", employer(unit="Другой цех")),
    ("CASE-PROFESSION", coded("profession", "1")),
    ("CASE-WORK", exam(work="Другая работа")),
    ("CASE-CONCLUSION", coded("conclusion", "31")),
    ("CASE-HEALTH-GROUP", coded("health_group", "7")),
    ("CASE-ILLNESS", exam(illness="Грипп")),
    ("CASE-VACCINATIONS", exam(vaccinations="Отказ")),
    ("CASE-COMMENT", exam(comment="Есть особые отметки")),
    ("CASE-EXAM-BEGAN", exam(began=NOW - timedelta(days=300))),
    ("CASE-EXAM-ENDED", exam(ended=NOW + timedelta(days=3))),
    ("CASE-NEXT-DATE", exam(next_date=NOW.date())),
    ("CASE-FACTOR-EXTRA", exam(factors=())),
)


@pytest.mark.parametrize(("code", "change"), CHANGES, ids=[code for code, _ in CHANGES])
def test_each_contradiction_has_its_own_code(
    code: str, change: Callable[[ControlCase], ControlCase]
) -> None:
    (found,) = check_against_case(formed(made()), change(made()))
    assert found.code == code
    assert found.blocks()
    assert found.expected
    assert found.got
    assert found.where is not None
    assert found.where.xpath


def test_a_missing_factor_is_named() -> None:
    case = made()
    more = replace(case.exam.factors[0], code="417", name="Нагревающий микроклимат")
    (found,) = check_against_case(formed(case), case.changed(factors=(*case.exam.factors, more)))
    assert (found.code, found.expected) == ("CASE-FACTOR-MISSING", "417")
    assert "Нагревающий микроклимат" in found.message


def test_quotation_marks_of_the_employer_do_not_matter() -> None:
    case = made()
    plain = replace(case.employer, name=case.employer.name.replace("«", '"').replace("»", '"'))
    assert check_against_case(formed(case), replace(case, employer=plain)) == []


def test_an_empty_document_lacks_everything() -> None:
    reading = read_xml(b"<other/>", part="ЭМД")
    assert reading.tree is not None
    found = check_against_case(SemdDocument.read(reading.tree), made())
    assert {"CASE-KIND", "CASE-CONCLUSION", "CASE-AUTHOR", "CASE-FACTOR-MISSING"} <= {
        item.code for item in found
    }
