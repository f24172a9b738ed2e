"""Document against registerDocumentRequest: the cross-check matrix of РЭМД, stage 2."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from dopusk.semd.document import SemdDocument
from dopusk.semd.moment import same_moment
from dopusk.semd.staff import Organization, Recipient, Staff
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import PatientData, Read, RegisterDocument, SignerData


def check_against_request(
    document: SemdDocument, request: RegisterDocument, *, ogrn: str | None = None
) -> list[Finding]:
    """Return where the document contradicts the request by which it is registered.

    `ogrn` is the ОГРН or ОГРНИП of the request's organisation in ФРМО, None where it is not known.
    Source: semd.md §5 (cross-check matrix), remd.md §8.1 (live texts). What the request does not
    hold is not compared: its absence is judged with the request itself.
    """
    return [
        *_identity(document, request),
        *_patient(document, request.patient),
        *_organizations(document, request),
        *_ogrn(document, ogrn),
        *_signers(document, request.signers),
        *_recipients(document.recipients, request.recipients, document.where),
    ]


def _identity(document: SemdDocument, request: RegisterDocument) -> Iterator[Finding]:
    if request.local_uid is not None:
        yield from _differs(
            "DOC-REQ-ID", document.id_extension, request.local_uid, document.where, fold=True
        )
    if request.created is not None:
        made = document.effective_time
        if made is None or not same_moment(made.value, request.created.value):
            yield _finding("DOC-REQ-DATE", made, request.created, document.where)


def _patient(document: SemdDocument, asked: PatientData | None) -> Iterator[Finding]:
    if asked is None:
        return
    own, place = document.patient, document.patient.where or document.where
    if asked.local_id is not None:
        yield from _differs("DOC-REQ-PATIENT-ID", own.local_id, asked.local_id, place)
    if asked.snils is not None and _digits(own.snils) != _digits(asked.snils):
        yield _finding("DOC-REQ-PATIENT-SNILS", own.snils, asked.snils, place)
    for code, mine, theirs in (
        ("DOC-REQ-PATIENT-SURNAME", own.surname, asked.surname),
        ("DOC-REQ-PATIENT-NAME", own.name, asked.name),
        ("DOC-REQ-PATIENT-PATRONYMIC", own.patronymic, asked.patronymic),
        ("DOC-REQ-PATIENT-GENDER", own.gender, asked.gender),
    ):
        if theirs is not None:
            yield from _differs(code, mine, theirs, place, fold=True)
    if asked.birth_date is not None:
        born = own.birth_time
        if born is None or not same_moment(born.value[:8], asked.birth_date.value[:10]):
            yield _finding("DOC-REQ-PATIENT-BIRTH", born, asked.birth_date, place)


def _organizations(document: SemdDocument, request: RegisterDocument) -> Iterator[Finding]:
    named: list[tuple[str, Organization | None]] = [
        ("providerOrganization", document.provider),
        *(("representedOrganization", item) for item in document.represented),
        ("representedCustodianOrganization", document.custodian),
    ]
    for place, organization in named:
        if organization is None:
            continue
        where = organization.where or document.where
        asked = request.organization
        if asked is not None and _text(organization.id) != asked.value.strip():
            yield _finding("DOC-REQ-ORG", organization.id, asked, where, place=place)
    provider = document.provider
    if provider is not None and provider.department is not None and request.department is not None:
        yield from _differs(
            "DOC-REQ-DEPARTMENT", provider.department, request.department, document.where
        )


def _ogrn(document: SemdDocument, known: str | None) -> Iterator[Finding]:
    provider = document.provider
    if known is None or provider is None or provider.ogrn is None:
        return
    if _digits(provider.ogrn) != known:
        yield finding(
            "DOC-REQ-OGRN", where=provider.ogrn.where, expected=known, got=_text(provider.ogrn)
        )


def _signers(document: SemdDocument, signers: Iterable[SignerData]) -> Iterator[Finding]:
    asked = tuple(signers)
    for signer in asked:
        person = _of_signer(document.staff, signer)
        if person is None:
            where = signer.where or document.where
            yield finding("DOC-REQ-SIGNER-INFO", where=where, got=_signer_name(signer))
        else:
            yield from _signer(person, signer, document.where)
    authenticator = document.legal_authenticator
    if authenticator is not None and not any(_same(authenticator, item) for item in asked):
        yield finding(
            "DOC-REQ-AUTHENTICATOR",
            where=authenticator.where or document.where,
            got=authenticator.full_name or _text(authenticator.snils),
        )


def _signer(person: Staff, signer: SignerData, document: Where) -> Iterator[Finding]:
    place = person.where or document
    snils = _digits(signer.snils) or _digits(person.snils)
    if person.snils and signer.snils and _digits(person.snils) != _digits(signer.snils):
        yield _finding("DOC-REQ-SIGNER-SNILS", person.snils, signer.snils, place)
    for code, mine, theirs in (
        ("DOC-REQ-SIGNER-SURNAME", person.surname, signer.surname),
        ("DOC-REQ-SIGNER-NAME", person.name, signer.name),
        ("DOC-REQ-SIGNER-PATRONYMIC", person.patronymic, signer.patronymic),
    ):
        if theirs is not None and not _equal(mine, theirs, fold=True):
            yield _finding(code, mine, theirs, place, snils=snils)
    if person.local_id and signer.local_id and not _equal(person.local_id, signer.local_id):
        yield _finding("DOC-REQ-SIGNER-ID", person.local_id, signer.local_id, place, snils=snils)


def _of_signer(staff: tuple[Staff, ...], signer: SignerData) -> Staff | None:
    """Return who of the document the signer is: the one that agrees with it in most.

    One person may stand in several places, and a mistake may give two people one СНИЛС.
    """
    best = max(staff, key=lambda person: _likeness(person, signer), default=None)
    return best if best is not None and _likeness(best, signer) > 0 else None


def _likeness(person: Staff, signer: SignerData) -> int:
    snils = bool(person.snils and _digits(person.snils) == _digits(signer.snils))
    local = bool(person.local_id and signer.local_id and _equal(person.local_id, signer.local_id))
    name = bool(
        signer.surname
        and signer.name
        and _equal(person.surname, signer.surname, fold=True)
        and _equal(person.name, signer.name, fold=True)
    )
    return 4 * snils + 3 * local + 2 * name


def _same(person: Staff, signer: SignerData) -> bool:
    if person.snils is not None and signer.snils is not None:
        return _digits(person.snils) == _digits(signer.snils)
    return _likeness(person, signer) > 0


def _recipients(
    own: tuple[Recipient, ...], asked: Iterable[PatientData], document: Where
) -> Iterator[Finding]:
    for recipient in asked:
        found = next((item for item in own if _is_recipient(item, recipient)), None)
        if found is None:
            where = recipient.where or document
            yield finding("DOC-REQ-RECIPIENT", where=where, got=_patient_name(recipient))
            continue
        place = found.where or document
        if recipient.snils and _digits(found.snils) != _digits(recipient.snils):
            yield _finding("DOC-REQ-RECIPIENT-SNILS", found.snils, recipient.snils, place)
        for code, mine, theirs in (
            ("DOC-REQ-RECIPIENT-SURNAME", found.surname, recipient.surname),
            ("DOC-REQ-RECIPIENT-NAME", found.name, recipient.name),
            ("DOC-REQ-RECIPIENT-PATRONYMIC", found.patronymic, recipient.patronymic),
        ):
            if theirs is not None:
                yield from _differs(code, mine, theirs, place, fold=True)


def _is_recipient(own: Recipient, asked: PatientData) -> bool:
    if own.snils is not None and _digits(own.snils) == _digits(asked.snils):
        return True
    return bool(asked.surname and _equal(own.surname, asked.surname, fold=True)) and bool(
        asked.name and _equal(own.name, asked.name, fold=True)
    )


def _differs(
    code: str, mine: Read | None, theirs: Read, place: Where, *, fold: bool = False
) -> Iterator[Finding]:
    if not _equal(mine, theirs, fold=fold):
        yield _finding(code, mine, theirs, place)


def _finding(code: str, mine: Read | None, theirs: Read, default: Where, **fields: Any) -> Finding:
    where = mine.where if mine is not None else default
    return finding(code, where=where, expected=theirs.value, got=_text(mine), **fields)


def _equal(mine: Read | None, theirs: Read, *, fold: bool = False) -> bool:
    left, right = " ".join(_text(mine).split()), " ".join(theirs.value.split())
    return left.casefold() == right.casefold() if fold else left == right


def _text(read: Read | None) -> str:
    return read.value.strip() if read is not None else ""


def _digits(read: Read | None) -> str:
    return re.sub(r"\D", "", read.value) if read is not None else ""


def _signer_name(signer: SignerData) -> str:
    parts = (signer.surname, signer.name, signer.patronymic)
    return " ".join(part.value for part in parts if part) or _text(signer.snils)


def _patient_name(patient: PatientData) -> str:
    parts = (patient.surname, patient.name, patient.patronymic)
    return " ".join(part.value for part in parts if part) or _text(patient.snils)
