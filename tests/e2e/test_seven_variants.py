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
