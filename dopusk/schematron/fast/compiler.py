"""XPath 3.1 to Python: every expression becomes one Python expression over light nodes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dopusk.schematron.errors import UnsupportedError
from dopusk.schematron.fast import compare, functions, paths, values
from dopusk.schematron.fast.env import XML_NAMESPACE, Env, as_many, item_of
from dopusk.schematron.fast.values import AnyValue, Parts, Value, boolean
from dopusk.schematron.xpath import ast
from dopusk.schematron.xpath.lexer import XPathSyntaxError
from dopusk.schematron.xpath.parser import TooDeepError, parse

MAX_SOURCE = 20_000
"""Characters of Python that one expression may come to; beyond it the exact engine takes over."""


class Compiler(functions.Functions):
    """Compiles the expressions of one schema; constants are shared among them."""

    def __init__(self, namespaces: Mapping[str, str]) -> None:
        self._namespaces = {"xml": XML_NAMESPACE, **namespaces}
        self._count = 0
        self._parsed: dict[str, ast.Expr] = {}
        self.constants: dict[str, str] = {}
        self.held: dict[object, Any] = {}
        """What others keep per expression, so that it is compiled once."""

    def fresh(self) -> str:
        """Return a new variable name."""
        self._count += 1
        return f"x{self._count}"

    def restart(self) -> None:
        """Count variables anew, so that equal expressions give equal source."""
        self._count = 0

    def constant(self, source: str) -> str:
        """Return the name of the constant that `source` computes once."""
        return self.constants.setdefault(source, f"k{len(self.constants)}")

    def uri(self, prefix: str) -> str:
        """Return the namespace of a prefix.

        Raises:
            UnsupportedError: the schema does not declare it (the exact engine says so).
        """
        if prefix not in self._namespaces:
            raise UnsupportedError(f"префикс «{prefix}» не объявлен")
        return self._namespaces[prefix]

    def parse(self, text: str) -> ast.Expr:
        """Return the syntax tree, each text parsed once.

        Raises:
            UnsupportedError: the parser does not know the construct, or it is an error.
            TooDeepError: nested beyond what any engine is given.
        """
        if text not in self._parsed:
            try:
                self._parsed[text] = parse(text)
            except TooDeepError:
                raise
            except XPathSyntaxError as error:
                raise UnsupportedError(f"{error} (знак {error.offset + 1})") from None
        return self._parsed[text]

    def truth(self, expression: ast.Expr, env: Env) -> Value:
        """Return the effective boolean value of an expression."""
        if isinstance(expression, ast.Compare) and expression.op in _VALUE_OPS:
            return compare.value_comparison(
                expression.op,
                self.value(expression.left, env),
                self.value(expression.right, env),
            )
        if isinstance(expression, ast.If):
            parts = [
                self.truth(one, env)
                for one in (expression.then, expression.condition, expression.other)
            ]
            return boolean(
                f"({parts[0].item} if {parts[1].item} else {parts[2].item})",
                raises=any(part.raises for part in parts),
            )
        if isinstance(expression, ast.Bind) and expression.kind == "let":
            return self.truth(expression.body, self._let(expression, env))
        return values.effective(self.value(expression, env))

    def value(self, expression: ast.Expr, env: Env) -> AnyValue:
        """Return the value of an expression.

        Raises:
            UnsupportedError: it cannot be expressed with types known beforehand.
        """
        found = self._value(expression, env)
        if isinstance(found, Value) and (
            len(found.item) + sum(map(len, found.clauses)) > MAX_SOURCE
        ):
            raise UnsupportedError("выражение слишком велико")
        return found

    def _value(self, expression: ast.Expr, env: Env) -> AnyValue:
        match expression:
            case ast.Literal():
                return Value(
                    "atom", repr(expression.value), expression.type, literal=expression.value
                )
            case ast.Sequence():
                return Parts(tuple(self.value(one, env) for one in expression.items), "sequence")
            case ast.Array():
                return Parts(tuple(self.value(one, env) for one in expression.members), "array")
            case ast.Chain():
                return self._chain(expression, env)
            case ast.Compare():
                return self._compare(expression, env)
            case ast.Negate():
                return self._negate(expression, env)
            case ast.If():
                return self._if(expression, env)
            case ast.Bind():
                return self._bind(expression, env)
            case ast.Var():
                return self._variable(expression.name, env)
            case ast.ContextItem():
                if env.context is None:
                    raise UnsupportedError("нет контекста")
                return env.context
            case ast.Call():
                return functions.call(self, expression, env)
            case ast.Step():
                return paths.apply_step(self, env.context, expression, env)
            case ast.Filter():
                primary = self.value(expression.primary, env)
                return paths.filtered(self, primary, expression.predicates, env)
            case ast.Path():
                return paths.path(self, expression, env)

    def _variable(self, name: str, env: Env) -> AnyValue:
        if env.variables is None or name not in env.variables:
            raise UnsupportedError(f"переменная ${name} не объявлена")
        value = env.variables[name]
        if isinstance(value, Value) and value.size == "many":
            variable = self.fresh()
            group = values.listed(value)
            return replace(
                value, item=variable, clauses=(f"for {variable} in {group}",), group=group, get=None
            )
        return value

    def _compare(self, expression: ast.Compare, env: Env) -> Value:
        if expression.op in _VALUE_OPS:
            left, right = self.value(expression.left, env), self.value(expression.right, env)
            for side in (left, right):
                if not isinstance(side, Value) or side.size != "one":
                    raise UnsupportedError("сравнение, результата которого может не быть")
            return compare.value_comparison(expression.op, left, right)
        if expression.op in ("is", "<<", ">>"):
            raise UnsupportedError(f"оператор {expression.op}")
        return compare.general(
            expression.op, self.value(expression.left, env), self.value(expression.right, env)
        )

    def _chain(self, expression: ast.Chain, env: Env) -> AnyValue:
        operands = (expression.first, *(operand for _, operand in expression.rest))
        match expression.level:
            case "or" | "and":
                truths = [self.truth(one, env) for one in operands]
                joined = f" {expression.level} ".join(one.item for one in truths)
                return boolean(f"({joined})", raises=any(one.raises for one in truths))
            case "concat":
                return functions.concat(self, operands, env)
            case "union":
                parts = tuple(self.value(one, env) for one in operands)
                if any(isinstance(one, Value) and one.kind not in values.NODES for one in parts):
                    raise UnsupportedError("объединение не узлов")
                return Parts(parts, "union")
            case "add" | "multiply":
                return self._arithmetic(expression, env)
        raise UnsupportedError(f"оператор {expression.rest[0][0]}")

    def _arithmetic(self, expression: ast.Chain, env: Env) -> Value:
        left = functions.number_argument(self, expression.first, env)
        for operator, operand in expression.rest:
            left = _operate(operator, left, functions.number_argument(self, operand, env))
        return left

    def _negate(self, expression: ast.Negate, env: Env) -> Value:
        value = functions.number_argument(self, expression.operand, env)
        if expression.sign > 0:
            return value
        literal = -value.literal if isinstance(value.literal, int | float) else None
        return replace(value, item=f"(-{value.item})", literal=literal)

    def _if(self, expression: ast.If, env: Env) -> Value:
        condition = self.truth(expression.condition, env)
        then, other = self.value(expression.then, env), self.value(expression.other, env)
        for branch in (then, other):
            if not isinstance(branch, Value) or branch.size != "one" or branch.kind != "atom":
                raise UnsupportedError("ветви if не одиночные значения")
        if not isinstance(then, Value) or not isinstance(other, Value) or then.type != other.type:
            raise UnsupportedError("ветви if разных типов")
        return Value(
            "atom",
            f"({then.item} if {condition.item} else {other.item})",
            then.type,
            raises=condition.raises or then.raises or other.raises,
        )

    def _let(self, expression: ast.Bind, env: Env) -> Env:
        variables = dict(env.variables or {})
        for name, bound in expression.bindings:
            variables[name] = self.value(bound, replace(env, variables=variables))
        return replace(env, variables=dict(variables))

    def _bind(self, expression: ast.Bind, env: Env) -> AnyValue:
        if expression.kind == "let":
            return self.value(expression.body, self._let(expression, env))
        clauses: tuple[str, ...] = ()
        raises = False
        inner = env
        for name, bound in expression.bindings:
            value = self.value(bound, inner)
            if isinstance(value, Parts):
                raise UnsupportedError("цикл по последовательности")
            value = as_many(self, values.in_order(value, self.fresh()))
            clauses += value.clauses
            raises = raises or value.raises
            inner = replace(inner, variables={**(inner.variables or {}), name: item_of(value)})
        if expression.kind in ("some", "every"):
            test = self.truth(expression.body, inner)
            loop = Value("atom", "", clauses=clauses, raises=raises or test.raises)
            if expression.kind == "some":
                return boolean(values.any_of(test.item, loop), raises=loop.raises)
            found = values.any_of(f"not {test.item}", loop)
            return boolean(f"(not {found})", raises=loop.raises)
        body = self.value(expression.body, inner)
        if isinstance(body, Parts):
            raise UnsupportedError("for возвращает последовательность")
        body = as_many(self, values.in_order(body, self.fresh()))
        if body.kind == "node":
            raise UnsupportedError("for возвращает узлы")
        return replace(
            body,
            clauses=clauses + body.clauses,
            raises=raises or body.raises,
            group=None,
            exists=None,
            get=None,
            literal=None,
        )


_VALUE_OPS = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})


def _operate(operator: str, left: Value, right: Value) -> Value:
    """Return one arithmetic operation; decimals are left to the exact engine."""
    types = {left.type, right.type}
    raises = left.raises or right.raises
    if "m" in types:
        raise UnsupportedError("арифметика xs:decimal")
    whole = types == {"i"}
    if operator in ("+", "-", "*"):
        item = f"({left.item} {operator} {right.item})"
        return Value("atom", item, "i" if whole else "d", raises=raises)
    if operator == "div" and not whole:
        return Value("atom", f"divide({left.item}, {right.item})", "d", raises=raises)
    if operator in ("idiv", "mod") and whole:
        name = "whole_divide" if operator == "idiv" else "remainder"
        return Value("atom", f"{name}({left.item}, {right.item})", "i", raises=True)
    raise UnsupportedError(f"{operator} таких чисел")
