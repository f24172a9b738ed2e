"""Steps, predicates and paths of XPath as Python comprehension clauses."""

from __future__ import annotations

from dataclasses import replace

from dopusk.schematron.errors import UnsupportedError
from dopusk.schematron.fast.env import (
    Compiles,
    Env,
    item_of,
    key_of,
    may_be_number,
    name_condition,
    uses_position,
)
from dopusk.schematron.fast.values import (
    NUMBERS,
    AnyValue,
    Parts,
    Value,
    effective,
    in_order,
    union_nodes,
)
from dopusk.schematron.xpath import ast


def path(compiler: Compiles, expression: ast.Path, env: Env) -> AnyValue:
    """Return the value of a path."""
    value: AnyValue | None = env.context
    if expression.absolute:
        value = Value("node", "d.root")
    steps = list(expression.steps)
    while steps:
        one = steps.pop(0)
        if one == ast.ANY_NODE and steps:
            one, value = _shorten(compiler, value, steps.pop(0))
        value = apply_step(compiler, value, one, env)
    if value is None:
        raise UnsupportedError("нет контекста")
    return value


def _shorten(
    compiler: Compiles, value: AnyValue | None, following: ast.Step | ast.Filter
) -> tuple[ast.Step, AnyValue | None]:
    """Return what `//` and the step after it come to."""
    if not isinstance(following, ast.Step) or following.axis not in ("child", "attribute"):
        raise UnsupportedError("// перед сложным шагом")
    if isinstance(value, Value) and value.kind == "attribute":
        return replace(following, axis="child"), value
    is_element = following.axis == "child" and following.test.kind != "text"
    if is_element and not any(
        may_be_number(one) or uses_position(one) for one in following.predicates
    ):
        return replace(following, axis="descendant"), value
    return following, _within(compiler, value)


def _within(compiler: Compiles, value: AnyValue | None) -> Value:
    base = _base(compiler, value)
    variable = compiler.fresh()
    return Value(
        "node",
        variable,
        size="many",
        clauses=(*base.clauses, f"for {variable} in [{base.item}, *{_below(base.item)}]"),
        raises=base.raises,
        sorted=base.size == "one" or (base.sorted and base.flat),
        flat=False,
    )


def _below(item: str) -> str:
    return f"below(_N, {item})"


def _base(compiler: Compiles, value: AnyValue | None) -> Value:
    if value is None:
        raise UnsupportedError("нет контекста")
    if isinstance(value, Parts):
        return union_nodes(value, compiler.fresh())
    if value.kind == "node" and value.size != "opt":
        return value
    raise UnsupportedError("шаг не от элемента")


def apply_step(
    compiler: Compiles, value: AnyValue | None, one: ast.Step | ast.Filter, env: Env
) -> AnyValue:
    """Return the value of a step made from each node of `value`."""
    if isinstance(one, ast.Filter):
        return _filter_step(compiler, value, one, env)
    if isinstance(value, Value) and value.kind == "attribute":
        return _from_attribute(compiler, value, one, env)
    base = _base(compiler, value)
    if one.axis == "attribute":
        return _attribute(compiler, in_order(base, compiler.fresh()), one, env)
    if one.test.kind == "text" and one.axis == "child":
        return _texts(compiler, base, one)
    if one.test.kind not in ("name", "element", "node"):
        raise UnsupportedError(f"{one.test.kind}()")
    variable = compiler.fresh()
    source, sort, flat = _axis(one, base, variable, compiler)
    conditions = _conditions(compiler, one, variable, source)
    return _predicates(
        compiler,
        Value(
            "node",
            variable,
            size="many",
            clauses=(f"for {variable} in {source}", *(f"if {one}" for one in conditions)),
            raises=base.raises,
            group=source if not conditions else None,
            exists=_exists(one, base) if not base.clauses else None,
            sorted=sort,
            flat=flat,
        ),
        one.predicates,
        env,
        base.clauses,
    )


def _exists(one: ast.Step, base: Value) -> str | None:
    if one.axis == "child" and one.test.kind == "name" and one.test.local and not one.predicates:
        return None if one.test.prefix is None else "?"
    return None


def _axis(one: ast.Step, base: Value, variable: str, compiler: Compiles) -> tuple[str, bool, bool]:
    """Return the candidates of a step from one node, whether in order, whether flat."""
    item = base.item
    single = base.size == "one"
    calm = single or (base.sorted and base.flat)
    match one.axis:
        case "child":
            if one.test.kind == "node":
                raise UnsupportedError("child::node()")
            if one.test.local is not None and one.test.prefix is not None:
                source = f"{children(item)}.get({key_of(compiler, one.test)!r}, ())"
            else:
                source = f"all_children({item})"
            return source, calm, calm
        case "descendant":
            if one.test.kind == "node":
                raise UnsupportedError("descendant::node()")
            if item == "d.root" and one.test.local is not None and one.test.prefix is not None:
                return f"d.named({key_of(compiler, one.test)!r})", True, False
            return _below(item), calm, False
        case "descendant-or-self":
            if one.test.kind == "node":
                raise UnsupportedError("descendant-or-self::node()")
            return f"_N[max({item}.order, 0) : end_of({item})]", calm, False
        case "self":
            return f"({item},)", base.sorted, base.flat
        case "parent":
            return f"ancestors({item}.parent, 1)", single, single
        case "ancestor":
            return f"ancestors({item}.parent)", False, False
        case "ancestor-or-self":
            return f"ancestors({item})", False, False
        case "following-sibling" if one.test.kind != "node":
            return f"siblings({item}, before=False)", single, single
        case "preceding-sibling" if one.test.kind != "node":
            return f"siblings({item}, before=True)", False, single
        case "following" if one.test.kind != "node":
            return f"_N[end_of({item}):]", single, False
        case "preceding" if one.test.kind != "node":
            return f"preceding(_N, {item})", False, False
    raise UnsupportedError(f"ось {one.axis}")


def _conditions(compiler: Compiles, one: ast.Step, variable: str, source: str) -> list[str]:
    if one.test.kind == "node":
        return []
    if ".get(" in source or source.startswith("d.named("):
        return []
    condition = name_condition(compiler, one.test, f"{variable}.name")
    found = [condition] if condition else []
    if one.axis in ("self", "parent", "ancestor", "ancestor-or-self"):
        found.append(f"{variable}.order >= 0")
    return found


def _predicates(
    compiler: Compiles,
    value: Value,
    predicates: tuple[ast.Expr, ...],
    env: Env,
    outer: tuple[str, ...],
) -> Value:
    """Filter the candidates of a step from one node, then put the outer clauses before."""
    raises = value.raises
    for predicate in predicates:
        value, raised = _predicate(compiler, value, predicate, env)
        raises = raises or raised
    if outer:
        value = replace(value, clauses=(*outer, *value.clauses), group=None, exists=None)
    elif value.exists == "?":
        item, name = value.clauses[0].split(" in ", 1)[1].split(".get(", 1)
        value = replace(value, exists=f"({name.removesuffix(', ())')} in {item})")
    return replace(value, raises=raises)


def _predicate(
    compiler: Compiles, value: Value, predicate: ast.Expr, env: Env
) -> tuple[Value, bool]:
    variable = value.item
    if isinstance(predicate, ast.Literal) and isinstance(predicate.value, int):
        number = predicate.value
        group = value.group or f"[{variable} {' '.join(value.clauses)}]"
        group = f"list({group})" if group.startswith("ancestors(") else group
        slice_ = f"{group}[{number - 1}:{number}]" if number > 0 else "()"
        return (
            replace(value, clauses=(f"for {variable} in {slice_}",), group=slice_, exists=None),
            False,
        )
    item = item_of(value)
    if uses_position(predicate):
        position, last = compiler.fresh(), compiler.fresh()
        inner = env.focus(item, position, last)
        source = value.group or f"[{variable} {' '.join(value.clauses)}]"
        loop: tuple[str, ...] = (f"for {variable}, {position}, {last} in places({source})",)
    else:
        inner = env.focus(item)
        position = ""
        loop = value.clauses
    condition = _condition(compiler, predicate, inner, position)
    clauses = (*loop, f"if {condition.item}")
    return replace(value, clauses=clauses, group=None, exists=None), condition.raises


def _condition(compiler: Compiles, predicate: ast.Expr, env: Env, position: str) -> Value:
    if not may_be_number(predicate):
        return compiler.truth(predicate, env)
    test = compiler.value(predicate, env)
    if not (isinstance(test, Value) and test.kind == "atom" and test.type in NUMBERS):
        return effective(test)
    if not position or test.size != "one":
        raise UnsupportedError("числовой предикат")
    return Value("atom", f"{position} == {test.item}", "b", raises=test.raises)


def children(item: str) -> str:
    """Return the dict of children by name; of the context node it is a local variable."""
    return "_c" if item == "n" else f"{item}.children"


def attributes(item: str) -> str:
    """Return the dict of attributes; of the context node it is a local variable."""
    return "_a" if item == "n" else f"{item}.attributes"


def _attribute(compiler: Compiles, base: Value, one: ast.Step, env: Env) -> Value:
    named = one.test.local is not None and one.test.prefix is not None
    if one.test.kind not in ("name", "attribute", "node"):
        raise UnsupportedError(f"@{one.test.kind}()")
    held = attributes(base.item)
    if named and not one.predicates:
        key = repr(key_of(compiler, one.test))
        if base.size == "one":
            return Value(
                "attribute",
                f"{held}.get({key})",
                size="opt",
                raises=base.raises,
                exists=f"({key} in {held})",
                get=(held, key),
            )
        variable = compiler.fresh()
        found = f"for {variable} in ({held}.get({key}),) if {variable} is not None"
        return Value(
            "attribute",
            variable,
            size="many",
            clauses=(*base.clauses, found),
            raises=base.raises,
            get=(held, key),
        )
    variable, name = compiler.fresh(), compiler.fresh()
    condition = name_condition(compiler, one.test, name)
    if one.test.local is not None and not named:
        raise UnsupportedError("@*:имя")
    clauses: tuple[str, ...] = (f"for {name}, {variable} in {held}.items()",)
    if condition:
        clauses = (*clauses, f"if {condition}")
    value = Value(
        "attribute",
        variable,
        size="many",
        clauses=clauses,
        raises=base.raises,
        owner=base.item,
        name=name,
    )
    if any(uses_position(p) or isinstance(p, ast.Literal) for p in one.predicates):
        raise UnsupportedError("порядок атрибутов")
    return _predicates(compiler, value, one.predicates, env, base.clauses)


def _from_attribute(compiler: Compiles, value: Value, one: ast.Step, env: Env) -> AnyValue:
    if value.owner is None or value.size != "one":
        raise UnsupportedError("шаг от атрибута")
    owner = Value("node", value.owner)
    match one.axis:
        case "self" if one.test.kind == "node" and not one.predicates:
            return value
        case "parent":
            return apply_step(compiler, owner, replace(one, axis="self"), env)
        case "ancestor":
            return apply_step(compiler, owner, replace(one, axis="ancestor-or-self"), env)
        case "child" | "descendant" | "attribute" | "following-sibling" | "preceding-sibling":
            variable = compiler.fresh()
            return Value("node", variable, size="many", clauses=(f"for {variable} in ()",))
    raise UnsupportedError(f"{one.axis}:: от атрибута")


def _texts(compiler: Compiles, base: Value, one: ast.Step) -> Value:
    if one.predicates or not (base.size == "one" or base.sorted):
        raise UnsupportedError("text() с предикатом")
    variable = compiler.fresh()
    source = f"own_texts({base.item})"
    return Value(
        "text",
        variable,
        size="many",
        clauses=(*base.clauses, f"for {variable} in {source}"),
        raises=base.raises,
        group=None if base.clauses else source,
        sorted=base.flat,
    )


def _filter_step(compiler: Compiles, value: AnyValue | None, one: ast.Filter, env: Env) -> AnyValue:
    """Return `a/(b | c)` and `a/.`; a function or literal as step is not expressed."""
    base = _base(compiler, value)
    inner = compiler.value(one.primary, env.focus(item_of(base)))
    parts = inner.values if isinstance(inner, Parts) and inner.how == "union" else (inner,)
    found: list[Value | Parts] = []
    for part in parts:
        if isinstance(part, Parts) or part.kind not in ("node", "attribute"):
            raise UnsupportedError("сложный шаг пути")
        if base.size == "one":
            found.append(part)
        elif part.size == "many":
            found.append(
                replace(
                    part, clauses=base.clauses + part.clauses, group=None, exists=None, sorted=False
                )
            )
        elif part == item_of(base):
            found.append(base)
        else:
            raise UnsupportedError("сложный шаг пути")
    result: AnyValue = found[0] if len(found) == 1 else Parts(tuple(found), "union")
    return filtered(compiler, result, one.predicates, env)


def filtered(
    compiler: Compiles, value: AnyValue, predicates: tuple[ast.Expr, ...], env: Env
) -> AnyValue:
    """Return `(value)[predicate]…`, counting positions over the whole."""
    if not predicates:
        return value
    if isinstance(value, Parts):
        value = union_nodes(value, compiler.fresh())
    if value.size == "one" and value.kind == "node":
        variable = compiler.fresh()
        group = f"({value.item},)"
        value = replace(
            value, item=variable, size="many", clauses=(f"for {variable} in {group}",), group=group
        )
    if value.size != "many":
        raise UnsupportedError("предикат у одного значения")
    return _predicates(compiler, in_order(value, compiler.fresh()), predicates, env, ())
