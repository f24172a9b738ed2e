"""`dopusk run`: the reference МИС in a process of its own, in every connection variant."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from candidate import running_mis
from commands import Command

from dopusk.declaration.model import Variant

EVERY = os.environ.get("DOPUSK_SWEEP") == "full"
CHOSEN = list(Variant) if EVERY else [Variant.MO_1, Variant.MO_2]
"""All variants where DOPUSK_SWEEP=full is set; elsewhere the longest path and the shortest."""


@pytest.fixture(scope="module")
def declaration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The declaration of a МИС that is running and serves every variant in turn."""
    with running_mis(tmp_path_factory.mktemp("mis")) as (path, _):
        yield path


@pytest.mark.parametrize("variant", CHOSEN, ids=str)
def test_a_running_mis_conforms_in_its_variant(
    dopusk: Command, declaration: Path, variant: Variant
) -> None:
    done = dopusk("run", declaration, "--variant", variant)
    assert done.code == 0, done.text
    assert done.report["verdict"] == "соответствует"
    assert done.failures == set()
    assert {item["variant"] for item in done.report["scenarios"]} == {variant}


@pytest.mark.skipif(not EVERY, reason="все варианты в одном прогоне: DOPUSK_SWEEP=full")
def test_a_running_mis_conforms_in_all_its_variants(dopusk: Command, declaration: Path) -> None:
    done = dopusk("run", declaration)
    assert done.code == 0, done.text
    assert {item["variant"] for item in done.report["scenarios"]} == {*Variant}


def test_attestations_that_are_not_in_date_block_the_verdict(
    dopusk: Command, declaration: Path, tmp_path: Path
) -> None:
    text = declaration.read_text(encoding="utf-8")
    missing = text.replace('requirement = "MO-C.1"', 'requirement = "FED-1.1"')
    expired = _dated(missing, "MO-C.2", "issued = 2019-01-15\nexpires = 2020-01-15")
    future = _dated(expired, "MO-C.3", "issued = 2099-01-15")
    changed = tmp_path / "mis.toml"
    changed.write_text(future, encoding="utf-8")
    done = dopusk("run", changed, "--variant", "mo-2")
    assert done.code == 4, done.text
    assert done.report["verdict"] == "не проверено"
    blocking = done.report["blocking"]
    told = {item.split(":")[0]: item for item in blocking}
    assert set(told) == {"MO-C.1", "MO-C.2", "MO-C.3"}, blocking
    assert "документ не заявлен" in told["MO-C.1"]
    assert "истёк 15.01.2020" in told["MO-C.2"]
    assert "позже даты проверки" in told["MO-C.3"]


def _dated(text: str, requirement: str, dates: str) -> str:
    """Return the declaration with other dates of the document for a requirement."""
    before, after = text.split(f'requirement = "{requirement}"')
    old = "issued = 2024-01-15\nexpires = 2027-01-15"
    return f'{before}requirement = "{requirement}"{after.replace(old, dates, 1)}'
