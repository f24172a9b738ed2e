"""Signs test data: detached CAdES-BES, and every way to do it wrong.

For test data alone: keys are published with the project and signing is not constant in time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from asn1crypto import cms, core, tsp, x509

from dopusk import gost
from dopusk.signature.algorithms import Digest
from dopusk.signature.container import SIGNED_DATA
from dopusk.signature.credential import Credential


@dataclass(frozen=True, slots=True)
class SigningFaults:
    """Deliberate faults, one field each; the defaults make a good container."""

    signed_bytes: bytes | None = None
    """Sign these bytes instead of the document."""
    attached: bool = False
    """Put the document into the container."""
    no_certificate: bool = False
    """Leave the signer's certificate out."""
    no_attributes: bool = False
    """Sign the document itself, without signed attributes."""
    no_content_type: bool = False
    no_message_digest: bool = False
    no_signing_time: bool = False
    no_signing_certificate: bool = False
    wrong_content_type: bool = False
    """State another content type in the attribute than in the container."""
    wrong_signing_certificate: bytes | None = None
    """Refer to this certificate (DER) in signingCertificateV2."""
    repeated_signing_time: bool = False
    """Put the attribute in twice."""
    wrong_value: bool = False
    """Spoil one bit of the signature value."""
    obsolete_algorithm: bool = False
    """Name ГОСТ Р 34.11-94 and 34.10-2001 as the algorithms."""
    unknown_algorithm: bool = False
    """Name SHA-256 and RSA as the algorithms."""
    mixed_digest: bool = False
    """Hash with the other length of Стрибог than the key's."""
    second_signer: Credential | None = None
    """Let another person sign in the same container."""
    no_signer: bool = False
    """Leave all signerInfos out."""
    not_signed_data: bool = False
    """Wrap the octets as CMS Data instead of SignedData."""


NO_FAULTS = SigningFaults()


def sign_detached(
    document: bytes,
    credential: Credential,
    *,
    signing_time: datetime,
    faults: SigningFaults = NO_FAULTS,
) -> bytes:
    """Return a detached CAdES-BES container (DER) over `document`; the same input, the same octets.

    `signing_time` is zone-aware and is written in UTC, in whole seconds.
    """
    if faults.not_signed_data:
        return _dump(cms.ContentInfo({"content_type": "data", "content": document}))
    signers = [credential, *([faults.second_signer] if faults.second_signer else [])]
    infos = [_signer_info(document, signer, signing_time, faults) for signer in signers]
    certificates = [der for signer in signers for der in (signer.certificate_der, *signer.chain)]
    body: dict[str, object] = {
        "version": "v1",
        "digest_algorithms": [
            {"algorithm": oid}
            for oid in dict.fromkeys(info["digest_algorithm"]["algorithm"].dotted for info in infos)
        ],
        "encap_content_info": {"content_type": "data"},
        "signer_infos": [] if faults.no_signer else infos,
    }
    if faults.attached:
        body["encap_content_info"] = {"content_type": "data", "content": document}
    if not faults.no_certificate:
        body["certificates"] = [x509.Certificate.load(der) for der in certificates]
    return _dump(cms.ContentInfo({"content_type": SIGNED_DATA, "content": cms.SignedData(body)}))


def _dump(value: core.Asn1Value) -> bytes:
    der: bytes = value.dump()
    return der


def _signer_info(
    document: bytes, credential: Credential, signing_time: datetime, faults: SigningFaults
) -> cms.SignerInfo:
    provider = gost.provider()
    bits = credential.private_key.curve.bits
    digest = Digest.of_bits(768 - bits if faults.mixed_digest else bits)
    content = document if faults.signed_bytes is None else faults.signed_bytes
    values: dict[str, object] = {
        "version": "v1",
        "sid": cms.SignerIdentifier.load(_signer_identifier(credential.certificate_der)),
        "digest_algorithm": {"algorithm": _digest_oid(digest, faults)},
        "signature_algorithm": {"algorithm": _signature_oid(bits, faults)},
    }
    to_sign = content
    if not faults.no_attributes:
        attributes = _attributes(
            provider.hash(content, digest.bits), credential, digest, signing_time, faults
        )
        to_sign = attributes.dump()
        values["signed_attrs"] = attributes
    signature = provider.sign(credential.private_key, provider.hash(to_sign, bits))
    if faults.wrong_value:
        signature = signature[:-1] + bytes([signature[-1] ^ 1])
    values["signature"] = signature
    return cms.SignerInfo(values)


def _digest_oid(digest: Digest, faults: SigningFaults) -> str:
    if faults.obsolete_algorithm:
        return "1.2.643.2.2.9"
    return "2.16.840.1.101.3.4.2.1" if faults.unknown_algorithm else digest.oid


def _signature_oid(bits: int, faults: SigningFaults) -> str:
    if faults.obsolete_algorithm:
        return "1.2.643.2.2.3"
    if faults.unknown_algorithm:
        return "1.2.840.113549.1.1.11"
    return "1.2.643.7.1.1.3.2" if bits == 256 else "1.2.643.7.1.1.3.3"


def _attributes(
    message_digest: bytes,
    credential: Credential,
    digest: Digest,
    signing_time: datetime,
    faults: SigningFaults,
) -> cms.CMSAttributes:
    whole_second = signing_time.replace(microsecond=0)
    rows: list[tuple[str, object]] = []
    if not faults.no_content_type:
        rows.append(("content_type", "signed_data" if faults.wrong_content_type else "data"))
    if not faults.no_signing_time:
        rows.append(("signing_time", cms.Time({"utc_time": core.UTCTime(whole_second)})))
    if faults.repeated_signing_time:
        later = core.UTCTime(whole_second + timedelta(seconds=1))
        rows.append(("signing_time", cms.Time({"utc_time": later})))
    if not faults.no_message_digest:
        rows.append(("message_digest", message_digest))
    if not faults.no_signing_certificate:
        named = faults.wrong_signing_certificate or credential.certificate_der
        reference = tsp.SigningCertificateV2.load(_certificate_reference(named, digest))
        rows.append(("signing_certificate_v2", reference))
    attributes = [cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in rows]
    # DER orders the members of a SET OF by their octets (X.690 §11.6).
    return cms.CMSAttributes(sorted(attributes, key=lambda item: bytes(item.dump())))


# What depends on the certificate alone is encoded once: encoding a name takes milliseconds.
@lru_cache(maxsize=256)
def _signer_identifier(der: bytes) -> bytes:
    certificate = x509.Certificate.load(der)
    named = cms.IssuerAndSerialNumber(
        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    )
    return _dump(cms.SignerIdentifier({"issuer_and_serial_number": named}))


@lru_cache(maxsize=256)
def _certificate_reference(der: bytes, digest: Digest) -> bytes:
    certificate = x509.Certificate.load(der)
    reference = tsp.SigningCertificateV2(
        {
            "certs": [
                {
                    "hash_algorithm": {"algorithm": digest.oid},
                    "cert_hash": gost.provider().hash(der, digest.bits),
                    "issuer_serial": {
                        "issuer": [x509.GeneralName({"directory_name": certificate.issuer})],
                        "serial_number": certificate.serial_number,
                    },
                }
            ]
        }
    )
    return _dump(reference)
