from __future__ import annotations

import copy

import pytest
import sample_run

from dopusk.cli.unjudged import without_unjudged
from dopusk.verdict import Verdict
from reports import json_report


@pytest.fixture
def report():
    return json_report.dump(sample_run.mixed())


def test_the_same_is_all_judged(report):
    assert without_unjudged(report, report)[2] == ()


def test_what_was_in_order_and_is_not_is_left_out_with_what_follows(report):
    judged = copy.deepcopy(report)
    item = next(s for s in judged["scenarios"] if s["verdict"] == Verdict.PASS)
    item["verdict"] = str(Verdict.FAIL)
    judged["verdict"] = "иной"
    before, after, lost = without_unjudged(report, judged)
    assert lost == (item["id"],)
    assert item["id"] not in {s["id"] for s in after["scenarios"]}
    assert all(item["id"] not in row["scenarios"] for row in after["requirements"])
    assert after["verdict"] == before["verdict"]


def test_a_failure_that_vanishes_stays_a_difference(report):
    judged = copy.deepcopy(report)
    item = next(s for s in judged["scenarios"] if s["verdict"] == Verdict.FAIL)
    item["verdict"] = str(Verdict.PASS)
    _, after, lost = without_unjudged(report, judged)
    assert lost == ()
    assert item in after["scenarios"]
