"""How `dopusk check` shows a document to people: what blocks first, the rest in a line each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap

from rich.text import Text

from dopusk.cli.check_one import Judged, Record, State, Weight, weight
from dopusk.cli.check_words import STAGES, register_words
from dopusk.semd.report import TITLES
from dopusk.verdict import Verdict

LAYERS = TITLES | STAGES
"""Russian names of the layers of a document and of a register."""

COLOURS = {
    State.CLEAN: "green",
    State.PARTLY: "green",
    State.FAILED: "red",
    State.UNJUDGED: "yellow",
    State.UNREAD: "red",
    State.STAND_ERROR: "magenta",
    Weight.ERROR: "red",
    Weight.UNCHECKED: "yellow",
    Weight.REMARK: "cyan",
}
FULL = 5
"""Different findings of one rule that are shown; the rest of the rule takes one line."""
LISTED = 8
"""Line numbers that a folded finding lists."""
SHORT = 200
"""Characters of a compact line where the width of the output is not known."""
NARROW = 60
"""Fewest characters to which lines are fitted."""


@dataclass(frozen=True, slots=True)
class View:
    """How much is shown, and how wide."""

    width: int | None = None
    """Columns of the terminal; None without one: lines are not broken then."""
    verbose: bool = False
    """Show every finding with all its details."""

    def lines(self, judged: Judged) -> Iterator[Text]:
        """Return the lines about a document."""
        record = judged.record
        found = {
            kind: [f for f in record.get("findings", ()) if weight(f) is kind] for kind in Weight
        }
        yield self._header(judged.state, record, found)
        not_run = [layer["name"] for layer in record.get("layers", ()) if _not_run(layer)]
        if not_run and found[Weight.ERROR]:
            names = ", ".join(LAYERS[name] for name in not_run)
            yield Text(f"  дальше не проверялось: {names}", style=COLOURS[Weight.UNCHECKED])
        if self.verbose:
            yield Text(
                "  слои: " + ", ".join(_layer_words(layer) for layer in record.get("layers", ()))
            )
            for kind in Weight:
                for item in found[kind]:
                    yield from self._full(item)
            return
        yield from self._errors(found[Weight.ERROR])
        for kind in (Weight.UNCHECKED, Weight.REMARK):
            for of_rule in _by(found[kind], "code"):
                alike, rest = _alike(of_rule)
                for items in alike:
                    yield self._short(items)
                yield from self._more(rest)

    def _header(self, state: State, record: Record, found: dict[Weight, list[Record]]) -> Text:
        kind = f", вид {record['kind']}" if record.get("kind") else ""
        if "register" in record:
            kind = f", {register_words(record['register'])}"
        words = str(state)
        numbers = [
            f"{name} {len(found[kind])}"
            for kind, name in (
                (Weight.ERROR, "ошибок"),
                (Weight.UNCHECKED, "не проверено"),
                (Weight.REMARK, "замечаний"),
            )
            if found[kind] and name != state
        ]
        if state is State.PARTLY:
            words = str(State.CLEAN)
        if "error" in record:
            numbers = [record["error"]]
        ending = f" ({', '.join(numbers)})" if numbers else ""
        text = Text(f"{record['file']}{kind}: ", style="bold")
        text.append(words, style=f"bold {COLOURS[state]}")
        return text.append(ending, style="not bold")

    def _errors(self, items: Sequence[Record]) -> Iterator[Text]:
        for of_rule in _by(items, "code"):
            alike, rest = _alike(of_rule)
            for group in alike:
                yield from self._full(group[0])
                if len(group) > 1:
                    yield from self._wrapped(6, _more_such(group[1:]))
            yield from self._more(rest)

    def _more(self, rest: Sequence[Record]) -> Iterator[Text]:
        """Return the line for findings of one rule that are too many to be told apart."""
        if rest:
            code = rest[0]["code"]
            yield from self._wrapped(2, f"ещё {len(rest)} {code}: {_places(rest)} (все: -v)")

    def _full(self, item: Record) -> Iterator[Text]:
        lines = list(self._wrapped(2, f"{_head(item)}  {item['message']}"))
        lines[0].stylize(COLOURS[weight(item)], 0, 2 + len(_head(item)))
        yield from lines
        where = item.get("where") or {}
        for name, value in (
            ("где", where.get("xpath")),
            ("ожидается", item.get("expected")),
            ("получено", item.get("got")),
            ("основание", f"{item['source']} [{item['evidence']}]"),
            ("код РЭМД", item.get("remd")),
            ("как исправить", item.get("cure")),
        ):
            if value is not None:
                yield from self._wrapped(6, f"{name}: {value}")

    def _short(self, items: Sequence[Record]) -> Text:
        head = _head(items[0])
        more = f" (ещё {len(items) - 1}: {_places(items[1:])})" if len(items) > 1 else ""
        room = max(self.width or SHORT, NARROW) - len(head) - 4 - len(more)
        text = Text(f"  {head}", style=COLOURS[weight(items[0])])
        message = cut(items[0]["message"], max(room, NARROW // 2))
        return text.append(f"  {message}{more}", style="default")

    def _wrapped(self, indent: int, text: str) -> Iterator[Text]:
        """Return the text indented, broken at the width of the terminal."""
        start = " " * indent
        if self.width is None:
            yield Text(start + text)
            return
        width = max(self.width, NARROW)
        for line in wrap(
            text,
            width,
            initial_indent=start,
            subsequent_indent=start + "  ",
            break_on_hyphens=False,
        ):
            yield Text(line)


def cut(text: str, room: int) -> str:
    """Return the text, shortened to `room` characters at the end of a word."""
    if len(text) <= room:
        return text
    head = text[: room - 1]
    words = head.rsplit(" ", 1)[0] if " " in head else head
    return words.rstrip(" ,;:—(«[") + "…"


def _by(items: Iterable[Record], name: str) -> list[list[Record]]:
    """Return the findings in groups that have one value in common, in order of the first."""
    groups: dict[str, list[Record]] = {}
    for item in items:
        groups.setdefault(item[name], []).append(item)
    return list(groups.values())


def _alike(of_rule: Sequence[Record]) -> tuple[list[list[Record]], list[Record]]:
    """Return the findings of one rule by message, and those beyond the first messages."""
    groups = _by(of_rule, "message")
    return groups[:FULL], [item for group in groups[FULL:] for item in group]


def _head(item: Record) -> str:
    """Return weight, code and place: «ошибка SCH-У1-9-1 11:3»."""
    where = item.get("where") or {}
    place = ":".join(str(where[name]) for name in ("line", "column") if name in where)
    return " ".join(bit for bit in (weight(item), item["code"], place) if bit)


def _more_such(items: Sequence[Record]) -> str:
    number = len(items)
    such = "такая" if number % 10 == 1 and number % 100 != 11 else "таких"
    return f"ещё {number} {such}: {_places(items)}"


def _places(items: Iterable[Record]) -> str:
    """Return the lines where the findings are: «строки 12, 40, …»."""
    found = ((item.get("where") or {}).get("line") for item in items)
    lines = list(dict.fromkeys(line for line in found if line is not None))
    if not lines:
        return "места см. в --json"
    shown = ", ".join(map(str, lines[:LISTED])) + (", …" if len(lines) > LISTED else "")
    return f"{'строки' if len(lines) > 1 else 'строка'} {shown}"


def _not_run(layer: Record) -> bool:
    return layer["status"] == Verdict.SKIP and not layer["findings"]


def _layer_words(layer: Record) -> str:
    note = f" ({layer['note']})" if layer["note"] and layer["status"] != Verdict.PASS else ""
    return f"{LAYERS[layer['name']]} — {layer['status']}{note}"
