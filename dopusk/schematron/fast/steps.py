"""Tests that steps of contexts make."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NameTest:
    """A test of a name: equality, one half of it, or nothing when all are None."""

    name: str | None = None
    local: str | None = None
    uri: str | None = None

    def accepts(self, name: str) -> bool:
        """Tell whether a node's name («local» or «{uri}local») passes."""
        if self.name is not None:
            return name == self.name
        if self.local is not None:
            return name.rpartition("}")[2] == self.local
        return self.uri is None or name.startswith(f"{{{self.uri}}}")


@dataclass(frozen=True, slots=True)
class AttributeTest:
    """A predicate on one attribute alone: there, or one of some values, or the contrary."""

    key: str
    values: frozenset[str] | None
    negative: bool

    def holds(self, value: str | None) -> bool:
        """Tell whether the attribute's value (None when absent) passes."""
        found = value is not None and (self.values is None or value in self.values)
        return found != self.negative
