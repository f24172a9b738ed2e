"""Nodes and functions that generated code works with."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from lxml import etree


class XPathError(Exception):
    """A dynamic error of XPath; the text begins with its code (XPTY0004, FORG0001 …)."""


NO_CHILDREN: dict[str, list[Node]] = {}
"""Of every element without child elements; never changed."""


class Node:
    """An element, or the document node (name «», order -1)."""

    __slots__ = ("attributes", "children", "element", "name", "order", "parent", "rank", "state")

    name: str
    """«local» without a namespace (or with the stripped one), else «{uri}local»."""
    element: Any
    """Of the lxml tree; the root element of the document node."""
    parent: Node | None
    attributes: dict[str, str]
    """By name in Clark notation."""
    children: dict[str, list[Node]]
    order: int
    """Place in document order among elements, from 0."""
    rank: int
    """Place among siblings of the same name, from 0."""
    state: Any
    """Of the automaton."""


class Attribute:
    """An attribute as context node of a rule."""

    __slots__ = ("name", "order", "parent", "value")

    def __init__(self, parent: Node, name: str, value: str) -> None:
        self.parent = parent
        self.name = name
        self.value = value
        self.order = parent.order


_STRING_VALUE = etree.XPath("string()", smart_strings=False)


def one(items: Iterable[Any]) -> Any:
    """Return the only item, None of none.

    Raises:
        XPathError: there is more than one.
    """
    found = list(items)
    if len(found) > 1:
        raise XPathError("XPTY0004: вместо одного значения найдено несколько")
    return found[0] if found else None


def all_children(node: Node) -> list[Node]:
    """Return the child elements in document order."""
    groups = node.children
    if len(groups) == 1:
        return next(iter(groups.values()))
    return sorted((child for group in groups.values() for child in group), key=_order)


def _order(node: Node) -> int:
    return node.order


def in_order(nodes: Iterable[Node]) -> list[Node]:
    """Return the nodes in document order, each once."""
    return [node for _, node in sorted({node.order: node for node in nodes}.items())]


def ancestors(node: Node | None, most: int = 0) -> list[Node]:
    """Return the node and its ancestors up to the document node, nearest first."""
    found = []
    while node is not None:
        found.append(node)
        if len(found) == most:
            break
        node = node.parent
    return found


def siblings(node: Node, *, before: bool) -> list[Node]:
    """Return preceding siblings, nearest first, or following ones in document order."""
    if node.parent is None:
        return []
    everyone = all_children(node.parent)
    if before:
        return [other for other in reversed(everyone) if other.order < node.order]
    return [other for other in everyone if other.order > node.order]


def preceding(nodes: Sequence[Node], node: Node) -> list[Node]:
    """Return what ends before the node begins, nearest first."""
    inside = {id(other) for other in ancestors(node)}
    return [nodes[i] for i in range(node.order - 1, -1, -1) if id(nodes[i]) not in inside]


def below(nodes: Sequence[Node], node: Node) -> Sequence[Node]:
    """Return the descendants in document order."""
    return nodes[node.order + 1 : end_of(node)] if node.children else ()


def end_of(node: Node) -> int:
    """Return the order of the first element after the subtree."""
    while node.children:
        node = max((group[-1] for group in node.children.values()), key=_order)
    return node.order + 1


def string(node: Node) -> str:
    """Return the string value of an element or of the document."""
    if node.children or len(node.element):
        return str(_STRING_VALUE(node.element))
    return node.element.text or ""


def has_text(node: Node) -> bool:
    """Tell whether the string value is not empty."""
    return bool(string(node))


def places(items: Iterable[Any]) -> Iterator[tuple[Any, int, int]]:
    """Yield each item with position() and last()."""
    held = list(items)
    size = len(held)
    for position, item in enumerate(held, 1):
        yield item, position, size


def own_texts(node: Node) -> list[str]:
    """Return the text nodes that are children of the node."""
    if node.order < 0:
        return []
    found = [node.element.text, *(child.tail for child in node.element)]
    return [text for text in found if text]


def local_name(name: str) -> str:
    """Return the local part of a node's name."""
    return name.rpartition("}")[2]


def to_double(value: Any) -> float:
    """Cast xs:untypedAtomic or a number to xs:double.

    Raises:
        XPathError: FORG0001, the text is no number.
    """
    number = number_of(value)
    if number != number and not (isinstance(value, str) and value.strip(_BLANK) == "NaN"):
        raise XPathError(f"FORG0001: «{value}» не число")
    return number


_BLANK = " \t\r\n"
_DIGITS = frozenset("0123456789+-.eE")
_SPECIAL = {"INF": math.inf, "+INF": math.inf, "-INF": -math.inf}


def number_of(value: Any) -> float:
    """Return fn:number(): NaN of what is no number."""
    if isinstance(value, str):
        text = value.strip(_BLANK)
        if text in _SPECIAL:
            return _SPECIAL[text]
        if not set(text) <= _DIGITS:
            return math.nan
        try:
            return float(text)
        except ValueError:
            return math.nan
    return math.nan if value is None else float(value)


def to_boolean(value: str) -> bool:
    """Cast xs:untypedAtomic to xs:boolean.

    Raises:
        XPathError: FORG0001, the text is no boolean.
    """
    text = value.strip(_BLANK)
    if text in ("true", "1"):
        return True
    if text in ("false", "0"):
        return False
    raise XPathError(f"FORG0001: «{value}» не логическое значение")


def present(function: Callable[[Any], Any], value: Any) -> Any:
    """Return the function of a value that may be absent."""
    return None if value is None else function(value)


def truth(value: float | None) -> bool:
    """Return the effective boolean value of a double: false for zero, NaN and absence."""
    return bool(value) and value == value


def text_of(value: Any) -> str:
    """Return fn:string() of an atomic value, «» of None."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return _double_text(value)


def _double_text(value: float) -> str:
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    digits, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = digits.partition(".")
    fraction = "" if fraction == "0" else fraction
    point = len(whole) + int(exponent or 0)
    figures = (whole + fraction).lstrip("0")
    point -= len(whole + fraction) - len(figures)
    figures = figures.rstrip("0")
    sign = "-" if value < 0 else ""
    if 1e-6 <= abs(value) < 1e6:
        if point <= 0:
            return f"{sign}0.{'0' * -point}{figures}"
        if point >= len(figures):
            return sign + figures.ljust(point, "0")
        return f"{sign}{figures[:point]}.{figures[point:]}"
    return f"{sign}{figures[0]}.{figures[1:] or '0'}E{point - 1}"


def substring(text: str | None, start: float, length: float | None = None) -> str:
    """Return fn:substring(): positions count from 1 and are rounded."""
    if not text:
        return ""
    if start != start or (length is not None and length != length):
        return ""
    begin = _round(start)
    end = math.inf if length is None else begin + _round(length)
    if end != end or end <= 1 or begin == math.inf:
        return ""
    low = 0 if begin <= 1 else int(begin) - 1
    return text[low:] if end == math.inf else text[low : int(end) - 1]


def _round(value: float) -> float:
    return value if isinstance(value, int) or math.isinf(value) else math.floor(value + 0.5)


def before(text: str | None, mark: str | None) -> str:
    """Return fn:substring-before()."""
    head, found, _ = (text or "").partition(mark) if mark else ("", "", "")
    return head if found else ""


def after(text: str | None, mark: str | None) -> str:
    """Return fn:substring-after()."""
    return (text or "").partition(mark)[2] if mark else text or ""


def translate(text: str | None, source: str, target: str) -> str:
    """Return fn:translate()."""
    table: dict[str, str | int | None] = {}
    for place, char in enumerate(source):
        table.setdefault(char, target[place] if place < len(target) else None)
    return (text or "").translate(str.maketrans(table))


def divide(left: float, right: float) -> float:
    """Return xs:double division."""
    if right == 0:
        if left == 0 or left != left:
            return math.nan
        return math.copysign(math.inf, left) * math.copysign(1, right)
    return left / right


def whole_divide(left: int, right: int) -> int:
    """Return idiv of integers.

    Raises:
        XPathError: FOAR0001, division by zero.
    """
    if right == 0:
        raise XPathError("FOAR0001: деление на ноль")
    size = abs(left) // abs(right)
    return size if (left < 0) == (right < 0) else -size


def remainder(left: int, right: int) -> int:
    """Return mod of integers: the sign of the dividend.

    Raises:
        XPathError: FOAR0001, division by zero.
    """
    return left - right * whole_divide(left, right)


def equal(left: Any, right: Any) -> bool:
    """Return `=` of two values either of which may be absent."""
    return left is not None and right is not None and bool(left == right)


def unequal(left: Any, right: Any) -> bool:
    """Return `!=` of two values either of which may be absent."""
    return left is not None and right is not None and bool(left != right)


def less(left: Any, right: Any) -> bool:
    """Return `<` of two values either of which may be absent."""
    return left is not None and right is not None and bool(left < right)


def at_most(left: Any, right: Any) -> bool:
    """Return `<=` of two values either of which may be absent."""
    return left is not None and right is not None and bool(left <= right)


class Lazy:
    """A rule's variable that may fail: computed when it is first needed."""

    __slots__ = ("_compute", "_value")

    def __init__(self, compute: Callable[[], Any]) -> None:
        self._compute: Callable[[], Any] | None = compute
        self._value: Any = None

    def __call__(self) -> Any:
        """Return the value."""
        if self._compute is not None:
            self._value = self._compute()
            self._compute = None
        return self._value
