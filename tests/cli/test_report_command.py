from __future__ import annotations

from pathlib import Path

import pytest
import sample_run
import typer
from typer.testing import CliRunner

import reports
from dopusk.cli.report import report


@pytest.fixture
def run():
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(report)
    return lambda *arguments: CliRunner().invoke(app, [str(item) for item in arguments])


def test_it_draws_a_run_again(run, tmp_path: Path):
    reports.write_all(sample_run.mixed(), tmp_path)
    (tmp_path / "report.html").unlink()
    answer = run(tmp_path)
    assert answer.exit_code == 0
    assert (tmp_path / "report.html").is_file()
    assert str(tmp_path / "report.html") in answer.output


def test_one_format_in_english_elsewhere(run, tmp_path: Path):
    reports.write_all(sample_run.mixed(), tmp_path)
    answer = run(
        tmp_path / "report.json", "--format", "html", "--lang", "en", "--out", tmp_path / "en"
    )
    assert answer.exit_code == 0
    assert [path.name for path in (tmp_path / "en").iterdir()] == ["report.html"]
    assert "Not conformant" in (tmp_path / "en" / "report.html").read_text(encoding="utf-8")


def test_drawing_again_changes_nothing(run, tmp_path: Path):
    paths = reports.write_all(sample_run.mixed(), tmp_path)
    before = {path: path.read_bytes() for path in paths.values()}
    assert run(tmp_path, "--no-mask").exit_code == 0
    assert {path: path.read_bytes() for path in paths.values()} == before


def test_no_report_is_said_in_words(run, tmp_path: Path):
    answer = run(tmp_path / "нет")
    assert answer.exit_code == 2
    assert "Нет отчёта" in answer.output


def test_a_folder_that_cannot_be_written_is_said_in_words(run, tmp_path: Path):
    reports.write_all(sample_run.passing(), tmp_path)
    (tmp_path / "file").write_text("x")
    answer = run(tmp_path, "--out", tmp_path / "file" / "deeper")
    assert answer.exit_code == 2
    assert "Не удалось записать" in answer.output


def test_personal_data_are_masked_unless_asked_for(run, tmp_path: Path):
    reports.write_all(sample_run.mixed(), tmp_path)
    assert run(tmp_path, "--format", "json").exit_code == 0
    assert "Примерова" not in (tmp_path / "report.json").read_text(encoding="utf-8")
    answer = run(tmp_path, "--no-mask")
    assert answer.exit_code == 2
    assert "скрыты масками" in answer.output
