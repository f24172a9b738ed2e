"""Finds, in the messages that a step looked at, the line that a finding means."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.pretty import Layout, lay_out

_REACH = 1000
"""Entries of the journal in which the document of a decision is looked for."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of a message's body, or of a document inside the message."""

    seq: int
    document: int | None
    """Index in `note["documents"]`; None means the body itself."""
    line: int
    """Index in the layout's lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line as it is shown."""

    number: int | None
    """None where the lines are ours: the finding names a line of the original."""
    text: str
    marked: bool


class Places:
    """Lays messages out on demand and remembers which lines are marked by which finding."""

    def __init__(self, messages: Iterable[Mapping[str, Any]]) -> None:
        self._messages = {item["seq"]: item for item in messages}
        self._layouts: dict[tuple[int, int | None], Layout] = {}
        self.marks: dict[tuple[int, int | None], dict[int, list[int]]] = {}
        """Of a body or document: line index → findings."""

    def locate(self, number: int, item: Mapping[str, Any], seqs: Sequence[int]) -> Spot | None:
        """Return the line that finding `number` means among the messages, and mark it."""
        where = item.get("where") or {}
        xpath, line = where.get("xpath"), where.get("line")
        if not xpath and line is None:
            return None
        part = str(where.get("part") or "").casefold()
        for seq, document in sorted(self._texts(seqs), key=lambda key: self._far(key, part)):
            sure = self._far((seq, document), part) == 0
            layout = self._layout(seq, document)
            found = layout.find(xpath, line if sure else None)
            if found is not None and found < len(layout.lines):
                return self._mark(number, Spot(seq, document, found))
        return None

    def locate_earlier(
        self, number: int, item: Mapping[str, Any], first: int, seqs: Sequence[int]
    ) -> Spot | None:
        """Return the line in the document that travelled last before the step's messages.

        A decision is looked at after the file it is about. Where the finding tells what it got,
        the line counts only when it holds that: a mended document is not taken for its forerunner.
        """
        got = str(item.get("got") or "")
        if not seqs:
            return None
        for seq in range(max(seqs) - 1, max(first, max(seqs) - _REACH) - 1, -1):
            if seq in self._messages and documents(self._messages[seq]):
                where = item.get("where") or {}
                for document in range(len(documents(self._messages[seq]))):
                    layout = self._layout(seq, document)
                    found = layout.find(where.get("xpath"), None)
                    if found is not None and got in "".join(layout.lines[found : found + 6]):
                        return self._mark(number, Spot(seq, document, found))
                return None
        return None

    def _mark(self, number: int, spot: Spot) -> Spot:
        at = self.marks.setdefault((spot.seq, spot.document), {}).setdefault(spot.line, [])
        if number not in at:
            at.append(number)
        return spot

    def excerpt(self, spot: Spot, around: int = 2) -> list[Line]:
        """Return the lines around a spot."""
        layout = self._layout(spot.seq, spot.document)
        first, last = max(0, spot.line - around), spot.line + around + 1
        return [
            Line(
                None if layout.reformatted else layout.numbers[i],
                layout.lines[i],
                marked=i == spot.line,
            )
            for i in range(first, min(last, len(layout.lines)))
        ]

    def _texts(self, seqs: Sequence[int]) -> Iterator[tuple[int, int | None]]:
        for seq in seqs:
            message = self._messages.get(seq)
            if message is None:
                continue
            for index in range(len(documents(message))):
                yield seq, index
            if message["body"]:
                yield seq, None

    def _far(self, key: tuple[int, int | None], part: str) -> int:
        """Return 0 when the text is named by the finding's part, 1 when it may be meant."""
        seq, document = key
        message = self._messages[seq]
        own = message["operation"] if document is None else documents(message)[document]["part"]
        name = str(own).casefold()
        return 0 if part and (name in part or part in name) else 1

    def _layout(self, seq: int, document: int | None) -> Layout:
        key = (seq, document)
        if key not in self._layouts:
            message = self._messages[seq]
            text = message["body"] if document is None else documents(message)[document]["text"]
            self._layouts[key] = lay_out(text)
        return self._layouts[key]


def documents(message: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """Return the documents that were unpacked from a message for the report."""
    found = (message.get("note") or {}).get("documents", ())
    return found if isinstance(found, list | tuple) else ()
