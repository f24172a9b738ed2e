"""Counts that a report opens with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from dopusk.verdict import Finding, Severity, Verdict, rules
from dopusk.verdict.result import RunResult
from reports.layers import Layer, layer_of


def statistics(
    result: RunResult, pool: Sequence[Finding], *, conventions_block: bool
) -> dict[str, Any]:
    """Return the statistics block of report.json: counts, bytes and seconds."""
    return {
        "seconds": _seconds(result.started, result.finished),
        "scenarios": _verdicts(item.verdict for item in result.scenarios),
        "scenarios_by_variant": {
            variant: _verdicts(s.verdict for s in result.scenarios if s.variant == variant)
            for variant in result.variants
        },
        "requirements": _verdicts(item.verdict for item in result.requirements),
        "steps": sum(len(item.steps) for item in result.scenarios),
        "findings": {
            "total": len(pool),
            "places": sum(item.count for item in pool),
            "blocking": sum(item.blocks(conventions_block=conventions_block) for item in pool),
            "by_severity": _counts((str(f.severity) for f in pool), [str(s) for s in Severity]),
            "by_evidence": dict(sorted(Counter(str(f.evidence) for f in pool).items())),
            "by_layer": _counts((str(layer_of(f.code)) for f in pool), [str(x) for x in Layer]),
        },
        "rules": dict(sorted(Counter(str(row.evidence) for row in rules().values()).items())),
        "messages": {
            "total": len(result.messages),
            "bytes": sum(item.size for item in result.messages),
            "by_operation": dict(
                sorted(Counter(m.operation for m in result.messages if m.phase != "event").items())
            ),
        },
    }


def _verdicts(found: Iterable[Verdict]) -> dict[str, int]:
    return _counts((str(item) for item in found), [str(v) for v in Verdict])


def _counts(found: Iterable[str], names: Sequence[str]) -> dict[str, int]:
    counted = Counter(found)
    return {name: counted[name] for name in names if counted[name]}


def _seconds(started: str, finished: str) -> float:
    try:
        spent = datetime.fromisoformat(finished) - datetime.fromisoformat(started)
    except (ValueError, TypeError):
        return 0.0
    return round(spent.total_seconds(), 3)
