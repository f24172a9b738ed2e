from __future__ import annotations

import copy
from typing import Any

import pytest
import sample_run

from dopusk.verdict import Verdict
from reports import json_report
from reports.comparison import Change, change, compare

GOOD, BAD, SKIP, STAND = Verdict.PASS, Verdict.FAIL, Verdict.SKIP, Verdict.STAND_ERROR


@pytest.fixture
def report() -> dict[str, Any]:
    return json_report.dump(sample_run.mixed())


@pytest.mark.parametrize(
    ("before", "after", "became"),
    [
        (GOOD, BAD, Change.BROKEN),
        (GOOD, SKIP, Change.BROKEN),
        (SKIP, BAD, Change.BROKEN),
        (BAD, GOOD, Change.FIXED),
        (SKIP, Verdict.REMARK, Change.FIXED),
        (BAD, SKIP, Change.OTHER),
        (GOOD, Verdict.REMARK, Change.OTHER),
        (GOOD, STAND, Change.OTHER),
        (STAND, BAD, Change.OTHER),
        (STAND, GOOD, Change.FIXED),
        (None, BAD, Change.NEW),
        (GOOD, None, Change.GONE),
        (BAD, BAD, Change.SAME),
    ],
)
def test_what_becomes_of_a_verdict(before, after, became):
    assert change(before, after) is became


def test_a_run_is_the_same_as_itself(report):
    found = compare(report, report)
    assert not found.broken
    assert not found.conditions
    everything = (*found.scenarios, *found.requirements, *found.findings)
    assert {item.change for item in everything} == {Change.SAME}


def test_a_scenario_that_fails_now_is_broken_and_back_is_fixed(report):
    other = copy.deepcopy(report)
    passed = next(item for item in other["scenarios"] if item["verdict"] == GOOD)
    passed["verdict"] = str(BAD)
    broken = compare(report, other)
    assert broken.broken
    assert [s.id for s in broken.scenarios if s.change is Change.BROKEN] == [passed["id"]]
    fixed = compare(other, report)
    assert not fixed.broken
    assert [s.id for s in fixed.scenarios if s.change is Change.FIXED] == [passed["id"]]


def test_a_new_blocking_finding_in_a_failing_scenario_is_broken(report):
    other = copy.deepcopy(report)
    failing = next(item for item in other["scenarios"] if item["verdict"] == BAD)
    new = {**report["findings"][0], "code": "SCH-NEW", "blocks": True}
    other["findings"].append(new)
    failing["steps"][-1]["findings"].append(len(other["findings"]) - 1)
    found = compare(report, other)
    assert found.broken
    assert [(f.code, f.change) for f in found.findings if f.change is not Change.SAME] == [
        ("SCH-NEW", Change.BROKEN)
    ]
    new["blocks"] = False
    assert not compare(report, other).broken


def test_another_value_and_line_is_the_same_finding(report):
    other = copy.deepcopy(report)
    for item in other["findings"]:
        item["got"] = "иное"
        if item.get("where", {}).get("line"):
            item["where"]["line"] += 7
    assert {f.change for f in compare(report, other).findings} == {Change.SAME}


def test_a_stand_error_is_not_put_down_to_the_candidate(report):
    other = copy.deepcopy(report)
    for item in other["scenarios"]:
        if item["verdict"] == GOOD:
            item["verdict"] = str(STAND)
    assert not compare(report, other).broken


def test_new_and_gone_scenarios_break_nothing(report):
    less = copy.deepcopy(report)
    dropped = less["scenarios"].pop(0)
    found = compare(report, less)
    assert [s.id for s in found.scenarios if s.change is Change.GONE] == [dropped["id"]]
    assert not [f for f in found.findings if f.change is Change.BROKEN]
    back = compare(less, report)
    assert [s.id for s in back.scenarios if s.change is Change.NEW] == [dropped["id"]]
    assert not back.broken


def test_other_conditions_are_named(report):
    other = copy.deepcopy(report)
    other["stand_version"] = "9.9"
    other["rules"][0]["sha256"] = "0" * 64
    named = [item.what for item in compare(report, other).conditions]
    assert "версия стенда" in named
    assert any(report["rules"][0]["what"] in name for name in named)


def test_json_holds_only_what_changed(report):
    other = copy.deepcopy(report)
    other["scenarios"][0]["verdict"] = str(SKIP)
    data = compare(report, other).to_dict()
    assert data["scenarios"]["unchanged"] == len(report["scenarios"]) - 1
    assert [item["id"] for item in data["scenarios"]["changed"]] == [report["scenarios"][0]["id"]]
