"""Reading of regular expressions as XPath 3.1 writes them (F&O §5.6.1, XSD part 2 appendix G)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dopusk.schematron.errors import UnsupportedError
from dopusk.schematron.regex.unicode import property_class, word_class

_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
_LITERAL = frozenset("\\|.?*+(){}-[]^$")
_NAME_START = (
    r":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    r"\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = _NAME_START + r"\-.0-9\u00b7\u0300-\u036f\u203f\u2040"
_CLASSES = {"s": r" \t\n\r", "d": r"\d", "i": _NAME_START, "c": _NAME}
_MAX_LENGTH = 2_000
_MAX_REPEAT = 1_000
_MAX_DEPTH = 30
_MAX_LISTED = 64


@dataclass(frozen=True, slots=True)
class Char:
    """One character; `text` is a pattern of `re` for it."""

    text: str
    members: frozenset[str] | None = None
    """All characters that it matches, None when they are many."""


@dataclass(frozen=True, slots=True)
class Edge:
    """The beginning or the end of the whole text."""

    end: bool


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; none at all matches the empty text."""

    items: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    branches: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """From `least` to `most` (None: without end) times."""

    item: Piece
    least: int
    most: int | None


Piece = Char | Edge | Sequence | Choice | Repeat


def read_regex(pattern: str, flags: str = "") -> Piece:
    """Return the expression as a tree.

    Raises:
        UnsupportedError: it is wrong, or uses what is not read here: back-references,
            subtraction of classes, most blocks of Unicode, the flags m and i.
    """
    if len(pattern) > _MAX_LENGTH:
        raise UnsupportedError("регулярное выражение слишком длинное")
    if set(flags) - set("sxq"):
        raise UnsupportedError(f"флаги регулярного выражения «{flags}»")
    if "q" in flags:
        return Sequence(tuple(map(_plain, pattern)))
    return _Reader(pattern, dot_all="s" in flags, spaced="x" in flags).whole()


def _plain(char: str) -> Char:
    return Char(_quote(char), frozenset(char))


def _quote(char: str) -> str:
    """Return the character so that `re` takes it literally, inside a class and outside."""
    if char.isalnum():
        return char
    return f"\\x{ord(char):02x}" if ord(char) < 256 else char


class _Reader:
    def __init__(self, pattern: str, *, dot_all: bool, spaced: bool) -> None:
        self._text = pattern
        self._at = 0
        self._depth = 0
        self._dot = Char(r"[\s\S]" if dot_all else r"[^\n\r]")
        self._spaced = spaced

    def whole(self) -> Piece:
        piece = self._branches()
        if self._at < len(self._text):
            raise self._error()
        return piece

    def _error(self) -> UnsupportedError:
        return UnsupportedError(f"регулярное выражение «{self._text}», знак {self._at + 1}")

    def _peek(self) -> str:
        if self._spaced:
            while self._at < len(self._text) and self._text[self._at] in " \t\n\r":
                self._at += 1
        return self._text[self._at] if self._at < len(self._text) else ""

    def _take(self) -> str:
        if self._at >= len(self._text):
            raise self._error()
        self._at += 1
        return self._text[self._at - 1]

    def _branches(self) -> Piece:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error()
        branches = [self._branch()]
        while self._peek() == "|":
            self._take()
            branches.append(self._branch())
        self._depth -= 1
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def _branch(self) -> Piece:
        items: list[Piece] = []
        while self._peek() not in ("", "|", ")"):
            items.append(self._piece())
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _piece(self) -> Piece:
        atom = self._atom()
        count = self._quantifier()
        if count is None:
            return atom
        if self._peek() == "?":  # reluctant: finds the same texts
            self._take()
        if self._peek() in ("?", "*", "+", "{"):
            raise self._error()
        if isinstance(atom, Edge):
            raise self._error()
        return Repeat(atom, *count)

    def _quantifier(self) -> tuple[int, int | None] | None:
        sign = self._peek()
        if sign in ("*", "+", "?"):
            self._take()
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[sign]
        if sign != "{":
            return None
        found = re.compile(r"\{([0-9]{1,4})(?:(,)([0-9]{0,4}))?\}").match(self._text, self._at)
        if not found:
            raise self._error()
        self._at = found.end()
        least = int(found[1])
        most = None if found[2] and not found[3] else int(found[3] or least)
        if least > _MAX_REPEAT or (most is not None and not least <= most <= _MAX_REPEAT):
            raise self._error()
        return least, most

    def _atom(self) -> Piece:
        self._peek()
        sign = self._take()
        match sign:
            case "(":
                if self._text.startswith("?", self._at):
                    if not self._text.startswith("?:", self._at):
                        raise self._error()
                    self._at += 2
                inner = self._branches()
                if self._peek() != ")":
                    raise self._error()
                self._take()
                return inner
            case "[":
                return self._set()
            case ".":
                return self._dot
            case "^":
                return Edge(end=False)
            case "$":
                return Edge(end=True)
            case "\\":
                return self._escape()
            case "]" | "}" | "{" | "?" | "*" | "+" | ")":
                self._at -= 1
                raise self._error()
        return _plain(sign)

    def _escape(self) -> Char:
        sign = self._take()
        if sign in _SINGLE or sign in _LITERAL:
            return _plain(_SINGLE.get(sign, sign))
        if sign in "pP":
            return Char(f"[{self._property(negative=sign == 'P')}]")
        return Char(f"[{'^' if sign.isupper() else ''}{self._named(sign.lower())}]")

    def _named(self, letter: str) -> str:
        """Return the class that a small letter after a backslash names, without brackets."""
        held = word_class() if letter == "w" else _CLASSES.get(letter)
        if held is None:
            self._at -= 1
            raise self._error()
        return held

    def _property(self, *, negative: bool) -> str:
        found = re.compile(r"\{([A-Za-z0-9-]+)\}").match(self._text, self._at)
        if not found:
            raise self._error()
        self._at = found.end()
        return property_class(found[1], negative=negative)

    def _set(self) -> Char:
        """Read a character class after its `[`."""
        negative = self._text.startswith("^", self._at)
        if negative:
            self._at += 1
        parts: list[str] = []
        members: set[str] | None = set()
        while True:
            if self._text.startswith("-[", self._at):
                raise UnsupportedError("регулярное выражение: вычитание классов")
            sign = self._take()
            if sign == "]":
                break
            text, found = self._range(sign, empty=not parts)
            parts.append(text)
            members = members | found if members is not None and found is not None else None
        if not parts:
            raise self._error()
        if negative or members is None or len(members) > _MAX_LISTED:
            return Char(f"[{'^' if negative else ''}{''.join(parts)}]")
        return Char(f"[{''.join(parts)}]", frozenset(members))

    def _range(self, sign: str, *, empty: bool) -> tuple[str, set[str] | None]:
        """Read a character, a range or an escape; return it for `re`, with its members."""
        if sign == "\\":
            letter = self._take()
            if letter in "pP":
                return self._property(negative=letter == "P"), None
            if letter == "D":
                return r"\D", None
            if letter == "w" or letter in _CLASSES:
                return self._named(letter), None
            low = self._escaped(letter)
        elif sign == "[" or (sign == "-" and not empty and self._text[self._at :][:1] != "]"):
            raise self._error()
        else:
            low = sign
        rest = self._text[self._at : self._at + 2]
        if sign == "-" or not rest.startswith("-") or rest in ("-]", "-["):
            return _quote(low), {low}
        self._take()
        high = self._take()
        if high == "\\":
            high = self._escaped(self._take())
        elif high == "[":
            raise self._error()
        if low > high:
            raise self._error()
        many = ord(high) - ord(low) >= _MAX_LISTED
        members = None if many else set(map(chr, range(ord(low), ord(high) + 1)))
        return f"{_quote(low)}-{_quote(high)}", members

    def _escaped(self, letter: str) -> str:
        if letter not in _SINGLE and letter not in _LITERAL:
            raise self._error()
        return _SINGLE.get(letter, letter)
