"""What an expression sees while it is compiled, and what its form alone tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Protocol

from dopusk.schematron.fast.values import AnyValue, Value
from dopusk.schematron.xpath import ast

XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


@dataclass(frozen=True, slots=True)
class Env:
    """What an expression can see: context item, current(), position(), last(), variables."""

    context: Value | None
    current: Value | None
    position: str | None = None
    last: str | None = None
    variables: Mapping[str, AnyValue] | None = None

    def focus(self, item: Value, position: str | None = None, last: str | None = None) -> Env:
        """Return the environment inside a predicate."""
        return replace(self, context=item, position=position, last=last)


class Compiles(Protocol):
    """What the steps need of the compiler."""

    def fresh(self) -> str:
        """Return a new variable name."""

    def value(self, expression: ast.Expr, env: Env) -> AnyValue:
        """Return the value of an expression."""

    def truth(self, expression: ast.Expr, env: Env) -> Value:
        """Return the effective boolean value of an expression."""

    def uri(self, prefix: str) -> str:
        """Return the namespace of a prefix."""


def item_of(value: Value) -> Value:
    """Return one item of a sequence, as context of a predicate or value of a loop variable."""
    return Value(value.kind, value.item, value.type, owner=value.owner, name=value.name)


def as_many(compiler: Compiles, value: Value) -> Value:
    """Return the value as a loop, whatever its size."""
    if value.size == "many":
        return value
    variable = compiler.fresh()
    clause = f"for {variable} in ({value.item},)"
    if value.size == "opt":
        clause += f" if {variable} is not None"
    return replace(
        value, item=variable, size="many", clauses=(clause,), get=None, exists=None, literal=None
    )


def key_of(compiler: Compiles, test: ast.Test) -> str:
    """Return the name of a node as documents carry it."""
    if not test.prefix:
        return test.local or ""
    return f"{{{compiler.uri(test.prefix)}}}{test.local}"


def name_condition(compiler: Compiles, test: ast.Test, name: str) -> str | None:
    """Return the condition that a name passes the test, None when any does."""
    if test.local is not None and test.prefix is not None:
        return f"{name} == {key_of(compiler, test)!r}"
    if test.local is not None:
        return f"local_name({name}) == {test.local!r}"
    if test.prefix is not None:
        return f"{name}.startswith({'{' + compiler.uri(test.prefix) + '}'!r})"
    return None


def uses_position(expression: Any) -> bool:
    """Tell whether position() or last() occurs anywhere inside."""
    if isinstance(expression, ast.Call) and expression.name in ("position", "last"):
        return True
    if isinstance(expression, tuple):
        return any(map(uses_position, expression))
    if is_dataclass(expression):
        return any(uses_position(getattr(expression, one.name)) for one in fields(expression))
    return False


_TRUTHS = frozenset(
    {"not", "exists", "empty", "true", "false", "boolean", "matches", "contains"}
    | {"starts-with", "ends-with"}
)


def may_be_number(expression: ast.Expr) -> bool:
    """Tell whether a predicate might be a position; only its form is looked at."""
    match expression:
        case ast.Compare() | ast.Step() | ast.Path() | ast.ContextItem():
            return False
        case ast.Chain():
            return expression.level not in ("or", "and", "concat", "union")
        case ast.Call():
            return expression.name not in _TRUTHS
        case ast.Literal():
            return expression.type != "s"
    return True
