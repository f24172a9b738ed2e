"""Syntax tree of XPath 3.1 expressions. Nodes are values: equal text gives equal trees."""

from __future__ import annotations

from dataclasses import dataclass

Number = int | float


@dataclass(frozen=True, slots=True)
class Literal:
    """A string, integer, decimal or double literal; `type` is one of s i m d."""

    value: str | Number
    type: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """`(a, b)`; `()` has no items."""

    items: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """`[a, b]`: members are kept apart until atomised."""

    members: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """A left-associative run of operators of one level: or, and, ||, + -, * div idiv mod, |, !."""

    level: str
    first: Expr
    rest: tuple[tuple[str, Expr], ...]


@dataclass(frozen=True, slots=True)
class Compare:
    """General (= != < …), value (eq ne …) or node (is << >>) comparison."""

    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True, slots=True)
class Negate:
    """Unary minus (`sign` -1) or plus (1)."""

    sign: int
    operand: Expr


@dataclass(frozen=True, slots=True)
class If:
    """`if (condition) then … else …`."""

    condition: Expr
    then: Expr
    other: Expr


@dataclass(frozen=True, slots=True)
class Bind:
    """for, let, some or every over one or more variables."""

    kind: str
    bindings: tuple[tuple[str, Expr], ...]
    body: Expr


@dataclass(frozen=True, slots=True)
class Var:
    """`$name`."""

    name: str


@dataclass(frozen=True, slots=True)
class ContextItem:
    """`.`."""


@dataclass(frozen=True, slots=True)
class Call:
    """A function call; the prefix fn: is dropped."""

    name: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Test:
    """A node test.

    `kind` is element, attribute, node, text, comment, processing-instruction, document-node or
    name; for names `prefix` and `local` are None where anything goes, prefix «» where none stands.
    """

    kind: str
    prefix: str | None = None
    local: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """`axis::test[predicate]…`."""

    axis: str
    test: Test
    predicates: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """`primary[predicate]…`, as a step or alone."""

    primary: Expr
    predicates: tuple[Expr, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the context item, or from the root when `absolute`.

    `//` is already expanded to `/descendant-or-self::node()/`.
    """

    absolute: bool
    steps: tuple[Step | Filter, ...]


Expr = (
    Literal
    | Sequence
    | Array
    | Chain
    | Compare
    | Negate
    | If
    | Bind
    | Var
    | ContextItem
    | Call
    | Step
    | Filter
    | Path
)

ANY_NODE = Step("descendant-or-self", Test("node"))
