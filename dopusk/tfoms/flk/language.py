"""The small language of conditions of Q015, read into closures over records; nothing is executed.

    condition  = both { «или» both }
    both       = single { «и» single }
    single     = «не» single | «(» condition «)» | ["Тег"] NAME («присутствует» | «отсутствует»)
               | sum { ( = | <> | < | <= | > | >= ) ( sum | «{» value { «,» value } «}» ) }
    sum        = operand { (+ | -) operand }
    operand    = NAME | value | «(» sum «)» | FUNCTION «(» operand [ «,» operand ] «)»

A condition is true, false or, when something that must be there is not, unknown (None): then no
check answers, for the check of presence has answered already. An optional element that is absent
differs from any value. Of several values of one element, one that fits is enough for `=` and the
orders, and none may fit for `<>`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from dopusk.tfoms.flk.operands import (
    FUNCTIONS,
    Operand,
    added,
    applied,
    compared,
    constant,
    member,
)
from dopusk.tfoms.flk.record import Record

Condition = Callable[[Record], bool | None]

_TOKEN = re.compile(r"\s*(?:(?P<word>[\w.]+)|(?P<sign><=|>=|<>|[-<>=+(){},]))")
_LITERAL = re.compile(r"\d+(\.\d+)?|[A-Z]\d\d(\.\d+)?|[А-Я]{2}\d|ОПВ|V021|[ACDHRTXMS]")
_ORDERS = frozenset(("=", "<>", "<", "<=", ">", ">="))


class ConditionError(ValueError):
    """The text is not a condition of this language, or names an element that is not known."""


class Names(Protocol):
    """How names are found from the element that a condition is about."""

    def operand(self, name: str) -> Operand | None:
        """Return the values of the element of this name; None when there is no such element."""

    def presence(self, name: str) -> Callable[[Record], bool] | None:
        """Return the test of presence of the element; None when there is no such element."""


@dataclass(slots=True)
class _Tokens:
    text: str
    items: list[str]
    place: int = 0

    def peek(self, ahead: int = 0) -> str:
        place = self.place + ahead
        return self.items[place] if place < len(self.items) else ""

    def take(self, expected: str | None = None) -> str:
        item = self.peek()
        if not item or (expected is not None and item != expected):
            raise ConditionError(f"{self.text!r}: {expected or 'more'} expected at {item!r}")
        self.place += 1
        return item


def condition(text: str, names: Names) -> Condition:
    """Return the condition compiled; raises ConditionError."""
    tokens = _Tokens(text, list(_split(text)))
    compiled = _Reader(tokens, names).any_of()
    if tokens.peek():
        raise ConditionError(f"{text!r}: unexpected {tokens.peek()!r}")
    return compiled


def equated(text: str, names: Names) -> Operand | None:
    """Return the right side of a plain equality, for telling what was expected; else None."""
    left, sign, right = text.partition("=")
    if not sign or any(order in left + right for order in ("<", ">", "=", "{", " и ", " или ")):
        return None
    tokens = _Tokens(right, list(_split(right)))
    compiled = _Reader(tokens, names).sum()
    return None if tokens.peek() else compiled


def _split(text: str) -> Iterator[str]:
    place = 0
    stripped = text.rstrip()
    while place < len(stripped):
        match = _TOKEN.match(stripped, place)
        if match is None:
            raise ConditionError(f"{text!r}: cannot read {stripped[place:]!r}")
        yield match["word"] or match["sign"]
        place = match.end()


@dataclass(slots=True)
class _Reader:
    tokens: _Tokens
    names: Names

    def any_of(self) -> Condition:
        parts = [self.all_of()]
        while self.tokens.peek() == "или":
            self.tokens.take()
            parts.append(self.all_of())
        return parts[0] if len(parts) == 1 else _either(tuple(parts))

    def all_of(self) -> Condition:
        parts = [self.single()]
        while self.tokens.peek() == "и":
            self.tokens.take()
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else _both(tuple(parts))

    def single(self) -> Condition:
        first = self.tokens.peek()
        if first == "не":
            self.tokens.take()
            return _negated(self.single())
        if first == "(" and self._is_condition():
            self.tokens.take()
            inside = self.any_of()
            self.tokens.take(")")
            return inside
        if first in ("Тег", "тег"):
            self.tokens.take()
        if self.tokens.peek(1) in ("присутствует", "отсутствует"):
            return self._presence()
        return self._comparison()

    def _is_condition(self) -> bool:
        depth = 0
        for item in self.tokens.items[self.tokens.place :]:
            depth += {"(": 1, ")": -1}.get(item, 0)
            if depth == 0:
                return False
            if item in _ORDERS or item in ("присутствует", "отсутствует"):
                return True
        return False

    def _presence(self) -> Condition:
        name = self.tokens.take()
        there = self.names.presence(name)
        if there is None:
            raise ConditionError(f"{self.tokens.text!r}: unknown element {name!r}")
        return there if self.tokens.take() == "присутствует" else _negated(there)

    def _comparison(self) -> Condition:
        left = self.sum()
        parts: list[Condition] = []
        while self.tokens.peek() in _ORDERS:
            order = self.tokens.take()
            if self.tokens.peek() == "{":
                parts.append(member(left, frozenset(self._set()), inside=order == "="))
            else:
                right = self.sum()
                parts.append(compared(order, left, right))
                left = right
        if not parts:
            raise ConditionError(f"{self.tokens.text!r}: a comparison expected")
        return parts[0] if len(parts) == 1 else _both(tuple(parts))

    def _set(self) -> Iterator[str]:
        self.tokens.take("{")
        yield self.tokens.take()
        while self.tokens.peek() == ",":
            self.tokens.take()
            yield self.tokens.take()
        self.tokens.take("}")

    def sum(self) -> Operand:
        total = self._operand()
        while self.tokens.peek() in ("+", "-"):
            sign = 1 if self.tokens.take() == "+" else -1
            total = added(total, self._operand(), sign)
        return total

    def _operand(self) -> Operand:
        word = self.tokens.take()
        if word == "(":
            inside = self.sum()
            self.tokens.take(")")
            return inside
        if word in FUNCTIONS and self.tokens.peek() == "(":
            return self._function(word)
        known = self.names.operand(word)
        if known is not None:
            return known
        if _LITERAL.fullmatch(word):
            return constant(word)
        raise ConditionError(f"{self.tokens.text!r}: unknown element {word!r}")

    def _function(self, name: str) -> Operand:
        self.tokens.take("(")
        arguments = [self._operand()]
        while self.tokens.peek() == ",":
            self.tokens.take()
            arguments.append(self._operand())
        self.tokens.take(")")
        return applied(name, arguments)


def _either(parts: tuple[Condition, ...]) -> Condition:
    def holds(record: Record) -> bool | None:
        answer: bool | None = False
        for part in parts:
            one = part(record)
            if one:
                return True
            if one is None:
                answer = None
        return answer

    return holds


def _both(parts: tuple[Condition, ...]) -> Condition:
    def holds(record: Record) -> bool | None:
        answer: bool | None = True
        for part in parts:
            one = part(record)
            if one is None:
                answer = None
            elif not one:
                return False
        return answer

    return holds


def _negated(part: Condition) -> Condition:
    def holds(record: Record) -> bool | None:
        one = part(record)
        return None if one is None else not one

    return holds
