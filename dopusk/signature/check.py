"""Judges one detached container: each broken rule by its own name, and an account of the rest."""

from __future__ import annotations

from datetime import datetime

from dopusk.signature import algorithms
from dopusk.signature.account import (
    DEFAULT_POLICY,
    SignatureAccount,
    SignaturePolicy,
    SignedBy,
    SignerExpectation,
)
from dopusk.signature.asn1 import Asn1Error
from dopusk.signature.container import Container, NotCmsError, read_container
from dopusk.signature.moments import aware
from dopusk.signature.rules_certificate import (
    check_chain,
    check_key_usage,
    check_names,
    check_validity,
)
from dopusk.signature.rules_container import check_algorithms, check_attributes, check_shape
from dopusk.signature.rules_value import check_digest, check_times, check_value, covers_document
from dopusk.signature.subject import Subject
from dopusk.signature.trust import Chain, TrustStore, build_chain
from dopusk.verdict import Finding, Where, finding


def check_container(
    container: bytes,
    document: bytes | None,
    *,
    part: str,
    expectation: SignerExpectation | None,
    trust: TrustStore,
    created_at: datetime | None,
    received_at: datetime | None,
    checked_at: datetime,
    policy: SignaturePolicy = DEFAULT_POLICY,
) -> list[Finding]:
    """Return what is wrong with a detached signature, nothing when all is well.

    `container` is DER, PEM or base64 as it came. `document` None is stage 1 of РЭМД, when there is
    no file yet: everything is checked but the digest. `created_at` is the document's creation,
    `received_at` when the request came (else `checked_at`); a time without zone is Moscow time.
    """
    return list(
        examine(
            container,
            document,
            part=part,
            expectation=expectation,
            trust=trust,
            created_at=created_at,
            received_at=received_at,
            checked_at=checked_at,
            policy=policy,
        ).findings
    )


def examine(
    container: bytes,
    document: bytes | None,
    *,
    part: str,
    expectation: SignerExpectation | None,
    trust: TrustStore,
    created_at: datetime | None,
    received_at: datetime | None,
    checked_at: datetime,
    policy: SignaturePolicy = DEFAULT_POLICY,
) -> SignatureAccount:
    """Return the account of a container: who signed what and when, with the findings."""
    where = Where(part=part)
    try:
        parsed = read_container(container, policy.asn1)
    except Asn1Error as error:
        return _unreadable(part, finding("SIG-DECODE", where=where, got=str(error), why=error))
    except NotCmsError as error:
        return _unreadable(part, finding("SIG-FORMAT", where=where, got=str(error), why=error))
    if not parsed.signers:
        return _unreadable(part, finding("SIG-NO-SIGNER", where=where), parsed)
    signer = parsed.signers[0]
    subject = Subject(
        part=part,
        container=parsed,
        signer=signer,
        certificate=parsed.certificate_of(signer),
        document=document,
        expectation=expectation,
        trust=trust,
        created_at=created_at,
        received_at=received_at,
        checked_at=checked_at,
        policy=policy,
    )
    return _account(subject)


def trust_remarks(trust: TrustStore) -> list[Finding]:
    """Return the remark that the anchors are those of the published test PKI, if they are."""
    return [finding("PKI-TEST-TRUST")] if trust.is_test else []


def _account(subject: Subject) -> SignatureAccount:
    signer, certificate = subject.signer, subject.certificate
    value = [*check_digest(subject), *check_value(subject)]
    found = [
        *check_shape(subject),
        *check_algorithms(subject),
        *check_attributes(subject),
        *value,
        *check_times(subject),
    ]
    chain = Chain(())
    if certificate is not None:
        chain = build_chain(
            certificate,
            subject.trust,
            subject.container.certificates,
            aware(subject.checked_at),
            subject.policy.chain,
        )
        found += [
            *check_key_usage(subject, certificate),
            *check_validity(subject, certificate),
            *check_chain(subject, chain),
            *check_names(subject, certificate),
        ]
    return SignatureAccount(
        part=subject.part,
        form=subject.container.form.value,
        signers=len(subject.container.signers),
        signer=None if certificate is None else SignedBy.of(certificate),
        signed_at=signer.signing_time,
        digest_algorithm=algorithms.title(signer.digest_algorithm),
        signature_algorithm=algorithms.title(signer.signature_algorithm),
        digest=signer.message_digest,
        attributes=tuple(signer.attributes),
        covers_document=covers_document(subject, value),
        chain=chain.titles,
        findings=tuple(found),
    )


def _unreadable(
    part: str, problem: Finding, container: Container | None = None
) -> SignatureAccount:
    return SignatureAccount(
        part=part,
        form=container.form.value if container else None,
        signers=0,
        signer=None,
        signed_at=None,
        digest_algorithm=None,
        signature_algorithm=None,
        digest=None,
        attributes=(),
        covers_document=False,
        chain=(),
        findings=(problem,),
    )
