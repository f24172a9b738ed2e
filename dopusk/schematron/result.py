"""What a validation gives."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed assert or a report that came true, at a node of the original tree."""

    assert_id: str
    """@id of the assert, else «pattern.rule.check» by number."""
    test: str
    message: str
    """Text of the rule with value-of and name filled in, white space normalised."""
    element: etree._Element
    """The node; the owner of `attribute`; the root element when the document node failed."""
    attribute: str | None = None
    """Name of the attribute at fault in Clark notation, when the node is an attribute."""
    is_report: bool = False
    rule_id: str = ""
    pattern_id: str = ""
    role: str | None = None
    flag: str | None = None
    diagnostics: tuple[str, ...] = ()
    line: int | None = None
    """Line of the assert in the rule file."""

    def key(self) -> tuple[str, int, str | None]:
        """Return what makes two failures the same one: assert, node and attribute."""
        return self.assert_id, id(self.element), self.attribute


@dataclass(frozen=True, slots=True)
class EvaluationError:
    """A test that could not be evaluated at a node: neither passed nor failed."""

    assert_id: str
    test: str
    reason: str
    element: etree._Element
    attribute: str | None = None

    def key(self) -> tuple[str, int, str | None]:
        """Return what makes two errors the same one."""
        return self.assert_id, id(self.element), self.attribute


@dataclass(frozen=True, slots=True)
class Result:
    """Outcome of one document against one schema."""

    failures: tuple[Failure, ...]
    errors: tuple[EvaluationError, ...]
    fired_rules: int
    """How many times a rule met a node. With 0 nothing was checked at all."""

    @property
    def passed(self) -> bool:
        """Tell whether something was checked, everything could be, and nothing failed."""
        return self.fired_rules > 0 and not self.failures and not self.errors
