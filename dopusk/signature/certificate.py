"""X.509 certificates as values: everything that the checks ask, parsed once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from asn1crypto import core, x509

from dopusk import gost
from dopusk.gost import PublicKey
from dopusk.signature import algorithms
from dopusk.signature.asn1 import (
    Asn1Error,
    Asn1Limits,
    GostKeyParameters,
    PublicKeyInfo,
    check_bounds,
    reading,
)
from dopusk.signature.moments import shown_day
from dopusk.signature.names import ATTRIBUTES, Names

_KNOWN_CRITICAL = frozenset(
    f"2.5.29.{number}" for number in (14, 15, 16, 17, 19, 31, 32, 33, 35, 36, 37, 54)
)
"""Extensions that may be critical: those that the checks read, and those of validity of keys,
alternative names, policies and revocation, which forbid nothing that the checks permit."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate. Times are zone-aware; equality is equality of the octets."""

    der: bytes = field(repr=False)
    subject: Names = field(compare=False)
    issuer: Names = field(compare=False)
    serial: int = field(compare=False)
    not_before: datetime = field(compare=False)
    not_after: datetime = field(compare=False)
    key: PublicKey | None = field(compare=False)
    """None when the key is not GOST R 34.10-2012 on a known curve."""
    key_algorithm: str = field(compare=False)
    key_problem: str | None = field(compare=False)
    """Why there is no `key`, in Russian."""
    key_usage: frozenset[str] | None = field(compare=False)
    """Names as in asn1crypto: digital_signature, non_repudiation, key_cert_sign …"""
    is_ca: bool = field(compare=False)
    path_length: int | None = field(compare=False)
    """How many authorities may follow below this one."""
    unknown_critical: tuple[str, ...] = field(compare=False)
    """OIDs of critical extensions that nobody here understands."""
    key_identifier: bytes | None = field(compare=False, repr=False)
    authority_key_identifier: bytes | None = field(compare=False, repr=False)
    signature_algorithm: str = field(compare=False)
    signature: bytes = field(compare=False, repr=False)
    signed_part: bytes = field(compare=False, repr=False)
    """tbsCertificate, which the issuer signed."""

    @property
    def self_issued(self) -> bool:
        """Tell whether subject and issuer are one name."""
        return self.subject.der == self.issuer.der

    @property
    def serial_hex(self) -> str:
        """Return the serial number as Russian authorities print it."""
        return f"{self.serial:X}"

    @property
    def usage_problem(self) -> str | None:
        """Return why keyUsage does not permit signing documents, in Russian; None if it does."""
        if self.key_usage is None:
            return "keyUsage отсутствует"
        if self.key_usage & {"digital_signature", "non_repudiation"}:
            return None
        return ", ".join(sorted(self.key_usage)) or "пусто"

    @property
    def validity(self) -> str:
        """Return the days of validity for people."""
        return f"{shown_day(self.not_before)} – {shown_day(self.not_after)}"

    def valid_at(self, moment: datetime) -> bool:
        """Tell whether the moment lies in the certificate's validity."""
        return self.not_before <= moment <= self.not_after

    def signed_by(self, issuer: Certificate) -> bool:
        """Tell whether `issuer`'s key made the signature under this certificate."""
        return _signed_by(self, issuer)


@lru_cache(maxsize=1024)
def read_certificate(der: bytes) -> Certificate:
    """Return the certificate in `der`; raises Asn1Error."""
    check_bounds(der, Asn1Limits())
    with reading("сертификат"):
        return _read(der)


@lru_cache(maxsize=1024)
def _signed_by(certificate: Certificate, issuer: Certificate) -> bool:
    key = issuer.key
    bits = algorithms.SIGNATURE_ALGORITHMS.get(certificate.signature_algorithm)
    if key is None or bits != key.curve.bits:
        return False
    provider = gost.provider()
    digest = provider.hash(certificate.signed_part, bits)
    return provider.verify(key, digest, certificate.signature)


def _read(der: bytes) -> Certificate:
    outer = x509.Certificate.load(der, strict=True)
    inner = outer["tbs_certificate"]
    extensions = _extensions(inner)
    constraints = extensions.get("2.5.29.19")
    usage = extensions.get("2.5.29.15")
    identifier = extensions.get("2.5.29.14")
    authority = extensions.get("2.5.29.35")
    key, key_algorithm, problem = read_public_key(inner["subject_public_key_info"].dump())
    return Certificate(
        der=der,
        subject=read_names(inner["subject"]),
        issuer=read_names(inner["issuer"]),
        serial=inner["serial_number"].native,
        not_before=_time(inner["validity"]["not_before"]),
        not_after=_time(inner["validity"]["not_after"]),
        key=key,
        key_algorithm=key_algorithm,
        key_problem=problem,
        key_usage=None if usage is None else frozenset(x509.KeyUsage.load(usage).native),
        is_ca=bool(constraints) and bool(_constraints(constraints)["ca"].native),
        path_length=_constraints(constraints)["path_len_constraint"].native
        if constraints
        else None,
        unknown_critical=_unknown_critical(inner),
        key_identifier=None if identifier is None else core.OctetString.load(identifier).native,
        authority_key_identifier=None
        if authority is None
        else x509.AuthorityKeyIdentifier.load(authority)["key_identifier"].native,
        signature_algorithm=outer["signature_algorithm"]["algorithm"].dotted,
        signature=bytes(outer["signature_value"].native),
        signed_part=inner.dump(),
    )


def _constraints(octets: bytes | None) -> x509.BasicConstraints:
    return x509.BasicConstraints.load(octets or b"\x30\x00", strict=True)


def _extensions(inner: x509.TbsCertificate) -> dict[str, bytes]:
    """Return the octets of each extension by OID; a repeated extension is an error."""
    found: dict[str, bytes] = {}
    for extension in inner["extensions"] if inner["extensions"].native else ():
        oid = extension["extn_id"].dotted
        if oid in found:
            raise Asn1Error(f"сертификат: расширение {oid} повторяется")
        found[oid] = extension["extn_value"].contents
    return found


def _unknown_critical(inner: x509.TbsCertificate) -> tuple[str, ...]:
    return tuple(
        extension["extn_id"].dotted
        for extension in (inner["extensions"] if inner["extensions"].native else ())
        if extension["critical"].native and extension["extn_id"].dotted not in _KNOWN_CRITICAL
    )


def _time(value: x509.Time) -> datetime:
    moment = value.native
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise Asn1Error("сертификат: время не читается")
    return moment


def read_names(name: x509.Name) -> Names:
    """Return a distinguished name as values."""
    return _names(name.untag().dump())


@lru_cache(maxsize=1024)
def _names(der: bytes) -> Names:
    values: dict[str, tuple[str, ...]] = {}
    for relative in x509.Name.load(der).chosen:
        for pair in relative:
            oid = pair["type"].dotted
            short = ATTRIBUTES.get(oid, oid)
            values[short] = (*values.get(short, ()), str(pair["value"].native))
    return Names(der, values)


def read_public_key(info: bytes) -> tuple[PublicKey | None, str, str | None]:
    """Return (key, OID of its algorithm, why there is no key)."""
    parsed = PublicKeyInfo.load(info, strict=True)
    algorithm = parsed["algorithm"]["algorithm"].dotted
    bits = algorithms.KEY_ALGORITHMS.get(algorithm)
    if bits is None:
        return None, algorithm, f"алгоритм ключа {algorithms.title(algorithm)}"
    parameters = GostKeyParameters.load(parsed["algorithm"]["parameters"].dump(), strict=True)
    oid = parameters["public_key_param_set"].dotted
    octets = core.OctetString.load(parsed["public_key"].native, strict=True).native
    try:
        curve = gost.curve(oid)
    except gost.UnknownCurveError:
        return None, algorithm, f"неизвестная кривая {oid}"
    if curve.bits != bits:
        return None, algorithm, f"кривая {curve.name} не подходит к ключу на {bits} бит"
    try:
        return PublicKey.from_octets(curve, octets), algorithm, None
    except ValueError:
        return None, algorithm, f"точка ключа не принадлежит кривой {curve.name}"
