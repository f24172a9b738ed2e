"""Regular expressions of XPath 3.1 (F&O §5.6) as patterns of Python's `re`.

Only what means the same in both is translated. The rest (`\\w`, `\\p{…}`, back-references, the
flags m and i) and whatever is no XPath expression at all is `UnsupportedError`: the exact engine
decides. So is a pattern that may backtrack exponentially.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dopusk.schematron.errors import UnsupportedError

_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
_LITERAL = frozenset("\\|.?*+(){}-[]^$")
_SPACE = r" \t\n\r"
_NAME_START = (
    r":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    r"\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = _NAME_START + r"\-.0-9\u00b7\u0300-\u036f\u203f\u2040"
_CLASSES = {"s": _SPACE, "d": r"\d", "i": _NAME_START, "c": _NAME}
_MAX_LENGTH = 2_000
_MAX_REPEAT = 1_000
_MAX_DEPTH = 30


@dataclass(frozen=True, slots=True)
class _Piece:
    """A translated piece; `loose`: it holds a repetition without bound."""

    text: str
    loose: bool = False
    first: frozenset[str] | None = None
    """The one character it begins with, as a small set; None when that is not so simple."""


def translate(pattern: str, flags: str = "") -> str:
    """Return a Python pattern that `re.search` finds exactly where XPath's matches() is true.

    Raises:
        UnsupportedError: the pattern cannot be translated faithfully, or is wrong.
    """
    if len(pattern) > _MAX_LENGTH:
        raise UnsupportedError("регулярное выражение слишком длинное")
    if set(flags) - set("sxq"):
        raise UnsupportedError(f"флаги регулярного выражения «{flags}»")
    if "q" in flags:
        return re.escape(pattern)
    text = _Translator(pattern, dot_all="s" in flags, spaced="x" in flags).whole()
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise UnsupportedError(f"регулярное выражение: {error}") from None
    return text


class _Translator:
    def __init__(self, pattern: str, *, dot_all: bool, spaced: bool) -> None:
        self._text = pattern
        self._at = 0
        self._depth = 0
        self._dot = r"[\s\S]" if dot_all else r"[^\n\r]"
        self._spaced = spaced

    def whole(self) -> str:
        piece = self._branches()
        if self._at < len(self._text):
            raise self._error()
        return piece.text

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

    def _branches(self) -> _Piece:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise self._error()
        branches = [self._branch()]
        while self._peek() == "|":
            self._take()
            branches.append(self._branch())
        self._depth -= 1
        if len(branches) == 1:
            return branches[0]
        first: frozenset[str] | None = frozenset()
        for one in branches:
            known = first is not None and one.first is not None and not first & one.first
            first = first | one.first if known and first is not None and one.first else None
        return _Piece("|".join(b.text for b in branches), any(b.loose for b in branches), first)

    def _branch(self) -> _Piece:
        texts: list[str] = []
        loose = False
        first: frozenset[str] | None = None
        while self._peek() not in ("", "|", ")"):
            piece = self._piece()
            if not texts:
                first = piece.first
            texts.append(piece.text)
            loose = loose or piece.loose
        return _Piece("".join(texts), loose, first)

    def _piece(self) -> _Piece:
        atom = self._atom()
        quantifier, most = self._quantifier()
        if not quantifier:
            return atom
        if self._peek() in ("?", "*", "+", "{"):
            if self._peek() != "?":
                raise self._error()
            self._take()
            quantifier += "?"
        if atom.text in ("", r"\A", r"\Z") or (most > 1 and atom.loose and not self._safe(atom)):
            raise UnsupportedError(f"регулярное выражение «{self._text}» может повиснуть")
        return _Piece(atom.text + quantifier, atom.loose or most > _MAX_REPEAT)

    def _safe(self, atom: _Piece) -> bool:
        """Tell whether repeating a body that itself repeats stays unambiguous.

        It does when the body begins with known characters that appear nowhere else in it, so that
        the input can be cut into repetitions in one way only.
        """
        if not atom.first:
            return False
        body = atom.text
        return all(_occurrences(body, char) == 1 for char in atom.first)

    def _quantifier(self) -> tuple[str, float]:
        sign = self._peek()
        if sign in ("*", "+"):
            return self._take(), float("inf")
        if sign == "?":
            return self._take(), 1
        if sign != "{":
            return "", 1
        found = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}").match(self._text, self._at)
        if not found:
            raise self._error()
        self._at = found.end()
        least = int(found[1])
        most = float("inf") if found[2] and not found[3] else int(found[3] or least)
        if least > _MAX_REPEAT or (most != float("inf") and most > _MAX_REPEAT) or most < least:
            raise self._error()
        return found[0], most

    def _atom(self) -> _Piece:
        sign = self._take()
        match sign:
            case "(":
                capture = "("
                if self._text.startswith("?:", self._at):
                    self._at += 2
                    capture = "(?:"
                inner = self._branches()
                if self._peek() != ")":
                    raise self._error()
                self._take()
                return _Piece(f"{capture}{inner.text})", inner.loose, inner.first)
            case "[":
                return self._set()
            case ".":
                return _Piece(self._dot)
            case "^":
                return _Piece(r"\A")
            case "$":
                return _Piece(r"\Z")
            case "\\":
                return self._escape()
            case "]" | "}" | "{" | "?" | "*" | "+" | ")":
                self._at -= 1
                raise self._error()
        return _Piece(_quote(sign), first=frozenset(sign))

    def _escape(self) -> _Piece:
        sign = self._take()
        if sign in _SINGLE or sign in _LITERAL:
            char = _SINGLE.get(sign, sign)
            return _Piece(_quote(char), first=frozenset(char))
        return _Piece(f"[{self._class_escape(sign)}]")

    def _class_escape(self, sign: str) -> str:
        lower = sign.lower()
        if lower not in _CLASSES:
            self._at -= 1
            raise self._error()
        if sign == lower:
            return _CLASSES[lower]
        if sign == "D":
            return r"\D"
        raise UnsupportedError(f"регулярное выражение: \\{sign}")

    def _set(self) -> _Piece:
        """Translate a character class after its `[`."""
        negative = self._text.startswith("^", self._at)
        if negative:
            self._at += 1
        parts: list[str] = []
        while True:
            if self._text.startswith("-[", self._at):
                raise UnsupportedError("регулярное выражение: вычитание классов")
            sign = self._take()
            if sign == "]":
                break
            parts.append(self._range(sign, empty=not parts))
        if not parts:
            raise self._error()
        text = f"[{'^' if negative else ''}{''.join(parts)}]"
        few = all(len(part) <= 4 and "-" not in part and part != r"\d" for part in parts)
        if negative or not few:
            return _Piece(text)
        return _Piece(text, first=frozenset(_unquote(part) for part in parts))

    def _range(self, sign: str, *, empty: bool) -> str:
        if sign == "\\":
            letter = self._take()
            if letter not in _SINGLE and letter not in _LITERAL:
                return self._class_escape(letter)
            low = _SINGLE.get(letter, letter)
        elif sign == "[" or (sign == "-" and not empty and self._text[self._at :][:1] != "]"):
            raise self._error()
        else:
            low = sign
        rest = self._text[self._at : self._at + 2]
        if sign == "-" or not rest.startswith("-") or rest in ("-]", "-["):
            return _quote(low)
        self._take()
        high = self._take()
        if high == "\\":
            letter = self._take()
            if letter not in _SINGLE and letter not in _LITERAL:
                raise self._error()
            high = _SINGLE.get(letter, letter)
        elif high == "[":
            raise self._error()
        if low > high:
            raise self._error()
        return f"{_quote(low)}-{_quote(high)}"


def _quote(char: str) -> str:
    """Return the character so that `re` takes it literally, inside a class and outside."""
    return char if char.isalnum() else f"\\x{ord(char):02x}" if ord(char) < 256 else char


def _unquote(part: str) -> str:
    return chr(int(part[2:], 16)) if len(part) == 4 else part


def _occurrences(text: str, char: str) -> int:
    """Count the places where a translated pattern can match the character."""
    if any(mark in text for mark in ("[^", r"\D", _NAME_START)):
        return 2
    count = 0
    for member in re.compile(r"\[([^\]]*)\]|\\x([0-9a-f]{2})|(.)", re.DOTALL).finditer(text):
        if member[1] is not None:
            count += re.match(f"[{member[1]}]", char) is not None
        elif member[2] is not None:
            count += chr(int(member[2], 16)) == char
        else:
            count += member[3] == char and char not in "(|)?:*+{}\\"
    return count
