"""A document as the fast engine sees it: read once, then addressed by name without searching."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.parsers import expat

from lxml import etree

from dopusk.schematron.fast.runtime import Node, local_name

_EMPTY: dict[str, str] = {}


class Names(dict[str, str]):
    """Names as expat gives them («uri local») to names as rules know them.

    The namespace to strip is left out, so that contexts without a namespace meet its elements.
    """

    _MOST = 10_000

    def __init__(self, stripped: str | None) -> None:
        super().__init__()
        self._prefix = f"{stripped} " if stripped else None

    def __missing__(self, key: str) -> str:
        name = key
        if self._prefix and key.startswith(self._prefix):
            name = key[len(self._prefix) :]
        if len(self) < self._MOST:
            self[key] = name
        return name


class Document:
    """The nodes of a document in document order, with what was computed on the way."""

    __slots__ = ("_elements", "_named", "lets", "nodes", "reasons", "root", "texts", "tree")

    def __init__(self, tree: etree._ElementTree) -> None:
        self.tree = tree
        self.texts: list[str] = []
        self.nodes: list[Node] = []
        self.root = Node("", _EMPTY, None, 0, -1, 0)
        self.lets: dict[int, Any] = {}
        self.reasons: dict[int, str] = {}
        self._elements: list[etree._Element] | None = None
        self._named: dict[str, list[Node]] | None = None

    def element(self, node: Node) -> etree._Element:
        """Return the element of the original tree that the node stands for."""
        if self._elements is None:
            self._elements = list(self.tree.getroot().iter(etree.Element))
        return self._elements[max(node.order, 0)]

    def qualified(self, node: Node) -> str:
        """Return fn:name(): with the prefix of the document unless the name has no namespace."""
        if " " not in node.name:
            return node.name
        prefix = self.element(node).prefix
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

    `names` says what the rules call an element.
    """
    document = Document(tree)
    nodes = document.nodes
    texts = document.texts
    current = root = document.root

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal current
        name = names[name]
        siblings = current.children.get(name)
        if siblings is None:
            current.children[name] = siblings = []
        current = Node(name, attributes, current, len(texts), len(nodes), len(siblings))
        siblings.append(current)
        nodes.append(current)

    def end(_name: str) -> None:
        nonlocal current
        current.text_end = len(texts)
        current.after = len(nodes)
        current = current.parent  # type: ignore[assignment]  # start always came before

    parser = expat.ParserCreate("utf-8", " ")
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = texts.append
    parser.CommentHandler = _split_text
    parser.Parse(etree.tostring(tree.getroot(), encoding="utf-8", with_tail=False), True)
    root.text_end = len(texts)
    root.after = len(nodes)
    return document


def _split_text(_comment: str) -> None:
    """Make expat end a text node at a comment, as the XPath data model does."""
