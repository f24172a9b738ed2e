"""Comparisons of XPath 3.1 as Python."""

from __future__ import annotations

from dataclasses import replace

from dopusk.schematron.errors import UnsupportedError
from dopusk.schematron.fast.values import (
    NUMBERS,
    STRINGS,
    AnyValue,
    Value,
    any_of,
    atomise,
    boolean,
)

_GENERAL = {"=": "==", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_VALUE = {"eq": "=", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_SWAP = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SAFE = {"=": "equal", "!=": "unequal", "<": "less", "<=": "at_most"}


def general(op: str, left: AnyValue, right: AnyValue) -> Value:
    """Return a general comparison: some pair of atomised items satisfies it."""
    lefts = atomise(left)
    rights = atomise(right)
    if len(rights) == 1 and len(lefts) > 1:
        op, lefts, rights = _SWAP[op], rights, lefts
    tests: list[Value] = []
    for one in lefts:
        chosen = _among(op, one, rights)
        tests += [chosen] if chosen is not None else [_pair(op, one, other) for other in rights]
    if not tests:
        return boolean("False")
    raises = any(test.raises for test in tests)
    return boolean(f"({' or '.join(test.item for test in tests)})", raises=raises)


def value_comparison(op: str, left: AnyValue, right: AnyValue) -> Value:
    """Return eq, ne, lt … as a truth value (an absent operand gives false).

    Raises:
        UnsupportedError: the operands are no single strings or numbers.
    """
    one, other = _single(left), _single(right)
    plain = {one.type, other.type} <= STRINGS or {one.type, other.type} <= NUMBERS
    if not plain and {one.type, other.type} != {"b"}:
        raise UnsupportedError("сравнение значений разных типов")
    return _pair(_VALUE[op], one, other)


def _single(value: AnyValue) -> Value:
    atoms = atomise(value)
    if len(atoms) != 1:
        raise UnsupportedError("сравнение последовательности как одного значения")
    atom = atoms[0]
    if atom.size != "many":
        return atom
    return Value(
        "atom", f"one([{atom.item} {' '.join(atom.clauses)}])", atom.type, "opt", raises=True
    )


def _among(op: str, value: Value, others: list[Value]) -> Value | None:
    """Return = or != with a set of literals of the same type, None when it is not one."""
    if len(others) < 2 or op not in ("=", "!=") or value.literal is not None:
        return None
    literals = [other.literal for other in others]
    if any(literal is None for literal in literals):
        return None
    types = {other.type for other in others}
    if not (types <= {"s"} and value.type in STRINGS) and not (
        types | {value.type} <= NUMBERS and "d" not in types
    ):
        return None
    distinct = sorted(set(literals), key=repr)
    if len(distinct) == 1:
        return _pair(op, value, replace(others[0], literal=distinct[0]))
    if op == "!=":
        if value.size == "many":
            return boolean(value.exists or any_of("True", value), raises=value.raises)
        there = "True" if value.size == "one" else f"({value.item} is not None)"
        return boolean(
            f"({value.item}, {there})[1]" if value.raises else there, raises=value.raises
        )
    members = ", ".join(repr(literal) for literal in distinct)
    test = f"{value.item} in {{{members}}}"
    if value.size == "many":
        if value.get:
            test = f"{_looked_up(value)} in {{{members}}}"
            value = replace(value, clauses=value.clauses[:-1])
        return boolean(any_of(test, value), raises=value.raises)
    return boolean(f"({test})", raises=value.raises)


def _pair(op: str, left: Value, right: Value) -> Value:
    if right.size == "many" and left.size != "many":
        op, left, right = _SWAP[op], right, left
    if left.literal is not None and right.literal is None and right.size != "many":
        op, left, right = _SWAP[op], right, left
    a, b, converted = _convert(left, right)
    raises = left.raises or right.raises or converted
    strings = not converted and {left.type, right.type} <= STRINGS
    if left.size == "many" and right.size == "many":
        if op == "=" and strings:
            sets = f"{{{a} {' '.join(left.clauses)}}}", f"[{b} {' '.join(right.clauses)}]"
            return boolean(f"(not {sets[0]}.isdisjoint({sets[1]}))", raises=raises)
        both = replace(left, clauses=left.clauses + right.clauses)
        return boolean(any_of(f"{a} {_GENERAL[op]} {b}", both, raises=raises), raises=raises)
    if (
        left.size == "many"
        and left.get
        and right.literal is not None
        and strings
        and op in ("=", "!=")
    ):
        found = f"{_looked_up(left)} == {b}" if op == "=" else _lookup(op, left, right)
        less = replace(left, clauses=left.clauses[:-1])
        return boolean(any_of(str(found), less, raises=raises), raises=raises)
    if left.size == "many":
        test = _emptiness(op, left, right) or _test(op, a, b, right.size == "opt")
        return boolean(any_of(test, left, raises=raises), raises=raises)
    quick = _emptiness(op, left, right) or _lookup(op, left, right)
    if quick:
        return boolean(f"({quick})", raises=raises)
    if op == "=" and strings and "one" in (left.size, right.size):
        return boolean(f"({a} == {b})", raises=raises)
    return boolean(f"({_test(op, a, b, 'opt' in (left.size, right.size))})", raises=raises)


def _test(op: str, a: str, b: str, optional: bool) -> str:
    if not optional:
        return f"{a} {_GENERAL[op]} {b}"
    if op in (">", ">="):
        return f"{_SAFE[_SWAP[op]]}({b}, {a})"
    return f"{_SAFE[op]}({a}, {b})"


def _lookup(op: str, left: Value, right: Value) -> str | None:
    """Return `@x != 'literal'` as one look-up with the literal as default."""
    if op == "!=" and left.get and right.literal is not None and right.type == "s":
        return f"{left.get[0]}.get({left.get[1]}, {right.item}) != {right.item}"
    return None


def _looked_up(value: Value) -> str:
    """Return the attribute, None when absent, within the loop over its owners."""
    held, key = value.get or ("", "")
    return f"{held}.get({key})"


def _emptiness(op: str, left: Value, right: Value) -> str | None:
    """Return a comparison of an element with «» that does not build its text."""
    if right.literal != "" or op not in ("=", "!=") or not left.item.startswith("string("):
        return None
    return f"{'not ' if op == '=' else ''}has_text({left.item.removeprefix('string(')}"


def _convert(left: Value, right: Value) -> tuple[str, str, bool]:
    """Return both operands with the casts of XPath §3.7.2 and whether a cast may fail."""
    types = left.type, right.type
    if set(types) <= STRINGS or set(types) <= NUMBERS or types == ("b", "b"):
        return left.item, right.item, False
    if "u" not in types or "s" in types:
        raise UnsupportedError("сравнение значений разных типов")
    cast = "to_boolean" if "b" in types else "to_double"
    return (
        _cast(cast, left) if left.type == "u" else left.item,
        _cast(cast, right) if right.type == "u" else right.item,
        True,
    )


def _cast(function: str, value: Value) -> str:
    if value.size == "opt":
        return f"present({function}, {value.item})"
    return f"{function}({value.item})"
