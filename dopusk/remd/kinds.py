"""Kinds of electronic medical documents (НСИ 1.2.643.5.1.13.13.11.1520) and signer roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from dopusk.remd.table import remd_table

KINDS_OID = "1.2.643.5.1.13.13.11.1520"
ROLES_OID = "1.2.643.5.1.13.13.99.2.368"


class PatientInfo(StrEnum):
    """What the kind asks of the patient's data (column PATIENT_INFO)."""

    SNILS = "snils"
    """«Обязательны с указанием СНИЛС»."""
    REQUIRED = "required"
    """«Обязательны»."""
    OPTIONAL = "optional"
    """«Не обязательны»."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A record of НСИ 1520. None means that the column is not known for this record."""

    code: str
    name: str
    type_1522: str
    patient_info: PatientInfo | None
    mo_sign: bool | None
    """Whether a signature of the MO is required."""
    series_required: bool | None
    format: str
    """cda or pdf."""
    start: date
    end: date | None
    """Last day of registration; None while the kind is open."""
    template: str
    """templateId of the СЭМД; empty for PDF kinds."""

    def open_on(self, day: date) -> bool:
        """Tell whether documents created on this day may be registered (both ends included)."""
        return self.start <= day and (self.end is None or day <= self.end)

    @property
    def window(self) -> str:
        """Return the registration window in Russian words."""
        end = f" по {self.end:%d.%m.%Y}" if self.end else ""
        return f"с {self.start:%d.%m.%Y}{end}"


@cache
def kinds() -> dict[str, Kind]:
    """Return all kinds by code."""
    return {row["code"]: _kind(row) for row in remd_table("kinds").rows}


def kind(code: str) -> Kind | None:
    """Return the kind with this code, None when НСИ 1520 has no such record."""
    return kinds().get(code)


@cache
def roles() -> dict[str, str]:
    """Return the roles of НСИ 99.2.368: mnemonic to Russian name."""
    return {row["code"]: row["name"] for row in remd_table("roles").rows}


@cache
def _role_ids() -> dict[str, str]:
    return {row["id"]: row["code"] for row in remd_table("roles").rows}


def role(text: str) -> str | None:
    """Return the mnemonic of a role given by mnemonic or by number; None for an unknown role."""
    return text if text in roles() else _role_ids().get(text)


def _kind(row: dict[str, str]) -> Kind:
    return Kind(
        code=row["code"],
        name=row["name"],
        type_1522=row["type"],
        patient_info=PatientInfo(row["patient"]) if row["patient"] else None,
        mo_sign=_flag(row["mo_sign"]),
        series_required=_flag(row["series"]),
        format=row["format"],
        start=date.fromisoformat(row["start"]),
        end=date.fromisoformat(row["end"]) if row["end"] else None,
        template=row["template"],
    )


def _flag(text: str) -> bool | None:
    return text == "1" if text else None
