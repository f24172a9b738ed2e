"""Tokens of XPath 3.1."""

from __future__ import annotations

import re
from typing import NamedTuple

_START = r"A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
_START += r"\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
NCNAME = rf"[{_START}][{_START}\-.0-9\u00b7\u0300-\u036f\u203f\u2040]*"

_TOKEN = re.compile(
    rf"""
      (?P<space>[ \t\r\n]+)
    | (?P<comment>\(:)
    | (?P<string>"(?:[^"]|"")*"|'(?:[^']|'')*')
    | (?P<number>(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][+-]?[0-9]+)?)
    | (?P<name>{NCNAME}:\*|\*:{NCNAME}|(?:{NCNAME}:)?{NCNAME}(?!:[{_START}]))
    | (?P<symbol>::|:=|//|\|\||!=|<=|>=|<<|>>|=>|\.\.|[()\[\]{{}},/|@$.+\-*=<>!?\#:])
    """,
    re.VERBOSE,
)

MAX_TOKENS = 20_000


class XPathSyntaxError(Exception):
    """The text is no XPath that this parser knows; `offset` counts characters from 0."""

    def __init__(self, text: str, offset: int) -> None:
        super().__init__(text)
        self.offset = offset


class Token(NamedTuple):
    """`kind` is string, number, name, symbol or end."""

    kind: str
    text: str
    offset: int


def tokens(text: str) -> list[Token]:
    """Return the tokens of `text`, ended by one of kind «end».

    Raises:
        XPathSyntaxError: a character that begins no token, or too many tokens.
    """
    found: list[Token] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise XPathSyntaxError(f"непонятный знак «{text[place]}»", place)
        kind = match.lastgroup or ""
        if kind == "comment":
            place = _after_comment(text, place)
            continue
        if kind == "number" and _name_follows(text, match.end()):
            raise XPathSyntaxError("за числом без пробела идёт имя", match.end())
        if kind != "space":
            found.append(Token(kind, match[0], place))
            if len(found) > MAX_TOKENS:
                raise XPathSyntaxError("выражение слишком длинное", place)
        place = match.end()
    found.append(Token("end", "", len(text)))
    return found


def _name_follows(text: str, place: int) -> bool:
    return re.match(rf"[{_START}]", text[place : place + 1]) is not None


def _after_comment(text: str, place: int) -> int:
    depth = 0
    for mark in re.compile(r"\(:|:\)").finditer(text, place):
        depth += 1 if mark[0] == "(:" else -1
        if depth == 0:
            return mark.end()
    raise XPathSyntaxError("комментарий «(:» не закрыт", place)
