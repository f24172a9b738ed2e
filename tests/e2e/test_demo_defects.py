"""Every defect of the reference МИС causes exactly its finding, in the scenarios of the matrix."""

from __future__ import annotations

import os

import pytest
from commands import QUICK, Command

from fixtures.reference_mis.defects import DEFECTS
from fixtures.reference_mis.defects.matrix import Row, read_matrix
from fixtures.reference_mis.defects.page import SWEEP
from fixtures.reference_mis.defects.sweep import seen

EVERY = os.environ.get("DOPUSK_SWEEP") == "full"
SAMPLE = read_matrix()[:: 1 if EVERY else 12]
"""All defects where DOPUSK_SWEEP=full is set (half an hour), a sample elsewhere."""


@pytest.mark.parametrize("row", SAMPLE, ids=lambda row: f"{row.defect}-{row.variant}")
def test_a_defect_causes_exactly_its_finding_in_the_scenarios_of_the_matrix(
    dopusk: Command, row: Row
) -> None:
    done = dopusk("demo", "--variant", row.variant, "--defect", row.defect, *QUICK)
    assert done.code == 1, done.text
    assert done.failures == {DEFECTS[row.defect].finding}, done.text
    now = seen(done.report, row.defect, row.variant)
    assert now.failed
    assert {*now.failed} & row.ran == {*row.failed} & now.ran, f"run: {SWEEP} {row.defect}"
