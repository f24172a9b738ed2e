"""«Что чинить сначала»: findings of a run grouped by rule, in the order of mending."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dopusk.verdict import Finding, Severity, Verdict, rules
from dopusk.verdict.result import ScenarioResult
from reports.layers import depth, layer_of

_WEIGHT = {Severity.ERROR: 0, Severity.UNCHECKED: 1, Severity.REMARK: 2}


@dataclass(slots=True)
class _Group:
    """One rule that was broken (or one step that failed without a finding)."""

    code: str | None
    message: str
    first: Finding | None
    blocks: bool
    findings: dict[int, None] = field(default_factory=dict)
    scenarios: dict[int, None] = field(default_factory=dict)
    requirements: dict[str, None] = field(default_factory=dict)

    def add(self, number: int, scenario: ScenarioResult, finding: int | None) -> None:
        if finding is not None:
            self.findings[finding] = None
        self.scenarios[number] = None
        self.requirements.update(dict.fromkeys(scenario.requirements))

    def order(self) -> tuple[int, int, int, int, str]:
        severity = self.first.severity if self.first else Severity.ERROR
        return (
            0 if self.blocks else 1,
            _WEIGHT[severity],
            -len(self.scenarios),
            depth(layer_of(self.code)),
            self.code or self.message,
        )

    def to_dict(self, pool: Sequence[Finding]) -> dict[str, Any]:
        row = rules().get(self.code) if self.code else None
        first = self.first
        return {
            "code": self.code,
            "title": row.title if row else self.message,
            "message": self.message,
            "layer": str(layer_of(self.code)),
            "severity": str(first.severity if first else Severity.ERROR),
            "evidence": str(first.evidence) if first else None,
            "source": first.source if first else None,
            "cure": first.cure if first else None,
            "remd": first.remd if first else None,
            "blocks": self.blocks,
            "places": sum(pool[index].count for index in self.findings),
            "findings": list(self.findings),
            "scenarios": list(self.scenarios),
            "requirements": list(self.requirements),
        }


def mend_first(
    scenarios: Sequence[ScenarioResult],
    pool: Sequence[Finding],
    index: Mapping[Finding, int],
    *,
    conventions_block: bool,
) -> list[dict[str, Any]]:
    """Return what to mend, most urgent first.

    Blocking errors come first, then by how many scenarios they break, then by layer (bytes, XML,
    XSD, Schematron, НСИ, cross-check, signature, transport, behaviour). A step that failed without
    a finding is an entry of its own, with `code` None. A stand error is nothing for the candidate
    to mend and is left out.
    """
    groups: dict[tuple[str | None, str], _Group] = {}
    for number, scenario in enumerate(scenarios):
        for step in scenario.steps:
            for item in step.findings:
                group = groups.setdefault(
                    (item.code, ""),
                    _Group(item.code, item.message, item, blocks=False),
                )
                group.blocks |= item.blocks(conventions_block=conventions_block)
                group.add(number, scenario, index[item])
            if step.verdict is Verdict.FAIL and not step.findings:
                text = step.note or f"{step.keyword} {step.text}"
                group = groups.setdefault((None, text), _Group(None, text, None, blocks=True))
                group.add(number, scenario, None)
    ordered: Iterable[_Group] = sorted(groups.values(), key=_Group.order)
    return [group.to_dict(pool) for group in ordered]
