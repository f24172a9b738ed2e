"""Python source for a whole schema, pattern by pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from types import CodeType

from dopusk.schematron.errors import SchemaError, UnsupportedError
from dopusk.schematron.fast import values
from dopusk.schematron.fast.compiler import Compiler
from dopusk.schematron.fast.contexts import ContextStep, attribute_item, read_context
from dopusk.schematron.fast.env import Env
from dopusk.schematron.fast.functions import text_item
from dopusk.schematron.fast.plan import Fallback, Plan, RulePlan, StepPlan
from dopusk.schematron.fast.steps import AttributeTest
from dopusk.schematron.fast.values import AnyValue, Parts, Value
from dopusk.schematron.model import (
    Check,
    Let,
    Name,
    Part,
    Pattern,
    Rule,
    SchemaModel,
    ValueOf,
    fixed_text,
)
from dopusk.schematron.xpath.parser import TooDeepError

_LOCALS = {
    "_a": "n.attributes",
    "_c": "n.children",
    "_N": "d.nodes",
}


def generate(model: SchemaModel) -> Plan:
    """Return the plan for every pattern that can be expressed; the others are its fallbacks.

    Raises:
        SchemaError: an expression is nested beyond all bounds.
    """
    return _Generator(model).whole()


class _Generator:
    def __init__(self, model: SchemaModel) -> None:
        self._model = model
        self._compiler = Compiler(model.namespaces)
        self._functions: dict[str, str] = {}
        self._conditions: dict[str | AttributeTest, int] = {}
        self._truths: dict[tuple[str, str], Value] = {}
        self._lets = 0
        self._lines: list[str] = []
        self._rules: list[RulePlan] = []
        self._fallbacks: list[Fallback] = []

    def whole(self) -> Plan:
        try:
            env = self._document_lets(self._model.lets, Env(None, None, variables={}))
            for number, pattern in enumerate(self._model.patterns):
                self._try_pattern(number, pattern, env)
        except TooDeepError as error:
            raise SchemaError(str(error), file=self._model.file) from None
        constants = [f"{name} = {source}" for source, name in self._compiler.constants.items()]
        code, reason = _compiled("\n".join([*constants, *self._lines, ""]))
        if code is None:
            every = enumerate(self._model.patterns)
            lost = tuple(Fallback(number, one.id, reason, one.line) for number, one in every)
            return Plan(compile("", "<schematron>", "exec"), (), (), lost)
        return Plan(code, tuple(self._rules), tuple(self._conditions), tuple(self._fallbacks))

    def _try_pattern(self, number: int, pattern: Pattern, env: Env) -> None:
        place: list[int | None] = [pattern.line]
        try:
            inner = self._document_lets(pattern.lets, env)
            plans = [
                self._rule(number, order, rule, inner, place)
                for order, rule in enumerate(pattern.rules)
            ]
        except UnsupportedError as error:
            self._fallbacks.append(Fallback(number, pattern.id, str(error), place[0]))
        except TooDeepError as error:
            raise SchemaError(str(error), file=self._model.file, line=place[0]) from None
        else:
            self._rules.extend(plans)

    def _document_lets(self, lets: Iterable[Let], env: Env) -> Env:
        """Return the environment with variables whose context is the document node."""
        variables = dict(env.variables or {})
        root = Value("node", "d.root")
        for let in lets:
            variables.pop(let.name, None)
            self._compiler.restart()
            try:
                value = self._compiler.value(
                    self._compiler.parse(let.value), Env(root, root, variables=dict(variables))
                )
                if _is_constant(value):
                    variables[let.name] = value
                    continue
                source = _held(value)
            except UnsupportedError:
                continue
            name = self._function("g", f"return {source}", "d")
            number = self._lets = self._lets + 1
            variables[let.name] = _variable(value, f"d.let({number}, {name})", raises=value.raises)
        return replace(env, variables=variables)

    def _rule(
        self, number: int, order: int, rule: Rule, env: Env, place: list[int | None]
    ) -> RulePlan:
        place[0] = rule.line
        paths = read_context(self._compiler, rule.context, env)
        attribute = {bool(path.steps) and path.steps[-1].is_attribute for path in paths}
        if len(attribute) > 1:
            raise UnsupportedError("контекст правила смешивает элементы и атрибуты")
        node = attribute_item("n") if attribute == {True} else Value("node", "n")
        env = replace(env, context=node, current=node)
        self._compiler.restart()
        lets, env = self._rule_lets(rule.lets, env)
        body = [*lets, "f = 0"]
        for bit, check in enumerate(rule.checks):
            place[0] = check.line
            body += self._check(bit, len(rule.checks), check, env)
        body.append("return f")
        texts = {}
        for bit, check in enumerate(rule.checks):
            if check.subject:
                raise UnsupportedError("subject")
            everything = [check.parts, *(one.parts for one in check.diagnostics)]
            for which, parts in enumerate(everything):
                if fixed_text(parts) is None:
                    place[0] = check.line
                    texts[bit, which] = self._text(parts, lets, env)
        return RulePlan(
            number,
            order,
            len(rule.checks),
            self._function("r", "\n".join(body)),
            tuple(tuple(map(self._step, path.steps)) for path in paths),
            texts,
        )

    def _step(self, step: ContextStep) -> StepPlan:
        conditions = tuple(map(self._condition, step.predicates))
        return StepPlan(step.test, step.deep, step.is_attribute, conditions)

    def _rule_lets(self, lets: Iterable[Let], env: Env) -> tuple[list[str], Env]:
        lines = []
        for let in lets:
            value = self._compiler.value(self._compiler.parse(let.value), env)
            if _is_constant(value):
                variable = value
            else:
                name = self._compiler.fresh()
                held = _held(value)
                lazy = value.raises
                lines.append(f"{name} = Lazy(lambda: {held})" if lazy else f"{name} = {held}")
                variable = _variable(value, f"{name}()" if lazy else name, raises=lazy)
            env = replace(env, variables={**(env.variables or {}), let.name: variable})
        return lines, env

    def _check(self, bit: int, size: int, check: Check, env: Env) -> list[str]:
        test = self._truth(check.test, env)
        failed = test.item if check.is_report else f"not {test.item}"
        line = f"if {failed}: f |= {1 << bit}"
        if not test.raises:
            return [line]
        return [
            "try:",
            f"    {line}",
            "except XPathError as e:",
            f"    d.reasons[{bit}] = str(e)",
            f"    f |= {1 << (bit + size)}",
        ]

    def _truth(self, test: str, env: Env) -> Value:
        """Return a test; packs repeat the same few, so those without variables are kept."""
        if env.variables:
            return self._compiler.truth(self._compiler.parse(test), env)
        key = test, env.context.kind if env.context else ""
        if key not in self._truths:
            self._compiler.restart()
            self._truths[key] = self._compiler.truth(self._compiler.parse(test), env)
        return self._truths[key]

    def _text(self, parts: tuple[Part, ...], lets: list[str], env: Env) -> str:
        body = [*lets, "t = []"]
        for part in parts:
            match part:
                case str():
                    body.append(f"t.append({part!r})")
                    continue
                case ValueOf():
                    value = self._compiler.value(self._compiler.parse(part.select), env)
                case Name():
                    path = f"name({part.path})" if part.path else "name()"
                    value = self._compiler.value(self._compiler.parse(path), env)
            ordered = self._ordered(value)
            items = ", ".join(_strings(atom) for atom in values.atomise(ordered))
            body += [
                "try:",
                f"    t.append(' '.join([{items}]))",
                "except XPathError:",
                "    pass",
            ]
        body.append("return ''.join(t)")
        return self._function("m", "\n".join(body))

    def _ordered(self, value: AnyValue) -> AnyValue:
        """Return the value with its nodes in document order, as a message shows them."""
        if isinstance(value, Value):
            return values.in_order(value, self._compiler.fresh())
        if value.how == "union":
            return values.union_nodes(value, self._compiler.fresh())
        return Parts(tuple(self._ordered(part) for part in value.values), value.how)

    def _condition(self, predicate: Value | AttributeTest) -> int:
        if isinstance(predicate, AttributeTest):
            return self._number(predicate)
        body = f"return {predicate.item}"
        if predicate.raises:
            body = f"try:\n    {body}\nexcept XPathError:\n    return False"
        return self._number(self._function("p", body))

    def _number(self, condition: str | AttributeTest) -> int:
        if condition not in self._conditions:
            self._conditions[condition] = len(self._conditions)
        return self._conditions[condition]

    def _function(self, letter: str, body: str, parameters: str = "n, d") -> str:
        """Return the name of a function with this body; equal bodies are one function."""
        held = self._functions.get(body)
        if held is not None and held[0] == letter:
            return held
        name = f"{letter}{len(self._functions)}"
        self._functions[body] = name
        self._lines.append(f"def {name}({parameters}):")
        for local, source in _LOCALS.items():
            if re.search(rf"(?<!\w){local}(?!\w)", body):
                self._lines.append(f"    {local} = {source}")
        self._lines += [f"    {line}" for line in body.split("\n")]
        return name


def _compiled(source: str) -> tuple[CodeType | None, str]:
    """Return the code of the module, or why Python refuses it."""
    try:
        return compile(source, "<schematron>", "exec", dont_inherit=True), ""
    except (SyntaxError, RecursionError, MemoryError, OverflowError) as error:
        return None, f"правила слишком сложны: {error}"


def _is_constant(value: AnyValue) -> bool:
    if isinstance(value, Parts):
        return all(map(_is_constant, value.values))
    return value.literal is not None


def _held(value: AnyValue) -> str:
    """Return the expression that a variable holds."""
    if isinstance(value, Parts):
        raise UnsupportedError("переменная хранит последовательность")
    return values.listed(value) if value.size == "many" else value.item


def _variable(value: AnyValue, item: str, *, raises: bool) -> Value:
    """Return the value that reads a variable."""
    if isinstance(value, Parts):
        raise UnsupportedError("переменная хранит последовательность")
    many = value.size == "many"
    return replace(
        value,
        item="" if many else item,
        clauses=(),
        group=f"list({item})" if many else None,
        exists=f"bool({item})" if many else None,
        get=None,
        raises=raises,
    )


def _strings(value: Value) -> str:
    """Return list members for the strings of a value-of."""
    if value.size == "many":
        return f"*[{text_item(value)} {' '.join(value.clauses)}]"
    if value.size == "opt":
        return f"*[text_of(y) for y in ({value.item},) if y is not None]"
    return text_item(value)
