"""Contexts of rules as data: what the automaton follows."""

from __future__ import annotations

from dataclasses import dataclass

from dopusk.schematron.fast.values import Value


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


@dataclass(frozen=True, slots=True)
class ContextStep:
    """One step of a context; `predicates` are Python conditions over the node `n`."""

    test: NameTest
    deep: bool
    """Whether it may lie at any depth below the step before it."""
    is_attribute: bool
    predicates: tuple[Value | AttributeTest, ...]


@dataclass(frozen=True, slots=True)
class ContextPath:
    """One alternative of a context; no steps at all means the document node."""

    steps: tuple[ContextStep, ...]
