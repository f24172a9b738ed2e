"""What the layers of values need not say again, because XSD or Schematron have said it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import etree

from dopusk.semd.located import Located
from dopusk.verdict import Finding

_ATTRIBUTE = re.compile(r"@([\w:.-]+)")
_OWN_TEXT = re.compile(r"(?<![\w./\]])\.(?![\w./])")


def wrong_dictionaries(earlier: Iterable[Located]) -> set[etree._Element]:
    """Return the elements of which earlier layers say that @codeSystem is wrong."""
    return {item.element for item in earlier if _tells(item, ("@codeSystem",))}


def unrepeated_values(values: Iterable[Located], earlier: Iterable[Located]) -> list[Finding]:
    """Return the findings of the layers of values where no earlier layer has found the same.

    The same is what XSD or Schematron report at the same element about the same attribute or text.
    """
    told: dict[etree._Element, list[Located]] = {}
    for item in earlier:
        told.setdefault(item.element, []).append(item)
    return [
        item.finding
        for item in values
        if not any(_tells(one, item.about) for one in told.get(item.element, ()))
    ]


def _tells(earlier: Located, about: Iterable[str]) -> bool:
    """Tell whether an earlier finding speaks of one of these: «@name» or «.» for the text.

    A test over an attribute that is missing speaks of its absence, not of the value of another.
    """
    if not earlier.test:
        return any(word in earlier.about for word in about)
    named = set(_ATTRIBUTE.findall(earlier.test)) - {"nullFlavor", "xsi:type"}
    if any(not earlier.element.get(name) for name in named if ":" not in name):
        return False
    return any(
        _OWN_TEXT.search(earlier.test) if word == "." else word[1:] in named for word in about
    )
