"""Signatures of a request, and the whole check of the received file (stage 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dopusk.declaration.model import Organization
from dopusk.remd.checks.values import date_time, text
from dopusk.remd.directory import Directory
from dopusk.remd.kinds import kind, role
from dopusk.semd import check_against_request, check_document
from dopusk.signature import (
    NamedContainer,
    SignerExpectation,
    TrustStore,
    check_document_signatures,
)
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import RegisterDocument


@dataclass(frozen=True, slots=True)
class Moments:
    """Times against which signatures are judged."""

    received: datetime
    """When the request came."""
    checked: datetime


def check_signatures(
    request: RegisterDocument,
    document: bytes | None,
    *,
    directory: Directory,
    trust: TrustStore,
    moments: Moments,
) -> list[Finding]:
    """Return what is wrong with the signatures; without the document, what can be told so far."""
    rules = kind(text(request.kind))
    return check_document_signatures(
        named_containers(request, directory),
        document,
        kind_mo_sign_required=rules is None or rules.mo_sign is not False,
        trust=trust,
        created_at=date_time(text(request.created)),
        received_at=moments.received,
        checked_at=moments.checked,
    )


def named_containers(request: RegisterDocument, directory: Directory) -> Sequence[NamedContainer]:
    """Return the containers of a request with whom each is expected to name."""
    organization = directory.organization(text(request.organization))
    found = []
    if text(request.org_signature):
        expected = _expectation("ORGANIZATION", organization)
        data = text(request.org_signature).encode()
        found.append(NamedContainer("подпись МО", data, expected))
    for signer in request.signers:
        name = role(text(signer.role)) or text(signer.role)
        expected = SignerExpectation(
            role=name,
            snils=text(signer.snils) or None,
            surname=text(signer.surname) or None,
            name=text(signer.name) or None,
            patronymic=text(signer.patronymic) or None,
        )
        data = text(signer.signature).encode()
        found.append(NamedContainer(f"подпись {name or 'сотрудника'}", data, expected))
    return found


def check_stage2(
    data: bytes,
    request: RegisterDocument,
    *,
    directory: Directory,
    trust: TrustStore,
    moments: Moments,
) -> list[Finding]:
    """Return what is wrong with the received file: format, content, request, signatures."""
    rules = kind(text(request.kind))
    is_pdf = data.startswith(b"%PDF-")
    if rules is not None and is_pdf != (rules.format == "pdf"):
        got = "PDF" if is_pdf else "не PDF"
        return [
            finding(
                "FILE-FORMAT",
                where=Where(part="ЭМД"),
                expected="PDF/A-1" if rules.format == "pdf" else "CDA (XML)",
                got=got,
                kind=rules.code,
            )
        ]
    found = [] if is_pdf else _check_content(data, request)
    return [
        *found,
        *check_signatures(request, data, directory=directory, trust=trust, moments=moments),
    ]


def _check_content(data: bytes, request: RegisterDocument) -> list[Finding]:
    created = date_time(text(request.created))
    report = check_document(
        data, kind=text(request.kind) or None, as_of=created.date() if created else None
    )
    found = list(report.findings)
    if report.document is not None:
        found.extend(check_against_request(report.document, request))
    return found


def _expectation(name: str, organization: Organization | None) -> SignerExpectation:
    return SignerExpectation(
        role=name,
        org_ogrn=organization.ogrn if organization else None,
        org_inn=organization.inn if organization else None,
        org_name=organization.name if organization else None,
    )
