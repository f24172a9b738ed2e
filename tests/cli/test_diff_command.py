from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import sample_run
import typer
from typer.testing import CliRunner

import reports
from dopusk.cli.diff import diff
from dopusk.verdict import Verdict


@pytest.fixture
def run():
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(diff)
    return lambda *arguments: CliRunner().invoke(app, [str(item) for item in arguments])


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    result = sample_run.mixed()
    reports.write_all(result, tmp_path / "a", formats=["json"])
    first = next(item for item in result.scenarios if item.verdict is Verdict.PASS)
    worse = tuple(
        replace(item, verdict=Verdict.FAIL) if item is first else item for item in result.scenarios
    )
    reports.write_all(replace(result, scenarios=worse), tmp_path / "b", formats=["json"])
    return tmp_path / "a", tmp_path / "b"


def test_the_same_run_leaves_with_zero(run, runs):
    answer = run(runs[0], runs[0])
    assert answer.exit_code == 0
    assert "Ничего не сломалось" in answer.output


def test_broken_leaves_with_one_and_fixed_with_zero(run, runs):
    answer = run(*runs)
    assert answer.exit_code == 1
    assert "сломано" in answer.output
    back = run(*reversed(runs))
    assert back.exit_code == 0
    assert "исправлено" in back.output


def test_json(run, runs):
    answer = run(runs[0], runs[1] / "report.json", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.output)["broken"] is True


def test_no_run_there(run, runs, tmp_path):
    answer = run(runs[0], tmp_path / "нет")
    assert answer.exit_code == 2
    assert "Нет отчёта" in answer.output
