"""What the fast engine needs to run a schema: code and tables, ready to be kept on disk."""

from __future__ import annotations

import marshal
from dataclasses import astuple, dataclass
from types import CodeType
from typing import Any

from dopusk.schematron.fast.steps import AttributeTest, NameTest


@dataclass(frozen=True, slots=True)
class Fallback:
    """A pattern that the exact engine takes over, and why."""

    pattern: int
    """Place of the pattern in the model, from 0."""
    pattern_id: str
    reason: str
    line: int | None = None

    def __str__(self) -> str:
        """Return «pattern 12 (строка 340): причина»."""
        place = f" (строка {self.line})" if self.line else ""
        return f"pattern {self.pattern_id}{place}: {self.reason}"


@dataclass(frozen=True, slots=True)
class StepPlan:
    """One step of a context; `conditions` are numbers into those of the plan."""

    test: NameTest
    deep: bool
    is_attribute: bool
    conditions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RulePlan:
    """A rule: its place in the model, contexts, and the names of its functions."""

    pattern: int
    rule: int
    checks: int
    """How many: the bits of its function above them mean «could not be evaluated»."""
    function: str
    paths: tuple[tuple[StepPlan, ...], ...]
    """Alternatives of the context; one without steps is the document node."""
    texts: dict[tuple[int, int], str]
    """Functions for texts with value-of or name: (check, 0 for the message, n for diagnostics)."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole schema, less the patterns that are fallbacks."""

    code: CodeType
    rules: tuple[RulePlan, ...]
    conditions: tuple[str | AttributeTest, ...]
    """Predicates of contexts: functions of the module, or tests of one attribute."""
    fallbacks: tuple[Fallback, ...]

    def dump(self) -> bytes:
        """Return the plan as bytes for the same version of Python and of the engine."""
        conditions = tuple(
            one if isinstance(one, str) else (one.key, one.values, one.negative)
            for one in self.conditions
        )
        rules = tuple(
            (
                rule.pattern,
                rule.rule,
                rule.checks,
                rule.function,
                tuple(tuple(map(astuple, path)) for path in rule.paths),
                rule.texts,
            )
            for rule in self.rules
        )
        return marshal.dumps((self.code, rules, conditions, tuple(map(astuple, self.fallbacks))))

    @classmethod
    def load(cls, data: bytes) -> Plan:
        """Return the plan that `dump` wrote; the bytes must be proven to be those."""
        code, rules, conditions, fallbacks = marshal.loads(data)  # noqa: S302  # our own bytes
        return cls(
            code,
            tuple(_rule(*rule) for rule in rules),
            tuple(one if isinstance(one, str) else AttributeTest(*one) for one in conditions),
            tuple(Fallback(*one) for one in fallbacks),
        )


def _rule(
    pattern: int, rule: int, checks: int, function: str, paths: Any, texts: dict[Any, str]
) -> RulePlan:
    steps = tuple(tuple(StepPlan(NameTest(*test), *rest) for test, *rest in path) for path in paths)
    return RulePlan(pattern, rule, checks, function, steps, texts)
