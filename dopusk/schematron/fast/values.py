"""Typed pieces of generated Python that stand for XPath values."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dopusk.schematron.errors import UnsupportedError

NODES = frozenset({"node", "attribute", "text"})
NUMBERS = frozenset("imd")
STRINGS = frozenset("us")


@dataclass(frozen=True, slots=True)
class Value:
    """A value whose kind, type and size are known before any document is seen.

    With `size` one or opt (None when absent) `item` is a Python expression; with many it is the
    variable that `clauses` (for … in …, if …) bind. Attributes and text nodes are carried by their
    string, elements by their Node.
    """

    kind: str
    """node, attribute, text or atom."""
    item: str
    type: str = "u"
    """u untypedAtomic, s string, i integer, m decimal, d double, b boolean (after atomisation)."""
    size: str = "one"
    clauses: tuple[str, ...] = ()
    raises: bool = False
    """Evaluating it may raise XPathError."""
    exists: str | None = None
    """A quick test for «not empty»."""
    group: str | None = None
    """The whole as one iterable with len(), when there is one."""
    literal: str | int | float | None = None
    owner: str | None = None
    """Of an attribute as context node: its element and (`name`) its name."""
    name: str | None = None
    get: tuple[str, str] | None = None
    """Of an attribute: the dict and the key that it is looked up by."""
    sorted: bool = True
    """Document order, no node twice."""
    flat: bool = True
    """No node is inside another."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A sequence, array or union put together from values."""

    values: tuple[Value | Parts, ...]
    how: str
    """sequence, array or union."""

    @property
    def raises(self) -> bool:
        """Tell whether evaluating any part may raise XPathError."""
        return any(value.raises for value in self.values)


AnyValue = Value | Parts


def boolean(item: str, *, raises: bool = False) -> Value:
    """Return a boolean value."""
    return Value("atom", item, "b", raises=raises)


def listed(value: Value) -> str:
    """Return an expression for the list of the items."""
    if value.size == "many":
        if value.group is not None:
            return value.group
        return f"[{value.item} {' '.join(value.clauses)}]"
    if value.size == "one":
        return f"[{value.item}]"
    raise UnsupportedError("необязательное значение в последовательности")


def any_of(condition: str, value: Value, *, raises: bool = False) -> str:
    """Return «some item satisfies the condition»; with errors the first true item ends it."""
    inner = f"{condition} {' '.join(value.clauses)}"
    return f"any({inner})" if raises or value.raises else f"any([{inner}])"


def text_of_node(item: str) -> str:
    """Return the string value of a node."""
    return f"string({item})"


def atomise(value: AnyValue) -> list[Value]:
    """Return the atomic values: nodes become their untyped text, arrays their members."""
    if isinstance(value, Parts):
        return [atom for part in value.values for atom in atomise(part)]
    if value.kind == "node":
        return [replace(value, kind="atom", item=text_of_node(value.item), exists=None, group=None)]
    if value.kind in ("attribute", "text"):
        return [replace(value, kind="atom")]
    return [value]


def effective(value: AnyValue) -> Value:
    """Return the effective boolean value."""
    if isinstance(value, Parts):
        nodes = [part for part in value.values if isinstance(part, Value) and part.kind in NODES]
        if value.how == "array" or len(nodes) < len(value.values):
            raise UnsupportedError("логическое значение последовательности")
        tests = " or ".join(effective(part).item for part in nodes) or "False"
        return boolean(f"({tests})", raises=value.raises)
    if value.exists is not None:
        return boolean(value.exists, raises=value.raises)
    if value.size == "many":
        if value.kind not in NODES:
            raise UnsupportedError("логическое значение последовательности")
        return boolean(any_of("True", value), raises=value.raises)
    if value.kind in NODES:
        return boolean(
            "True" if value.size == "one" else f"({value.item} is not None)", raises=value.raises
        )
    if value.type == "b" and value.size == "one":
        return value
    if value.type == "d":
        return boolean(f"truth({value.item})", raises=value.raises)
    return boolean(f"bool({value.item})", raises=value.raises)


def in_order(value: Value, variable: str) -> Value:
    """Return the same nodes in document order, each once."""
    if value.size != "many" or value.sorted:
        return value
    if value.kind != "node":
        raise UnsupportedError("порядок узлов")
    group = f"in_order({listed(value)})"
    return replace(
        value,
        item=variable,
        clauses=(f"for {variable} in {group}",),
        group=group,
        exists=None,
        sorted=True,
    )


def count(value: AnyValue) -> str:
    """Return the number of items; nodes must be in order already."""
    if isinstance(value, Parts):
        if value.how == "array":
            return "1"
        if value.how == "union":
            return f"len(in_order([{', '.join('*' + listed(node) for node in _nodes(value))}]))"
        return f"({' + '.join(map(count, value.values)) or '0'})"
    if value.size == "one":
        return f"({value.item}, 1)[1]" if value.raises else "1"
    if value.size == "opt":
        return f"(0 if {value.item} is None else 1)"
    if value.group is not None:
        return f"len({value.group})"
    return f"len([1 {' '.join(value.clauses)}])"


def _nodes(value: Parts) -> list[Value]:
    found: list[Value] = []
    for part in value.values:
        if isinstance(part, Parts):
            found.extend(_nodes(part))
        elif part.kind == "node":
            found.append(part)
        else:
            raise UnsupportedError("объединение не элементов")
    return found


def union_nodes(value: Parts, variable: str) -> Value:
    """Return a union of elements as one value in document order.

    Raises:
        UnsupportedError: something in it is no element.
    """
    group = f"in_order([{', '.join('*' + listed(node) for node in _nodes(value))}])"
    return Value(
        "node",
        variable,
        size="many",
        clauses=(f"for {variable} in {group}",),
        raises=value.raises,
        group=group,
        flat=False,
    )
