from __future__ import annotations

import json
from pathlib import Path

import pytest
import sample_run
import typer
from typer.testing import CliRunner

import reports
from dopusk.cli.check_submission import check_submission


@pytest.fixture
def run():
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(check_submission)
    return lambda *arguments: CliRunner().invoke(app, [str(item) for item in arguments])


def test_a_folder_without_evidence_is_sent_back(run, tmp_path: Path):
    reports.write_all(sample_run.mixed(), tmp_path, formats=["json"])
    answer = run(tmp_path)
    assert answer.exit_code == 1
    assert "SUB-NO-EVIDENCE" in answer.output
    assert "Что делать" in answer.output


def test_json(run, tmp_path: Path):
    reports.write_all(sample_run.mixed(), tmp_path, formats=["json"])
    answer = run(tmp_path / "report.json", "--json", "--today", "2024-03-14")
    assert answer.exit_code == 1
    data = json.loads(answer.output)
    assert data["today"] == "2024-03-14"
    assert data["returned"] is True


def test_nothing_there(run, tmp_path: Path):
    assert run(tmp_path / "нет").exit_code == 2
    broken = tmp_path / "evidence.zip"
    broken.write_bytes(b"PK\x05\x06" + b"\0" * 18)
    answer = run(broken)
    assert answer.exit_code == 2
    assert "Traceback" not in answer.output
