"""Compares what a report says with what the recorded run comes to when it is judged again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

NOTHING = "нет"


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that the report says otherwise than the judgement."""

    what: str
    """Russian: the run, a requirement, a scenario or a step of it."""
    reported: str
    judged: str

    def __str__(self) -> str:
        return f"{self.what}: в протоколе — {self.reported}, при повторном суде — {self.judged}"


def compare(
    reported: Mapping[str, Any], judged: Mapping[str, Any], *, texts: bool = True
) -> list[Difference]:
    """Return all that differs between two report.json dicts about the same run.

    Without `texts` (a report in which personal data are masked) verdicts, rules and places of
    findings are compared, but not their words. Durations and times never are. Raises KeyError,
    TypeError, IndexError and AttributeError when one of them is no report.
    """
    return [
        *_whole(reported, judged, texts),
        *_requirements(reported, judged, texts),
        *_scenarios(reported, judged, texts),
    ]


def _whole(
    reported: Mapping[str, Any], judged: Mapping[str, Any], texts: bool
) -> Iterator[Difference]:
    for name, what in (
        ("id", "прогон"),
        ("verdict", "итог"),
        ("exit_code", "код выхода"),
        ("as_of", "дата стенда"),
        ("time_scale", "ускорение пауз"),
        ("variants", "варианты"),
    ):
        if reported[name] != judged[name]:
            yield Difference(what, _shown(reported[name]), _shown(judged[name]))
    if texts:
        yield from _lines("что мешает", reported["blocking"], judged["blocking"])
        yield from _candidate(reported["candidate"], judged["candidate"])


def _candidate(reported: Mapping[str, Any], judged: Mapping[str, Any]) -> Iterator[Difference]:
    """Compare the candidates; of the declaration what a judge has, who has no files of it."""
    was, now = dict(reported), dict(judged)
    for side in (was, now):
        declared = dict(side.pop("declaration", None) or {})
        for name in ("sha256", "trust_anchors"):
            declared.pop(name, None)
        side.update({f"declaration.{name}": value for name, value in declared.items()})
    for name in dict.fromkeys((*was, *now)):
        if was.get(name) != now.get(name):
            yield Difference(f"МИС, {name}", _shown(was.get(name)), _shown(now.get(name)))


def _lines(what: str, reported: Sequence[str], judged: Sequence[str]) -> Iterator[Difference]:
    for line in reported:
        if line not in judged:
            yield Difference(what, line, NOTHING)
    for line in judged:
        if line not in reported:
            yield Difference(what, NOTHING, line)


def _requirements(
    reported: Mapping[str, Any], judged: Mapping[str, Any], texts: bool
) -> Iterator[Difference]:
    for what, before, after in _pairs(reported["requirements"], judged["requirements"]):
        named = f"требование {what}"
        if before is None or after is None:
            yield _missing(named, before, after)
        elif before["verdict"] != after["verdict"]:
            yield Difference(named, before["verdict"], after["verdict"])
        elif texts and before["note"] != after["note"]:
            yield Difference(f"{named}, пояснение", _shown(before["note"]), _shown(after["note"]))


def _scenarios(
    reported: Mapping[str, Any], judged: Mapping[str, Any], texts: bool
) -> Iterator[Difference]:
    for what, before, after in _pairs(reported["scenarios"], judged["scenarios"]):
        named = f"сценарий {what}"
        if before is None or after is None:
            yield _missing(named, before, after)
            continue
        found = list(_steps(named, _found(before, reported, texts), _found(after, judged, texts)))
        if before["verdict"] != after["verdict"]:
            found.insert(0, Difference(named, before["verdict"], after["verdict"]))
        yield from found


Step = tuple[str, str, tuple[int, ...], list[str]]


def _found(scenario: Mapping[str, Any], report: Mapping[str, Any], texts: bool) -> list[Step]:
    """Return name, verdict, messages and findings of each step."""
    return [
        (
            f"{step['keyword']} {step['text']}",
            step["verdict"],
            tuple(step["messages"]),
            [_finding(report["findings"][number], texts) for number in step["findings"]],
        )
        for step in scenario["steps"]
    ]


def _finding(data: Mapping[str, Any], texts: bool) -> str:
    place = data.get("where") or {}
    where = [f"{name} {place[name]}" for name in ("part", "line", "xpath") if place.get(name)]
    said = [str(data["code"]), *where]
    if texts:
        said.append(f"{data['message']} [{data.get('expected')} / {data.get('got')}]")
    return ", ".join(said)


def _steps(named: str, before: list[Step], after: list[Step]) -> Iterator[Difference]:
    for number in range(max(len(before), len(after))):
        place = f"{named}, шаг {number + 1}"
        if number >= len(before) or number >= len(after):
            longer, known = (before, after) if number < len(before) else (after, before)
            left = longer[number][0]
            yield Difference(place, *((left, NOTHING) if known is after else (NOTHING, left)))
            continue
        was, now = before[number], after[number]
        if was[0] != now[0]:
            yield Difference(place, was[0], now[0])
        if was[1] != now[1]:
            yield Difference(f"{place} «{was[0]}»", was[1], now[1])
        # A live step may have asked the МИС several times; the last answer is what counts.
        if not set(now[2]) <= set(was[2]):
            yield Difference(f"{place}, сообщения", _shown(was[2]), _shown(now[2]))
        yield from _lines(f"{place}, находка", was[3], now[3])


def _pairs(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> Iterator[tuple[str, Mapping[str, Any] | None, Mapping[str, Any] | None]]:
    """Yield what both lists hold of each id, in the order of the first."""
    was = {str(item["id"]): item for item in before}
    now = {str(item["id"]): item for item in after}
    for name in dict.fromkeys((*was, *now)):
        yield name, was.get(name), now.get(name)


def _missing(
    what: str, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> Difference:
    return Difference(
        what,
        str(before["verdict"]) if before else NOTHING,
        str(after["verdict"]) if after else NOTHING,
    )


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or NOTHING
    return str(value)
