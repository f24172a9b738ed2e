"""Contexts of rules: XSLT match patterns as steps that the automaton can follow downwards."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dopusk.schematron.errors import UnsupportedError
from dopusk.schematron.fast.compiler import Compiler
from dopusk.schematron.fast.env import (
    Env,
    item_of,
    key_of,
    may_be_number,
    uses_position,
)
from dopusk.schematron.fast.paths import apply_step
from dopusk.schematron.fast.steps import AttributeTest, NameTest
from dopusk.schematron.fast.values import Value, any_of
from dopusk.schematron.xpath import ast


@dataclass(frozen=True, slots=True)
class ContextStep:
    """One step of a context; `predicates` are Python conditions over the node `n`."""

    test: NameTest
    deep: bool
    """Whether it may lie at any depth below the step before it."""
    is_attribute: bool
    predicates: tuple[Value | AttributeTest, ...]


@dataclass(frozen=True, slots=True)
class ContextPath:
    """One alternative of a context; no steps at all means the document node."""

    steps: tuple[ContextStep, ...]


def read_context(compiler: Compiler, text: str, env: Env) -> tuple[ContextPath, ...]:
    """Return the alternatives of a rule's context.

    Raises:
        UnsupportedError: the context is no path of child and attribute steps.
    """
    expression = compiler.parse(text)
    alternatives = [expression]
    if isinstance(expression, ast.Chain) and expression.level == "union":
        alternatives = [expression.first, *(one for _, one in expression.rest)]
    return tuple(_path(compiler, one, env) for one in alternatives)


def _path(compiler: Compiler, expression: ast.Expr, env: Env) -> ContextPath:
    match expression:
        case ast.Step():
            return ContextPath((_step(compiler, expression, env, deep=True),))
        case ast.Path():
            pass
        case _:
            raise UnsupportedError("контекст правила не путь")
    deep = not expression.absolute
    steps = []
    for one in expression.steps:
        if one == ast.ANY_NODE:
            deep = True
            continue
        if not isinstance(one, ast.Step):
            raise UnsupportedError("сложный шаг в контексте правила")
        steps.append(_step(compiler, one, env, deep=deep))
        deep = False
    if any(step.is_attribute for step in steps[:-1]):
        raise UnsupportedError("шаг от атрибута в контексте правила")
    return ContextPath(tuple(steps))


def _step(compiler: Compiler, one: ast.Step, env: Env, *, deep: bool) -> ContextStep:
    is_attribute = one.axis == "attribute"
    if one.axis not in ("child", "attribute") or one.test.kind not in (
        "name",
        "attribute" if is_attribute else "element",
    ):
        raise UnsupportedError(f"{one.axis}::{one.test.kind} в контексте правила")
    key = one, deep
    held: ContextStep | None = None if env.variables else compiler.held.get(key)
    if held is None:
        held = ContextStep(
            _name_test(compiler, one.test), deep, is_attribute, _predicates(compiler, one, env)
        )
        if not env.variables:
            compiler.held[key] = held
    return held


def _name_test(compiler: Compiler, test: ast.Test) -> NameTest:
    if test.local is not None and test.prefix is not None:
        return NameTest(name=key_of(compiler, test))
    if test.local is not None:
        return NameTest(local=test.local)
    return NameTest(uri=compiler.uri(test.prefix) if test.prefix else None)


def _predicates(compiler: Compiler, one: ast.Step, env: Env) -> tuple[Value | AttributeTest, ...]:
    """Return the predicates as conditions over the node alone."""
    rest = list(one.predicates)
    found: list[Value | AttributeTest] = []
    is_attribute = one.axis == "attribute"
    node = attribute_item("n") if is_attribute else Value("node", "n")
    inner = replace(env.focus(node), current=node)
    exact = one.test.local is not None and one.test.prefix is not None
    if rest and exact and not is_attribute and _is_number(rest[0]):
        compiler.restart()
        place = rest.pop(0)
        number = place.value if isinstance(place, ast.Literal) else 0
        found.append(Value("atom", f"n.rank + 1 == {number!r}", "b"))
    if any(may_be_number(predicate) or uses_position(predicate) for predicate in rest):
        if is_attribute:
            raise UnsupportedError("порядок атрибутов")
        return (_whole_step(compiler, one, inner),)
    for predicate in rest:
        compiler.restart()
        simple = None if is_attribute else _attribute_test(compiler, predicate)
        found.append(simple or compiler.truth(predicate, inner))
    return tuple(found)


def _attribute_test(compiler: Compiler, expression: ast.Expr) -> AttributeTest | None:
    """Return the predicate as a test of one attribute, None when it is something else."""
    negative = isinstance(expression, ast.Call) and expression.name == "not"
    if isinstance(expression, ast.Call):
        if not negative or len(expression.args) != 1:
            return None
        expression = expression.args[0]
    values: frozenset[str] | None = None
    if isinstance(expression, ast.Compare) and expression.op == "=":
        values = _strings(expression.right)
        if values is None:
            return None
        expression = expression.left
    if (
        not isinstance(expression, ast.Step)
        or expression.axis != "attribute"
        or expression.predicates
        or expression.test.kind != "name"
        or expression.test.local is None
        or expression.test.prefix is None
    ):
        return None
    return AttributeTest(key_of(compiler, expression.test), values, negative)


def _strings(expression: ast.Expr) -> frozenset[str] | None:
    """Return the strings of a literal, or of an array or sequence of literals."""
    match expression:
        case ast.Literal():
            members: tuple[ast.Expr, ...] = (expression,)
        case ast.Sequence():
            members = expression.items
        case ast.Array():
            members = expression.members
        case _:
            return None
    found = [one.value for one in members if isinstance(one, ast.Literal) and one.type == "s"]
    return frozenset(map(str, found)) if len(found) == len(members) else None


def _is_number(expression: ast.Expr) -> bool:
    return isinstance(expression, ast.Literal) and expression.type == "i"


def _whole_step(compiler: Compiler, one: ast.Step, env: Env) -> Value:
    """Return «the node is among what the step finds from its parent»."""
    compiler.restart()
    found = apply_step(compiler, Value("node", "n.parent"), one, env)
    if not isinstance(found, Value) or found.kind != "node":
        raise UnsupportedError("порядок узлов в контексте правила")
    test = any_of(f"{item_of(found).item} is n", found)
    return Value("atom", test, "b", raises=found.raises)


def attribute_item(name: str) -> Value:
    """Return the context item of a rule whose context is an attribute."""
    return Value("attribute", f"{name}.value", owner=f"{name}.parent", name=f"{name}.name")
