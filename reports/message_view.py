"""Messages as the HTML report shows them, within a budget of bytes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dopusk.verdict import Verdict
from reports.events import concerns_reader
from reports.places import Places, documents
from reports.pretty import lay_out

BUDGET = 16_000_000
"""Characters of message bodies that one page carries (packed it is some twentieth); the rest
stays in report.json."""
NOTE_LIMIT = 4_000


@dataclass(frozen=True, slots=True)
class TextView:
    """A body or a document in lines."""

    part: str | None
    """Name of the document; None for the body."""
    prefix: str
    """Start of the anchors of its lines."""
    lines: Sequence[str]
    numbers: Sequence[int]
    marks: Mapping[int, Sequence[int]]
    """Line index → findings."""
    reformatted: bool


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message with its texts; none when the budget was spent."""

    item: Mapping[str, Any]
    texts: Sequence[TextView]
    note: str
    left_out: bool
    bad: bool


class Messages:
    """Hands out each message once, to the first scenario that it belongs to."""

    def __init__(self, report: Mapping[str, Any], places: Places) -> None:
        self._places = places
        self._bad = {seq for seq, _ in places.marks}
        self._items = {item["seq"]: item for item in report["messages"] if concerns_reader(item)}
        self._shown = self._within_budget(report)
        self._taken: set[int] = set()

    def of(self, scenario: Mapping[str, Any]) -> list[MessageView]:
        """Return the messages of the scenario's stretch of the journal and of its steps."""
        first, last = scenario["journal"]
        wanted = set(range(first, last + 1)) if 0 < last - first < 100_000 else {first, last}
        wanted.update(seq for step in scenario["steps"] for seq in step["messages"])
        own = sorted(wanted & self._items.keys() - self._taken)
        self._taken.update(own)
        return [self._view(self._items[seq]) for seq in own]

    def rest(self) -> list[MessageView]:
        """Return the messages that no scenario took."""
        left = [seq for seq in self._items if seq not in self._taken]
        self._taken.update(left)
        return [self._view(self._items[seq]) for seq in left]

    def _within_budget(self, report: Mapping[str, Any]) -> set[int]:
        """Return the messages whose bodies are shown: marked first, then failed scenarios."""
        failed: set[int] = set()
        for scenario in report["scenarios"]:
            if scenario["verdict"] in (Verdict.FAIL, Verdict.STAND_ERROR):
                failed.update(range(scenario["journal"][0], scenario["journal"][1] + 1))
        order = sorted(self._items, key=lambda seq: (seq not in self._bad, seq not in failed, seq))
        shown, spent = set(), 0
        for seq in order:
            spent += _weight(self._items[seq])
            if spent > BUDGET:
                break
            shown.add(seq)
        return shown

    def _view(self, item: Mapping[str, Any]) -> MessageView:
        seq = item["seq"]
        texts: list[TextView] = []
        if seq in self._shown:
            if item["body"]:
                texts.append(self._text(seq, None, None, item["body"]))
            texts.extend(
                self._text(seq, index, str(document.get("part")), str(document.get("text")))
                for index, document in enumerate(documents(item))
            )
        note = {k: v for k, v in (item["note"] or {}).items() if k != "documents"}
        return MessageView(
            item=item,
            texts=texts,
            note=json.dumps(note, ensure_ascii=False, indent=2)[:NOTE_LIMIT] if note else "",
            left_out=bool(item["body"]) and seq not in self._shown,
            bad=seq in self._bad,
        )

    def _text(self, seq: int, index: int | None, part: str | None, text: str) -> TextView:
        layout = lay_out(text)
        prefix = f"m{seq}l" if index is None else f"m{seq}d{index}l"
        marks = self._places.marks.get((seq, index), {})
        return TextView(part, prefix, layout.lines, layout.numbers, marks, layout.reformatted)


def _weight(item: Mapping[str, Any]) -> int:
    return 400 + len(item["body"]) + sum(len(str(d.get("text"))) for d in documents(item))
