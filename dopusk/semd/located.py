"""Findings that still know their element, so that two layers' reports of one defect are folded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from dopusk.verdict import Finding


@dataclass(frozen=True, slots=True)
class Located:
    """A finding, the element it is about, and the words by which another layer would name it."""

    finding: Finding
    element: etree._Element
    about: tuple[str, ...] = ()
    """«@code» for an attribute, «.» for the text, «*» for the content, else names of children."""
    test: str = ""
    """The Schematron test that failed."""


_CONTEXT_TEXT = re.compile(r"(?<![\w./\]])\.(?![\w./])")


def unrepeated(structure: Iterable[Located], rules: Iterable[Located]) -> list[Finding]:
    """Return the findings of the structure layer that no finding of the rules layer repeats.

    Repeated is what the rules report at the same element with a test that names the same
    attribute, child or text.
    """
    tests: dict[etree._Element, list[str]] = {}
    for rule in rules:
        tests.setdefault(rule.element, []).append(rule.test)
    return [
        item.finding
        for item in structure
        if not any(
            _names(test, word) for test in tests.get(item.element, ()) for word in item.about
        )
    ]


def _names(test: str, word: str) -> bool:
    if word == ".":
        return bool(_CONTEXT_TEXT.search(test))
    return bool(re.search(rf"(?<![\w@-]){re.escape(word)}(?![\w:-])", test))
