"""The full check of registerDocument (stage 1): kind, organisation, patient, links, staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dopusk.remd.checks.checksum import check_signature_checksum
from dopusk.remd.checks.staff import check_signer, check_snils
from dopusk.remd.checks.values import (
    calendar_date,
    date_time,
    is_emdr_id,
    place,
    text,
)
from dopusk.remd.directory import Directory, RegisteredSystem
from dopusk.remd.kinds import KINDS_OID, Kind, PatientInfo, kind
from dopusk.verdict import Finding, finding
from dopusk.wire.messages import PatientData, RegisterDocument
from dopusk.wire.profile import WireProfile, default_profile

NO_NEW_VERSIONS = frozenset({"230"})
"""Kinds whose replacement РЭМД was seen to refuse (RESTRICT_NEW_VERSION)."""


@dataclass(frozen=True, slots=True)
class RegisteredItem:
    """What the checks need to know of a registered document."""

    emdr_id: str
    local_uid: str
    kind: str
    organization: str
    replaced_by: str | None = None
    """Number of the version that replaced it."""


class RegistryView(Protocol):
    """The registry as the checks see it."""

    def registered(self, system: str, local_uid: str) -> RegisteredItem | None:
        """Return the document that the system registered under this localUid."""
        ...

    def item(self, emdr_id: str) -> RegisteredItem | None:
        """Return the document with this number."""
        ...


def check_request(
    request: RegisterDocument,
    *,
    system: RegisteredSystem,
    directory: Directory,
    now: datetime,
    registry: RegistryView | None = None,
    profile: WireProfile | None = None,
) -> list[Finding]:
    """Return what is wrong with a request that passed the coarse check, signatures apart.

    Without a registry, what depends on other registered documents is not looked at.
    """
    rules = kind(text(request.kind))
    return [
        *_check_kind(request, rules, now),
        *_check_organization(request, system, directory),
        *_check_patient(request, rules),
        *(_check_unique(request, system, registry) if registry else ()),
        *_check_links(request, registry, profile or default_profile()),
        *(
            item
            for signer in request.signers
            for item in check_signer(signer, text(request.organization), directory)
        ),
        *_check_checksums(request),
    ]


def _check_kind(request: RegisterDocument, rules: Kind | None, now: datetime) -> Iterator[Finding]:
    read, created = request.kind, date_time(text(request.created))
    if created is not None and created > now:
        yield finding(
            "REG-CREATED-FUTURE",
            where=place(request.created, request.where, "creationDateTime"),
            expected=f"не позднее {now.isoformat(timespec='seconds')}",
            got=text(request.created),
        )
    if read is None:
        return
    if rules is None:
        yield finding("REG-KIND-UNKNOWN", where=read.where, expected=KINDS_OID, got=read.value)
        return
    if created is not None and not rules.open_on(created.astimezone(now.tzinfo).date()):
        yield finding(
            "REG-KIND-CLOSED",
            where=place(request.created, request.where, "creationDateTime"),
            expected=rules.window,
            got=text(request.created),
            kind=rules.code,
        )
    if rules.series_required and not _has_series(request):
        yield finding(
            "REG-SERIES", where=place(request.series, request.where, "series"), kind=rules.code
        )


def _has_series(request: RegisterDocument) -> bool:
    return bool(text(request.series)) or len(text(request.document_number).split()) > 1


def _check_organization(
    request: RegisterDocument, system: RegisteredSystem, directory: Directory
) -> Iterator[Finding]:
    read, department = request.organization, request.department
    if read is None:
        return
    known = directory.organization(read.value)
    if known is None:
        yield finding("REG-ORG-UNKNOWN", where=read.where, got=read.value)
        return
    if read.value not in system.organizations:
        yield finding(
            "REG-ORG-NOT-BOUND",
            where=read.where,
            got=read.value,
            system=system.mnemonic or system.client_entity_id,
        )
    if department is None or not department.value:
        yield finding(
            "REG-NO-DEPARTMENT", where=place(department, request.where, "department/localId")
        )
    elif not directory.department(read.value, department.value):
        yield finding("REG-DEPARTMENT-UNKNOWN", where=department.where, got=department.value)


def _check_patient(request: RegisterDocument, rules: Kind | None) -> Iterator[Finding]:
    patient = request.patient
    wanted = rules.patient_info if rules else None
    if patient is None:
        if rules and wanted in (PatientInfo.SNILS, PatientInfo.REQUIRED):
            yield finding(
                "REG-NO-PATIENT", where=place(None, request.where, "patient"), kind=rules.code
            )
        return
    if not text(patient.surname):
        yield finding("REG-PATIENT-SURNAME", where=place(patient.surname, patient.where, "surname"))
    if not text(patient.name):
        yield finding("REG-PATIENT-NAME", where=place(patient.name, patient.where, "name"))
    if not text(patient.snils):
        if wanted is PatientInfo.SNILS:
            yield finding("REG-PATIENT-SNILS", where=place(patient.snils, patient.where, "snils"))
    else:
        yield from check_snils(patient.snils, "patient")
    yield from _check_person(patient)


def _check_person(patient: PatientData) -> Iterator[Finding]:
    for read, name in (
        (patient.local_id, "patient/localId"),
        (patient.birth_date, "patient/birthDate"),
        (patient.gender, "patient/gender"),
    ):
        if not text(read):
            where = place(read, patient.where, name.partition("/")[2])
            yield finding("REG-EXPECTED", where=where, name=name)
    birth, gender = patient.birth_date, patient.gender
    if birth is not None and birth.value and calendar_date(birth.value) is None:
        yield finding(
            "REG-PATIENT-BIRTH-DATE", where=birth.where, got=birth.value, name="patient/birthDate"
        )
    if gender is not None and gender.value and gender.value not in ("1", "2"):
        yield finding("REG-GENDER", where=gender.where, expected="1 или 2", got=gender.value)


def _check_unique(
    request: RegisterDocument, system: RegisteredSystem, registry: RegistryView
) -> Iterator[Finding]:
    uid = request.local_uid
    found = registry.registered(system.client_entity_id, uid.value) if uid else None
    if uid is not None and found is not None:
        yield finding("REG-DUPLICATE-UID", where=uid.where, got=uid.value, emdr_id=found.emdr_id)


def _check_links(
    request: RegisterDocument, registry: RegistryView | None, profile: WireProfile
) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for link in request.associations:
        target, type_ = text(link.target), text(link.type)
        where = place(link.target or link.type, request.where, "associations")
        if not is_emdr_id(target):
            yield finding("REG-LINK-FORM", where=where, got=target)
            continue
        if (type_, target) in seen:
            yield finding("REG-LINK-DUPLICATE", where=where, got=target)
        seen.add((type_, target))
        item = registry.item(target) if registry else None
        if registry is not None and item is None:
            yield finding("REG-LINK-TARGET", where=where, got=target)
        if type_ not in profile.replace_types:
            known = ", ".join(sorted(profile.replace_types))
            yield finding("REG-LINK-TYPE", where=where, expected=known, got=type_)
        elif item is not None:
            yield from _check_replacement(request, item)


def _check_replacement(request: RegisterDocument, item: RegisteredItem) -> Iterator[Finding]:
    code, organization = text(request.kind), text(request.organization)
    if code in NO_NEW_VERSIONS:
        where = place(request.kind, request.where, "kind")
        yield finding("REG-NO-NEW-VERSION", where=where, kind=code)
    if item.replaced_by is not None:
        where = place(request.associations[0].target, request.where, "associations")
        yield finding("REG-LINK-STALE", where=where, expected=item.replaced_by, got=item.emdr_id)
    if item.kind != code:
        where = place(request.kind, request.where, "kind")
        yield finding("REG-LINK-KIND", where=where, expected=code, got=item.kind)
    if item.organization != organization:
        yield finding(
            "REG-LINK-ORGANIZATION",
            where=place(request.organization, request.where, "organization"),
            expected=organization,
            got=item.organization,
        )


def _check_checksums(request: RegisterDocument) -> Iterator[Finding]:
    yield from check_signature_checksum(
        request.org_signature, request.org_checksum, name="orgSignature/checksum"
    )
    for number, signer in enumerate(request.signers, 1):
        name = f"personalSignatures[{number}]/checksum"
        yield from check_signature_checksum(signer.signature, signer.checksum, name=name)
