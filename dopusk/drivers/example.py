"""The control example in the words of a person who types it into a МИС."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from dopusk.cases import Address, Coded, ControlCase, Signer


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the example: title and rows of (what, value)."""

    title: str
    rows: tuple[tuple[str, str], ...]


def sections(case: ControlCase) -> tuple[Section, ...]:
    """Return everything that the document must carry, part by part, in Russian."""
    return (
        _section("Документ", [("Пример", case.title), ("Вид (НСИ 1520)", case.kind)]),
        _section("Пациент", _patient(case)),
        _section("Осмотр", _exam(case)),
        _section("Работодатель", _employer(case)),
        _section("Медицинская организация", _facility(case)),
        *(_section(f"Подписывает: {person.role}", _signer(person)) for person in case.signers),
    )


def _section(title: str, rows: Iterable[tuple[str, str | None]]) -> Section:
    return Section(title, tuple((name, value) for name, value in rows if value))


def _patient(case: ControlCase) -> Iterator[tuple[str, str | None]]:
    person = case.patient
    yield "Фамилия", person.surname
    yield "Имя", person.name
    yield "Отчество", person.patronymic or "нет"
    yield "Дата рождения", _day(person.birth_date)
    yield "Пол", {"1": "мужской", "2": "женский"}.get(person.gender, person.gender)
    yield "СНИЛС", _snils(person.snils)
    yield "Идентификатор в МИС", person.local_id
    yield (
        "Паспорт",
        f"{person.passport_series} {person.passport_number}, выдан "
        f"{_day(person.passport_date)} {person.passport_issuer} "
        f"(код {person.passport_issuer_code})",
    )
    yield "Полис (ЕНП)", person.policy_number
    yield "Адрес", _address(person.address)
    yield "Телефон", person.phone


def _exam(case: ControlCase) -> Iterator[tuple[str, str | None]]:
    exam = case.exam
    yield "Вид осмотра", "периодический" if exam.periodic else "предварительный"
    yield "Начат", _moment(exam.began)
    yield "Окончен", _moment(exam.ended)
    yield "Следующий", _day(exam.next_date)
    yield "Профессия", _coded(exam.profession)
    yield "Работа", exam.work
    yield "Вредные факторы", "; ".join(map(_coded, exam.factors)) or "нет"
    yield "Заключение", _coded(exam.conclusion)
    yield "Группа здоровья", _coded(exam.health_group) if exam.health_group else None
    yield "Перенесённые заболевания", exam.illness
    yield "Прививки", exam.vaccinations
    yield "Примечание", exam.comment


def _employer(case: ControlCase) -> Iterator[tuple[str, str | None]]:
    employer = case.employer
    yield "Название", employer.name
    yield "ИНН, ОГРН", f"{employer.inn}, {employer.ogrn}"
    yield "Подразделение", employer.unit


def _facility(case: ControlCase) -> Iterator[tuple[str, str | None]]:
    facility = case.facility
    yield "Название", facility.name
    yield "OID", facility.oid
    yield "Подразделение", f"{facility.department_name}, OID {facility.department_oid}"


def _signer(person: Signer) -> Iterator[tuple[str, str | None]]:
    yield "ФИО", " ".join(filter(None, (person.surname, person.name, person.patronymic)))
    yield "СНИЛС", _snils(person.snils)
    yield "Должность", f"{person.position_name} ({person.position})"
    if person.speciality:
        yield "Специальность", f"{person.speciality_name} ({person.speciality})"


def _coded(value: Coded) -> str:
    return f"{value.name} (код {value.code}, справочник {value.system} версии {value.version})"


def _address(address: Address) -> str:
    return f"{address.postal_code}, {address.text} (регион {address.region})"


def _snils(digits: str) -> str:
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:9]} {digits[9:]}"


def _day(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _moment(moment: datetime) -> str:
    return f"{moment:%d.%m.%Y %H:%M}"
