"""What an engine hands to the schema, before it becomes a result."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree


@dataclass(frozen=True, slots=True)
class Hit:
    """A check that did not pass at a node."""

    place: tuple[int, int, int]
    """Pattern, rule and check in the model, from 0."""
    order: int
    """Of the node's element in the document; -1 for the document node."""
    element: etree._Element
    attribute: str | None
    text: str
    """The message, or why the test could not be evaluated."""
    diagnostics: tuple[str, ...] = ()
    error: bool = False

    def key(self) -> tuple[tuple[int, int, int], int, str]:
        """Return what results are ordered by: rule order, then document order."""
        return self.place, self.order, self.attribute or ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Hits in any order, and how many times a rule met a node."""

    hits: list[Hit]
    fired: int
