"""Arithmetic of curve points on Python integers.

Points are affine pairs or None for infinity; inside, Jacobian coordinates. Not constant in time:
secret keys exist only for test data.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from dopusk.gost.curves import Curve

Point = tuple[int, int]
_Jacobian = tuple[int, int, int]
_INFINITY: _Jacobian = (1, 1, 0)

_BASE_WIDTH = 8
_POINT_WIDTH = 5


def multiply_add(curve: Curve, u: int, v: int, point: Point) -> Point | None:
    """Return u·P + v·`point`, P being the generator; None for the point at infinity."""
    return _sum_of_products(
        curve,
        (
            (_digits(u, _BASE_WIDTH), _base_table(curve)),
            (_digits(v, _POINT_WIDTH), _odd_multiples(curve, point, _POINT_WIDTH)),
        ),
    )


def multiply_base(curve: Curve, u: int) -> Point | None:
    """Return u·P, P being the generator; None for the point at infinity."""
    return _sum_of_products(curve, ((_digits(u, _BASE_WIDTH), _base_table(curve)),))


def has_small_order(curve: Curve, point: Point) -> bool:
    """Tell whether 4·`point` is infinity: such a point is no public key (the cofactor is ≤ 4)."""
    doubled = _double(curve, (point[0], point[1], 1))
    return not doubled[2] or not _double(curve, doubled)[2]


def _digits(number: int, width: int) -> list[int]:
    """Return the non-adjacent form: odd signed digits below 2^(width-1), lowest first."""
    digits = []
    half, full = 1 << width - 1, 1 << width
    while number:
        digit = 0
        if number & 1:
            digit = number & full - 1
            if digit >= half:
                digit -= full
            number -= digit
        digits.append(digit)
        number >>= 1
    return digits


@lru_cache(maxsize=16)
def _base_table(curve: Curve) -> tuple[Point, ...]:
    return _odd_multiples(curve, (curve.x, curve.y), _BASE_WIDTH)


def _odd_multiples(curve: Curve, point: Point, width: int) -> tuple[Point, ...]:
    """Return point, 3·point, 5·point … as affine points.

    Infinity does not occur on the way: PublicKey refuses points of small order.
    """
    p = curve.p
    step = _to_affine(curve, _double(curve, (point[0], point[1], 1)))
    if step is None:
        raise ValueError("a point of small order")
    multiples: list[_Jacobian] = [(point[0], point[1], 1)]
    while len(multiples) < 1 << width - 2:
        multiples.append(_add(curve, multiples[-1], step))
    # One inversion for all of them (Montgomery's trick).
    products = [1]
    for _, _, z in multiples:
        products.append(products[-1] * z % p)
    inverse = pow(products.pop(), -1, p)
    table = []
    for (x, y, z), before in zip(reversed(multiples), reversed(products), strict=True):
        z_inverse = inverse * before % p
        inverse = inverse * z % p
        square = z_inverse * z_inverse % p
        table.append((x * square % p, y * square * z_inverse % p))
    return tuple(reversed(table))


def _sum_of_products(
    curve: Curve, terms: Sequence[tuple[list[int], tuple[Point, ...]]]
) -> Point | None:
    total = _INFINITY
    p = curve.p
    for place in range(max(len(digits) for digits, _ in terms) - 1, -1, -1):
        if total[2]:
            total = _double(curve, total)
        for digits, table in terms:
            digit = digits[place] if place < len(digits) else 0
            if digit > 0:
                total = _add(curve, total, table[digit >> 1])
            elif digit < 0:
                x, y = table[-digit >> 1]
                total = _add(curve, total, (x, p - y))
    return _to_affine(curve, total)


def _double(curve: Curve, point: _Jacobian) -> _Jacobian:
    x, y, z = point
    p, a = curve.p, curve.a
    zz = z * z % p
    yy = y * y % p
    s = 4 * x * yy % p
    m = 3 * (x - zz) * (x + zz) % p if a + 3 == p else (3 * x * x + a * (zz * zz % p)) % p
    x3 = (m * m - 2 * s) % p
    return x3, (m * (s - x3) - 8 * yy * yy) % p, 2 * y * z % p


def _add(curve: Curve, left: _Jacobian, right: Point) -> _Jacobian:
    x1, y1, z1 = left
    x2, y2 = right
    if not z1:
        return x2, y2, 1
    p = curve.p
    zz = z1 * z1 % p
    h = (x2 * zz - x1) % p
    r = (y2 * zz * z1 - y1) % p
    if not h:
        return _double(curve, left) if not r else _INFINITY
    hh = h * h % p
    hhh = hh * h % p
    v = x1 * hh % p
    x3 = (r * r - hhh - 2 * v) % p
    return x3, (r * (v - x3) - y1 * hhh) % p, z1 * h % p


def _to_affine(curve: Curve, point: _Jacobian) -> Point | None:
    x, y, z = point
    if not z:
        return None
    inverse = pow(z, -1, curve.p)
    square = inverse * inverse % curve.p
    return x * square % curve.p, y * square * inverse % curve.p
