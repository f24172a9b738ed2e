"""Takes values out of a СЭМД by XPath, each with its place."""

from __future__ import annotations

from functools import cache
from typing import Any

from lxml import etree

from dopusk.verdict import Where
from dopusk.wire.messages import Read
from dopusk.wire.xml import Positions, absolute_xpath, owner

HL7 = "urn:hl7-org:v3"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
NAMESPACES = {
    "h": HL7,
    "xsi": XSI,
    "identity": "urn:hl7-ru:identity",
    "address": "urn:hl7-ru:address",
    "fias": "urn:hl7-ru:fias",
}


@cache
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(path, namespaces=NAMESPACES)


class Reader:
    """Reads values relative to elements; paths use the prefixes of NAMESPACES."""

    def __init__(self, positions: Positions | None, *, part: str, file: str | None) -> None:
        self._positions = positions
        self._part = part
        self._file = file

    def nodes(self, base: etree._Element, path: str) -> list[Any]:
        """Return all nodes at the path."""
        found: Any = _compiled(path)(base)
        return list(found)

    def first(self, base: etree._Element | None, path: str) -> etree._Element | None:
        """Return the first element at the path."""
        if base is None:
            return None
        found = self.nodes(base, path)
        return found[0] if found else None

    def value(self, base: etree._Element | None, path: str) -> Read | None:
        """Return the first attribute or element text at the path; None when absent or empty."""
        if base is None:
            return None
        for node in self.nodes(base, path):
            text = str(node.xpath("string()")) if isinstance(node, etree._Element) else str(node)
            if text.strip():
                element = owner(node)
                return Read(
                    text.strip(),
                    self.where(node),
                    version=element.get("codeSystemVersion"),
                    system=element.get("codeSystem"),
                )
        return None

    def where(self, node: Any) -> Where:
        """Return the place of a node."""
        if self._positions is not None:
            return self._positions.where(node, part=self._part, file=self._file)
        line: Any = owner(node).sourceline
        return Where(part=self._part, file=self._file, line=line, xpath=absolute_xpath(node))
