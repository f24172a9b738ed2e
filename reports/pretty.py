"""Lays a message out in lines for reading and finds the line that a finding means.

It works on the text by tokens, without an XML parser: a message with a broken structure or cut at
the bound is exactly what a reader wants to look at.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>"
    r"|</?[^\s<>/!?](?:[^<>\"']++|\"[^\"<]*+\"|'[^'<]*+')*+>"
    r"|[^<]+|<",
    re.DOTALL,
)
_NAME = re.compile(r"</?([^\s<>/]+)")
_ATTRIBUTE = re.compile(r"\s+[^\s=<>]+\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_STEP = re.compile(r"([^/\[\]]+)(?:\[(\d+)\])?")
_WIDTH = 110
_INDENT = "  "
_MAX_INDENT = 24


@dataclass(slots=True)
class Layout:
    """A text in lines, with the places of its elements."""

    lines: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    """Number of each line as the reader sees it (of the original where it was kept)."""
    places: dict[str, int] = field(default_factory=dict)
    """Absolute XPath of an element → index in `lines`."""
    reformatted: bool = False
    """True when the lines are ours and not those of the original."""

    def find(self, xpath: str | None, line: int | None) -> int | None:
        """Return the index of the line that an XPath, or else a line of the original, means."""
        found = self._by_xpath(xpath) if xpath else None
        if found is None and line is not None and not self.reformatted:
            found = next((i for i, number in enumerate(self.numbers) if number == line), None)
        return found

    def _by_xpath(self, xpath: str) -> int | None:
        wanted = _normal(xpath)
        if not wanted:
            return None
        if wanted in self.places:
            return self.places[wanted]
        inner = next((i for path, i in self.places.items() if path.endswith(wanted)), None)
        if inner is not None:
            return inner
        bare = _without_prefixes(wanted)
        return next(
            (i for path, i in self.places.items() if _without_prefixes(path).endswith(bare)), None
        )


def lay_out(text: str) -> Layout:
    """Return the text in lines: XML and JSON that came in few long lines are broken up."""
    head = text.lstrip("\ufeff \t\r\n")
    if head.startswith("<"):
        return _xml(text)
    if head.startswith(("{", "[")):
        return _json(text)
    return _as_it_is(text)


def _as_it_is(text: str) -> Layout:
    """Return the lines of the original; runs of blank lines are left out, numbers stay."""
    layout = Layout()
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip():
            layout.lines.append(line.rstrip())
            layout.numbers.append(number)
    return layout


def _json(text: str) -> Layout:
    if text.count("\n") > 2:
        return _as_it_is(text)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return _as_it_is(text)
    lines = json.dumps(data, ensure_ascii=False, indent=2).splitlines()
    return Layout(lines, list(range(1, len(lines) + 1)), reformatted=True)


@dataclass(slots=True)
class _Node:
    """A token of XML with where it stands."""

    kind: str
    """open, close, empty, text or other."""
    text: str
    line: int
    depth: int
    path: str | None = None


def _nodes(text: str) -> Iterator[_Node]:
    """Yield the tokens with their lines, depths and, for elements, absolute XPaths."""
    line, path = 1, ""
    stack: list[str] = []
    counts: list[Counter[str]] = [Counter()]
    for match in _TOKEN.finditer(text):
        token = match.group()
        name = _NAME.match(token)
        if token.startswith("</") and name:
            if stack:
                path = stack.pop()
                counts.pop()
            yield _Node("close", token, line, len(stack))
        elif name and token[1] not in "!?" and token.endswith(">"):
            counts[-1][name[1]] += 1
            own = f"{path}/{name[1]}[{counts[-1][name[1]]}]"
            empty = token.endswith("/>")
            yield _Node("empty" if empty else "open", token, line, len(stack), own)
            if not empty:
                stack.append(path)
                path = own
                counts.append(Counter())
        elif token.strip():
            kind = "other" if token.startswith(("<!--", "<?", "<!")) else "text"
            yield _Node(kind, token.strip(), line, len(stack))
        line += token.count("\n")


def _xml(text: str) -> Layout:
    nodes = list(_nodes(text))
    elements = sum(node.path is not None for node in nodes)
    if text.count("\n") * 2 >= elements:
        layout = _as_it_is(text)
        index = {number: place for place, number in enumerate(layout.numbers)}
        layout.places = {n.path: index.get(n.line, 0) for n in nodes if n.path is not None}
        return layout
    return _reformatted(nodes)


def _reformatted(nodes: list[_Node]) -> Layout:
    layout = Layout(reformatted=True)
    place = 0
    while place < len(nodes):
        node = nodes[place]
        text, used = node.text, 1
        if node.path is not None:
            layout.places[node.path] = len(layout.lines)
            text, used = _leaf(nodes, place)
        margin = _INDENT * min(node.depth, _MAX_INDENT)
        layout.lines.extend(margin + line for line in _wrapped(text))
        place += used
    layout.numbers = list(range(1, len(layout.lines) + 1))
    return layout


def _leaf(nodes: list[_Node], place: int) -> tuple[str, int]:
    """Return an element without children as one text, and how many nodes it took."""
    node = nodes[place]
    after = nodes[place + 1 : place + 3]
    if node.kind == "open" and after and after[0].kind == "close":
        return node.text + after[0].text, 2
    if node.kind == "open" and [n.kind for n in after] == ["text", "close"]:
        return node.text + after[0].text + after[1].text, 3
    return node.text, 1


def _wrapped(text: str) -> list[str]:
    """Return a long start tag with one attribute a line; anything else line by line."""
    attributes = _ATTRIBUTE.findall(text)
    if len(text) <= _WIDTH or len(attributes) < 2 or not text.startswith("<"):
        return [line.strip() for line in text.splitlines() if line.strip()]
    first = text.find(attributes[0])
    name, rest = text[:first], text[first:]
    lines = [name + " " + attributes[0].strip()]
    rest = rest[len(attributes[0]) :]
    for attribute in attributes[1:]:
        if not rest.startswith(attribute):
            break
        lines.append(_INDENT * 2 + attribute.strip())
        rest = rest[len(attribute) :]
    lines[-1] += rest
    return lines


def _normal(xpath: str) -> str:
    """Return the element's path with every position written, without attribute or text()."""
    steps = []
    for step in xpath.strip().split("/"):
        if not step or step.startswith("@") or step.startswith("text()"):
            continue
        match = _STEP.fullmatch(step)
        if not match:
            return ""
        steps.append(f"/{match[1]}[{match[2] or 1}]")
    return "".join(steps)


def _without_prefixes(path: str) -> str:
    return re.sub(r"/[^/:\[\]]+:", "/", path)
