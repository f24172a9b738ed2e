"""People and organisations of a СЭМД, as values with places."""

from __future__ import annotations

from dataclasses import dataclass

from dopusk.verdict import Where
from dopusk.wire.messages import Read


@dataclass(frozen=True, slots=True)
class Patient:
    """recordTarget/patientRole."""

    local_id: Read | None = None
    """Extension of the id whose root ends in .10."""
    snils: Read | None = None
    surname: Read | None = None
    name: Read | None = None
    patronymic: Read | None = None
    gender: Read | None = None
    """Code of НСИ 1.2.643.5.1.13.13.11.1040."""
    birth_time: Read | None = None
    policy_number: Read | None = None
    document_number: Read | None = None
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Staff:
    """author, legalAuthenticator or a performer of the documented event."""

    local_id: Read | None = None
    """Extension of the id whose root ends in .70."""
    snils: Read | None = None
    surname: Read | None = None
    name: Read | None = None
    patronymic: Read | None = None
    position: Read | None = None
    """Code of НСИ 1.2.643.5.1.13.13.11.1002."""
    role: Read | None = None
    """Code of НСИ 1.2.643.5.1.13.13.99.2.368; only a performer has it."""
    where: Where | None = None

    @property
    def full_name(self) -> str:
        """Return surname, name and patronymic as one text."""
        parts = (self.surname, self.name, self.patronymic)
        return " ".join(part.value for part in parts if part)


@dataclass(frozen=True, slots=True)
class Recipient:
    """A person to whom the document is addressed (informationRecipient)."""

    snils: Read | None = None
    surname: Read | None = None
    name: Read | None = None
    patronymic: Read | None = None
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class Organization:
    """An MO named in the header."""

    id: Read | None = None
    """OID of the MO (id/@root)."""
    department: Read | None = None
    """OID of the subdivision (id/@extension), where it is given."""
    name: Read | None = None
    ogrn: Read | None = None
    """ОГРН, or ОГРНИП of an entrepreneur."""
    where: Where | None = None


@dataclass(frozen=True, slots=True)
class CodedField:
    """A coded field of the body (observation with a code of НСИ 99.2.166)."""

    code: str
    value: Read | None
    """Code of the value, its text, or its date; None when absent with a reason."""
    name: str | None
    """displayName of a coded value."""
    reason: str | None
    """nullFlavor."""
    original: Read | None
    """originalText of a coded value."""
    where: Where
