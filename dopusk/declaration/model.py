"""The candidate's declaration (mis.toml) as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path

from dopusk.cases import Address


class Variant(StrEnum):
    """Connection variants of the two source documents."""

    FED_1 = "fed-1"
    FED_2 = "fed-2"
    FED_3 = "fed-3"
    FED_4 = "fed-4"
    MO_1 = "mo-1"
    MO_2 = "mo-2"
    MO_3 = "mo-3"


@dataclass(frozen=True, slots=True)
class Department:
    """A subdivision of an MO in ФРМО."""

    oid: str
    name: str


@dataclass(frozen=True, slots=True)
class Organization:
    """An MO that the candidate works for: the stand's ФРМО is made of these."""

    oid: str
    """OID of НСИ 1.2.643.5.1.13.13.11.1461."""
    name: str
    ogrn: str
    inn: str
    region: str
    license_number: str
    license_issuer: str
    address: Address
    phone: str
    departments: tuple[Department, ...]


@dataclass(frozen=True, slots=True)
class Employee:
    """A member of staff: the stand's ФРМР is made of these."""

    organization: str
    """OID of the MO."""
    local_id: str
    surname: str
    name: str
    patronymic: str | None
    birth_date: date
    snils: str
    position: str
    position_name: str
    roles: tuple[str, ...]
    """Codes of НСИ 1.2.643.5.1.13.13.99.2.368 in which the person signs."""
    speciality: str | None = None
    speciality_name: str | None = None


@dataclass(frozen=True, slots=True)
class Attestation:
    """A document that the candidate declares (verification «A» of the catalogue)."""

    requirement: str
    document: str
    number: str
    issued: date
    expires: date | None
    file: Path | None


@dataclass(frozen=True, slots=True)
class DriverSettings:
    """How the МИС is made to act."""

    kind: str
    """http, command or manual."""
    url: str | None = None
    command: tuple[str, ...] = ()
    timeout: float = 30.0
    """Seconds that one action may take."""


@dataclass(frozen=True, slots=True)
class StandSettings:
    """Where the stand listens and how long it waits."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes a free port."""
    public_url: str | None = None
    """How a МИС on another machine reaches the stand (proxy, container); None: host and port."""
    wait: float = 30.0
    """Seconds that a scenario waits for a message of the candidate."""
    time_scale: float = 1.0
    """How many times faster than real time the prescribed pauses run (1 = real time)."""
    conventions_block: bool = False
    """Whether a breach of a convention of the stand fails the candidate."""


@dataclass(frozen=True, slots=True)
class TicketSettings:
    """What the application to СТП says beyond the rest of the declaration (MO-S5)."""

    callback_urls: tuple[str, ...] = ()
    """Addresses of the notification service in the ЗСПД; empty means `callback_url`."""
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class OmsTerritory:
    """A territory where the MO works in ОМС, and how its ТФОМС is reached (overlay +oms)."""

    okato: str
    """Five digits, one of schemas/tfoms/territories.toml."""
    mo_code: str
    """Code of the MO in the register of MOs of ОМС (F032), six digits."""
    transport: str
    """rest, soap or folder."""
    login: str = "dopusk"
    """With which the МИС comes to the stand's ТФОМС; the stand tells it the password in /reset."""
    folder: Path | None = None
    """For folder: the folder that the МИС and the stand share, with inbox and outbox in it."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """What the vendor declares about the МИС and its connection."""

    path: Path
    """Where it was read from; relative paths in it are relative to its folder."""
    vendor: str
    product: str
    version: str
    deployment: str
    """on-premises or cloud: no difference is made (FED-1.3)."""
    client_entity_id: str
    """GUID of the ИС in ЕГИСЗ, sent in egisz:transportHeader."""
    mnemonic: str | None
    """Latin mnemonic of the system for tag `system` (MO-S5a)."""
    callback_url: str
    """Where РЭМД sends results (sendRegisterDocumentResult)."""
    file_service_url: str
    """Where РЭМД asks for files (getDocumentFile)."""
    variants: tuple[Variant, ...]
    kinds: tuple[str, ...]
    """Codes of НСИ 1520, e.g. 194."""
    organizations: tuple[Organization, ...]
    staff: tuple[Employee, ...]
    driver: DriverSettings
    stand: StandSettings = field(default_factory=StandSettings)
    via_ips: bool = False
    """Whether messages carry a WS-Security signature (work through ИПС)."""
    as_of: date | None = None
    """The stand's date; None means today."""
    trust_anchors: tuple[Path, ...] = ()
    """Root certificates (DER or PEM); empty means the test PKI of the stand."""
    attestations: tuple[Attestation, ...] = ()
    oms: tuple[OmsTerritory, ...] = ()
    """Territories where the MO works in ОМС; empty: it does not."""
    scope_operations: tuple[str, ...] = ()
    """Operations that the КИБ decision and the agreement permit (MO-C.5)."""
    forward_to_remd: bool | None = None
    """What the application to СТП says of forwarding by ЕМИАС (MO-S5c); None: as the variant is."""
    ticket: TicketSettings = field(default_factory=TicketSettings)
    wire_profile: Path | None = None
    """Wire profile by which messages are read and written; None means the stand's own."""

    @property
    def oms_territories(self) -> tuple[str, ...]:
        """Return the ОКАТО codes of the territories where the MO works in ОМС."""
        return tuple(item.okato for item in self.oms)

    def organization(self, oid: str) -> Organization | None:
        """Return the declared MO with this OID."""
        return next((item for item in self.organizations if item.oid == oid), None)

    def employee(self, snils: str) -> Employee | None:
        """Return the declared member of staff with this СНИЛС."""
        return next((item for item in self.staff if item.snils == snils), None)

    def forwards(self, variant: Variant) -> bool:
        """Tell whether ЕМИАС is asked to forward documents of this variant to the federal РЭМД."""
        if self.forward_to_remd is not None:
            return self.forward_to_remd
        return variant in (Variant.MO_2, Variant.MO_3)

    def signer(self, organization: str, role: str) -> Employee | None:
        """Return the first member of the MO's staff who signs in this role."""
        return next(
            (p for p in self.staff if p.organization == organization and role in p.roles), None
        )
