"""What changed between two runs: by scenario, by requirement and by finding.

Both runs are report.json dicts. Scenarios are the same when their variant and id agree, findings
when their rule and place do: values and line numbers differ from run to run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dopusk.verdict import Verdict

Key = tuple[str, str]


class Change(StrEnum):
    """What became of a thing from the first run to the second."""

    BROKEN = "сломано"
    FIXED = "исправлено"
    OTHER = "изменилось"
    """Bad before and after, or a stand error came in: not the candidate's doing."""
    NEW = "появилось"
    GONE = "исчезло"
    SAME = "без изменений"


@dataclass(frozen=True, slots=True)
class Changed:
    """One scenario or requirement in both runs."""

    id: str
    variant: str
    """Empty for a requirement."""
    name: str
    before: str | None
    after: str | None
    change: Change


@dataclass(frozen=True, slots=True)
class ChangedFinding:
    """One finding: a rule broken at a place, in some scenarios."""

    code: str
    message: str
    place: str
    blocks: bool
    scenarios: tuple[str, ...]
    """«variant: name» of the scenarios that show it, of the run that has it."""
    change: Change


@dataclass(frozen=True, slots=True)
class Condition:
    """Something that is not the candidate's behaviour and differs between the runs."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    conditions: tuple[Condition, ...]
    scenarios: tuple[Changed, ...]
    requirements: tuple[Changed, ...]
    findings: tuple[ChangedFinding, ...]

    @property
    def broken(self) -> bool:
        """Tell whether something that was in order is not any more.

        A new blocking finding counts where both runs had its scenario, failing already or not.
        """
        judged: tuple[Changed | ChangedFinding, ...]
        judged = (*self.scenarios, *self.requirements, *self.findings)
        return any(item.change is Change.BROKEN for item in judged)

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as JSON-ready data; things without a change are only counted."""
        return {
            "before": _passport(self.before),
            "after": _passport(self.after),
            "broken": self.broken,
            "conditions": [_plain(item) for item in self.conditions],
            **{
                name: {
                    "unchanged": sum(item.change is Change.SAME for item in items),
                    "changed": [_plain(item) for item in items if item.change is not Change.SAME],
                }
                for name, items in (
                    ("scenarios", self.scenarios),
                    ("requirements", self.requirements),
                    ("findings", self.findings),
                )
            },
        }


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Return what changed from one run (a report.json dict) to another."""
    return Comparison(
        before=before,
        after=after,
        conditions=tuple(_conditions(before, after)),
        scenarios=tuple(_changed(_scenarios(before), _scenarios(after))),
        requirements=tuple(_changed(_requirements(before), _requirements(after))),
        findings=tuple(_findings(before, after)),
    )


def change(before: str | None, after: str | None) -> Change:
    """Return what became of a thing with these verdicts; None where the run did not have it."""
    if before is None:
        return Change.NEW
    if after is None:
        return Change.GONE
    if before == after:
        return Change.SAME
    worse = _weight(after) - _weight(before)
    if Verdict.STAND_ERROR in (before, after):
        return Change.OTHER if after == Verdict.STAND_ERROR or worse > 0 else Change.FIXED
    if worse > 0:
        return Change.BROKEN
    return Change.FIXED if _weight(after) == 0 and worse < 0 else Change.OTHER


def _weight(verdict: str) -> int:
    """Return 0 for a verdict that is in order, more the worse it is."""
    return {Verdict.FAIL: 2, Verdict.SKIP: 1, Verdict.STAND_ERROR: 1}.get(Verdict(verdict), 0)


def _scenarios(report: Mapping[str, Any]) -> dict[Key, Mapping[str, Any]]:
    return {(item["variant"], item["id"]): item for item in report["scenarios"]}


def _requirements(report: Mapping[str, Any]) -> dict[Key, Mapping[str, Any]]:
    return {("", item["id"]): item for item in report["requirements"]}


def _changed(
    before: Mapping[Key, Mapping[str, Any]], after: Mapping[Key, Mapping[str, Any]]
) -> Iterator[Changed]:
    for key in {**after, **before}:
        one, other = before.get(key), after.get(key)
        item = other or one or {}
        was = str(one["verdict"]) if one else None
        now = str(other["verdict"]) if other else None
        name = str(item.get("name") or item.get("text") or "")
        yield Changed(key[1], key[0], name, was, now, change(was, now))


def _conditions(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Condition]:
    for what, one, other in zip(_WHAT, _stated(before), _stated(after), strict=True):
        if one != other:
            yield Condition(what, one, other)
    rules = (_rules(before), _rules(after))
    for name in {**rules[0], **rules[1]}:
        if rules[0].get(name) != rules[1].get(name):
            yield Condition(name, *(each.get(name, "нет") for each in rules))


_WHAT = (
    "продукт",
    "версия стенда",
    "дата стенда",
    "варианты",
    "обмен ОМС",
    "ускорение времени",
    "соглашения стенда блокируют",
)


def _stated(report: Mapping[str, Any]) -> tuple[str, ...]:
    candidate = report["candidate"]
    return (
        f"{candidate.get('product', '')} {candidate.get('version', '')}".strip(),
        str(report["stand_version"]),
        str(report["as_of"]),
        ", ".join(report["variants"]),
        "да" if report["oms"] else "нет",
        f"{report['time_scale']:g}",
        "да" if candidate.get("conventions_block") else "нет",
    )


def _rules(report: Mapping[str, Any]) -> dict[str, str]:
    """Return the fingerprints of rule packs and dictionaries by name."""
    named: dict[str, list[str]] = {}
    for item in report["rules"]:
        version = " ".join(str(item[key]) for key in ("edition", "version") if item.get(key))
        sign = f"{version} {str(item.get('sha256') or '')[:12]}".strip()
        named.setdefault(f"{item.get('what', '')} ({item.get('source', '')})", []).append(sign)
    return {name: ", ".join(signs) for name, signs in named.items()}


@dataclass(frozen=True, slots=True)
class _Shown:
    item: Mapping[str, Any]
    scenarios: Mapping[Key, str]


def _findings(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[ChangedFinding]:
    one, other = _shown(before), _shown(after)
    shared = _scenarios(before).keys() & _scenarios(after).keys()
    for key in {**other, **one}:
        was, now = one.get(key), other.get(key)
        shown = now or was
        if shown is None:
            continue
        if was and now:
            became = _spread(was, now, shared)
        elif now:
            caught = bool(now.item.get("blocks")) and not shared.isdisjoint(now.scenarios)
            became = Change.BROKEN if caught else Change.NEW
        else:
            became = Change.FIXED if not shared.isdisjoint(shown.scenarios) else Change.GONE
        names = dict.fromkeys(shown.scenarios.values())
        yield ChangedFinding(
            code=key[0],
            message=str(shown.item["message"]),
            place=key[1],
            blocks=bool(shown.item.get("blocks")),
            scenarios=tuple(names),
            change=became,
        )


def _spread(was: _Shown, now: _Shown, shared: set[Key]) -> Change:
    """Return what became of a finding that both runs have: it may have spread to a scenario."""
    more = (now.scenarios.keys() - was.scenarios.keys()) & shared
    less = (was.scenarios.keys() - now.scenarios.keys()) & shared
    if more and now.item.get("blocks"):
        return Change.BROKEN
    if was.item.get("blocks") != now.item.get("blocks") or more or less:
        return Change.OTHER
    return Change.SAME


def _shown(report: Mapping[str, Any]) -> dict[Key, _Shown]:
    shown: dict[Key, tuple[Mapping[str, Any], dict[Key, str]]] = {}
    for scenario in report["scenarios"]:
        at = (scenario["variant"], scenario["id"])
        for number in dict.fromkeys(n for step in scenario["steps"] for n in step["findings"]):
            item = report["findings"][number]
            where = item.get("where") or {}
            place = " ".join(str(where[key]) for key in ("part", "xpath") if where.get(key))
            entry = shown.setdefault((item["code"], place), (item, {}))
            entry[1][at] = f"{scenario['variant']}: {scenario['name']}"
    return {key: _Shown(item, scenarios) for key, (item, scenarios) in shown.items()}


def _passport(report: Mapping[str, Any]) -> dict[str, Any]:
    return {name: report[name] for name in ("id", "started", "verdict", "exit_code")}


def _plain(item: Changed | ChangedFinding | Condition) -> dict[str, Any]:
    values = {name: getattr(item, name) for name in item.__slots__}
    return {
        name: list(value)
        if isinstance(value, tuple)
        else str(value)
        if isinstance(value, Change)
        else value
        for name, value in values.items()
    }


def by_change(items: Sequence[Changed], wanted: Change) -> list[Changed]:
    """Return the items with this change, in order."""
    return [item for item in items if item.change is wanted]
