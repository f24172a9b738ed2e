"""Checks of one family and reporting month, compiled once and grouped by element."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from dopusk.tfoms.dictionaries import dictionary
from dopusk.tfoms.flk.language import Condition, condition, equated
from dopusk.tfoms.flk.operands import Operand
from dopusk.tfoms.flk.rules import PERSONS, Rule, mask_pattern, rules
from dopusk.tfoms.flk.shape import Shape

OWN_CODES = frozenset(("F002", "F003", "F032"))
"""Dictionaries that are not public: known codes come from the declaration or the territory."""
ON_PERIOD = frozenset(("SCHET", "ZGLV"))

Test = Callable[[str, date | None], bool]
"""Whether a value stands, on the day of the service."""


@dataclass(frozen=True, slots=True)
class ValueCheck:
    """A check of the text of one leaf."""

    rule: Rule
    test: Test | None
    """None for codes of OWN_CODES: the run knows which there are."""
    when: Condition | None


@dataclass(frozen=True, slots=True)
class ElementCheck:
    """A check of an element as a whole: presence, absence or an assertion."""

    rule: Rule
    when: Condition | None
    holds: Condition | None = None
    expected: Operand | None = None
    """The right side of an assertion that is a plain equality."""


@dataclass(slots=True)
class Group:
    """The checks of the elements of one path."""

    required: dict[str, Rule] = field(default_factory=dict)
    values: dict[str, list[ValueCheck]] = field(default_factory=dict)
    there: dict[str, list[ElementCheck]] = field(default_factory=dict)
    """Absence and assertions: made only where the child of this name is."""
    lacking: list[tuple[str, ElementCheck]] = field(default_factory=list)
    """Presence under a condition, by the name of the child."""
    elsewhere: list[ElementCheck] = field(default_factory=list)
    """Checks whose element is not a child of those that the group is of."""
    crosses: list[Rule] = field(default_factory=list)
    unique: list[Rule] = field(default_factory=list)


@lru_cache(maxsize=64)
def groups(family: str, period: date) -> Mapping[str, Group]:
    """Return the checks of a file of this family for this month, by path («end»: the whole file).

    Raises ConditionError when a table holds a condition that cannot be read.
    """
    taken = [rule for rule in rules() if rule.covers(family, period) and _in_place(rule, family)]
    shape = Shape.of(rules(), taken)
    found: dict[str, Group] = {}
    for rule in taken:
        _add(found.setdefault(rule.at, Group()), rule, shape)
    return found


def _in_place(rule: Rule, family: str) -> bool:
    return rule.files == "L" or not rule.path.startswith(PERSONS) or family in rule.files


def _add(group: Group, rule: Rule, shape: Shape) -> None:
    names = shape.names("ZL_LIST" if rule.at == "end" else rule.at)
    when = condition(rule.when, names) if rule.when else None
    if rule.kind == "cross":
        group.crosses.append(rule)
    elif rule.kind in ("assert", "present", "absent"):
        if rule.more.get("unique"):
            group.unique.append(rule)
        text = rule.more.get("assert")
        check = ElementCheck(rule, when)
        if text is not None:
            check = ElementCheck(rule, when, condition(text, names), equated(text, names))
        _add_element(group, check)
    else:
        group.values.setdefault(rule.leaf, []).append(ValueCheck(rule, _test(rule), when))


def _add_element(group: Group, check: ElementCheck) -> None:
    rule = check.rule
    if rule.at != rule.container:
        group.elsewhere.append(check)
    elif rule.kind != "present":
        group.there.setdefault(rule.leaf, []).append(check)
    elif check.when is None:
        group.required[rule.leaf] = rule
    else:
        group.lacking.append((rule.leaf, check))


def _test(rule: Rule) -> Test | None:
    if rule.kind == "values":
        allowed = frozenset(rule.more["values"])
        return lambda value, on: value in allowed
    if rule.kind == "mask":
        return _mask(rule)
    name = rule.more["nsi"]
    if name in OWN_CODES:
        return None
    if "form" in rule.more:
        form = re.compile(rule.more["form"])
        return lambda value, on: form.fullmatch(value) is not None
    return dictionary(name).has


def _mask(rule: Rule) -> Test:
    low, high = rule.more.get("min", 0), rule.more.get("max", 10**6)
    pattern = None
    if "mask" in rule.more:
        pattern = mask_pattern(rule.more["mask"])
    elif "chars" in rule.more:
        signs = "".join(_sign(sign) for sign in _ranges(rule.more["chars"]))
        pattern = re.compile(f"[{signs}]*")
    if pattern is None:
        return lambda value, on: low <= len(value) <= high
    fits = pattern.fullmatch
    return lambda value, on: low <= len(value) <= high and fits(value) is not None


_RANGES = ("0-9", "A-Z", "a-z", "А-Я", "а-я")


def _ranges(chars: str) -> list[str]:
    found = [span for span in _RANGES if span in chars]
    for span in found:
        chars = chars.replace(span, "")
    return found + list(chars)


def _sign(sign: str) -> str:
    return sign if sign in _RANGES else re.escape(sign)


def own_form(rule: Rule) -> re.Pattern[str]:
    """Return the form of a code whose dictionary is not public."""
    return re.compile(rule.more["form"])
