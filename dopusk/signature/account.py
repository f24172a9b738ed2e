"""What a verification returns: who signed what, when and how, beside the findings."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dopusk.signature import algorithms
from dopusk.signature.asn1 import Asn1Limits
from dopusk.signature.certificate import Certificate
from dopusk.signature.trust import ChainLimits
from dopusk.verdict import Finding, Severity, Verdict


@dataclass(frozen=True, slots=True)
class SignerExpectation:
    """Who must have signed, as the request says; absent values are not compared."""

    role: str
    """Code of НСИ 1.2.643.5.1.13.13.99.2.368 («AUTHOR»), or «ORGANIZATION» for the MO."""
    snils: str | None = None
    surname: str | None = None
    name: str | None = None
    patronymic: str | None = None
    org_ogrn: str | None = None
    org_inn: str | None = None
    org_name: str | None = None

    @property
    def is_organization(self) -> bool:
        """Tell whether the MO itself signs."""
        return self.role == ORGANIZATION


ORGANIZATION = "ORGANIZATION"


@dataclass(frozen=True, slots=True)
class SignaturePolicy:
    """How strictly signatures are judged; each field says what it answers."""

    asn1: Asn1Limits = field(default_factory=Asn1Limits)
    """Hostile containers: size, depth, number of elements."""
    chain: ChainLimits = field(default_factory=ChainLimits)
    """Hostile sets of authorities."""
    clock_tolerance: timedelta = timedelta(seconds=5)
    """Clocks of the candidate and the stand differ a little: times are compared so loosely."""
    diagnosis_budget: int = 8 * 1024 * 1024
    """Octets hashed to find out why a digest differs: a cause is a help, not a duty."""


DEFAULT_POLICY = SignaturePolicy()


@dataclass(frozen=True, slots=True)
class SignedBy:
    """The certificate's own account of its holder."""

    title: str
    subject: str
    issuer: str
    serial: str
    """Hexadecimal, as authorities print it."""
    not_before: datetime
    not_after: datetime
    key: str
    """Algorithm and curve."""
    snils: str | None
    ogrn: str | None
    inn: str | None

    @classmethod
    def of(cls, certificate: Certificate) -> SignedBy:
        """Return the account of a certificate."""
        key = certificate.key
        title = algorithms.title(certificate.key_algorithm)
        return cls(
            title=certificate.subject.title,
            subject=str(certificate.subject),
            issuer=str(certificate.issuer),
            serial=certificate.serial_hex,
            not_before=certificate.not_before,
            not_after=certificate.not_after,
            key=f"{title}, {key.curve.name}" if key else title,
            snils=certificate.subject.snils,
            ogrn=certificate.subject.ogrn,
            inn=certificate.subject.organization_inn,
        )

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dict; absent values are left out."""
        data = {
            "title": self.title,
            "subject": self.subject,
            "issuer": self.issuer,
            "serial": self.serial,
            "notBefore": self.not_before.isoformat(),
            "notAfter": self.not_after.isoformat(),
            "key": self.key,
            "snils": self.snils,
            "ogrn": self.ogrn,
            "inn": self.inn,
        }
        return {name: value for name, value in data.items() if value is not None}


@dataclass(frozen=True, slots=True)
class SignatureAccount:
    """One container: what it signs, who, when, by which certificate, and what is wrong."""

    part: str
    form: str | None
    """DER, PEM or base64; None when it could not be decoded."""
    signers: int
    """How many signed in it; the account describes the first."""
    signer: SignedBy | None
    """None when its certificate is not in the container."""
    signed_at: datetime | None
    """signingTime."""
    digest_algorithm: str | None
    signature_algorithm: str | None
    digest: bytes | None
    """messageDigest: the hash of what was signed."""
    attributes: tuple[str, ...]
    """OIDs of the signed attributes."""
    covers_document: bool
    """True only when the digest is the document's and the signature value over it is right."""
    chain: tuple[str, ...]
    """Names from the signer up."""
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """Return the verdict of this container alone."""
        severities = {item.severity for item in self.findings}
        if any(item.blocks(conventions_block=True) for item in self.findings):
            return Verdict.FAIL
        if Severity.UNCHECKED in severities:
            return Verdict.SKIP
        return Verdict.REMARK if self.findings else Verdict.PASS

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dict; absent values are left out."""
        signer = self.signer
        data: dict[str, Any] = {
            "part": self.part,
            "verdict": self.verdict.value,
            "form": self.form,
            "signers": self.signers,
            "signedAt": self.signed_at.isoformat() if self.signed_at else None,
            "digestAlgorithm": self.digest_algorithm,
            "signatureAlgorithm": self.signature_algorithm,
            "digest": self.digest.hex() if self.digest is not None else None,
            "signedAttributes": list(self.attributes),
            "coversDocument": self.covers_document,
            "certificate": signer.to_dict() if signer else None,
            "chain": list(self.chain),
            "findings": [item.to_dict() for item in self.findings],
        }
        return {name: value for name, value in data.items() if value is not None}
