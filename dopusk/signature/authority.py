"""Issues test certificates and revocation lists. For test data alone: it protects nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import core, crl, x509

from dopusk import gost
from dopusk.gost import PrivateKey
from dopusk.signature.asn1 import AlgorithmIdentifier, PublicKeyInfo
from dopusk.signature.credential import Credential, key_algorithm, key_parameters
from dopusk.signature.names import OIDS

_STRING_TYPES = {"C": core.PrintableString, "E": core.IA5String}
_NUMERIC = {"ОГРН", "ОГРНИП", "СНИЛС", "ИНН", "ИННЮЛ"}
SIGNING_USAGE = ("digital_signature", "non_repudiation")
"""Key usage of a certificate that signs documents."""


@dataclass(frozen=True, slots=True)
class CertificateRequest:
    """What a certificate is to say."""

    subject: Sequence[tuple[str, str]]
    """(short name of dopusk.signature.names.ATTRIBUTES, value), in order."""
    key: PrivateKey
    serial: int
    not_before: datetime
    not_after: datetime
    key_usage: tuple[str, ...] = SIGNING_USAGE
    """Empty leaves the extension out."""
    is_ca: bool = False
    path_length: int | None = None
    obsolete: bool = False
    """Name the key by the identifiers of ГОСТ Р 34.10-2001, as a fault."""
    critical_extension: str | None = None
    """Put in a critical extension with this OID, as a fault."""
    forged: bool = False
    """Spoil the issuer's signature, as a fault."""


def issue(request: CertificateRequest, issuer: Credential | None) -> Credential:
    """Return a credential whose certificate `issuer` signed, or a self-signed one for None."""
    provider = gost.provider()
    info = _public_key_info(request)
    signer = issuer.private_key if issuer else request.key
    name = _name(request.subject)
    above = x509.Certificate.load(issuer.certificate_der) if issuer else None
    algorithm = _signature_algorithm(signer)
    body = x509.TbsCertificate(
        {
            "version": "v3",
            "serial_number": request.serial,
            "signature": algorithm,
            "issuer": above.subject if above else name,
            "validity": {
                "not_before": _time(request.not_before),
                "not_after": _time(request.not_after),
            },
            "subject": name,
            "subject_public_key_info": x509.PublicKeyInfo.load(info),
            "extensions": _extensions(
                request,
                _key_identifier(info),
                above.key_identifier if above else _key_identifier(info),
            ),
        }
    )
    octets = body.dump()
    signature = provider.sign(signer, provider.hash(octets, signer.curve.bits))
    if request.forged:
        signature = bytes([signature[0] ^ 1]) + signature[1:]
    certificate = x509.Certificate(
        {
            "tbs_certificate": x509.TbsCertificate.load(octets),
            "signature_algorithm": algorithm,
            "signature_value": signature,
        }
    )
    return Credential(certificate.dump(), request.key)


def issue_crl(
    issuer: Credential,
    revoked: Sequence[tuple[int, datetime]],
    *,
    number: int,
    this_update: datetime,
    next_update: datetime,
) -> bytes:
    """Return a revocation list (DER) of (serial, revoked since)."""
    provider = gost.provider()
    above = x509.Certificate.load(issuer.certificate_der)
    algorithm = _signature_algorithm(issuer.private_key)
    values = {
        "version": "v2",
        "signature": algorithm,
        "issuer": above.subject,
        "this_update": _time(this_update),
        "next_update": _time(next_update),
        "crl_extensions": [
            {
                "extn_id": "authority_key_identifier",
                "extn_value": {"key_identifier": above.key_identifier},
            },
            {"extn_id": "crl_number", "extn_value": number},
        ],
    }
    if revoked:
        values["revoked_certificates"] = [
            {"user_certificate": serial, "revocation_date": _time(since)}
            for serial, since in revoked
        ]
    octets = crl.TbsCertList(values).dump()
    key = issuer.private_key
    der: bytes = crl.CertificateList(
        {
            "tbs_cert_list": crl.TbsCertList.load(octets),
            "signature_algorithm": algorithm,
            "signature": provider.sign(key, provider.hash(octets, key.curve.bits)),
        }
    ).dump()
    return der


def _signature_algorithm(key: PrivateKey) -> dict[str, str]:
    return {"algorithm": "1.2.643.7.1.1.3.2" if key.curve.bits == 256 else "1.2.643.7.1.1.3.3"}


def _public_key_info(request: CertificateRequest) -> bytes:
    key = gost.provider().public_key(request.key)
    algorithm = "1.2.643.2.2.19" if request.obsolete else key_algorithm(key.curve.bits)
    parameters = key_parameters(key.curve)
    if request.obsolete:
        parameters["digest_param_set"] = "1.2.643.2.2.30.1"
    info = PublicKeyInfo(
        {
            "algorithm": AlgorithmIdentifier({"algorithm": algorithm, "parameters": parameters}),
            "public_key": core.OctetString(key.to_octets()).dump(),
        }
    )
    der: bytes = info.dump()
    return der


def _key_identifier(info: bytes) -> bytes:
    """Return 20 octets that follow from the public key (RFC 5280 §4.2.1.2 leaves the method)."""
    return gost.provider().hash(info, 256)[:20]


def _extensions(
    request: CertificateRequest, identifier: bytes, authority: bytes
) -> list[dict[str, object]]:
    extensions: list[dict[str, object]] = [
        {"extn_id": "key_identifier", "extn_value": identifier},
        {"extn_id": "authority_key_identifier", "extn_value": {"key_identifier": authority}},
    ]
    if request.is_ca:
        constraints: dict[str, object] = {"ca": True}
        if request.path_length is not None:
            constraints["path_len_constraint"] = request.path_length
        extensions.append(
            {"extn_id": "basic_constraints", "critical": True, "extn_value": constraints}
        )
    if request.key_usage:
        extensions.append(
            {"extn_id": "key_usage", "critical": True, "extn_value": set(request.key_usage)}
        )
    if request.critical_extension:
        unknown = {"extn_id": request.critical_extension, "critical": True}
        extensions.append({**unknown, "extn_value": core.ParsableOctetString(core.Null().dump())})
    return extensions


def _name(subject: Sequence[tuple[str, str]]) -> x509.Name:
    pairs = []
    for short, value in subject:
        kind = core.NumericString if short in _NUMERIC else _STRING_TYPES.get(short)
        encoded = (kind or core.UTF8String)(value)
        pairs.append(_NamePair({"type": OIDS[short], "value": encoded}))
    relative = [_RelativeName([pair]) for pair in pairs]
    return x509.Name.load(_NameSequence(relative).dump())


def _time(moment: datetime) -> x509.Time:
    """Return UTCTime until 2049 and GeneralizedTime after (RFC 5280 §4.1.2.5)."""
    if moment.year < 2050:
        return x509.Time({"utc_time": core.UTCTime(moment)})
    return x509.Time({"general_time": core.GeneralizedTime(moment)})


class _NamePair(core.Sequence):  # type: ignore[misc]
    """AttributeTypeAndValue with a value of any string type."""

    _fields = [  # noqa: RUF012
        ("type", core.ObjectIdentifier),
        ("value", core.Any),
    ]


class _RelativeName(core.SetOf):  # type: ignore[misc]
    _child_spec = _NamePair


class _NameSequence(core.SequenceOf):  # type: ignore[misc]
    _child_spec = _RelativeName
