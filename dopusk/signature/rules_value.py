"""Rules about what was signed: the digest of the document, the signature value, the times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dopusk import gost
from dopusk.gost import PublicKey
from dopusk.signature import algorithms
from dopusk.signature.asn1 import sorted_set
from dopusk.signature.causes import digest_cause, value_cause
from dopusk.signature.moments import aware, shown
from dopusk.signature.subject import Subject
from dopusk.verdict import Finding


def check_digest(subject: Subject) -> Iterator[Finding]:
    """The digest in messageDigest is that of the document's bytes."""
    signer, document = subject.signer, subject.document
    digest = algorithms.digest(signer.digest_algorithm)
    if document is None or digest is None or signer.message_digest is None:
        return
    expected = gost.provider().hash(document, digest.bits)
    if signer.message_digest == expected:
        return
    cause = digest_cause(
        document, signer.message_digest, digest.bits, subject.policy.diagnosis_budget
    )
    yield subject.found(
        "SIG-DIGEST",
        expected=expected.hex(),
        got=signer.message_digest.hex(),
        why=f"Вероятная причина: {cause}." if cause else "Причина не опознана.",
    )


def check_value(subject: Subject) -> Iterator[Finding]:
    """The signature value verifies with the certificate's key."""
    octets = _signed_octets(subject)
    key = _usable_key(subject)
    if octets is None or key is None:
        return
    provider = gost.provider()
    signature = subject.signer.signature
    for candidate in octets:
        if provider.verify(key, provider.hash(candidate, key.curve.bits), signature):
            return
    cause = value_cause(key, provider.hash(octets[0], key.curve.bits), signature)
    yield subject.found(
        "SIG-VALUE",
        got=f"{len(signature)} октетов",
        why=f"Вероятная причина: {cause}." if cause else _unknown_cause(subject),
    )


def covers_document(subject: Subject, problems: Sequence[Finding]) -> bool:
    """Tell whether the signature is proved to be over the document's bytes.

    `problems` are what `check_digest` and `check_value` found.
    """
    signer = subject.signer
    if problems or subject.document is None or _usable_key(subject) is None:
        return False
    if signer.signed_octets is None:
        return True
    bound = signer.message_digest is not None
    return bound and signer.content_type == subject.container.content_type


def check_times(subject: Subject) -> Iterator[Finding]:
    """Signed not after the request came, not before the document was made."""
    signed = subject.signer.signing_time
    if signed is None:
        return
    tolerance = subject.policy.clock_tolerance
    received = aware(subject.received_at or subject.checked_at)
    if signed > received + tolerance:
        code = "SIG-TIME-AFTER-RECEIPT"
        yield subject.found(
            code if subject.by_organization else f"{code}-STAFF",
            expected=shown(received),
            got=shown(signed),
        )
    if subject.created_at is not None:
        created = aware(subject.created_at)
        if signed < created - tolerance:
            yield subject.found(
                "SIG-TIME-BEFORE-DOCUMENT", expected=shown(created), got=shown(signed)
            )


def _usable_key(subject: Subject) -> PublicKey | None:
    """Return the key when the algorithms fit it: otherwise another rule has spoken already."""
    signer, certificate = subject.signer, subject.certificate
    if certificate is None or certificate.key is None:
        return None
    bits = certificate.key.curve.bits
    digest = algorithms.digest(signer.digest_algorithm)
    fits = digest is not None and digest.bits == bits
    fits = fits and algorithms.SIGNATURE_ALGORITHMS.get(signer.signature_algorithm) == bits
    return certificate.key if fits else None


def _signed_octets(subject: Subject) -> tuple[bytes, ...] | None:
    """Return the octets that may have been signed; None when they are not known.

    Signed attributes are hashed in DER order (RFC 5652 §5.4); some signers send and sign them in
    another one.
    """
    attributes = subject.signer.signed_octets
    if attributes is None:
        return None if subject.document is None else (subject.document,)
    ordered = sorted_set(attributes)
    return (attributes,) if ordered == attributes else (attributes, ordered)


def _unknown_cause(subject: Subject) -> str:
    if subject.signer.signed_octets is None:
        return "Подписаны не эти байты или не этим ключом."
    return "Атрибуты изменены после подписания или подписано другим ключом."
