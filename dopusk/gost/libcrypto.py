"""Curve arithmetic of the machine's OpenSSL (libcrypto), through ctypes.

OpenSSL itself knows no GOST curves without an engine, but it multiplies points on any curve whose
coefficients it is given, about four times as fast as Python integers do.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from ctypes import c_char_p, c_int, c_void_p
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from dopusk.gost.curves import Curve
from dopusk.gost.points import Point

_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "OpenSSL_version": (c_char_p, [c_int]),
    "BN_bin2bn": (c_void_p, [c_char_p, c_int, c_void_p]),
    "BN_bn2binpad": (c_int, [c_void_p, c_char_p, c_int]),
    "BN_new": (c_void_p, []),
    "BN_free": (None, [c_void_p]),
    "BN_CTX_new": (c_void_p, []),
    "BN_CTX_free": (None, [c_void_p]),
    "EC_GROUP_new_curve_GFp": (c_void_p, [c_void_p] * 4),
    "EC_GROUP_set_generator": (c_int, [c_void_p] * 4),
    "EC_POINT_new": (c_void_p, [c_void_p]),
    "EC_POINT_free": (None, [c_void_p]),
    "EC_POINT_set_affine_coordinates": (c_int, [c_void_p] * 5),
    "EC_POINT_get_affine_coordinates": (c_int, [c_void_p] * 5),
    "EC_POINT_is_at_infinity": (c_int, [c_void_p] * 2),
    "EC_POINT_mul": (c_int, [c_void_p] * 6),
}


class Libcrypto:
    """Point multiplication by libcrypto; raises OSError when the library is not usable."""

    def __init__(self) -> None:
        library = ctypes.CDLL(_find())
        functions: dict[str, Callable[..., Any]] = {}
        for name, (result, arguments) in _SIGNATURES.items():
            try:
                function = getattr(library, name)
            except AttributeError as missing:
                raise OSError(f"libcrypto has no {name}") from missing
            function.restype, function.argtypes = result, arguments
            functions[name] = function
        self._call = functions
        version = functions["OpenSSL_version"](0).decode("ascii", "replace")
        self.name = " ".join(version.split()[:2])

    def multiply_add(self, curve: Curve, u: int, v: int, point: Point) -> Point | None:
        """Return u·P + v·`point`; None for infinity."""
        with self._scope() as scope:
            other = scope.point(_group(self, curve))
            scope.set_affine(_group(self, curve), other, point)
            return scope.product(curve, u, v, other)

    def multiply_base(self, curve: Curve, u: int) -> Point | None:
        """Return u·P; None for infinity."""
        with self._scope() as scope:
            return scope.product(curve, u, None, None)

    @contextmanager
    def _scope(self) -> Iterator[_Scope]:
        scope = _Scope(self, self._call)
        try:
            yield scope
        finally:
            scope.close()


class _Scope:
    """Numbers, points and the context of one computation; freed together."""

    def __init__(self, library: Libcrypto, call: dict[str, Callable[..., Any]]) -> None:
        self._library = library
        self._call = call
        self._free: list[tuple[Callable[..., Any], int]] = []
        self._context = self._keep(call["BN_CTX_new"](), "BN_CTX_free")

    def _keep(self, pointer: int | None, free: str) -> int:
        if not pointer:
            raise MemoryError("libcrypto could not allocate")
        self._free.append((self._call[free], pointer))
        return pointer

    def number(self, value: int | None = None) -> int:
        """Return a new BIGNUM."""
        if value is None:
            return self._keep(self._call["BN_new"](), "BN_free")
        octets = value.to_bytes((value.bit_length() + 7) // 8, "big")
        return self._keep(self._call["BN_bin2bn"](octets, len(octets), None), "BN_free")

    def point(self, group: int) -> int:
        """Return a new EC_POINT."""
        return self._keep(self._call["EC_POINT_new"](group), "EC_POINT_free")

    def set_affine(self, group: int, point: int, value: Point) -> None:
        """Set the coordinates; raises ValueError for a point outside the curve."""
        x, y = self.number(value[0]), self.number(value[1])
        if not self._call["EC_POINT_set_affine_coordinates"](group, point, x, y, self._context):
            raise ValueError("the point is not on the curve")

    def product(self, curve: Curve, u: int, v: int | None, point: int | None) -> Point | None:
        """Return u·P + v·point."""
        group = _group(self._library, curve)
        result = self.point(group)
        factor = None if v is None else self.number(v)
        if not self._call["EC_POINT_mul"](
            group, result, self.number(u), point, factor, self._context
        ):
            raise ArithmeticError("EC_POINT_mul failed")
        if self._call["EC_POINT_is_at_infinity"](group, result):
            return None
        x, y = self.number(), self.number()
        if not self._call["EC_POINT_get_affine_coordinates"](group, result, x, y, self._context):
            raise ArithmeticError("EC_POINT_get_affine_coordinates failed")
        return self._read(x, curve.size), self._read(y, curve.size)

    def group(self, curve: Curve) -> int:
        """Return a new EC_GROUP; the caller keeps it."""
        call = self._call
        group: int | None = call["EC_GROUP_new_curve_GFp"](
            self.number(curve.p), self.number(curve.a), self.number(curve.b), self._context
        )
        if not group:
            raise OSError(f"libcrypto does not take the curve {curve.name}")
        generator = self.point(group)
        self.set_affine(group, generator, (curve.x, curve.y))
        order, cofactor = self.number(curve.q), self.number(_cofactor(curve))
        if not call["EC_GROUP_set_generator"](group, generator, order, cofactor):
            raise OSError(f"libcrypto does not take the generator of {curve.name}")
        return group

    def _read(self, number: int, size: int) -> int:
        octets = ctypes.create_string_buffer(size)
        self._call["BN_bn2binpad"](number, octets, size)
        return int.from_bytes(octets.raw, "big")

    def close(self) -> None:
        """Free everything that was allocated."""
        for free, pointer in reversed(self._free):
            free(pointer)


def _cofactor(curve: Curve) -> int:
    """Return the number of the curve's points divided by q, by Hasse's bound."""
    return (curve.p + 1 + curve.q // 2) // curve.q


@lru_cache(maxsize=32)
def _group(library: Libcrypto, curve: Curve) -> int:
    """Return the curve's EC_GROUP, made once; it is only read afterwards, from any thread."""
    with library._scope() as scope:
        return scope.group(curve)


def _find() -> str:
    """Return the library's path or name; raises OSError.

    macOS kills a process that loads its own /usr/lib/libcrypto.dylib, so that one is left alone;
    on Windows only the copy that comes with Python is taken.
    """
    if sys.platform == "win32":
        found = sorted((Path(sys.base_prefix) / "DLLs").glob("libcrypto-3*.dll"))
        path = str(found[-1]) if found else None
    else:
        path = ctypes.util.find_library("crypto")
        if path and sys.platform == "darwin" and path.startswith("/usr/lib/"):
            path = None
    if path is None:
        raise OSError("libcrypto is not installed")
    return path


@cache
def load() -> Libcrypto:
    """Return the library; raises OSError."""
    return Libcrypto()
