"""Reads named values out of an element by paths of local names (the language of a wire profile)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from dopusk.verdict import Where
from dopusk.wire.messages import Read
from dopusk.wire.names import line_of, local
from dopusk.wire.xml import absolute_xpath

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CodedForms:
    """Where the parts of a coded value stand besides the text of its element."""

    code: tuple[str, ...] = ()
    version: tuple[str, ...] = ()
    system: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()

    @property
    def children(self) -> frozenset[str]:
        """Return the names of child elements that belong to a coded value."""
        names = (*self.code, *self.version, *self.system, *self.ignored)
        return frozenset(name for name in names if not name.startswith("@"))


@dataclass(frozen=True, slots=True)
class GroupShape:
    """A part with values of its own, once or repeated."""

    paths: tuple[Path, ...]
    fields: Mapping[str, tuple[Path, ...]]
    ignored: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageShape:
    """Where the values of one message stand."""

    name: str
    bodies: tuple[str, ...]
    namespace: str | None
    base: tuple[str, ...]
    fields: Mapping[str, tuple[Path, ...]]
    groups: Mapping[str, GroupShape]
    ignored: tuple[Path, ...] = ()


@dataclass(slots=True)
class Node:
    """An element with its path and its children by local name."""

    element: etree._Element
    xpath: str
    part: str
    children: dict[str, list[Node]] = field(default_factory=dict)
    known: bool = False

    @classmethod
    def of(cls, element: etree._Element, part: str) -> Node:
        """Return the element and everything under it."""
        node = cls(element, absolute_xpath(element), part)
        node._grow()
        return node

    def _grow(self) -> None:
        numbers: dict[str, int] = {}
        for child in self.element.iterchildren(etree.Element):
            name = local(child)
            tag = str(child.tag)
            numbers[tag] = number = numbers.get(tag, 0) + 1
            shown = f"{child.prefix}:{name}" if child.prefix else name
            node = Node(child, f"{self.xpath}/{shown}[{number}]", self.part)
            self.children.setdefault(name, []).append(node)
            node._grow()

    @property
    def where(self) -> Where:
        """Return the place of the element."""
        return Where(part=self.part, line=line_of(self.element), xpath=self.xpath)

    def find(self, path: Sequence[str]) -> list[Node]:
        """Return the nodes under this path of local names; an empty path is the node itself."""
        found = [self]
        for step in path:
            found = [child for node in found for child in node.children.get(step, ())]
        return found

    def unknown(self) -> Iterator[Node]:
        """Yield the topmost nodes that nobody marked as known."""
        if not self.known:
            yield self
            return
        for nodes in self.children.values():
            for node in nodes:
                yield from node.unknown()


class Reader:
    """Reads one message, noting which elements it knew."""

    def __init__(self, body: etree._Element, shape: MessageShape, coded: CodedForms) -> None:
        self._body = Node.of(body, local(body))
        self._body.known = True
        self._shape = shape
        self._coded = coded
        self._base = self._find_base()
        self.fields = self._values(self._base, shape.fields)
        for path in shape.ignored:
            self._ignore(self._base, path)

    @property
    def where(self) -> Where:
        """Return the place of the body element."""
        return self._body.where

    def group(self, name: str) -> list[tuple[dict[str, Read | None], Where]]:
        """Return values and place of each occurrence of a group."""
        shape = self._shape.groups[name]
        chosen: list[Node] = []
        for path in shape.paths:
            self._mark_path(self._base, path)
            chosen = chosen or [node for node in self._base.find(path) if len(node.element)]
        found = []
        for node in chosen:
            values = self._values(node, shape.fields)
            for path in shape.ignored:
                self._ignore(node, path)
            if any(values.values()):
                found.append((values, node.where))
        return found

    def unknown(self) -> tuple[Where, ...]:
        """Return the places of elements that the profile does not know."""
        return tuple(node.where for node in self._body.unknown())

    def _find_base(self) -> Node:
        for name in self._shape.base:
            if name == ".":
                break
            found = self._body.find((name,))
            if found:
                self._mark(found)
                return found[0]
        return self._body

    def _values(self, node: Node, fields: Mapping[str, tuple[Path, ...]]) -> dict[str, Read | None]:
        return {name: self._first(node, paths) for name, paths in fields.items()}

    def _first(self, node: Node, paths: tuple[Path, ...]) -> Read | None:
        empty: Read | None = None
        chosen: Read | None = None
        for path in paths:
            attribute = path[-1].removeprefix("@") if path and path[-1].startswith("@") else None
            steps = path[:-1] if attribute else path
            self._mark_path(node, steps)
            found = node.find(steps)
            if chosen is not None or not found:
                continue
            value = self._read(found[0], attribute)
            if value is not None and value.value:
                chosen = value
            elif empty is None and not len(found[0].element):
                empty = value
        return chosen or empty

    def _read(self, node: Node, attribute: str | None) -> Read | None:
        if attribute is not None:
            text = node.element.get(attribute)
            place = Where(
                node.part, None, line_of(node.element), None, f"{node.xpath}/@{attribute}"
            )
            return None if text is None else Read(text.strip(), place)
        text = (node.element.text or "").strip() or self._part(node, self._coded.code)
        if len(node.element):
            for name in self._coded.children & node.children.keys():
                self._mark(node.children[name])
        if text is None and len(node.element):
            return None
        return Read(
            text or "",
            node.where,
            self._part(node, self._coded.version),
            self._part(node, self._coded.system),
        )

    @staticmethod
    def _part(node: Node, names: tuple[str, ...]) -> str | None:
        for name in names:
            if name.startswith("@"):
                text = node.element.get(name[1:])
            else:
                children = node.children.get(name)
                text = (
                    (children[0].element.text or children[0].element.get("code"))
                    if children
                    else None
                )
            if text and text.strip():
                return text.strip()
        return None

    def _ignore(self, node: Node, path: Path) -> None:
        self._mark_path(node, path)
        for found in node.find(path):
            self._mark_all(found)

    def _mark_path(self, node: Node, path: Path) -> None:
        for depth in range(1, len(path) + 1):
            self._mark(node.find(path[:depth]))

    @staticmethod
    def _mark(nodes: list[Node]) -> None:
        for node in nodes:
            node.known = True

    def _mark_all(self, node: Node) -> None:
        node.known = True
        for nodes in node.children.values():
            for child in nodes:
                self._mark_all(child)
