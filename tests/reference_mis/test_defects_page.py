"""Every scenario has a defect that it must see, every defect a scenario that saw it."""

from __future__ import annotations

from pathlib import Path

from dopusk.catalogue import discover
from fixtures.reference_mis.defects import DEFECTS
from fixtures.reference_mis.defects.matrix import read_matrix
from fixtures.reference_mis.defects.page import COMMAND, SWEEP, defects_page
from fixtures.reference_mis.defects.sweep import fault, planned
from fixtures.reference_mis.defects.witnesses import witnesses

PAGE = Path(__file__).resolve().parents[2] / "docs" / "defects.md"


def test_every_scenario_has_a_witness() -> None:
    found = {item.id for item in discover()}
    assert found - set(witnesses()) == set(), "add a defect to witnesses.toml"
    assert set(witnesses()) - found == set(), "no such scenario any more"


def test_witnesses_are_defects() -> None:
    assert set(witnesses().values()) <= set(DEFECTS)


def test_at_least_forty_defects() -> None:
    assert len(DEFECTS) >= 40


def test_the_matrix_has_every_defect_and_no_other() -> None:
    swept = {row.key for row in read_matrix()}
    due = {(item.name, variant) for item in DEFECTS.values() for variant in planned(item)}
    assert due - swept == set(), f"run: {SWEEP} ИМЯ…"
    assert {name for name, _ in swept} <= set(DEFECTS), f"run: {SWEEP}"


def test_every_defect_was_caught_by_exactly_its_finding_and_by_a_scenario() -> None:
    assert {row.key: fault(row) for row in read_matrix() if fault(row)} == {}


def test_the_matrix_has_no_scenario_that_does_not_exist() -> None:
    known = {item.id: item.variants for item in discover()}
    strange = {
        (*row.key, scenario)
        for row in read_matrix()
        for scenario in row.ran
        if row.variant not in known.get(scenario, ())
    }
    assert strange == set(), f"run: {SWEEP}"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == defects_page(), f"run: {COMMAND}"
