"""Parser of the XPath 3.1 expressions that Schematron packs are written in.

Types (`instance of`, `cast as`), maps, inline functions, lookups and arrows are not read: such an
expression goes to the exact engine.
"""

from __future__ import annotations

from dopusk.schematron.xpath import ast
from dopusk.schematron.xpath.lexer import Token, XPathSyntaxError, tokens

MAX_DEPTH = 50

_LEVELS: tuple[tuple[str, frozenset[str]], ...] = (
    ("or", frozenset({"or"})),
    ("and", frozenset({"and"})),
    (
        "compare",
        frozenset(
            "= != < <= > >= eq ne lt le gt ge is << >>".split()  # noqa: SIM905
        ),
    ),
    ("concat", frozenset({"||"})),
    ("range", frozenset({"to"})),
    ("add", frozenset({"+", "-"})),
    ("multiply", frozenset({"*", "div", "idiv", "mod"})),
    ("union", frozenset({"|", "union"})),
    ("intersect", frozenset({"intersect", "except"})),
)
_LEVEL_OF = {text: level for level, (_, texts) in enumerate(_LEVELS) for text in texts}
AXES = frozenset(
    {
        "child",
        "descendant",
        "attribute",
        "self",
        "descendant-or-self",
        "following-sibling",
        "following",
        "parent",
        "ancestor",
        "preceding-sibling",
        "preceding",
        "ancestor-or-self",
    }
)
KIND_TESTS = frozenset(
    {"node", "text", "comment", "processing-instruction", "element", "attribute", "document-node"}
)
_BINDERS = frozenset({"for", "let", "some", "every"})
_NO_FUNCTIONS = KIND_TESTS | {
    "array",
    "empty-sequence",
    "function",
    "if",
    "item",
    "map",
    "namespace-node",
    "schema-attribute",
    "schema-element",
    "switch",
    "typeswitch",
}


def parse(text: str) -> ast.Expr:
    """Return the syntax tree of the expression.

    Raises:
        XPathSyntaxError: a syntax error, or a construct that this parser does not know.
    """
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._at = 0
        self._depth = 0

    def whole(self) -> ast.Expr:
        expression = self._sequence()
        if self._next.kind != "end":
            raise self._error(f"лишнее «{self._next.text}»")
        return expression

    @property
    def _next(self) -> Token:
        return self._tokens[self._at]

    def _peek(self, ahead: int = 1) -> Token:
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def _take(self) -> Token:
        token = self._tokens[self._at]
        self._at += 1
        return token

    def _is(self, text: str) -> bool:
        token = self._next
        return token.text == text and token.kind == "symbol"

    def _accept(self, text: str) -> bool:
        if self._is(text):
            self._at += 1
            return True
        return False

    def _expect(self, text: str) -> None:
        token = self._take()
        if token.text != text or token.kind == "string":
            raise XPathSyntaxError(
                f"ожидается «{text}», а стоит «{token.text or 'конец'}»", token.offset
            )

    def _error(self, text: str) -> XPathSyntaxError:
        return XPathSyntaxError(text, self._next.offset)

    def _sequence(self) -> ast.Expr:
        first = self._single()
        if not self._is(","):
            return first
        items = [first]
        while self._accept(","):
            items.append(self._single())
        return ast.Sequence(tuple(items))

    def _single(self) -> ast.Expr:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise TooDeepError("выражение вложено слишком глубоко", self._next.offset)
        token = self._next
        expression: ast.Expr
        if token.kind == "name" and token.text == "if" and self._peek().text == "(":
            expression = self._if()
        elif token.kind == "name" and token.text in _BINDERS and self._peek().text == "$":
            expression = self._bind()
        else:
            expression = self._binary(0)
        self._depth -= 1
        return expression

    def _if(self) -> ast.If:
        self._take()
        self._expect("(")
        condition = self._sequence()
        self._expect(")")
        self._expect("then")
        then = self._single()
        self._expect("else")
        return ast.If(condition, then, self._single())

    def _bind(self) -> ast.Bind:
        kind = self._take().text
        joint = ":=" if kind == "let" else "in"
        bindings = []
        while True:
            self._expect("$")
            name = self._name()
            self._expect(joint)
            bindings.append((name, self._single()))
            if not self._accept(","):
                break
        self._expect("satisfies" if kind in ("some", "every") else "return")
        return ast.Bind(kind, tuple(bindings), self._single())

    def _binary(self, floor: int) -> ast.Expr:
        """Parse operators that bind at least as much as level `floor`."""
        left = self._unary()
        while (level := self._level()) >= floor:
            name = _LEVELS[level][0]
            if name == "compare":
                operator = self._take().text
                left = ast.Compare(operator, left, self._binary(level + 1))
                if self._level() == level:
                    raise self._error("сравнения нельзя ставить подряд без скобок")
                continue
            rest = []
            while self._level() == level:
                operator = self._take().text
                rest.append((operator, self._binary(level + 1)))
            if name == "range" and len(rest) > 1:
                raise self._error("«to» нельзя повторять")
            left = ast.Chain(name, left, tuple(rest))
        return left

    def _level(self) -> int:
        """Return the level of the operator that stands next, -1 if none does."""
        token = self._next
        return _LEVEL_OF.get(token.text, -1) if token.kind in ("symbol", "name") else -1

    def _unary(self) -> ast.Expr:
        sign = 1
        signed = False
        while self._is("-") or self._is("+"):
            signed = True
            if self._take().text == "-":
                sign = -sign
        operand = self._map()
        return ast.Negate(sign, operand) if signed else operand

    def _map(self) -> ast.Expr:
        first = self._path()
        if not self._is("!"):
            return first
        rest = []
        while self._accept("!"):
            rest.append(("!", self._path()))
        return ast.Chain("map", first, tuple(rest))

    def _path(self) -> ast.Expr:
        steps: list[ast.Step | ast.Filter] = []
        absolute = False
        if self._is("/"):
            self._take()
            absolute = True
            if not self._starts_step():
                return ast.Path(True, ())
        elif self._is("//"):
            self._take()
            absolute = True
            steps.append(ast.ANY_NODE)
        first = self._step()
        if not absolute and not (self._is("/") or self._is("//")):
            if isinstance(first, ast.Filter) and not first.predicates:
                return first.primary
            return first
        steps.append(first)
        while self._is("/") or self._is("//"):
            if self._take().text == "//":
                steps.append(ast.ANY_NODE)
            steps.append(self._step())
        return ast.Path(absolute, tuple(steps))

    def _starts_step(self) -> bool:
        token = self._next
        if token.kind == "symbol":
            return token.text in ("@", ".", "..", "*", "(", "$", "[")
        return token.kind in ("name", "string", "number")

    def _step(self) -> ast.Step | ast.Filter:
        token = self._next
        if token.kind in ("string", "number"):
            return self._filter(self._literal())
        if token.kind == "symbol":
            return self._symbol_step(token)
        if token.kind != "name":
            raise self._error("выражение обрывается")
        following = self._peek()
        if following.text == "::" and following.kind == "symbol":
            axis = self._take().text
            if axis not in AXES:
                raise self._error(f"неизвестная ось «{axis}»")
            self._take()
            return self._axis_step(axis)
        if following.text == "(" and following.kind == "symbol":
            if token.text in KIND_TESTS:
                return self._axis_step("attribute" if token.text == "attribute" else "child")
            return self._filter(self._call())
        return self._axis_step("child")

    def _symbol_step(self, token: Token) -> ast.Step | ast.Filter:
        match token.text:
            case "@":
                self._take()
                return self._axis_step("attribute")
            case "..":
                self._take()
                return ast.Step("parent", ast.Test("node"), self._predicates())
            case "*":
                return self._axis_step("child")
            case ".":
                self._take()
                return self._filter(ast.ContextItem())
            case "$":
                self._take()
                return self._filter(ast.Var(self._name()))
            case "(":
                self._take()
                if self._accept(")"):
                    return self._filter(ast.Sequence(()))
                inner = self._sequence()
                self._expect(")")
                return self._filter(inner)
            case "[":
                return self._filter(self._array())
        raise self._error(f"здесь не может стоять «{token.text}»")

    def _array(self) -> ast.Array:
        self._take()
        members: list[ast.Expr] = []
        if not self._accept("]"):
            members.append(self._single())
            while self._accept(","):
                members.append(self._single())
            self._expect("]")
        return ast.Array(tuple(members))

    def _filter(self, primary: ast.Expr) -> ast.Filter:
        if self._is("(") or self._is("?"):
            raise self._error("вызов значения и «?» не поддерживаются")
        return ast.Filter(primary, self._predicates())

    def _predicates(self) -> tuple[ast.Expr, ...]:
        found = []
        while self._accept("["):
            found.append(self._sequence())
            self._expect("]")
        return tuple(found)

    def _axis_step(self, axis: str) -> ast.Step:
        return ast.Step(axis, self._test(axis), self._predicates())

    def _test(self, axis: str) -> ast.Test:
        token = self._take()
        if token.kind == "symbol" and token.text == "*":
            return ast.Test("name")
        if token.kind != "name":
            raise XPathSyntaxError(f"ожидается имя, а стоит «{token.text}»", token.offset)
        if self._is("(") and token.text in KIND_TESTS:
            return self._kind_test(token.text)
        prefix, colon, name = token.text.rpartition(":")
        return ast.Test(
            "name",
            None if prefix == "*" else (prefix if colon else ""),
            None if name == "*" else name,
        )

    def _kind_test(self, kind: str) -> ast.Test:
        self._expect("(")
        if self._accept(")"):
            return ast.Test(kind)
        if kind not in ("element", "attribute") or self._next.kind not in ("name", "symbol"):
            raise self._error(f"{kind}(…) с именем не поддерживается")
        name = self._test("child")
        self._expect(")")
        return ast.Test(kind, name.prefix, name.local)

    def _call(self) -> ast.Call:
        token = self._take()
        name = token.text.removeprefix("fn:")
        if name in _NO_FUNCTIONS:
            raise XPathSyntaxError(f"«{name}(» не поддерживается", token.offset)
        self._expect("(")
        args: list[ast.Expr] = []
        if not self._accept(")"):
            args.append(self._single())
            while self._accept(","):
                args.append(self._single())
            self._expect(")")
        return ast.Call(name, tuple(args))

    def _literal(self) -> ast.Literal:
        token = self._take()
        if token.kind == "string":
            quote = token.text[0]
            return ast.Literal(token.text[1:-1].replace(quote * 2, quote), "s")
        if "e" in token.text or "E" in token.text:
            return ast.Literal(float(token.text), "d")
        if "." in token.text:
            return ast.Literal(float(token.text), "m")
        if len(token.text) > 15:
            raise XPathSyntaxError("число длиннее 15 цифр", token.offset)
        return ast.Literal(int(token.text), "i")

    def _name(self) -> str:
        token = self._take()
        if token.kind != "name" or "*" in token.text:
            raise XPathSyntaxError(f"ожидается имя, а стоит «{token.text}»", token.offset)
        return token.text


class TooDeepError(XPathSyntaxError):
    """Nested beyond what any engine should be given."""
