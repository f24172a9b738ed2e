"""Tasks of the exchange with ТФОМС for an operator, and what is made of the answers (ОМС)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation

from dopusk.cases import Person
from dopusk.drivers.example import Section
from dopusk.drivers.registers import CaseStatus, RegisterError
from dopusk.oms import OmsService, RegisterOrder, ServiceKind

PAYMENTS = {"1": "оплачен", "3": "оплачен частично", "2": "отказано", "0": "решения нет"}
"""НСИ F005, as the operator sees it."""
_KINDS = {
    ServiceKind.VISIT: "обращение по ОМС",
    ServiceKind.DISPENSARY: "диспансеризация или профосмотр по ОМС",
    ServiceKind.EXAM_29N: "осмотр по приказу 29н, платит работодатель",
}


def order_sections(order: RegisterOrder) -> tuple[Section, ...]:
    """Return the order in the words of a person who types it into a МИС."""
    head = Section(
        "Реестр",
        (
            ("Территория (ОКАТО)", order.okato),
            ("Код МО", order.mo_code),
            ("Отчётный месяц", f"{order.month:02d}.{order.year}"),
            ("Вид файла", order.file_kind.value),
        ),
    )
    return (head, *(Section(f"Услуга {item.id}", tuple(_rows(item))) for item in order.services))


def person_rows(person: Person) -> tuple[tuple[str, str], ...]:
    """Return what identifies a person."""
    return (
        ("Фамилия", person.surname),
        ("Имя", person.name),
        ("Отчество", person.patronymic or "нет"),
        ("Дата рождения", f"{person.birth_date:%d.%m.%Y}"),
        ("СНИЛС", person.snils),
        ("Полис (ЕНП), как на карте", person.policy_number),
    )


def day(text: str | None) -> date | None:
    """Return the date that the operator typed, ДД.ММ.ГГГГ or ГГГГ-ММ-ДД; None for anything else."""
    if not text:
        return None
    bits = text.split(".")
    try:
        return date.fromisoformat("-".join(reversed(bits)) if len(bits) == 3 else text)
    except ValueError:
        return None


def shown_errors(text: str | None) -> tuple[RegisterError, ...]:
    """Return the errors of ФЛК that the operator typed, codes through commas."""
    return tuple(RegisterError(code) for code in (text or "").replace(",", " ").split())


def shown_case(service_id: str, oplata: str, money: str | None, codes: str | None) -> CaseStatus:
    """Return what the operator says about the payment of a service."""
    try:
        accepted = Decimal((money or "").replace(",", ".")) if money else None
    except InvalidOperation:
        accepted = None
    return CaseStatus(service_id, oplata, accepted, tuple((codes or "").replace(",", " ").split()))


def _rows(item: OmsService) -> Iterator[tuple[str, str]]:
    yield "Что сделано", _KINDS[item.kind]
    yield from person_rows(item.patient)
    yield "Даты", f"{item.began:%d.%m.%Y} — {item.ended:%d.%m.%Y}"
    yield "Диагноз", item.diagnosis
    yield "Услуга", f"{item.code}, {item.sum:.2f} руб."
    yield "Врач", f"СНИЛС {item.doctor_snils or 'не указан'}, V021 {item.prvs}"
    yield "Профиль (V002)", item.profile
    yield "Результат", item.result
    if item.outcome:
        yield "Исход (V012)", item.outcome
    if item.purpose:
        yield "Цель (V025)", item.purpose
