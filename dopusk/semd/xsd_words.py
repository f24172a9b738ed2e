"""Findings of the structure layer in words, whoever found them."""

from __future__ import annotations

from typing import Any

from lxml import etree

from dopusk.semd.located import Located
from dopusk.verdict import Where, finding

TYPES = {
    "filled": "непустой текст",
    "st": "непустой текст",
    "oid": "OID",
    "uid": "OID",
    "guid": "GUID",
    "uuid": "GUID",
    "guidOrReason": "GUID",
    "moment": "дата ГГГГ, ГГГГММ, ГГГГММДД или ГГГГММДДччмм+ччмм",
    "ts": "дата ГГГГ, ГГГГММ, ГГГГММДД или ГГГГММДДччмм+ччмм",
    "reason": "причина отсутствия (nullFlavor)",
    "NullFlavor": "причина отсутствия (nullFlavor)",
    "integer": "целое число",
}
"""Simple types of rule packs in words."""


def located(
    code: str, element: etree._Element, where: Where, about: tuple[str, ...] = (), **fields: Any
) -> Located:
    """Return a finding of the rule `code` about an element."""
    return Located(finding(code, where=where, **fields), element, about)


def missing_child(element: etree._Element, where: Where, names: list[str]) -> Located:
    """Return that an element ends before one of `names` came."""
    words = ", ".join(names) or "конец элемента"
    return located(
        "XSD-CHILD-MISSING", element, where, tuple(names), owner=tag(element), expected=words
    )


def misplaced(element: etree._Element, where: Where, names: list[str]) -> Located:
    """Return that an element stands where one of `names` is expected."""
    words = ", ".join(names) or "конец элемента"
    parent = element.getparent()
    owner = parent if parent is not None else element
    name = local(element.tag)
    previous = element.getprevious()
    if previous is not None and previous.tag == element.tag and name not in names:
        code = "XSD-TOO-MANY"
    elif any(local(item.tag) in names for item in element.itersiblings(etree.Element)):
        code = "XSD-ORDER"
    else:
        code = "XSD-UNEXPECTED"
    found = finding(
        code, where=where, name=tag(element), owner=tag(owner), expected=words, got=tag(element)
    )
    return Located(found, owner, about=(*names, name))


def wrong_fixed(
    element: etree._Element, where: Where, name: str, *, expected: str, got: str
) -> Located:
    """Return that an attribute differs from the value that the schema fixes."""
    return located(
        "XSD-FIXED",
        element,
        where,
        (f"@{name}",),
        name=name,
        owner=tag(element),
        expected=expected,
        got=got,
    )


def wrong_value(
    element: etree._Element, where: Where, name: str | None, *, expected: str, got: str
) -> Located:
    """Return that the value of an attribute, or the text without a name, is not allowed."""
    return located(
        "XSD-VALUE",
        element,
        where,
        (f"@{name}" if name else ".",),
        what=f"атрибута {name}" if name else "текста",
        owner=tag(element),
        expected=expected,
        got=got,
    )


def attribute_missing(element: etree._Element, where: Where, name: str) -> Located:
    """Return that a required attribute is not there."""
    return located(
        "XSD-ATTRIBUTE-MISSING", element, where, (f"@{name}",), name=name, owner=tag(element)
    )


def attribute_unknown(element: etree._Element, where: Where, name: str) -> Located:
    """Return that the schema does not let an element have an attribute."""
    return located(
        "XSD-ATTRIBUTE-UNKNOWN", element, where, (f"@{name}",), name=name, owner=tag(element)
    )


def tag(element: etree._Element) -> str:
    """Return the name of an element as the document writes it."""
    name = local(element.tag)
    return f"{element.prefix}:{name}" if element.prefix else name


def local(name: str) -> str:
    """Return a name in Clark notation without its namespace."""
    return name.rsplit("}", 1)[-1]
