"""Rules about the container: shape, algorithms, signed attributes."""

from __future__ import annotations

from collections.abc import Iterator

from dopusk import gost
from dopusk.signature import algorithms
from dopusk.signature.certificate import Certificate
from dopusk.signature.container import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNING_CERTIFICATE_V2,
    SIGNING_TIME,
    CertificateReference,
)
from dopusk.signature.subject import Subject
from dopusk.verdict import Finding

_ATTRIBUTES = {
    CONTENT_TYPE: ("contentType", "SIG-NO-CONTENT-TYPE"),
    MESSAGE_DIGEST: ("messageDigest", "SIG-NO-MESSAGE-DIGEST"),
    SIGNING_TIME: ("signingTime", "SIG-NO-SIGNING-TIME"),
    SIGNING_CERTIFICATE_V2: ("signingCertificateV2", "SIG-NO-SIGNING-CERTIFICATE"),
}


def check_shape(subject: Subject) -> Iterator[Finding]:
    """Detached, one signer, the certificate inside."""
    container = subject.container
    if container.content is not None:
        yield subject.found("SIG-ATTACHED", got=len(container.content))
    if len(container.signers) > 1:
        yield subject.found("SIG-MULTIPLE-SIGNERS", expected=1, got=len(container.signers))
    if subject.certificate is None:
        got = len(container.certificates)
        yield subject.found(
            "SIG-NO-CERTIFICATE", got=f"сертификатов в контейнере: {got}, подписанта среди них нет"
        )


def check_algorithms(subject: Subject) -> Iterator[Finding]:
    """Only GOST R 34.10-2012 with a Стрибог of the key's length."""
    signer, certificate = subject.signer, subject.certificate
    used = [signer.digest_algorithm, signer.signature_algorithm]
    if certificate is not None:
        used.append(certificate.key_algorithm)
    obsolete = [oid for oid in dict.fromkeys(used) if oid in algorithms.OBSOLETE]
    known = {item.oid for item in algorithms.Digest} | set(algorithms.SIGNATURE_ALGORITHMS)
    strange = [
        oid for oid in dict.fromkeys(used) if oid not in known and oid not in algorithms.OBSOLETE
    ]
    if obsolete:
        yield subject.found(
            "SIG-ALGORITHM-OBSOLETE", got=", ".join(map(algorithms.title, obsolete))
        )
    if strange:
        yield subject.found("SIG-ALGORITHM", got=", ".join(map(algorithms.title, strange)))
    if obsolete or strange:
        return
    if certificate is not None and certificate.key is None:
        yield subject.found("SIG-ALGORITHM", got=certificate.key_problem)
        return
    yield from _pair(subject)


def _pair(subject: Subject) -> Iterator[Finding]:
    signer, certificate = subject.signer, subject.certificate
    digest = algorithms.digest(signer.digest_algorithm)
    lengths = {
        "хэш": digest.bits if digest else None,
        "подпись": algorithms.SIGNATURE_ALGORITHMS.get(signer.signature_algorithm),
    }
    if certificate is not None and certificate.key is not None:
        lengths["ключ"] = certificate.key.curve.bits
    if len(set(lengths.values())) > 1:
        got = ", ".join(f"{name} {bits or '?'} бит" for name, bits in lengths.items())
        yield subject.found("SIG-ALGORITHM-PAIR", expected="одна длина", got=got)


def check_attributes(subject: Subject) -> Iterator[Finding]:
    """CAdES-BES: each of the four attributes once, contentType that of the container."""
    signer = subject.signer
    if signer.signed_octets is None:
        yield subject.found("SIG-NO-ATTRIBUTES")
        return
    for oid, (_, code) in _ATTRIBUTES.items():
        if oid not in signer.attributes:
            yield subject.found(code)
    if signer.repeated:
        names = [_ATTRIBUTES[oid][0] if oid in _ATTRIBUTES else oid for oid in signer.repeated]
        yield subject.found("SIG-ATTRIBUTE-REPEATED", got=", ".join(names))
    if signer.content_type not in (None, subject.container.content_type):
        yield subject.found(
            "SIG-CONTENT-TYPE", expected=subject.container.content_type, got=signer.content_type
        )
    yield from _reference(subject)


def _reference(subject: Subject) -> Iterator[Finding]:
    """signingCertificateV2 is of the certificate that verifies the signature."""
    signer, certificate = subject.signer, subject.certificate
    if SIGNING_CERTIFICATE_V2 not in signer.attributes or certificate is None:
        return
    reference = signer.signing_certificate
    if reference is None:
        yield subject.found("SIG-SIGNING-CERTIFICATE", why="ссылок в нём нет")
        return
    digest = algorithms.digest(reference.digest_algorithm)
    if digest is None:
        title = algorithms.title(reference.digest_algorithm)
        if reference.digest_algorithm in algorithms.OBSOLETE:
            yield subject.found("SIG-ALGORITHM-OBSOLETE", got=f"{title} в signingCertificateV2")
        else:
            yield subject.found("SIG-ALGORITHM", got=f"{title} в signingCertificateV2")
        return
    expected = gost.provider().hash(certificate.der, digest.bits)
    if reference.digest != expected:
        yield subject.found(
            "SIG-SIGNING-CERTIFICATE",
            expected=expected.hex(),
            got=reference.digest.hex(),
            why="хэш сертификата другой",
        )
    elif not _same_certificate(reference, certificate):
        yield subject.found(
            "SIG-SIGNING-CERTIFICATE",
            expected=certificate.serial_hex,
            got=None if reference.serial is None else f"{reference.serial:X}",
            why="издатель или серийный номер другие",
        )


def _same_certificate(reference: CertificateReference, certificate: Certificate) -> bool:
    """Tell whether the issuer and serial, when they are given, are the certificate's."""
    issuer, serial = reference.issuer, reference.serial
    if serial not in (None, certificate.serial):
        return False
    return issuer is None or issuer.values == certificate.issuer.values
