from __future__ import annotations

import re

import pytest

from bench.agreement import OFFICIAL, TARGET, compare, render


def test_the_table_is_what_a_comparison_gives() -> None:
    if not OFFICIAL.is_dir():
        pytest.skip("no official rules of kind 194 beside the project")
    assert TARGET.read_text(encoding="utf-8") == render(compare()), "run: python -m bench.agreement"


def test_the_numbers_of_the_table_add_up_and_everything_is_explained() -> None:
    text = TARGET.read_text(encoding="utf-8")
    assert "НЕ ОБЪЯСНЕНО" not in text
    rows = [
        [int(cell) for cell in re.findall(r"\| (\d+)(?= \|)", line)]
        for line in text.splitlines()
        if re.match(r"\| .+( \| \d+){5} \|$", line)
    ]
    *parts, total = rows
    assert [sum(column) for column in zip(*parts, strict=True)] == total
    mutants, both, neither, own, official = total
    assert mutants == both + neither + own + official
    assert official == 0
    explained = [int(number) for number in re.findall(r"\*\*Только собственный, (\d+)\*\*", text)]
    assert sum(explained) == own
