"""Curves of GOST R 34.10-2012 that certificates name (curves.toml)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


class UnknownCurveError(KeyError):
    """No such curve among those of GOST R 34.10-2012."""


@dataclass(frozen=True, slots=True)
class Curve:
    """y² = x³ + ax + b over the field of p, with a generator (x, y) of prime order q."""

    name: str
    oid: str
    """Identifier in AlgorithmIdentifier.parameters of a public key."""
    p: int
    a: int
    b: int
    q: int
    x: int
    y: int

    @property
    def size(self) -> int:
        """Return the octets of one coordinate: 32 or 64."""
        return (self.p.bit_length() + 7) // 8

    @property
    def bits(self) -> int:
        """Return the length of the digest that is signed on it: 256 or 512."""
        return 8 * self.size

    def holds(self, x: int, y: int) -> bool:
        """Tell whether the point lies on the curve."""
        inside = 0 <= x < self.p and 0 <= y < self.p
        return inside and (y * y - x * x * x - self.a * x - self.b) % self.p == 0


@cache
def curves() -> dict[str, Curve]:
    """Return every curve by its name, e.g. `tc26-256-A`."""
    text = (files("dopusk.gost") / "curves.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)
    known = {}
    for name, row in rows.items():
        numbers = rows[row["same"]] if "same" in row else row
        known[name] = Curve(name, row["oid"], **{key: int(numbers[key], 16) for key in "pabqxy"})
    return known


@cache
def _by_oid() -> dict[str, Curve]:
    return {curve.oid: curve for curve in curves().values()}


def curve(name_or_oid: str) -> Curve:
    """Return the curve with this name or object identifier; raises UnknownCurveError."""
    found = curves().get(name_or_oid) or _by_oid().get(name_or_oid)
    if found is None:
        raise UnknownCurveError(name_or_oid)
    return found
