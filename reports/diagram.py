"""Sequence diagram of a scenario, drawn from its messages: geometry only, a template paints it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.events import concerns_reader, event_label, is_refusal
from reports.texts import actor_name

COLUMN = 230
ROW = 40
HEAD = 46
SIDE = 105
LIMIT = 60
"""Messages drawn in one diagram; a list says the rest better."""

_ORDER = ("operator", "runner", "driver", "candidate", "other_is", "gis", "emias", "remd")


@dataclass(frozen=True, slots=True)
class Lane:
    """Lifeline of one system."""

    name: str
    x: int


@dataclass(frozen=True, slots=True)
class Arrow:
    """One message, or an event when both ends are the same system."""

    seq: int
    label: str
    start: int
    end: int
    y: int
    kind: str
    """request, response or event."""
    bad: bool
    """Whether a finding points at it, or it is a refusal."""

    @property
    def middle(self) -> float:
        """Return the x of the label."""
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Diagram:
    """A drawing of `width` by `height` units."""

    lanes: tuple[Lane, ...]
    arrows: tuple[Arrow, ...]
    width: int
    height: int
    total: int
    """How many messages there are; more than the arrows when it was cut."""


def sequence(
    messages: Sequence[Mapping[str, Any]], bad: Collection[int], lang: str = "ru"
) -> Diagram | None:
    """Return the diagram of the messages in journal order; None when nobody talked to anybody."""
    shown = [m for m in messages if m["peer"] or (m["phase"] == "event" and concerns_reader(m))]
    drawn = shown[:LIMIT]
    talking = {end for m in drawn if m["peer"] for end in (m["actor"], m["peer"])}
    if len(talking) < 2:
        return None
    drawn = [m for m in drawn if m["actor"] in talking]
    names = sorted(talking, key=lambda name: (_place(name), name))
    at = {name: SIDE + number * COLUMN for number, name in enumerate(names)}
    arrows = tuple(
        Arrow(
            seq=message["seq"],
            label=_label(message, lang),
            start=at[message["actor"]],
            end=at[message["peer"] or message["actor"]],
            y=HEAD + ROW * (row + 1),
            kind=message["phase"],
            bad=message["seq"] in bad or is_refusal(message),
        )
        for row, message in enumerate(drawn)
    )
    return Diagram(
        lanes=tuple(Lane(actor_name(name, lang), at[name]) for name in names),
        arrows=arrows,
        width=2 * SIDE + COLUMN * (len(names) - 1),
        height=HEAD + ROW * (len(arrows) + 1),
        total=len(shown),
    )


def _place(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)


def _label(message: Mapping[str, Any], lang: str) -> str:
    operation, status = str(message["operation"]), message["status"]
    if message["phase"] == "event":
        return event_label(message, lang)
    return operation if status is None else f"{operation} · {status}"
