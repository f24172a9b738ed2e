"""Functions of XPath that the fast engine knows, each as a piece of Python."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from dopusk.schematron.errors import UnsupportedError
from dopusk.schematron.fast import values
from dopusk.schematron.fast.env import Compiles, Env
from dopusk.schematron.fast.values import NUMBERS, STRINGS, AnyValue, Parts, Value, boolean
from dopusk.schematron.regex import matcher
from dopusk.schematron.xpath import ast

Args = tuple[ast.Expr, ...]


class Functions(Compiles):
    """What the functions need of the compiler beyond what steps do."""

    def constant(self, source: str) -> str:
        """Return the name of a constant of the generated module."""
        raise NotImplementedError


def call(compiler: Functions, expression: ast.Call, env: Env) -> AnyValue:
    """Return the value of a function call.

    Raises:
        UnsupportedError: the function, its arity or the type of an argument is not expressed.
    """
    known = _FUNCTIONS.get((expression.name, len(expression.args)))
    if known is not None:
        return known(compiler, expression.args, env)
    if expression.name == "concat" and len(expression.args) >= 2:
        return concat(compiler, expression.args, env)
    raise UnsupportedError(f"функция {expression.name}#{len(expression.args)}")


def concat(compiler: Compiles, args: Args, env: Env) -> Value:
    """Return fn:concat(), which is `||` too: absent values are empty strings."""
    parts = [_atomic(compiler, arg, env) for arg in args]
    items = ", ".join(_text(part) for part in parts)
    return Value("atom", f"''.join(({items},))", "s", raises=any(part.raises for part in parts))


def single(value: AnyValue) -> Value:
    """Return the only atomic item; more than one is an error when it happens."""
    atoms = values.atomise(value)
    if len(atoms) != 1:
        raise UnsupportedError("последовательность вместо одного значения")
    atom = atoms[0]
    if atom.size != "many":
        return atom
    item = f"one([{atom.item} {' '.join(atom.clauses)}])"
    return Value("atom", item, atom.type, "opt", raises=True)


def number_argument(compiler: Compiles, expression: ast.Expr, env: Env) -> Value:
    """Return a number that is surely there; untyped text is cast."""
    value = single(compiler.value(expression, env))
    if value.size != "one" or value.type not in NUMBERS | {"u"}:
        raise UnsupportedError("число, которого может не быть")
    if value.type == "u":
        return replace(value, item=f"to_double({value.item})", type="d", raises=True)
    return value


def _atomic(compiler: Compiles, expression: ast.Expr, env: Env) -> Value:
    return single(compiler.value(expression, env))


def _text(value: Value) -> str:
    if value.type in STRINGS:
        return value.item if value.size == "one" else f"({value.item} or '')"
    if value.type == "m":
        raise UnsupportedError("xs:decimal как строка")
    return f"text_of({value.item})"


def text_item(value: Value) -> str:
    """Return an item of a value as a string."""
    return _text(replace(value, size="one"))


def _string(compiler: Compiles, expression: ast.Expr, env: Env) -> Value:
    """Return an argument declared xs:string?; a number there is an error of the rules."""
    value = _atomic(compiler, expression, env)
    if value.type not in STRINGS:
        raise UnsupportedError("вместо строки значение другого типа")
    return value


def _optional(compiler: Compiles, args: Args, env: Env) -> Value:
    """Return the argument, or the context item when there is none."""
    return _atomic(compiler, args[0] if args else ast.ContextItem(), env)


def _strings(item: Callable[..., str], type_: str) -> _Function:
    def build(compiler: Functions, args: Args, env: Env) -> Value:
        found = [_string(compiler, arg, env) for arg in args or (ast.ContextItem(),)]
        return Value(
            "atom",
            item(*(_text(one) for one in found)),
            type_,
            raises=any(one.raises for one in found),
        )

    return build


def _count(compiler: Functions, args: Args, env: Env) -> Value:
    value = compiler.value(args[0], env)
    if isinstance(value, Value):
        value = values.in_order(value, compiler.fresh())
    elif value.how == "sequence":
        value = _sorted_parts(value, compiler)
    return Value("atom", values.count(value), "i", raises=value.raises)


def _sorted_parts(value: Parts, compiler: Functions) -> Parts:
    parts = tuple(
        values.in_order(part, compiler.fresh()) if isinstance(part, Value) else part
        for part in value.values
    )
    return Parts(parts, value.how)


def _exists(compiler: Functions, args: Args, env: Env) -> Value:
    value = compiler.value(args[0], env)
    return boolean(_present(value), raises=value.raises)


def _present(value: AnyValue) -> str:
    if isinstance(value, Parts):
        if value.how == "array":
            return "True"
        return f"({' or '.join(map(_present, value.values)) or 'False'})"
    if value.exists is not None:
        return value.exists
    if value.size == "many":
        return values.any_of("True", value)
    return "True" if value.size == "one" else f"({value.item} is not None)"


def _empty(compiler: Functions, args: Args, env: Env) -> Value:
    value = _exists(compiler, args, env)
    return replace(value, item=f"(not {value.item})")


def _not(compiler: Functions, args: Args, env: Env) -> Value:
    value = compiler.truth(args[0], env)
    return boolean(f"(not {value.item})", raises=value.raises)


def _boolean(compiler: Functions, args: Args, env: Env) -> Value:
    return compiler.truth(args[0], env)


def _to_string(compiler: Functions, args: Args, env: Env) -> Value:
    value = _optional(compiler, args, env)
    return Value("atom", _text(value), "s", raises=value.raises)


def _number(compiler: Functions, args: Args, env: Env) -> Value:
    value = _optional(compiler, args, env)
    return Value("atom", f"number_of({value.item})", "d", raises=value.raises)


def _substring(compiler: Functions, args: Args, env: Env) -> Value:
    text = _string(compiler, args[0], env)
    numbers = [number_argument(compiler, arg, env) for arg in args[1:]]
    items = ", ".join(number.item for number in numbers)
    return Value(
        "atom",
        f"substring({_text(text)}, {items})",
        "s",
        raises=text.raises or any(number.raises for number in numbers),
    )


def _matches(compiler: Functions, args: Args, env: Env) -> Value:
    text = _string(compiler, args[0], env)
    settings = [arg.value for arg in args[1:] if isinstance(arg, ast.Literal) and arg.type == "s"]
    if len(settings) != len(args) - 1:
        raise UnsupportedError("регулярное выражение, которое вычисляется")
    matcher(*map(str, settings))
    search = compiler.constant(f"matcher({', '.join(map(repr, settings))})")
    return boolean(f"bool({search}({_text(text)}))", raises=text.raises)


def _translate(compiler: Functions, args: Args, env: Env) -> Value:
    text, source, target = (_string(compiler, arg, env) for arg in args)
    if source.literal is None or target.literal is None:
        raise UnsupportedError("translate() с вычисляемыми таблицами")
    item = f"translate({_text(text)}, {source.item}, {target.item})"
    return Value("atom", item, "s", raises=text.raises)


def _join(compiler: Functions, args: Args, env: Env) -> Value:
    value = compiler.value(args[0], env)
    mark = _string(compiler, args[1], env) if len(args) > 1 else Value("atom", "''", "s")
    if isinstance(value, Parts):
        raise UnsupportedError("string-join() последовательности")
    atom = values.atomise(values.in_order(value, compiler.fresh()))[0]
    if atom.type not in STRINGS or atom.size == "opt":
        raise UnsupportedError("string-join()")
    item = f"{_text(mark)}.join({values.listed(replace(atom, group=None))})"
    return Value("atom", item, "s", raises=value.raises or mark.raises)


def _distinct(compiler: Functions, args: Args, env: Env) -> Value:
    value = compiler.value(args[0], env)
    if isinstance(value, Parts):
        raise UnsupportedError("distinct-values() последовательности")
    atom = values.atomise(value)[0]
    if atom.type not in STRINGS or atom.size != "many":
        raise UnsupportedError("distinct-values()")
    variable = compiler.fresh()
    group = f"list(dict.fromkeys({values.listed(replace(atom, group=None))}))"
    return Value(
        "atom",
        variable,
        atom.type,
        "many",
        (f"for {variable} in {group}",),
        value.raises,
        group=group,
    )


def _named(item: Callable[[str], str]) -> _Function:
    def build(compiler: Functions, args: Args, env: Env) -> Value:
        value = compiler.value(args[0], env) if args else env.context
        if not isinstance(value, Value) or value.size != "one":
            raise UnsupportedError("имя не контекстного узла")
        if value.kind == "node":
            return Value("atom", item(f"{value.item}"), "s")
        if value.kind == "attribute" and value.name and item("") == "local_name(.name)":
            return Value("atom", f"local_name({value.name})", "s")
        raise UnsupportedError("имя узла")

    return build


def _focus(item: str) -> _Function:
    def build(_compiler: Functions, _args: Args, env: Env) -> Value:
        name = env.position if item == "position" else env.last
        if name is None:
            raise UnsupportedError(f"{item}() вне предиката")
        return Value("atom", name, "i")

    return build


def _current(_compiler: Functions, _args: Args, env: Env) -> Value:
    if env.current is None:
        raise UnsupportedError("current() вне правила")
    return env.current


def _constant(item: str) -> _Function:
    def build(_compiler: Functions, _args: Args, _env: Env) -> Value:
        return boolean(item)

    return build


def _rounding(item: str) -> _Function:
    def build(compiler: Functions, args: Args, env: Env) -> Value:
        value = number_argument(compiler, args[0], env)
        if value.type == "i" or item == "abs":
            return value if item != "abs" else replace(value, item=f"abs({value.item})")
        raise UnsupportedError(f"{item}() не целого")

    return build


_Function = Callable[[Functions, Args, Env], AnyValue]
_FUNCTIONS: Mapping[tuple[str, int], _Function] = {
    ("count", 1): _count,
    ("exists", 1): _exists,
    ("empty", 1): _empty,
    ("not", 1): _not,
    ("boolean", 1): _boolean,
    ("true", 0): _constant("True"),
    ("false", 0): _constant("False"),
    ("string", 0): _to_string,
    ("string", 1): _to_string,
    ("number", 0): _number,
    ("number", 1): _number,
    ("string-length", 0): _strings("len({})".format, "i"),
    ("string-length", 1): _strings("len({})".format, "i"),
    ("normalize-space", 0): _strings("normalise_space({})".format, "s"),
    ("normalize-space", 1): _strings("normalise_space({})".format, "s"),
    ("upper-case", 1): _strings("{}.upper()".format, "s"),
    ("lower-case", 1): _strings("{}.lower()".format, "s"),
    ("contains", 2): _strings("({1} in {0})".format, "b"),
    ("starts-with", 2): _strings("{0}.startswith({1})".format, "b"),
    ("ends-with", 2): _strings("{0}.endswith({1})".format, "b"),
    ("substring-before", 2): _strings("before({0}, {1})".format, "s"),
    ("substring-after", 2): _strings("after({0}, {1})".format, "s"),
    ("substring", 2): _substring,
    ("substring", 3): _substring,
    ("matches", 2): _matches,
    ("matches", 3): _matches,
    ("translate", 3): _translate,
    ("string-join", 1): _join,
    ("string-join", 2): _join,
    ("distinct-values", 1): _distinct,
    ("name", 0): _named("d.qualified({})".format),
    ("name", 1): _named("d.qualified({})".format),
    ("local-name", 0): _named("local_name({}.name)".format),
    ("local-name", 1): _named("local_name({}.name)".format),
    ("position", 0): _focus("position"),
    ("last", 0): _focus("last"),
    ("current", 0): _current,
    ("abs", 1): _rounding("abs"),
    ("floor", 1): _rounding("floor"),
    ("ceiling", 1): _rounding("ceiling"),
    ("round", 1): _rounding("round"),
}
