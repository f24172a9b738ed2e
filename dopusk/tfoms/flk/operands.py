"""Operands of conditions: values of elements, sums, the few functions, and how they compare."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from dopusk.tfoms.flk.record import Record
from dopusk.tfoms.persons import day

_NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
NOTHING: Final[Sequence[str]] = ()


@dataclass(frozen=True, slots=True)
class Operand:
    """Something that has values in a record."""

    values: Callable[[Record], Sequence[str]]
    required: bool = False
    """Its absence is an error of its own, so what depends on it stays unknown."""
    fixed: str | None = None
    """The value of a constant."""


def constant(text: str) -> Operand:
    """Return the operand that always has this value."""
    values = (text,)
    return Operand(lambda record: values, fixed=text)


def number(text: str) -> Decimal | None:
    """Return the decimal number of the text; None when it is none."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def added(left: Operand, right: Operand, sign: int) -> Operand:
    """Return the sum or (`sign` -1) the difference; absent optional operands count as nothing."""

    def values(record: Record) -> Sequence[str]:
        one, two = left.values(record), right.values(record)
        if (left.required and not one) or (right.required and not two) or not (one or two):
            return NOTHING
        return (str(_total(one) + sign * _total(two)),)

    return Operand(values, left.required or right.required)


def member(
    left: Operand, options: frozenset[str], *, inside: bool
) -> Callable[[Record], bool | None]:
    """Return the test «a value is one of these», or (`inside` False) «none is»."""
    get, required = left.values, left.required

    def holds(record: Record) -> bool | None:
        found = get(record)
        if not found:
            return None if required else not inside
        return inside is any(value in options for value in found)

    return holds


def compared(order: str, left: Operand, right: Operand) -> Callable[[Record], bool | None]:
    """Return the comparison: numbers as numbers, everything else as text."""
    if order in ("=", "<>"):
        if right.fixed is not None:
            return _equals(left, right.fixed, order == "=")
        return _same(left, right, order == "=")
    test = _ORDERS[order]
    get_left, get_right = left.values, right.values

    def holds(record: Record) -> bool | None:
        ones, others = get_left(record), get_right(record)
        if not ones or not others:
            return None
        return any(_ordered(test, one, other) for one in ones for other in others)

    return holds


_ORDERS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _ordered(test: Callable[[Any, Any], bool], one: str, other: str) -> bool:
    left, right = number(one), number(other)
    if left is None or right is None:
        return test(one, other)
    return test(left, right)


def _equals(left: Operand, text: str, wanted: bool) -> Callable[[Record], bool | None]:
    get, required, value = left.values, left.required, number(text)

    def holds(record: Record) -> bool | None:
        found = get(record)
        if not found:
            return None if required else not wanted
        for one in found:
            if one == text or (value is not None and number(one) == value):
                return wanted
        return not wanted

    return holds


def _same(left: Operand, right: Operand, wanted: bool) -> Callable[[Record], bool | None]:
    get_left, get_right = left.values, right.values

    def holds(record: Record) -> bool | None:
        ones, others = get_left(record), get_right(record)
        if not ones or not others:
            return None
        return wanted is any(_equal(one, other) for one in ones for other in others)

    return holds


def _equal(one: str, other: str) -> bool:
    if one == other:
        return True
    left = number(one)
    return left is not None and left == number(other)


def applied(name: str, arguments: Sequence[Operand]) -> Operand:
    """Return the function of this name over its arguments: unknown where one of them is.

    Raises ValueError for a wrong count.
    """
    count, function = FUNCTIONS[name]
    if len(arguments) != count:
        raise ValueError(f"{name} takes {count} arguments")

    def values(record: Record) -> Sequence[str]:
        found = [argument.values(record) for argument in arguments]
        if not all(found):
            return NOTHING
        answer = function(found)
        return NOTHING if answer is None else (answer,)

    return Operand(values, required=True)


def _total(values: Sequence[str]) -> Decimal:
    return sum((number(value) or Decimal(0) for value in values), Decimal(0))


def _summed(found: Sequence[Sequence[str]]) -> str:
    return str(_total(found[0]))


def _year(found: Sequence[Sequence[str]]) -> str | None:
    moment = day(found[0][0])
    return str(moment.year) if moment else None


def _month(found: Sequence[Sequence[str]]) -> str | None:
    moment = day(found[0][0])
    return str(moment.month) if moment else None


def _years_between(found: Sequence[Sequence[str]]) -> str | None:
    first, last = day(found[0][0]), day(found[1][0])
    return None if first is None or last is None else str(full_years(first, last))


def full_years(first: date, last: date) -> int:
    """Return how many full years passed from the first day to the last; negative when it is
    earlier.
    """
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def _ending(found: Sequence[Sequence[str]]) -> str:
    return found[0][0][-1:]


def _beginning(found: Sequence[Sequence[str]]) -> str:
    return found[0][0][:3]


FUNCTIONS: Final[dict[str, tuple[int, Callable[[Sequence[Sequence[str]]], str | None]]]] = {
    "сумма": (1, _summed),
    "год": (1, _year),
    "месяц": (1, _month),
    "лет": (2, _years_between),
    "конец": (1, _ending),
    "начало": (1, _beginning),
}
"""сумма(x) of all values; год, месяц of a date; лет(a, b) full years from a to b; конец(x) the last
character; начало(x) the first three."""
