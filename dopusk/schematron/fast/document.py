"""A document as the fast engine sees it: read once, then addressed by name without searching."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from dopusk.schematron.fast.runtime import NO_CHILDREN, Node, local_name


class Names(dict[str, str]):
    """Names of elements in Clark notation to names as the rules know them.

    The namespace to strip is left out, so that names without a prefix meet its elements.
    """

    _MOST = 10_000

    def __init__(self, stripped: str | None) -> None:
        super().__init__()
        self._mark = f"{{{stripped}}}" if stripped else None

    def __missing__(self, key: str) -> str:
        name = key.removeprefix(self._mark) if self._mark else key
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
    """Return the document of an lxml tree.

    Written out in one loop: every call saved here is a tenth of the time of a whole check.
    """
    top: Any = tree.getroot()
    root = Node()
    root.name = ""
    root.element = None
    root.parent = None
    root.rank = 0
    root.order = -1
    root.attributes = {}
    root.children = NO_CHILDREN
    nodes: list[Node] = []
    current: Any = root
    for order, element in enumerate(top.iter(etree.Element)):
        above = element.getparent()
        while current.element is not above:
            current = current.parent
        node = Node()
        node.name = name = names[element.tag]
        node.element = element
        node.parent = current
        groups = current.children
        if groups is NO_CHILDREN:
            node.rank = 0
            current.children = {name: [node]}
        elif name in groups:
            group = groups[name]
            node.rank = len(group)
            group.append(node)
        else:
            node.rank = 0
            groups[name] = [node]
        node.children = NO_CHILDREN
        node.attributes = dict(element.items())
        node.order = order
        nodes.append(node)
        current = node
    root.element = top
    return Document(root, nodes)
