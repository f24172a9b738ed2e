"""Content of a document against the control example that it was made of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from dopusk.cases import Coded, ControlCase, Signer
from dopusk.packs.template import kind_by_template
from dopusk.semd.document import SemdDocument
from dopusk.semd.moment import read_ts
from dopusk.semd.staff import CodedField, Staff
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import Read

EMPLOYER_NUMBERS, UNIT, PROFESSION, WORK = "8085", "8006", "4074", "8086"
FACTOR, CONCLUSION, ILLNESS, VACCINATIONS = "813", "837", "8007", "9021"
HEALTH_GROUP, NEXT_DATE, COMMENT = "6020", "8087", "10000"


def check_against_case(document: SemdDocument, case: ControlCase) -> list[Finding]:
    """Return what of the control example the document lacks or contradicts.

    Names and texts are compared without regard to case and spacing, codes and dates exactly.
    """
    return [
        *_header(document, case),
        *_patient(document, case),
        *_staff(document, case),
        *_employer(document, case),
        *_exam(document, case),
    ]


def _header(document: SemdDocument, case: ControlCase) -> Iterator[Finding]:
    kind = kind_by_template(document.template_id.value) if document.template_id else None
    if kind != case.kind:
        yield _finding("CASE-KIND", document.template_id, case.kind, document.where, kind or "нет")
    provider = document.provider
    if provider is None or _text(provider.id) != case.facility.oid:
        read = provider.id if provider else None
        yield _finding("CASE-FACILITY", read, case.facility.oid, document.where)
    if provider is not None and provider.ogrn and _text(provider.ogrn) != case.facility.ogrn:
        yield _finding("CASE-FACILITY-OGRN", provider.ogrn, case.facility.ogrn, document.where)


def _patient(document: SemdDocument, case: ControlCase) -> Iterator[Finding]:
    own, given = document.patient, case.patient
    place = own.where or document.where
    for code, read, value, same in (
        ("CASE-PATIENT-SURNAME", own.surname, given.surname, _alike),
        ("CASE-PATIENT-NAME", own.name, given.name, _alike),
        ("CASE-PATIENT-PATRONYMIC", own.patronymic, given.patronymic or "", _alike),
        ("CASE-PATIENT-SNILS", own.snils, given.snils, _same_digits),
        ("CASE-PATIENT-GENDER", own.gender, given.gender, _alike),
        ("CASE-PATIENT-BIRTH", own.birth_time, f"{given.birth_date:%Y%m%d}", _same_day),
    ):
        if not same(_text(read), value):
            yield _finding(code, read, value or "нет", place)
    for code, read, value in (
        ("CASE-PATIENT-POLICY", own.policy_number, given.policy_number),
        ("CASE-PATIENT-DOCUMENT", own.document_number, given.passport_number),
    ):
        if read is not None and not _alike(read.value, value):
            yield _finding(code, read, value, place)


def _staff(document: SemdDocument, case: ControlCase) -> Iterator[Finding]:
    if document.author is None or not _is(document.author, case.author):
        yield _absent_person("CASE-AUTHOR", document, document.author, case.author)
    leading = (document.legal_authenticator, *document.performers)
    if not any(person is not None and _is(person, case.chairman) for person in leading):
        yield _absent_person("CASE-CHAIRMAN", document, document.legal_authenticator, case.chairman)


def _employer(document: SemdDocument, case: ControlCase) -> Iterator[Finding]:
    given = case.employer
    if not _alike(_bare(_text(document.employer)), _bare(given.name)):
        yield _finding("CASE-EMPLOYER-NAME", document.employer, given.name, document.where)
    numbers = document.entry(EMPLOYER_NUMBERS)
    read = numbers.value if numbers else None
    present = re.findall(r"\d+", _text(read))
    if given.inn not in present and given.ogrn not in present:
        yield _finding(
            "CASE-EMPLOYER-NUMBER", read, f"{given.inn} или {given.ogrn}", _place(document, numbers)
        )
    yield from _field(document, UNIT, "CASE-EMPLOYER-UNIT", given.unit, optional=True)


def _exam(document: SemdDocument, case: ControlCase) -> Iterator[Finding]:
    exam = case.exam
    yield from _coded(document, PROFESSION, "CASE-PROFESSION", exam.profession)
    yield from _field(document, WORK, "CASE-WORK", exam.work, optional=True)
    yield from _factors(document, exam.factors)
    yield from _coded(document, CONCLUSION, "CASE-CONCLUSION", exam.conclusion)
    if exam.health_group is not None:
        yield from _coded(document, HEALTH_GROUP, "CASE-HEALTH-GROUP", exam.health_group)
    yield from _field(document, ILLNESS, "CASE-ILLNESS", exam.illness)
    yield from _field(document, VACCINATIONS, "CASE-VACCINATIONS", exam.vaccinations)
    if exam.comment:
        yield from _field(document, COMMENT, "CASE-COMMENT", exam.comment)
    for code, read, moment in (
        ("CASE-EXAM-BEGAN", document.event_low, exam.began),
        ("CASE-EXAM-ENDED", document.event_high, exam.ended),
    ):
        if not _same_day(_text(read), f"{moment:%Y%m%d}"):
            yield _finding(code, read, f"{moment:%d.%m.%Y}", document.where)
    if exam.periodic:
        field = document.entry(NEXT_DATE)
        read = field.value if field else None
        if not _same_day(_text(read), f"{exam.next_date:%Y%m%d}"):
            yield _finding(
                "CASE-NEXT-DATE", read, f"{exam.next_date:%d.%m.%Y}", _place(document, field)
            )


def _factors(document: SemdDocument, given: tuple[Coded, ...]) -> Iterator[Finding]:
    fields = document.entries.get(FACTOR, ())
    present = {_text(field.value) for field in fields}
    expected = {factor.code for factor in given}
    for factor in given:
        if factor.code not in present:
            yield finding(
                "CASE-FACTOR-MISSING",
                where=document.where,
                expected=factor.code,
                got=", ".join(sorted(present)) or "нет",
                name=factor.name,
            )
    for field in fields:
        if _text(field.value) not in expected:
            yield finding(
                "CASE-FACTOR-EXTRA",
                where=field.where,
                expected=", ".join(sorted(expected)) or "ни одного",
                got=_text(field.value) or field.reason or "нет",
                name=field.name or "",
            )


def _coded(document: SemdDocument, code: str, rule: str, given: Coded) -> Iterator[Finding]:
    field = document.entry(code)
    if field is not None and field.reason == "OTH" and field.original is not None:
        if _alike(field.original.value, given.name):
            return
        yield _finding(rule, field.original, given.name, field.where, name=given.name)
        return
    read = field.value if field else None
    if _text(read) != given.code:
        yield _finding(rule, read, given.code, _place(document, field), name=given.name)


def _field(
    document: SemdDocument, code: str, rule: str, value: str, *, optional: bool = False
) -> Iterator[Finding]:
    """Compare a text; with `optional` the document may leave the field out."""
    field = document.entry(code)
    if field is None and (optional or not value):
        return
    read = field.value if field else None
    if not _alike(_text(read), value):
        yield _finding(rule, read, value, _place(document, field))


def _absent_person(
    code: str, document: SemdDocument, instead: Staff | None, given: Signer
) -> Finding:
    parts = (given.surname, given.name, given.patronymic or "")
    return finding(
        code,
        where=instead.where if instead and instead.where else document.where,
        expected=" ".join(part for part in parts if part),
        got=(instead.full_name if instead else "") or "нет",
    )


def _is(person: Staff, given: Signer) -> bool:
    named = _alike(_text(person.surname), given.surname) and _alike(_text(person.name), given.name)
    if person.snils is not None:
        return named and _same_digits(person.snils.value, given.snils)
    return named


def _finding(
    code: str,
    read: Read | None,
    expected: str,
    place: Where,
    got: str | None = None,
    **fields: Any,
) -> Finding:
    where = read.where if read is not None else place
    return finding(code, where=where, expected=expected, got=got or _text(read) or "нет", **fields)


def _place(document: SemdDocument, field: CodedField | None) -> Where:
    return field.where if field is not None else document.where


def _text(read: Read | None) -> str:
    return read.value.strip() if read is not None else ""


def _alike(left: str, right: str) -> bool:
    return " ".join(left.split()).casefold() == " ".join(right.split()).casefold()


def _bare(text: str) -> str:
    """Return a name without quotation marks: vendors write «», "" and none at all."""
    return re.sub("[«»\"'“”„]", "", text)


def _same_digits(left: str, right: str) -> bool:
    return re.sub(r"\D", "", left) == re.sub(r"\D", "", right)


def _same_day(ts: str, day: str) -> bool:
    moment: datetime | date | None = read_ts(ts)
    return moment is not None and f"{moment:%Y%m%d}" == day
