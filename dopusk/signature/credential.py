"""Test credentials: a certificate with its secret key in one PEM file."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from asn1crypto import core

from dopusk import gost
from dopusk.gost import PrivateKey
from dopusk.signature.algorithms import KEY_ALGORITHMS, OBSOLETE
from dopusk.signature.asn1 import (
    Asn1Error,
    GostKeyParameters,
    PrivateKeyInfo,
    pem_blocks,
    reading,
    to_pem,
)


class CredentialError(ValueError):
    """The file holds no usable certificate and key; the text is for the user."""


@dataclass(frozen=True, slots=True)
class Credential:
    """What signs test data."""

    certificate_der: bytes = field(repr=False)
    private_key: PrivateKey = field(repr=False)
    chain: tuple[bytes, ...] = field(default=(), repr=False)
    """Further certificates (DER) that go into the container with the signer's own."""


def load_credential(path: Path) -> Credential:
    """Return the credential of a PEM file: CERTIFICATE (the signer's first) and PRIVATE KEY.

    Raises CredentialError with a Russian text, also when the file cannot be read.
    """
    try:
        data = path.read_bytes()
        certificates = pem_blocks(data, "CERTIFICATE")
        keys = pem_blocks(data, "PRIVATE KEY")
    except (OSError, Asn1Error) as error:
        raise CredentialError(f"{path}: не читается ({error})") from error
    if not certificates or len(keys) != 1:
        raise CredentialError(
            f"{path}: нужен PEM с CERTIFICATE и одним PRIVATE KEY,"
            f" а в нём {len(certificates)} и {len(keys)}"
        )
    try:
        private_key = _read_private_key(keys[0])
    except ValueError as error:
        raise CredentialError(f"{path}: {error}") from error
    return Credential(certificates[0], private_key, tuple(certificates[1:]))


def dump_credential(credential: Credential) -> bytes:
    """Return the PEM that `load_credential` reads (OpenSSL's gost engine reads it too)."""
    blocks = [to_pem(der, "CERTIFICATE") for der in (credential.certificate_der, *credential.chain)]
    return b"".join([*blocks, to_pem(_private_key_info(credential.private_key), "PRIVATE KEY")])


def _read_private_key(der: bytes) -> PrivateKey:
    """Return the key of PKCS #8, its octets little-endian; raises ValueError."""
    with reading("закрытый ключ"):
        info = PrivateKeyInfo.load(der, strict=True)
        algorithm = info["algorithm"]["algorithm"].dotted
        parameters = GostKeyParameters.load(info["algorithm"]["parameters"].dump(), strict=True)
        curve_oid = parameters["public_key_param_set"].dotted
        octets = core.OctetString.load(info["private_key"].native, strict=True).native
    if algorithm not in KEY_ALGORITHMS and algorithm not in OBSOLETE:
        raise Asn1Error(f"закрытый ключ: алгоритм {algorithm} не ГОСТ")
    try:
        return PrivateKey(gost.curve(curve_oid), int.from_bytes(octets, "little"))
    except gost.UnknownCurveError as error:
        raise Asn1Error(f"закрытый ключ: неизвестная кривая {curve_oid}") from error


def _private_key_info(key: PrivateKey) -> bytes:
    octets = key.d.to_bytes(key.curve.size, "little")
    info = PrivateKeyInfo(
        {
            "version": 0,
            "algorithm": {
                "algorithm": key_algorithm(key.curve.bits),
                "parameters": key_parameters(key.curve),
            },
            "private_key": core.OctetString(octets).dump(),
        }
    )
    der: bytes = info.dump()
    return der


def key_algorithm(bits: int) -> str:
    """Return the OID of public keys of 256 or 512 bits."""
    return next(oid for oid, length in KEY_ALGORITHMS.items() if length == bits)


def key_parameters(curve: gost.Curve) -> GostKeyParameters:
    """Return the parameters of a key on this curve.

    The digest is named only on the CryptoPro curves (R 1323565.1.023-2018 §5.2.1.1).
    """
    values = {"public_key_param_set": curve.oid}
    if curve.oid.startswith("1.2.643.2.2."):
        values["digest_param_set"] = "1.2.643.7.1.1.2.2"
    return GostKeyParameters(values)
