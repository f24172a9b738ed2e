"""What masked evidence cannot be judged by: such scenarios are neither confirmed nor refuted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dopusk.masking.evidence import is_lost
from dopusk.verdict import Verdict

_GOOD = (Verdict.PASS, Verdict.REMARK)


def without_unjudged(
    reported: Mapping[str, Any], judged: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]:
    """Return both report.json dicts without the scenarios that masking took away, and their ids.

    Such is a scenario that was in order and is not when judged by masked messages, or in which
    only signatures, checksums and exact bytes are found wrong anew. What follows from them (their
    requirements, the verdict of the run) is left out of the comparison as well.
    """
    before = {item["id"]: item for item in reported["scenarios"]}
    lost = {
        item["id"]
        for item in judged["scenarios"]
        if item["id"] in before and _lost(before[item["id"]], reported, item, judged)
    }
    if not lost:
        return dict(reported), dict(judged), ()
    kept = [_without(report, lost) for report in (reported, judged)]
    for name in ("verdict", "exit_code", "blocking"):
        kept[1][name] = kept[0][name]
    return kept[0], kept[1], tuple(sorted(lost))


def _lost(
    before: Mapping[str, Any],
    reported: Mapping[str, Any],
    after: Mapping[str, Any],
    judged: Mapping[str, Any],
) -> bool:
    if before["verdict"] in _GOOD and after["verdict"] not in _GOOD:
        return True
    new = _codes(after, judged) - _codes(before, reported)
    return bool(new) and all(is_lost(code) for code in new)


def _codes(scenario: Mapping[str, Any], report: Mapping[str, Any]) -> set[str]:
    return {
        report["findings"][number]["code"]
        for step in scenario["steps"]
        for number in step["findings"]
    }


def _without(report: Mapping[str, Any], lost: set[str]) -> dict[str, Any]:
    return {
        **report,
        "scenarios": [item for item in report["scenarios"] if item["id"] not in lost],
        "requirements": [
            row for row in report["requirements"] if lost.isdisjoint(row["scenarios"])
        ],
    }
