"""A document as the fast engine sees it: read once, then addressed by name without searching."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from dopusk.schematron.fast.runtime import Node, local_name


class Names(dict[Any, str | None]):
    """Names of elements as the rules know them, None for what is no element.

    The namespace to strip is left out, so that names without a prefix meet its elements.
    """

    _MOST = 10_000

    def __init__(self, stripped: str | None) -> None:
        super().__init__()
        self._mark = f"{{{stripped}}}" if stripped else None

    def __missing__(self, key: Any) -> str | None:
        if not isinstance(key, str):
            return None
        name = key
        if self._mark and key.startswith(self._mark):
            name = key[len(self._mark) :]
        if len(self) < self._MOST:
            self[key] = name
        return name


class Document:
    """The nodes of a document in document order, with what was computed on the way."""

    __slots__ = ("_named", "lets", "nodes", "reasons", "root")

    def __init__(self, root: Node, nodes: list[Node]) -> None:
        self.root = root
        self.nodes = nodes
        self.lets: dict[int, Any] = {}
        self.reasons: dict[int, str] = {}
        """Why the checks of the rule at hand could not be evaluated, by number of the check."""
        self._named: dict[str, list[Node]] | None = None

    def close(self) -> None:
        """Break the circles between nodes, so that memory is free at once."""
        for node in self.nodes:
            node.parent = None

    def qualified(self, node: Node) -> str:
        """Return fn:name(): with the prefix of the document unless the name has no namespace."""
        if not node.name.startswith("{"):
            return node.name
        prefix = node.element.prefix
        local = local_name(node.name)
        return f"{prefix}:{local}" if prefix else local

    def named(self, name: str) -> list[Node]:
        """Return all elements of a name in document order."""
        if self._named is None:
            self._named = {}
            for node in self.nodes:
                self._named.setdefault(node.name, []).append(node)
        return self._named.get(name, [])

    def let(self, number: int, compute: Callable[[Document], Any]) -> Any:
        """Return a variable of the schema, computed once."""
        if number not in self.lets:
            self.lets[number] = compute(self)
        return self.lets[number]


def read_document(tree: etree._ElementTree, names: Names) -> Document:
    """Return the document of an lxml tree."""
    element: Any = tree.getroot()
    root = Node("", element, None, 0)
    root.attributes = {}
    root.order = -1
    name = names[element.tag] or ""
    top = Node(name, element, root, 0)
    root.children = {name: [top]}
    nodes: list[Node] = []
    stack = [top]
    while stack:
        node = stack.pop()
        node.order = len(nodes)
        nodes.append(node)
        element = node.element
        node.attributes = dict(element.items())
        inside = element[:]
        if not inside:
            continue
        groups: dict[str, list[Node]] = {}
        found: list[Node] = []
        for child in inside:
            known = names[child.tag]
            if known is None:
                continue
            group = groups.get(known)
            if group is None:
                groups[known] = [one := Node(known, child, node, 0)]
            else:
                one = Node(known, child, node, len(group))
                group.append(one)
            found.append(one)
        if found:
            node.children = groups
            found.reverse()
            stack += found
    return Document(root, nodes)
