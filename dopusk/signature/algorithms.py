"""Algorithms of GOST signatures: identifiers on the wire and what they mean.

Sources: R 1323565.1.023-2018, R 1323565.1.025-2019, RFC 9215; obsolete ones RFC 4491.
"""

from __future__ import annotations

from enum import Enum


class Digest(Enum):
    """A digest algorithm: object identifier, bits and name."""

    STREEBOG_256 = ("1.2.643.7.1.1.2.2", 256, "ГОСТ Р 34.11-2012 (256 бит)")
    STREEBOG_512 = ("1.2.643.7.1.1.2.3", 512, "ГОСТ Р 34.11-2012 (512 бит)")

    def __init__(self, oid: str, bits: int, title: str) -> None:
        self.oid = oid
        self.bits = bits
        self.title = title

    @classmethod
    def of_bits(cls, bits: int) -> Digest:
        """Return the digest that keys of this length sign (256 or 512)."""
        return cls.STREEBOG_256 if bits == 256 else cls.STREEBOG_512


KEY_ALGORITHMS = {"1.2.643.7.1.1.1.1": 256, "1.2.643.7.1.1.1.2": 512}
"""Public key algorithms and the bits of their keys."""

SIGNATURE_ALGORITHMS = {
    "1.2.643.7.1.1.3.2": 256,
    "1.2.643.7.1.1.3.3": 512,
    # CMS permits the key's identifier in signatureAlgorithm; OpenSSL writes it.
    **KEY_ALGORITHMS,
}
"""Signature algorithms and the bits of the keys that make them."""

OBSOLETE = {
    "1.2.643.2.2.19": "ГОСТ Р 34.10-2001",
    "1.2.643.2.2.20": "ГОСТ Р 34.10-94",
    "1.2.643.2.2.3": "ГОСТ Р 34.10-2001 с ГОСТ Р 34.11-94",
    "1.2.643.2.2.4": "ГОСТ Р 34.10-94 с ГОСТ Р 34.11-94",
    "1.2.643.2.2.9": "ГОСТ Р 34.11-94",
}
"""Withdrawn algorithms that РЭМД must refuse."""

_TITLES = {
    "1.2.643.7.1.1.1.1": "ГОСТ Р 34.10-2012 (256 бит)",
    "1.2.643.7.1.1.1.2": "ГОСТ Р 34.10-2012 (512 бит)",
    "1.2.643.7.1.1.3.2": "ГОСТ Р 34.10-2012 с ГОСТ Р 34.11-2012 (256 бит)",
    "1.2.643.7.1.1.3.3": "ГОСТ Р 34.10-2012 с ГОСТ Р 34.11-2012 (512 бит)",
    "1.2.840.113549.1.1.1": "RSA",
    "1.2.840.113549.1.1.5": "RSA с SHA-1",
    "1.2.840.113549.1.1.11": "RSA с SHA-256",
    "1.2.840.10045.2.1": "ECDSA",
    "1.2.840.10045.4.3.2": "ECDSA с SHA-256",
    "1.3.14.3.2.26": "SHA-1",
    "2.16.840.1.101.3.4.2.1": "SHA-256",
    "2.16.840.1.101.3.4.2.3": "SHA-512",
    **{digest.oid: digest.title for digest in Digest},
    **OBSOLETE,
}


def digest(oid: str) -> Digest | None:
    """Return the supported digest with this identifier."""
    return next((item for item in Digest if item.oid == oid), None)


def title(oid: str) -> str:
    """Return «name (OID)» of an algorithm, or the OID alone."""
    return f"{_TITLES[oid]} [{oid}]" if oid in _TITLES else oid
