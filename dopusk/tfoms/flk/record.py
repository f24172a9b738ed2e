"""A record of a register as plain values: what the compiled checks read, far faster than XML."""

from __future__ import annotations

from lxml import etree


class Record:
    """One element with children: the texts of its leaves and the records of its parts."""

    __slots__ = ("element", "leaves", "nodes", "parent", "path", "tag")

    def __init__(
        self,
        tag: str,
        path: str,
        parent: Record | None = None,
        element: etree._Element | None = None,
    ) -> None:
        self.tag = tag
        self.path = path
        """Names from the root: ZL_LIST/ZAP/Z_SL."""
        self.parent = parent
        self.element = element
        self.leaves: dict[str, list[str]] = {}
        self.nodes: dict[str, list[Record]] = {}

    def has(self, name: str) -> bool:
        """Tell whether there is a child of this name, a leaf or a part."""
        return name in self.leaves or name in self.nodes

    def first(self, name: str) -> str | None:
        """Return the text of the first leaf of this name; None when there is none."""
        values = self.leaves.get(name)
        return values[0] if values else None

    def up(self, tag: str) -> Record | None:
        """Return the nearest record with this name: this one or one above it."""
        record: Record | None = self
        while record is not None and record.tag != tag:
            record = record.parent
        return record


def read(element: etree._Element, parent: Record) -> Record:
    """Return the element as a record below `parent`; the parent is not told of it."""
    tag = element.tag
    record = Record(tag, f"{parent.path}/{tag}", parent, element)
    leaves = record.leaves
    for child in element:
        name = child.tag
        if not isinstance(name, str):
            continue
        if len(child):
            record.nodes.setdefault(name, []).append(read(child, record))
        elif name in leaves:
            leaves[name].append(child.text or "")
        else:
            leaves[name] = [child.text or ""]
    return record
