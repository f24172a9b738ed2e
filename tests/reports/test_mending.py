from __future__ import annotations

from dataclasses import replace

import pytest
import sample_run

from dopusk.verdict import Evidence, Severity, Verdict
from reports import json_report
from reports.layers import Layer, depth, layer_of


def run_with(*groups):
    """Return a report dict of one scenario for each group of findings."""
    base = sample_run.mixed()
    pattern = base.scenarios[2]
    scenarios = tuple(
        replace(pattern, id=f"x/{number}", steps=(
            sample_run.step("Тогда", "всё верно", Verdict.FAIL, *group),))
        for number, group in enumerate(groups)
    )  # fmt: skip
    return json_report.dump(replace(base, scenarios=scenarios))


def codes(data):
    return [item["code"] for item in data["mend_first"]]


def coded(code, **more):
    return replace(sample_run.DIGEST, code=code, **more)


def test_what_blocks_comes_before_what_breaks_more_scenarios():
    remark = coded("BYTES-BOM", severity=Severity.REMARK)
    convention = coded("XML-X", evidence=Evidence.CONVENTION)
    data = run_with([remark, convention], [remark, convention], [remark, coded("CB-LATE")])
    assert codes(data) == ["CB-LATE", "XML-X", "BYTES-BOM"]
    assert [item["blocks"] for item in data["mend_first"]] == [True, False, False]


def test_among_blocking_the_one_that_breaks_more_scenarios_comes_first():
    data = run_with([coded("SIG-DIGEST")], [coded("SIG-DIGEST")], [coded("BYTES-BOM")])
    assert codes(data) == ["SIG-DIGEST", "BYTES-BOM"]
    assert data["mend_first"][0]["scenarios"] == [0, 1]


def test_equal_ones_follow_the_layers():
    order = ["BYTES-A", "XML-A", "XSD-A", "SCH-A", "NSI-A", "DOC-A", "SIG-A", "WIRE-A", "CB-A"]
    assert codes(run_with([coded(code) for code in reversed(order)])) == order


def test_unchecked_stands_between_errors_and_remarks():
    data = run_with(
        [
            coded("SIG-R", severity=Severity.REMARK),
            coded("SIG-U", severity=Severity.UNCHECKED),
            coded("SIG-E"),
        ]
    )
    assert codes(data) == ["SIG-E", "SIG-U", "SIG-R"]


def test_a_failed_step_without_findings_is_listed_by_its_note():
    data = json_report.dump(sample_run.mixed())
    silent = [item for item in data["mend_first"] if item["code"] is None]
    assert [item["title"] for item in silent] == [
        "За 30 с от МИС не пришло ни одного registerDocument"
    ]
    assert silent[0]["blocks"]


def test_a_stand_error_is_nothing_to_mend():
    data = json_report.dump(sample_run.mixed())
    assert not [item for item in data["mend_first"] if "порт" in item["title"]]


def test_folded_findings_count_all_their_places():
    data = run_with([coded("SIG-A", count=40, got="1"), coded("SIG-A", got="2")])
    assert data["mend_first"][0]["places"] == 41


@pytest.mark.parametrize(
    ("code", "layer"),
    [("PKI-DATE", Layer.SIGNATURE), ("CASE-X", Layer.CROSS), ("NEW-X", Layer.BEHAVIOUR),
     (None, Layer.BEHAVIOUR)],
)  # fmt: skip
def test_layer_of_a_code(code, layer):
    assert layer_of(code) is layer


def test_layers_are_in_the_order_of_mending():
    assert [depth(layer) for layer in Layer] == list(range(9))
