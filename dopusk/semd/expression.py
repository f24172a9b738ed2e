"""Cuts an XPath test into the few pieces that advice is made from; nothing is evaluated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_OPEN, _CLOSE = "([", ")]"
_SUBJECT = re.compile(r"(?:(?P<path>.+)/)?@(?P<name>[\w:.-]+)")
_STEPS = re.compile(r"[\w:.*-]+(?:/[\w:.*-]+)*")
_LIST = re.compile(r"[\[(]?\s*(?P<items>'[^']*'(?:\s*,\s*'[^']*')*)\s*[\])]?")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a test looks at."""

    path: str | None
    """Path of elements below the context, None for the context itself."""
    attribute: str | None

    @property
    def text(self) -> str:
        """Return it as XPath."""
        if self.attribute is None:
            return self.path or "."
        return f"{self.path}/@{self.attribute}" if self.path else f"@{self.attribute}"


def subject(text: str) -> Subject | None:
    """Return what an operand names, None when it is no plain path."""
    if text == ".":
        return Subject(None, None)
    attribute = _SUBJECT.fullmatch(text)
    path = attribute["path"] if attribute else text
    if path == "..":
        path = None if attribute is None else ".."
    elif path is not None and not _STEPS.fullmatch(_bare(path)):
        return None
    return Subject(path, attribute["name"] if attribute else None)


def _bare(path: str) -> str:
    """Return a path without its predicates; a bracket that is no predicate stays."""
    kept, within = [], 0
    for place, depth in _depths(path):
        char = path[place]
        if depth == 1 and char == "[" and not within:
            within = 1
        elif depth == 0 and char == "]" and within:
            within = 0
        elif not within:
            kept.append(char)
    return "".join(kept) if not within else "["


def literals(text: str) -> tuple[str, ...] | None:
    """Return the strings of 'a', ('a', 'b') or ['a','b'], None for anything else."""
    match = _LIST.fullmatch(text.strip())
    return tuple(re.findall(r"'([^']*)'", match["items"])) if match else None


def inside(text: str, function: str) -> str | None:
    """Return the arguments of `function(…)` when the text is such a call and nothing else."""
    start = f"{function}("
    if not text.startswith(start) or not text.endswith(")"):
        return None
    for place, depth in _depths(text):
        if depth == 0 and place >= len(start) - 1:
            return text[len(start) : -1] if place == len(text) - 1 else None
    return None


def compared(text: str) -> tuple[str, str, str] | None:
    """Return (left, operator, right) of `=` or `!=` outside brackets and strings."""
    for place, depth in _depths(text):
        if depth == 0 and text[place] == "=":
            if place and text[place - 1] in "<>":
                return None
            operator = "!=" if place and text[place - 1] == "!" else "="
            left = text[: place + 1 - len(operator)]
            return left.strip(), operator, text[place + 1 :].strip()
    return None


def split(text: str, word: str) -> tuple[str, ...]:
    """Return the parts of a text between a word (or a comma) outside brackets and strings."""
    places = [place for place, depth in _depths(text) if depth == 0]
    starts = [place for place in places if _stands(text, place, word)]
    parts, last = [], 0
    for place in starts:
        parts.append(text[last:place])
        last = place + len(word)
    return (*parts, text[last:])


def _stands(text: str, place: int, word: str) -> bool:
    if not text.startswith(word, place):
        return False
    if word == ",":
        return True
    before, after = text[place - 1 : place], text[place + len(word) : place + len(word) + 1]
    return not re.match(r"[\w@:/.-]", before or " ") and not re.match(r"[\w:/.-]", after or " ")


def _depths(text: str) -> Iterator[tuple[int, int]]:
    """Return each place outside strings with the depth of brackets after it."""
    depth, quote = 0, ""
    for place, char in enumerate(text):
        if quote:
            if char == quote:
                quote = ""
            continue
        if char in "'\"":
            quote = char
        elif char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth -= 1
        yield place, depth
