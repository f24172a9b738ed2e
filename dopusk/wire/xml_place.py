"""Where a node stands: absolute XPath, and line and column in the original bytes."""

from __future__ import annotations

import re
from array import array
from typing import Any

from lxml import etree

from dopusk.verdict import Where
from dopusk.wire.xml_bytes import to_utf8

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


def owner(node: Any) -> etree._Element:
    """Return the element of an XPath result: itself, or the parent of an attribute or text."""
    if isinstance(node, etree._Element):
        return node
    element: etree._Element = node.getparent()
    return element


def absolute_xpath(node: Any) -> str:
    """Return the path as РЭМД prints it: `/ClinicalDocument[1]/recordTarget[1]/…`.

    Every element carries its number among siblings of the same name; prefixes are those of the
    document and the default namespace is left out. `node` is an element, or an attribute or text
    found by `xpath()` (the path then ends in `/@name` or `/text()`).
    """
    element = owner(node)
    return _path(element, {}) + _inside(node, element)


def attribute_name(element: etree._Element, name: str) -> str:
    """Return an attribute's name `{namespace}local` with the document's prefix."""
    if not name.startswith("{"):
        return name
    namespace, local = name[1:].split("}", 1)
    if namespace == XML_NAMESPACE:
        return f"xml:{local}"
    prefix = next((p for p, uri in element.nsmap.items() if p and uri == namespace), None)
    return f"{prefix}:{local}" if prefix else local


def _path(element: etree._Element, known: dict[etree._Element, str]) -> str:
    """Return the path of an element, remembering those of its ancestors in `known`."""
    path = known.get(element)
    if path is None:
        parent = element.getparent()
        number = 1 + sum(1 for _ in element.itersiblings(element.tag, preceding=True))
        above = "" if parent is None else _path(parent, known)
        path = known[element] = f"{above}/{_name(element)}[{number}]"
    return path


def _inside(node: Any, element: etree._Element) -> str:
    if node is element:
        return ""
    if getattr(node, "is_attribute", False):
        return f"/@{attribute_name(element, node.attrname)}"
    return "/text()"


def _name(element: etree._Element) -> str:
    if not isinstance(element.tag, str):
        return "comment()"
    local = element.tag.rsplit("}", 1)[-1]
    return f"{element.prefix}:{local}" if element.prefix else local


class Positions:
    """Line and column of every element in the bytes that a tree was read from.

    lxml keeps no columns and cuts lines at 65535, so the places come from a second pass over the
    text, made only when the first one is asked for. Elements are matched by document order: the
    tree must be the one that was read from `data`, unchanged.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._lines: array[int] | None = None
        self._columns: array[int] = array("L")
        self._order: dict[etree._Element, int] = {}
        self._paths: dict[etree._Element, str] = {}

    def of(self, node: Any) -> tuple[int, int]:
        """Return (line, column) of the start tag of an element, or of the owner of an attribute.

        Both count from 1; columns are characters. Raises KeyError for an element of another tree.
        """
        element = owner(node)
        if self._lines is None:
            self._scan()
        if element not in self._order:
            root = element.getroottree().getroot()
            self._order = {item: n for n, item in enumerate(root.iter(etree.Element))}
        number = self._order[element]
        assert self._lines is not None
        return self._lines[number], self._columns[number]

    def where(self, node: Any, *, part: str | None = None, file: str | None = None) -> Where:
        """Return the whole place of a node: part, file, line, column and XPath."""
        line, column = self.of(node)
        element = owner(node)
        path = _path(element, self._paths) + _inside(node, element)
        return Where(part=part, file=file, line=line, column=column, xpath=path)

    def _scan(self) -> None:
        """Walk over the start tags: in XML that was read, no other «<» than those told apart."""
        lines, columns = array("L"), array("L")
        text = (to_utf8(self._data, Where()).data or b"").decode()
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        line, begin, seen = 1, 0, 0
        for tag in _START_TAG.finditer(text):
            if tag.lastgroup is None:
                continue
            at = tag.start()
            passed = text.count("\n", seen, at)
            if passed:
                line += passed
                begin = text.rfind("\n", seen, at) + 1
            seen = at
            lines.append(line)
            columns.append(at - begin + 1)
        self._lines, self._columns = lines, columns


_START_TAG = re.compile(r"<(?:!--.*?-->|!\[CDATA\[.*?\]\]>|\?.*?\?>|(?P<name>[^/!?]))", re.S)
