"""Finds pairs of an XSD and a Schematron that no document can satisfy together.

Looked for: an element that the XSD lets hold only a nullFlavor, while a rule asks for another
attribute of it (kind 103: author/time, legalAuthenticator/time and signatureCode).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"
SCH = "{http://purl.oclc.org/dsdl/schematron}"
_ASKED = re.compile(r"^\s*@(?P<name>\w+)\s*(?:!?=)")
_BOUND = 20_000
"""Declarations that are walked at most: a hostile schema can branch without end."""
_PREDICATE = re.compile(r"\[[^\]]*\]")


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An assertion that no document accepted by the XSD can satisfy."""

    path: str
    """Of the element, from ClinicalDocument."""
    attribute: str
    """What the assertion asks for and the XSD forbids."""
    line: int
    """Of the assertion in the rule file."""

    def __str__(self) -> str:
        return (
            f"{self.path}: XSD допускает только nullFlavor, а Schematron требует "
            f"@{self.attribute} (строка {self.line})"
        )


def contradictions(root: Path, schematron: Path) -> list[Contradiction]:
    """Return the contradictions in order of the rule file."""
    absent = set(_only_absent(_Components(root)))
    found = []
    for rule in etree.parse(str(schematron)).iter(f"{SCH}rule"):
        path = _PREDICATE.sub("", rule.get("context") or "").strip().lstrip("/")
        if path not in absent:
            continue
        check: Any
        for check in rule.iter(f"{SCH}assert"):
            asked = _ASKED.match(check.get("test") or "")
            if asked and asked["name"] != "nullFlavor":
                found.append(Contradiction(path, asked["name"], check.sourceline or 0))
    return found


class _Components:
    """Global types and elements of all files that the root schema reaches."""

    def __init__(self, root: Path) -> None:
        self.types: dict[str, etree._Element] = {}
        self.elements: dict[str, etree._Element] = {}
        self.steps = 0
        self._seen: set[Path] = set()
        self._load(root.resolve())

    def _load(self, path: Path) -> None:
        if path in self._seen or not path.is_file():
            return
        self._seen.add(path)
        for item in etree.parse(str(path)).getroot():
            if not isinstance(item.tag, str):
                continue
            name, location = item.get("name"), item.get("schemaLocation")
            if item.tag == f"{XS}complexType" and name:
                self.types.setdefault(name, item)
            elif item.tag == f"{XS}element" and name:
                self.elements.setdefault(name, item)
            elif location:
                self._load((path.parent / location).resolve())

    def type_of(self, element: etree._Element) -> etree._Element | None:
        """Return the complex type of an element declaration, in place or by name."""
        inner = element.find(f"{XS}complexType")
        return inner if inner is not None else self.types.get(_local(element.get("type")))


def _only_absent(parts: _Components) -> Iterator[str]:
    """Return paths of elements, from ClinicalDocument, that may hold nothing but nullFlavor."""
    declared = parts.elements.get("ClinicalDocument")
    if declared is not None:
        yield from _walk(parts, declared, "ClinicalDocument", ())


def _walk(
    parts: _Components, element: etree._Element, path: str, above: tuple[etree._Element, ...]
) -> Iterator[str]:
    """Go down the declarations; a type inside itself (narrative text) is not entered again."""
    kind = parts.type_of(element)
    parts.steps += 1
    if kind is None or kind in above or parts.steps > _BOUND:
        return
    required = [
        item
        for item in kind.iter(f"{XS}attribute")
        if item.get("name") == "nullFlavor" and item.get("use") == "required"
    ]
    children = list(_children(parts, kind))
    if required and not children:
        yield path
    for child in children:
        name = child.get("name")
        if name:
            yield from _walk(parts, child, f"{path}/{name}", (*above, kind))


def _children(parts: _Components, kind: etree._Element) -> Iterator[etree._Element]:
    """Return the element declarations of a type, those of its base included, types aside."""
    base: Any = kind.find(f"{XS}complexContent/{XS}extension")
    if base is not None and _local(base.get("base")) in parts.types:
        yield from _children(parts, parts.types[_local(base.get("base"))])
    stack = list(kind)[::-1]
    while stack:
        item = stack.pop()
        if item.tag == f"{XS}element":
            yield item
        elif isinstance(item.tag, str) and item.tag != f"{XS}attribute":
            stack.extend(list(item)[::-1])


def _local(name: str | None) -> str:
    return (name or "").rsplit(":", 1)[-1]
