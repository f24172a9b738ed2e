"""Detached CMS containers as values (RFC 5652 §5, CAdES attributes of ETSI EN 319 122-1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TypeVar

from asn1crypto import cms, core, tsp

from dopusk.signature.asn1 import Asn1Error, Asn1Limits, Form, check_bounds, reading, undress
from dopusk.signature.certificate import Certificate, read_certificate, read_names
from dopusk.signature.names import Names

DATA = "1.2.840.113549.1.7.1"
SIGNED_DATA = "1.2.840.113549.1.7.2"
CONTENT_TYPE = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
SIGNING_TIME = "1.2.840.113549.1.9.5"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"


class NotCmsError(ValueError):
    """ASN.1, but not CMS SignedData; the text says what it is, in Russian."""


@dataclass(frozen=True, slots=True)
class CertificateReference:
    """What signingCertificateV2 says about the signer's certificate (RFC 5035 §4)."""

    digest_algorithm: str
    digest: bytes
    issuer: Names | None
    serial: int | None


@dataclass(frozen=True, slots=True)
class Signer:
    """One SignerInfo."""

    issuer: bytes | None
    """DER of the issuer's name, None when the certificate is named by its key identifier."""
    serial: int | None
    key_identifier: bytes | None
    digest_algorithm: str
    signature_algorithm: str
    signature: bytes = field(repr=False)
    signed_octets: bytes | None = field(repr=False)
    """Signed attributes as they are hashed; None when there are none."""
    attributes: Mapping[str, tuple[bytes, ...]] = field(repr=False)
    """DER of the values of each signed attribute by OID."""
    repeated: tuple[str, ...]
    """OIDs of attributes that stand twice or hold not exactly one value."""
    content_type: str | None
    message_digest: bytes | None
    signing_time: datetime | None
    signing_certificate: CertificateReference | None

    def names(self, certificate: Certificate) -> bool:
        """Tell whether this is the certificate that the signer identifies."""
        if self.key_identifier is not None:
            return certificate.key_identifier == self.key_identifier
        return certificate.serial == self.serial and certificate.issuer.der == self.issuer


@dataclass(frozen=True, slots=True)
class Container:
    """SignedData."""

    form: Form
    der: bytes = field(repr=False)
    content_type: str
    """eContentType: what was signed."""
    content: bytes | None = field(repr=False)
    """The content when it is attached."""
    certificates: tuple[Certificate, ...]
    crls: tuple[bytes, ...] = field(repr=False)
    signers: tuple[Signer, ...]

    def certificate_of(self, signer: Signer) -> Certificate | None:
        """Return the signer's certificate, if the container holds it."""
        return next((item for item in self.certificates if signer.names(item)), None)


def read_container(data: bytes, limits: Asn1Limits | None = None) -> Container:
    """Return the container in DER, PEM or base64.

    Raises Asn1Error when the octets cannot be decoded and NotCmsError when they are something
    else than SignedData.
    """
    return _read_container(data, limits or Asn1Limits())


@lru_cache(maxsize=32)
def _read_container(data: bytes, limits: Asn1Limits) -> Container:
    """Parse once what several checks of one exchange look at."""
    der, form = undress(data, limits)
    check_bounds(der, limits)
    try:
        with reading("контейнер подписи"):
            info = cms.ContentInfo.load(der, strict=True)
            oid = info["content_type"].dotted
    except Asn1Error as error:
        raise NotCmsError("это не ContentInfo") from error
    if oid != SIGNED_DATA:
        raise NotCmsError(f"тип содержимого {oid} вместо SignedData [{SIGNED_DATA}]")
    with reading("контейнер подписи"):
        signed = info["content"]
        inside = signed["encap_content_info"]
        content = inside["content"]
        return Container(
            form=form,
            der=der,
            content_type=inside["content_type"].dotted,
            content=None if isinstance(content, core.Void) else _octets(content),
            certificates=_certificates(signed),
            crls=_crls(signed),
            signers=tuple(_signer(item) for item in signed["signer_infos"]),
        )


def _octets(content: core.Asn1Value) -> bytes:
    value = content.native
    return value if isinstance(value, bytes) else bytes(content.contents)


def _certificates(signed: cms.SignedData) -> tuple[Certificate, ...]:
    if isinstance(signed["certificates"], core.Void):
        return ()
    return tuple(
        read_certificate(choice.chosen.dump())
        for choice in signed["certificates"]
        if choice.name == "certificate"
    )


def _crls(signed: cms.SignedData) -> tuple[bytes, ...]:
    if isinstance(signed["crls"], core.Void):
        return ()
    return tuple(choice.chosen.dump() for choice in signed["crls"] if choice.name != "other")


def _signer(info: cms.SignerInfo) -> Signer:
    identifier = info["sid"]
    by_key = identifier.name == "subject_key_identifier"
    attributes, repeated, octets = _attributes(info)
    return Signer(
        issuer=None if by_key else identifier.chosen["issuer"].dump(),
        serial=None if by_key else identifier.chosen["serial_number"].native,
        key_identifier=identifier.chosen.native if by_key else None,
        digest_algorithm=info["digest_algorithm"]["algorithm"].dotted,
        signature_algorithm=info["signature_algorithm"]["algorithm"].dotted,
        signature=info["signature"].native,
        signed_octets=octets,
        attributes=attributes,
        repeated=repeated,
        content_type=_one(attributes, CONTENT_TYPE, _object_identifier),
        message_digest=_one(attributes, MESSAGE_DIGEST, _octet_string),
        signing_time=_one(attributes, SIGNING_TIME, _moment),
        signing_certificate=_one(attributes, SIGNING_CERTIFICATE_V2, _reference),
    )


def _attributes(
    info: cms.SignerInfo,
) -> tuple[dict[str, tuple[bytes, ...]], tuple[str, ...], bytes | None]:
    """Return the signed attributes, those that are not given exactly once, and their octets."""
    field_ = info["signed_attrs"]
    if isinstance(field_, core.Void):
        return {}, (), None
    octets = core.SetOf(contents=field_.contents, spec=core.Any).dump()
    found: dict[str, tuple[bytes, ...]] = {}
    repeated = []
    for attribute in _SignedAttributes.load(octets, strict=True):
        oid = attribute["type"].dotted
        values = tuple(value.dump() for value in attribute["values"])
        if oid in found or len(values) != 1:
            repeated.append(oid)
        found[oid] = (*found.get(oid, ()), *values)
    return found, tuple(dict.fromkeys(repeated)), octets


T = TypeVar("T")


def _one(
    attributes: Mapping[str, tuple[bytes, ...]], oid: str, read: Callable[[bytes], T]
) -> T | None:
    values = attributes.get(oid)
    return read(values[0]) if values else None


def _object_identifier(value: bytes) -> str:
    dotted: str = core.ObjectIdentifier.load(value, strict=True).dotted
    return dotted


def _octet_string(value: bytes) -> bytes:
    octets: bytes = core.OctetString.load(value, strict=True).native
    return octets


def _moment(value: bytes) -> datetime:
    moment = cms.Time.load(value, strict=True).native
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        raise Asn1Error("время подписи не читается")
    return moment


def _reference(value: bytes) -> CertificateReference | None:
    certificates = tsp.SigningCertificateV2.load(value, strict=True)["certs"]
    if not len(certificates):
        return None
    first = certificates[0]
    issuer, serial = _issuer_serial(first["issuer_serial"])
    return CertificateReference(
        digest_algorithm=first["hash_algorithm"]["algorithm"].dotted,
        digest=first["cert_hash"].native,
        issuer=issuer,
        serial=serial,
    )


def _issuer_serial(value: core.Asn1Value) -> tuple[Names | None, int | None]:
    if isinstance(value, core.Void):
        return None, None
    names = [name for name in value["issuer"] if name.name == "directory_name"]
    issuer = read_names(names[0].chosen) if names else None
    return issuer, value["serial_number"].native


class _Attribute(core.Sequence):  # type: ignore[misc]
    """Attribute whose values stay octets (RFC 5652 §5.3)."""

    _fields = [  # noqa: RUF012
        ("type", core.ObjectIdentifier),
        ("values", core.SetOf, {"spec": core.Any}),
    ]


class _SignedAttributes(core.SetOf):  # type: ignore[misc]
    _child_spec = _Attribute
