"""Finds the line of every key, table and list item of a TOML text (tomllib tells none)."""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from typing import Final

Place = tuple[str | int, ...]
"""Keys and list indexes that lead to a value: ("staff", 0, "snils")."""

_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
_PLAIN_VALUE: Final = re.compile(r"[^,\]}#\n]+")
_SPACE: Final = re.compile(r"[ \t]*")
_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")


def lines(text: str) -> dict[Place, int]:
    """Return the line (from 1) of everything in a text that tomllib has accepted.

    A table's line is that of its first header, a value's that of its key or, in a list, of the
    item itself.
    """
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.newlines = [match.start() for match in re.finditer("\n", text)]
        self.found: dict[Place, int] = {(): 1}
        self.counts: dict[Place, int] = {}

    def scan(self) -> dict[Place, int]:
        table: Place = ()
        self.skip(_BLANK)
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip(_BLANK)
        return self.found

    def skip(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def note(self, place: Place) -> None:
        self.found.setdefault(place, bisect_right(self.newlines, self.at - 1) + 1)

    def header(self) -> Place:
        many = self.text.startswith("[[", self.at)
        start, self.at = self.at, self.at + (2 if many else 1)
        keys = self.keys()
        self.at, end = start, self.at + (2 if many else 1)
        place: Place = ()
        for index, key in enumerate(keys):
            place = (*place, key)
            if many and index == len(keys) - 1:
                self.counts[place] = self.counts.get(place, 0) + 1
            self.note(place)
            if place in self.counts:
                place = (*place, self.counts[place] - 1)
                self.note(place)
        self.at = end
        return place

    def pair(self, table: Place) -> None:
        start = self.at
        keys = self.keys()
        self.at, after = start, self.at
        place = table
        for key in keys:
            place = (*place, key)
            self.note(place)
        self.at = after + 1
        self.skip(_SPACE)
        self.value(place)

    def keys(self) -> list[str]:
        """Read a dotted key and stop at what follows it: `=` or `]`."""
        keys = []
        while True:
            self.skip(_SPACE)
            keys.append(self.key())
            self.skip(_SPACE)
            if self.text[self.at] != ".":
                return keys
            self.at += 1

    def key(self) -> str:
        match = _QUOTED.match(self.text, self.at) or _BARE_KEY.match(self.text, self.at)
        assert match, "tomllib has accepted the text, so a key stands here"
        self.at = match.end()
        if match[0][0] in "\"'":
            return str(tomllib.loads(f"key = {match[0]}")["key"])
        return match[0]

    def value(self, place: Place) -> None:
        if self.text[self.at] == "[":
            self.items(place)
        elif self.text[self.at] == "{":
            self.inline_table(place)
        else:
            quoted = _QUOTED.match(self.text, self.at)
            self.skip(_QUOTED if quoted else _PLAIN_VALUE)

    def items(self, place: Place) -> None:
        self.at += 1
        index = 0
        while self.more("]"):
            self.note((*place, index))
            self.value((*place, index))
            index += 1

    def inline_table(self, place: Place) -> None:
        self.at += 1
        while self.more("}"):
            self.pair(place)

    def more(self, end: str) -> bool:
        """Go to the next item of a list or inline table; pass its end and return False there."""
        self.skip(_BLANK)
        if self.text[self.at] == ",":
            self.at += 1
            self.skip(_BLANK)
        if self.text[self.at] == end:
            self.at += 1
            return False
        return True
