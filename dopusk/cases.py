"""Control examples: the synthetic person and exam that a МИС is asked to make a document of.

A case travels with the action (adapter API, stdin of a command, text for the operator), and the
checks compare what came out with it. People are synthetic: no case describes a real person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Coded:
    """A value of an НСИ dictionary."""

    code: str
    name: str
    system: str
    """OID of the dictionary."""
    version: str


@dataclass(frozen=True, slots=True)
class Address:
    """Address of a person or an organisation."""

    text: str
    region: str
    """Code of НСИ 1.2.643.5.1.13.13.99.2.206."""
    region_name: str
    postal_code: str
    aoguid: str
    houseguid: str


@dataclass(frozen=True, slots=True)
class Person:
    """A synthetic patient."""

    local_id: str
    surname: str
    name: str
    patronymic: str | None
    birth_date: date
    gender: str
    """Code of НСИ 1.2.643.5.1.13.13.11.1040: 1 male, 2 female."""
    snils: str
    """Eleven digits with valid check digits."""
    passport_series: str
    passport_number: str
    passport_issuer: str
    passport_issuer_code: str
    passport_date: date
    policy_number: str
    """ЕНП, sixteen digits."""
    address: Address
    phone: str


@dataclass(frozen=True, slots=True)
class Signer:
    """A member of staff who signs: the stand takes it from the declaration's staff."""

    role: str
    """Code of НСИ 1.2.643.5.1.13.13.99.2.368, e.g. AUTHOR, CHAIRMAN."""
    local_id: str
    surname: str
    name: str
    patronymic: str | None
    snils: str
    birth_date: date
    position: str
    """Code of НСИ 1.2.643.5.1.13.13.11.1002."""
    position_name: str
    speciality: str | None = None
    """Code of НСИ 1.2.643.5.1.13.13.11.1066."""
    speciality_name: str | None = None


@dataclass(frozen=True, slots=True)
class Employer:
    """The employer who sent the person to the exam."""

    name: str
    inn: str
    ogrn: str
    unit: str


@dataclass(frozen=True, slots=True)
class Exam:
    """What the exam found (приказ Минздрава 29н): the content that the document must carry."""

    began: datetime
    ended: datetime
    next_date: date
    periodic: bool
    profession: Coded
    """НСИ 1.2.643.5.1.13.13.99.2.855."""
    work: str
    factors: tuple[Coded, ...]
    """Harmful factors, НСИ 1.2.643.5.1.13.13.11.1060."""
    conclusion: Coded
    """НСИ 1.2.643.5.1.13.13.99.2.725: 31 contraindications found, 32 not found."""
    health_group: Coded | None
    """НСИ 1.2.643.5.1.13.13.99.2.766."""
    illness: str
    vaccinations: str
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Facility:
    """The MO on whose behalf the document is formed."""

    oid: str
    name: str
    ogrn: str
    inn: str
    department_oid: str
    department_name: str
    license_number: str
    license_issuer: str
    address: Address
    phone: str


@dataclass(frozen=True, slots=True)
class ControlCase:
    """One control example: patient, employer and exam; staff and MO come from the declaration."""

    id: str
    title: str
    """Russian, for the operator: «Водитель, вредных факторов один, противопоказаний нет»."""
    kind: str
    """Code of НСИ 1.2.643.5.1.13.13.11.1520, e.g. 194."""
    patient: Person
    employer: Employer
    exam: Exam
    facility: Facility
    author: Signer
    chairman: Signer
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def signers(self) -> tuple[Signer, ...]:
        """Return the staff whose signatures the document must carry."""
        return (self.author, self.chairman)

    def changed(self, **exam: Any) -> ControlCase:
        """Return the same case with other findings of the exam (for a new version)."""
        return replace(self, exam=replace(self.exam, **exam))

    def to_json(self) -> dict[str, Any]:
        """Return the case as it travels in an action: ISO dates, nested objects."""
        data: dict[str, Any] = json.loads(json.dumps(asdict(self), default=_iso))
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ControlCase:
        """Return the case that `to_json` wrote; raises KeyError or ValueError for another shape."""
        patient, exam, facility = data["patient"], data["exam"], data["facility"]
        return cls(
            id=data["id"],
            title=data["title"],
            kind=data["kind"],
            patient=Person(
                **{
                    **patient,
                    "birth_date": date.fromisoformat(patient["birth_date"]),
                    "passport_date": date.fromisoformat(patient["passport_date"]),
                    "address": Address(**patient["address"]),
                }
            ),
            employer=Employer(**data["employer"]),
            exam=Exam(
                **{
                    **exam,
                    "began": datetime.fromisoformat(exam["began"]),
                    "ended": datetime.fromisoformat(exam["ended"]),
                    "next_date": date.fromisoformat(exam["next_date"]),
                    "profession": Coded(**exam["profession"]),
                    "factors": tuple(Coded(**factor) for factor in exam["factors"]),
                    "conclusion": Coded(**exam["conclusion"]),
                    "health_group": Coded(**exam["health_group"]) if exam["health_group"] else None,
                }
            ),
            facility=Facility(**{**facility, "address": Address(**facility["address"])}),
            author=_signer(data["author"]),
            chairman=_signer(data["chairman"]),
            extra=data.get("extra", {}),
        )


def _signer(data: Mapping[str, Any]) -> Signer:
    return Signer(**{**data, "birth_date": date.fromisoformat(data["birth_date"])})


def _iso(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} does not travel in a control example")
