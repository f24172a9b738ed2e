"""Signatures of a registerDocument: who is expected to have signed, and what the containers say."""

from __future__ import annotations

from datetime import datetime

from dopusk.declaration.model import Declaration, Organization
from dopusk.remd.checks.values import date_time, text
from dopusk.remd.kinds import kind, role
from dopusk.signature import (
    ORGANIZATION,
    NamedContainer,
    SignerExpectation,
    TrustStore,
    check_container,
    check_document_signatures,
)
from dopusk.verdict import Finding
from dopusk.wire.messages import RegisterDocument


def check_request_signatures(
    request: RegisterDocument,
    document: bytes | None,
    declaration: Declaration,
    *,
    trust: TrustStore,
    received_at: datetime,
    checked_at: datetime | None = None,
) -> list[Finding]:
    """Return what is wrong with the signatures of a request, over the bytes of the document.

    Without the document (stage 1) only what can be told without it. `checked_at` is the stand's
    time of the check, by default that of the receipt.
    """
    rules = kind(text(request.kind))
    containers = named_containers(request, declaration)
    found = check_document_signatures(
        containers,
        document,
        kind_mo_sign_required=rules is None or rules.mo_sign is not False,
    )
    for container in containers:
        found += check_container(
            container.data,
            document,
            part=container.part,
            expectation=container.expectation,
            trust=trust,
            created_at=date_time(text(request.created)),
            received_at=received_at,
            checked_at=checked_at or received_at,
        )
    return found


def trust_of(declaration: Declaration) -> TrustStore:
    """Return the declared trust anchors, those of the test PKI when none are declared.

    Raises TrustError when a declared file cannot be used.
    """
    anchors = declaration.trust_anchors
    return TrustStore.load(anchors) if anchors else TrustStore.test_pki()


def named_containers(
    request: RegisterDocument, declaration: Declaration
) -> tuple[NamedContainer, ...]:
    """Return the containers of a request, each with whom its certificate should name."""
    organization = declaration.organization(text(request.organization))
    found = []
    if text(request.org_signature):
        data = text(request.org_signature).encode()
        found.append(NamedContainer("подпись МО", data, _organization(organization)))
    for signer in request.signers:
        name = role(text(signer.role)) or text(signer.role)
        expectation = SignerExpectation(
            role=name,
            snils=text(signer.snils) or None,
            surname=text(signer.surname) or None,
            name=text(signer.name) or None,
            patronymic=text(signer.patronymic) or None,
        )
        data = text(signer.signature).encode()
        found.append(NamedContainer(f"подпись {name or 'сотрудника'}", data, expectation))
    return tuple(found)


def _organization(organization: Organization | None) -> SignerExpectation:
    return SignerExpectation(
        role=ORGANIZATION,
        org_ogrn=organization.ogrn if organization else None,
        org_inn=organization.inn if organization else None,
        org_name=organization.name if organization else None,
    )
