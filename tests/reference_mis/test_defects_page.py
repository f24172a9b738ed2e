"""Every scenario has a defect that it must see, and the page about defects is generated."""

from __future__ import annotations

from pathlib import Path

from dopusk.catalogue import discover
from fixtures.reference_mis.defects import DEFECTS
from fixtures.reference_mis.defects.page import COMMAND, defects_page
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


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == defects_page(), f"run: {COMMAND}"
