"""Picks the fastest trustworthy implementation of Стрибог and GOST R 34.10-2012."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from dopusk.gost import libcrypto, libgcrypt, points, signature, streebog
from dopusk.gost.curves import Curve
from dopusk.gost.signature import Hash, MultiplyAdd, MultiplyBase, PrivateKey, PublicKey


class ProviderUnavailableError(RuntimeError):
    """The forced provider is unknown or not on this machine; the text is for the user."""


class Provider(Protocol):
    """Hashing and signatures of GOST, whoever computes them."""

    @property
    def name(self) -> str:
        """What computes, with versions: for `doctor` and the report."""

    def hash(self, data: bytes, bits: int) -> bytes:
        """Return Стрибог of `data` (RFC 6986); raises ValueError unless bits is 256 or 512."""

    def verify(self, public_key: PublicKey, digest: bytes, signature: bytes) -> bool:
        """Tell whether `signature` (s ‖ r) over `digest` is the key's (RFC 7091)."""

    def sign(self, private_key: PrivateKey, digest: bytes) -> bytes:
        """Return s ‖ r over `digest`; for test data alone."""

    def public_key(self, private_key: PrivateKey) -> PublicKey:
        """Return the public key of a test key."""


@dataclass(frozen=True, slots=True)
class _Composite:
    """A provider made of a hash and an arithmetic of points."""

    name: str
    hash_: Hash
    multiply_add: MultiplyAdd
    multiply_base: MultiplyBase

    def hash(self, data: bytes, bits: int) -> bytes:
        return self.hash_(data, bits)

    def verify(self, public_key: PublicKey, digest: bytes, signature_: bytes) -> bool:
        return signature.verify(public_key, digest, signature_, self.multiply_add)

    def sign(self, private_key: PrivateKey, digest: bytes) -> bytes:
        return signature.sign(private_key, digest, self.hash_, self.multiply_base)

    def public_key(self, private_key: PrivateKey) -> PublicKey:
        return private_key.public(self.multiply_base)


@cache
def provider(name: str | None = None) -> Provider:
    """Return the best provider of this machine, or the one that `name` forces.

    Names: `pure` (Python only), `native` (libgcrypt and libcrypto, both needed). Without a name
    each part is native where the machine has it and its self-test passes. Raises
    ProviderUnavailableError.
    """
    if name == "pure":
        return _Composite("Python", streebog.streebog, points.multiply_add, points.multiply_base)
    if name not in (None, "native"):
        raise ProviderUnavailableError(f"Неизвестный провайдер ГОСТ «{name}»: бывают pure и native")
    hash_name, hash_ = _native_hash()
    arithmetic_name, multiply_add, multiply_base = _native_arithmetic()
    if name == "native" and "Python" in (hash_name, arithmetic_name):
        raise ProviderUnavailableError(
            "Нет нативного провайдера ГОСТ: нужны библиотеки libgcrypt (≥ 1.7) и libcrypto"
            " (OpenSSL ≥ 1.1.1)"
        )
    names = list(dict.fromkeys((hash_name, arithmetic_name)))
    return _Composite(" + ".join(names), hash_, multiply_add, multiply_base)


def _native_hash() -> tuple[str, Hash]:
    try:
        library = libgcrypt.load()
    except OSError:
        return "Python", streebog.streebog
    if all(library.hash(message, bits) == digest for message, bits, digest in HASH_VECTORS):
        return library.name, library.hash
    return "Python", streebog.streebog


def _native_arithmetic() -> tuple[str, MultiplyAdd, MultiplyBase]:
    try:
        library = libcrypto.load()
        right = signature.verify(
            SIGNATURE_KEY, SIGNATURE_DIGEST, SIGNATURE_VALUE, library.multiply_add
        )
        wrong = signature.verify(
            SIGNATURE_KEY, SIGNATURE_DIGEST, SIGNATURE_VALUE[::-1], library.multiply_add
        )
    except (OSError, ArithmeticError):
        right, wrong = False, True
    if right and not wrong:
        return library.name, library.multiply_add, library.multiply_base
    return "Python", points.multiply_add, points.multiply_base


# Self-test. RFC 6986 §10.1 (message M1) and RFC 7091 §7.1.
HASH_VECTORS = (
    (
        b"012345678901234567890123456789012345678901234567890123456789012",
        256,
        bytes.fromhex("9d151eefd8590b89daa6ba6cb74af9275dd051026bb149a452fd84e5e57b5500"),
    ),
    (
        b"012345678901234567890123456789012345678901234567890123456789012",
        512,
        bytes.fromhex(
            "1b54d01a4af5b9d5cc3d86d68d285462b19abc2475222f35c085122be4ba1ffa"
            "00ad30f8767b3a82384c6574f024c311e2a481332b08ef7f41797891c1646f48"
        ),
    ),
)
_EXAMPLE = Curve(
    "RFC 7091 §7.1",
    "",
    p=0x8000000000000000000000000000000000000000000000000000000000000431,
    a=7,
    b=0x5FBFF498AA938CE739B8E022FBAFEF40563F6E6A3472FC2A514C0CE9DAE23B7E,
    q=0x8000000000000000000000000000000150FE8A1892976154C59CFC193ACCF5B3,
    x=2,
    y=0x08E2A8A0E65147D4BD6316030E16D19C85C97F0A9CA267122B96ABBCEA7E8FC8,
)
SIGNATURE_KEY = PublicKey(
    _EXAMPLE,
    0x7F2B49E270DB6D90D8595BEC458B50C58585BA1D4E9B788F6689DBD8E56FD80B,
    0x26F1B489D6701DD185C8413A977B3CBBAF64D1C593D26627DFFB101A87FF77DA,
)
SIGNATURE_DIGEST = bytes.fromhex(
    "2dfbc1b372d89a1188c09c52e0eec61fce52032ab1022e8e67ece6672b043ee5"
)[::-1]
SIGNATURE_VALUE = bytes.fromhex(
    "01456c64ba4642a1653c235a98a60249bcd6d3f746b631df928014f6c5bf9c40"
    "41aa28d2f1ab148280cd9ed56feda41974053554a42767b83ad043fd39dc0493"
)
