"""GOST R 34.10-2012: keys, verification and (for test data alone) signing.

Source: RFC 7091 §6; octet forms RFC 9215 §2 (signature s ‖ r, big-endian) and §4 (public key
X ‖ Y, little-endian). Signing is not constant in time and its keys are test keys: never use it for
signatures that mean anything.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dopusk.gost import points
from dopusk.gost.curves import Curve
from dopusk.gost.points import Point

Hash = Callable[[bytes, int], bytes]
MultiplyAdd = Callable[[Curve, int, int, Point], Point | None]
MultiplyBase = Callable[[Curve, int], Point | None]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A public key; raises ValueError for a point that is not one of the curve's."""

    curve: Curve
    x: int
    y: int

    def __post_init__(self) -> None:
        if not self.curve.holds(self.x, self.y):
            raise ValueError(f"the point is not on the curve {self.curve.name}")
        if points.has_small_order(self.curve, (self.x, self.y)):
            raise ValueError(f"the point has a small order on the curve {self.curve.name}")

    @classmethod
    def from_octets(cls, curve: Curve, octets: bytes) -> PublicKey:
        """Return the key that SubjectPublicKey holds; raises ValueError for a wrong length."""
        size = curve.size
        if len(octets) != 2 * size:
            raise ValueError(f"the public key has {len(octets)} octets instead of {2 * size}")
        return cls(
            curve, int.from_bytes(octets[:size], "little"), int.from_bytes(octets[size:], "little")
        )

    def to_octets(self) -> bytes:
        """Return X ‖ Y, each little-endian."""
        size = self.curve.size
        return self.x.to_bytes(size, "little") + self.y.to_bytes(size, "little")


@dataclass(frozen=True, slots=True)
class PrivateKey:
    """A private key of the test PKI; raises ValueError outside 1 … q-1."""

    curve: Curve
    d: int

    def __post_init__(self) -> None:
        if not 0 < self.d < self.curve.q:
            raise ValueError("the private key is out of range")

    @classmethod
    def derive(cls, curve: Curve, seed: bytes, hash_: Hash) -> PrivateKey:
        """Return the key that follows from `seed`, always the same one."""
        return cls(curve, _number_below(curve.q, b"dopusk private key\0" + seed, hash_))

    def public(self, multiply_base: MultiplyBase = points.multiply_base) -> PublicKey:
        """Return its public key."""
        point = multiply_base(self.curve, self.d)
        if point is None:
            raise ValueError("the generator has another order")
        return PublicKey(self.curve, *point)


def verify(key: PublicKey, digest: bytes, signature: bytes, multiply_add: MultiplyAdd) -> bool:
    """Tell whether `signature` (s ‖ r) over `digest` is the key's. RFC 7091 §6.2."""
    curve, size = key.curve, key.curve.size
    if len(signature) != 2 * size or len(digest) != size:
        return False
    s = int.from_bytes(signature[:size], "big")
    r = int.from_bytes(signature[size:], "big")
    if not (0 < r < curve.q and 0 < s < curve.q):
        return False
    inverse = pow(_digest_number(curve, digest), -1, curve.q)
    point = multiply_add(curve, s * inverse % curve.q, -r * inverse % curve.q, (key.x, key.y))
    return point is not None and point[0] % curve.q == r


def sign(key: PrivateKey, digest: bytes, hash_: Hash, multiply_base: MultiplyBase) -> bytes:
    """Return s ‖ r over `digest`, each big-endian; the nonce follows from key and digest.

    Raises ValueError when the digest's length is not the curve's.
    """
    curve, size = key.curve, key.curve.size
    if len(digest) != size:
        raise ValueError(f"a key of {curve.bits} bits signs {size} octets, not {len(digest)}")
    seed = b"dopusk nonce\0" + key.d.to_bytes(size, "big") + digest
    attempt = 0
    while True:
        k = _number_below(curve.q, seed + attempt.to_bytes(4, "big"), hash_)
        signature = sign_with(key, digest, k, multiply_base)
        if signature is not None:
            return signature
        attempt += 1


def sign_with(key: PrivateKey, digest: bytes, k: int, multiply_base: MultiplyBase) -> bytes | None:
    """Return s ‖ r for the nonce k, None when another one must be taken. RFC 7091 §6.1."""
    curve, size = key.curve, key.curve.size
    point = multiply_base(curve, k)
    if point is None:
        return None
    r = point[0] % curve.q
    s = (r * key.d + k * _digest_number(curve, digest)) % curve.q
    if not r or not s:
        return None
    return s.to_bytes(size, "big") + r.to_bytes(size, "big")


def _digest_number(curve: Curve, digest: bytes) -> int:
    """Return e of RFC 7091; hash octets are least significant first (RFC 6986)."""
    return int.from_bytes(digest, "little") % curve.q or 1


def _number_below(bound: int, seed: bytes, hash_: Hash) -> int:
    """Return a number of 1 … bound-1 that follows from `seed`, without noticeable bias."""
    octets = b"".join(hash_(bytes([part]) + seed, 512) for part in range(2))
    return int.from_bytes(octets, "big") % (bound - 1) + 1
