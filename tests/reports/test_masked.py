from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sample_run

import reports
from dopusk.cli.masking import mask_allure, run_masker
from reports import json_report
from reports.masked import MASKED, is_masked, mask_report
from reports.view import view

PERSONAL = ("Примерова", "1988-04-12", "11223344500", "11223344595")


@pytest.fixture
def report() -> dict[str, Any]:
    return json_report.dump(sample_run.mixed())


@pytest.fixture
def masked(report: dict[str, Any]) -> dict[str, Any]:
    return mask_report(report, run_masker(None, report))


def test_no_personal_value_is_left_in_any_report(masked, tmp_path: Path):
    paths = reports.write(masked, tmp_path, tuple(name for name in reports.FILES if name != "pdf"))
    for path in paths.values():
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                text = "".join(book.read(name).decode() for name in book.namelist())
        else:
            text = path.read_text(encoding="utf-8")
        for value in PERSONAL:
            assert value not in text, (path.name, value)


def test_what_identifies_documents_and_rules_stays(report, masked):
    assert [item["code"] for item in masked["findings"]] == [
        item["code"] for item in report["findings"]
    ]
    for before, after in zip(report["findings"], masked["findings"], strict=True):
        assert before.get("where") == after.get("where")
    for before, after in zip(report["messages"], masked["messages"], strict=True):
        for name in ("seq", "at", "operation", "message_id", "relates_to", "local_uid", "size"):
            assert before[name] == after[name]
    localuid = "10000000-0000-4000-8000-"
    assert json.dumps(report).count(localuid) == json.dumps(masked).count(localuid)
    for name in ("verdict", "exit_code", "requirements", "statistics", "rules", "candidate"):
        assert masked[name] == report[name]


def test_the_offending_lines_stay_marked(report, masked):
    def marked(data: dict[str, Any]) -> list[object]:
        return [
            (found.number, found.spot, found.target)
            for scenario in view(data).scenarios
            for step in scenario.steps
            for found in step.found
        ]

    assert any(spot for _, spot, _ in marked(report))
    assert marked(masked) == marked(report)


def test_two_different_values_have_different_masks(masked):
    item = next(f for f in masked["findings"] if f["code"] == "REG-SAMPLE-SNILS")
    assert item["got"].startswith("[СНИЛС")
    assert item["expected"] != item["got"]


def test_masking_twice_changes_nothing(masked):
    assert is_masked(masked)
    assert masked["remarks"][-1] == MASKED
    assert mask_report(masked, run_masker(None, masked)) == masked


def test_it_is_read_again(masked, tmp_path: Path):
    reports.write(masked, tmp_path, ("json",))
    assert is_masked(json_report.read(tmp_path))


def test_files_of_allure_are_masked(report, tmp_path: Path):
    (tmp_path / "a-result.json").write_text(
        json.dumps({"uuid": "11223344500", "steps": [{"name": "Примерова, 11223344500"}]}),
        encoding="utf-8",
    )
    (tmp_path / "a.txt").write_text("Примерова Анна", encoding="utf-8")
    (tmp_path / "b.json").write_text("{broken Примерова", encoding="utf-8")
    mask_allure(tmp_path, run_masker(None, report))
    whole = "".join(file.read_text(encoding="utf-8") for file in tmp_path.iterdir())
    assert "Примерова" not in whole
    assert json.loads((tmp_path / "a-result.json").read_text(encoding="utf-8"))["uuid"]
    mask_allure(tmp_path / "нет", run_masker(None, report))
