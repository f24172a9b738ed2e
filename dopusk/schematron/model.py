"""A Schematron schema after reading: includes, extends and abstract things are expanded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ValueOf:
    """`<value-of select>` inside a message."""

    select: str


@dataclass(frozen=True, slots=True)
class Name:
    """`<name path>` inside a message; without a path the name of the context node."""

    path: str | None


Part = str | ValueOf | Name


def fixed_text(parts: tuple[Part, ...]) -> str | None:
    """Return a message without value-of (the reader has normalised it), None when there is any."""
    if len(parts) == 1 and isinstance(parts[0], str):
        return parts[0]
    return None if parts else ""


@dataclass(frozen=True, slots=True)
class Let:
    """`<let name value>`."""

    name: str
    value: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A text shown beside the message of a failed assertion."""

    id: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One assert or report of a rule."""

    id: str
    """@id, else «pattern.rule.check», numbered from 1 in the expanded schema."""
    test: str
    is_report: bool
    parts: tuple[Part, ...]
    diagnostics: tuple[Diagnostic, ...] = ()
    role: str | None = None
    flag: str | None = None
    subject: str | None = None
    see: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule; of the rules of a pattern only the first that matches a node fires for it."""

    id: str
    context: str
    checks: tuple[Check, ...]
    lets: tuple[Let, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """An active pattern."""

    id: str
    rules: tuple[Rule, ...]
    lets: tuple[Let, ...] = ()
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SchemaModel:
    """A whole schema for one phase."""

    binding: str
    """queryBinding in lower case; `xslt` when the file names none, as ISO 19757-3 says."""
    patterns: tuple[Pattern, ...]
    namespaces: Mapping[str, str] = field(default_factory=dict)
    lets: tuple[Let, ...] = ()
    title: str = ""
    phase: str | None = None
    sha256: str = ""
    """Of the file and of everything it includes, so that a cached compilation is never stale."""
    file: str | None = None
    included: tuple[tuple[str, str], ...] = ()
    """Paths below the folder of the file, with their SHA-256."""
