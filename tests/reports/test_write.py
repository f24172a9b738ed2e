from __future__ import annotations

import json
from pathlib import Path

import pytest
import sample_run

import reports
from reports import files, json_report


def test_every_run_writes_three_files(tmp_path: Path):
    paths = reports.write_all(sample_run.mixed(), tmp_path / "run")
    assert {name: path.name for name, path in paths.items()} == {
        "json": "report.json",
        "html": "report.html",
        "junit": "junit.xml",
    }
    assert sorted(path.name for path in (tmp_path / "run").iterdir()) == [
        "junit.xml",
        "report.html",
        "report.json",
    ]
    assert json.loads(paths["json"].read_text(encoding="utf-8"))["format"] == "dopusk-report/1"


def test_only_what_is_asked_for_is_written(tmp_path: Path):
    data = json_report.dump(sample_run.passing())
    assert list(reports.write(data, tmp_path, ["html"], lang="en")) == ["html"]
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_a_lone_surrogate_does_not_stop_the_report(tmp_path: Path):
    data = json_report.dump(sample_run.passing())
    data["candidate"]["product"] = "\ud800"
    assert all(
        path.stat().st_size for path in reports.write(data, tmp_path, tuple(reports.FILES)).values()
    )


def test_a_failed_write_keeps_the_old_file_and_leaves_no_litter(tmp_path: Path, monkeypatch):
    file = files.write_atomically(tmp_path / "a.txt", b"old")

    def refuse(handle: int) -> None:
        raise OSError("no space")

    monkeypatch.setattr(files.os, "fsync", refuse)
    with pytest.raises(OSError, match="no space"):
        files.write_atomically(file, b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert file.read_bytes() == b"old"
