"""What the HTML template shows, worked out from a report.json dict."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dopusk.verdict import Verdict, worst
from reports.diagram import Diagram, sequence
from reports.message_view import Messages, MessageView
from reports.places import Line, Places, Spot
from reports.sections import evidence, stretch
from reports.texts import SLUGS

OPEN_AT_FIRST = 12
"""Scenarios with trouble that are unfolded when the page opens."""
_TROUBLE_FIRST = ("fail", "stand", "skip", "remark", "pass", "attested", "na")
SHOWN_FINDINGS = 25
"""Findings of one step that are written out."""


@dataclass(frozen=True, slots=True)
class FoundView:
    """A finding in a step, with the lines it means."""

    number: int
    item: Mapping[str, Any]
    spot: Spot | None
    excerpt: Sequence[Line]
    target: str | None
    """Anchor of the marked line."""
    again: bool = False
    """Whether an earlier step of the scenario has told it."""


@dataclass(frozen=True, slots=True)
class StepView:
    """A step with its findings in place."""

    item: Mapping[str, Any]
    slug: str
    found: Sequence[FoundView]
    hidden: int
    """Findings that are not written out here."""


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """A scenario as a card."""

    item: Mapping[str, Any]
    anchor: str
    slug: str
    open: bool
    steps: Sequence[StepView]
    messages: Sequence[MessageView]
    diagram: Diagram | None
    journal: str
    """Its stretch of the journal: «№ 120–141»."""


@dataclass(frozen=True, slots=True)
class RequirementView:
    """A row of the matrix."""

    item: Mapping[str, Any]
    anchor: str
    slug: str
    cells: Sequence[str | None]
    """Verdict in each variant; None where no scenario of it ran."""
    scenarios: Sequence[ScenarioView]


@dataclass(frozen=True, slots=True)
class ReportView:
    """The whole page."""

    report: Mapping[str, Any]
    slug: str
    scenarios: Sequence[ScenarioView]
    requirements: Sequence[RequirementView]
    outside: Sequence[MessageView]
    hard: Sequence[Mapping[str, Any]]
    """What to mend, blocking."""
    soft: Sequence[Mapping[str, Any]]
    """The rest of it."""
    obstacles: Sequence[str]
    """What blocks the verdict besides the findings in `hard`."""


def slug_of(verdict: str) -> str:
    """Return the short Latin name of a verdict."""
    return SLUGS[Verdict(verdict)]


def view(report: Mapping[str, Any], lang: str = "ru") -> ReportView:
    """Return everything that the page shows."""
    places = Places(report["messages"])
    made = [steps(report, scenario, places) for scenario in report["scenarios"]]
    messages = Messages(report, places)
    anchors = _anchors(report["scenarios"])
    opened = _opened(report["scenarios"])
    scenarios = []
    for number, item in enumerate(report["scenarios"]):
        own = messages.of(item)
        bad = {seq for seq, _ in places.marks}
        scenarios.append(
            ScenarioView(
                item=item,
                anchor=anchors[number],
                slug=slug_of(item["verdict"]),
                open=number in opened,
                steps=made[number],
                messages=own,
                diagram=sequence([message.item for message in own], bad, lang),
                journal=stretch(item),
            )
        )
    return ReportView(
        report=report,
        slug=slug_of(report["verdict"]),
        scenarios=scenarios,
        requirements=[_requirement(report, item, scenarios) for item in report["requirements"]],
        outside=messages.rest(),
        hard=[item for item in report["mend_first"] if item["blocks"]],
        obstacles=obstacles(report),
        soft=[item for item in report["mend_first"] if not item["blocks"]],
    )


def obstacles(report: Mapping[str, Any]) -> list[str]:
    """Return the blocking sentences that do not repeat a finding («CODE: …»)."""
    told = {item["code"] for item in report["mend_first"]}
    return [text for text in report["blocking"] if text.partition(":")[0] not in told]


def steps(report: Mapping[str, Any], scenario: Mapping[str, Any], places: Places) -> list[StepView]:
    """Return the steps of a scenario with their findings placed in its messages.

    A finding that an earlier step of the scenario has told is told in brief.
    """
    made = []
    told: dict[int, FoundView] = {}
    for step in scenario["steps"]:
        found = []
        for number in step["findings"][:SHOWN_FINDINGS]:
            item = report["findings"][number]
            first = told.get(number)
            view = first or _found(number, item, scenario["journal"][0], step["messages"], places)
            told[number] = view
            found.append(replace(view, again=first is not None))
        hidden = len(step["findings"]) - len(found)
        made.append(StepView(step, slug_of(step["verdict"]), found, hidden))
    return made


def _found(
    number: int, item: Mapping[str, Any], begins: int, seqs: Sequence[int], places: Places
) -> FoundView:
    spot = places.locate(number, item, seqs) or places.locate_earlier(number, item, begins, seqs)
    if spot is None:
        return FoundView(number, item, None, (), None)
    return FoundView(number, item, spot, places.excerpt(spot), line_anchor(spot))


def line_anchor(spot: Spot) -> str:
    """Return the anchor of a marked line."""
    inner = "" if spot.document is None else f"d{spot.document}"
    return f"m{spot.seq}{inner}l{spot.line}"


def _anchors(scenarios: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return a stable anchor for each scenario: variant and id, numbered when they repeat."""
    seen: dict[str, int] = {}
    anchors = []
    for item in scenarios:
        base = "s-" + re.sub(r"[^\w]+", "-", f"{item['variant']}-{item['id']}").strip("-")
        seen[base] = seen.get(base, 0) + 1
        anchors.append(base if seen[base] == 1 else f"{base}-{seen[base]}")
    return anchors


def _opened(scenarios: Sequence[Mapping[str, Any]]) -> set[int]:
    trouble = (Verdict.FAIL, Verdict.STAND_ERROR, Verdict.SKIP)
    return set([n for n, s in enumerate(scenarios) if s["verdict"] in trouble][:OPEN_AT_FIRST])


def _requirement(
    report: Mapping[str, Any], item: Mapping[str, Any], scenarios: Sequence[ScenarioView]
) -> RequirementView:
    own = [scenarios[shown.index] for shown in evidence(report, item)]
    cells = requirement_cells(report, [one.item for one in own])
    anchor = "r-" + re.sub(r"[^\w.]+", "-", item["id"])
    worst_first = sorted(own, key=lambda one: _TROUBLE_FIRST.index(one.slug))
    return RequirementView(item, anchor, slug_of(item["verdict"]), cells, worst_first)


def requirement_cells(
    report: Mapping[str, Any], scenarios: Sequence[Mapping[str, Any]]
) -> list[str | None]:
    """Return, for each variant of the run, the worst verdict of a requirement's scenarios."""
    cells: list[str | None] = []
    for variant in report["variants"]:
        verdicts = [Verdict(item["verdict"]) for item in scenarios if item["variant"] == variant]
        cells.append(str(worst(verdicts)) if verdicts else None)
    return cells
