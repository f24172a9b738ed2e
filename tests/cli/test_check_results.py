from __future__ import annotations

import json
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dopusk.cli.check_one import Judged, Settings, State, broken, judge, unread
from dopusk.cli.check_results import Results, ResultsError, open_results
from fixtures.documents import good

SETTINGS = Settings(now=date(2024, 3, 11))


@pytest.fixture
def document(tmp_path: Path) -> Path:
    file = tmp_path / "документ.xml"
    file.write_bytes(good())
    return file


@pytest.fixture
def results(tmp_path: Path, document: Path) -> Path:
    """A results file with one judgement."""
    file = tmp_path / "results.jsonl"
    with open_results(file, SETTINGS) as opened:
        opened.append(judge(document, SETTINGS))
    return file


def known(results: Path, document: Path, settings: Settings = SETTINGS) -> Judged | None:
    with open_results(results, settings) as opened:
        return opened.known(document)


def test_a_judgement_is_found_again(results: Path, document: Path) -> None:
    found = known(results, document)
    assert found is not None
    assert found.earlier
    assert found == replace(judge(document, SETTINGS), earlier=True)
    assert found.state is State.PARTLY


def test_reading_does_not_move_the_place_of_writing(results: Path, document: Path) -> None:
    with open_results(results, SETTINGS) as opened:
        opened.append(unread(Path("other"), "нет прав"))
        assert opened.known(document) is not None
        opened.append(unread(Path("third"), "нет прав"))
    lines = results.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["file"] for line in lines] == [str(document), "other", "third"]


def test_touched_but_unchanged_is_not_judged_again(results: Path, document: Path) -> None:
    os.utime(document, (1, 1))
    assert known(results, document) is not None


def change_size(document: Path) -> None:
    document.write_bytes(good() + b"\n")


def change_bytes(document: Path) -> None:
    document.write_bytes(good().replace(b"ru-RU", b"en-EN"))
    os.utime(document, (1, 1))


@pytest.mark.parametrize("change", [change_size, change_bytes, Path.unlink])
def test_a_changed_document_is_judged_again(results: Path, document: Path, change: object) -> None:
    assert callable(change)
    change(document)
    assert known(results, document) is None
    assert results.read_bytes() == b""


@pytest.mark.parametrize(
    "settings",
    [
        replace(SETTINGS, kind="194"),
        replace(SETTINGS, as_of=date(2024, 3, 11)),
        replace(SETTINGS, engine="exact"),
    ],
)
def test_other_rules_judge_again(results: Path, document: Path, settings: Settings) -> None:
    assert known(results, document, settings) is None


def test_another_day_of_the_check_does_not(results: Path, document: Path) -> None:
    assert known(results, document, replace(SETTINGS, now=date(2024, 3, 12))) is not None


def test_what_was_not_judged_is_tried_again(tmp_path: Path, document: Path) -> None:
    file = tmp_path / "results.jsonl"
    with open_results(file, SETTINGS) as opened:
        opened.append(unread(document, "нет прав"))
        opened.append(broken(document, "процесс проверки прекратился (код -9)"))
    with open_results(file, SETTINGS) as opened:
        assert opened.kept == 0


def test_a_line_cut_off_by_a_killed_process_is_dropped(results: Path, document: Path) -> None:
    whole = results.read_bytes()
    results.write_bytes(whole + whole[:100])
    assert known(results, document) is not None
    assert results.read_bytes() == whole


def test_a_last_line_without_its_break_is_whole(results: Path, document: Path) -> None:
    whole = results.read_bytes()
    results.write_bytes(whole.rstrip(b"\n"))
    assert known(results, document) is not None
    assert results.read_bytes() == whole


def test_repeated_lines_are_kept_once(results: Path, document: Path) -> None:
    whole = results.read_bytes()
    results.write_bytes(whole * 3)
    assert known(results, document) is not None
    assert results.read_bytes() == whole


@pytest.mark.parametrize(
    "data",
    [
        b"hello\n",
        b"hello",
        b"<?xml version='1.0'?><a/>",
        b"[]\n",
        b'{"file": 1}\n',
        b'{"file": "a"}\n',
        b"\xff\n",
        b"[" * 100_000 + b"\n",
        b'{"file": "a", "verdict": 1}\n{}\n',
    ],
)
def test_another_file_is_refused_and_left_alone(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes(data)
    with (
        pytest.raises(ResultsError, match="не результат dopusk check"),
        open_results(file, SETTINGS),
    ):
        pass
    assert file.read_bytes() == data
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize(
    "record",
    [
        {"verdict": "соответствует", "kind": ["194"]},
        {"verdict": "соответствует", "kind": None, "rules": None, "size": "x", "mtime": {}},
        {"verdict": "соответствует"},
    ],
)
def test_a_strange_record_is_only_not_used(
    tmp_path: Path, document: Path, record: dict[str, object]
) -> None:
    file = tmp_path / "results.jsonl"
    file.write_text(json.dumps({"file": str(document), **record}) + "\n", encoding="utf-8")
    assert known(file, document) is None


@pytest.mark.parametrize("place", [".", "absent/results.jsonl", "документ.xml/results.jsonl"])
def test_a_place_that_cannot_be_written(tmp_path: Path, document: Path, place: str) -> None:
    with (
        pytest.raises(ResultsError, match=r"не обычный файл|не записывается"),
        open_results(tmp_path / place, SETTINGS),
    ):
        pass


def test_a_file_name_that_is_no_unicode_is_escaped(tmp_path: Path) -> None:
    judged = unread(Path(os.fsdecode(b"\xff.xml")), "нет прав")
    assert judged.line.isascii() or os.fsdecode(b"\xff") != "\udcff"
    file = tmp_path / "results.jsonl"
    with open_results(file, SETTINGS) as opened:
        assert isinstance(opened, Results)
        opened.append(judged)
    assert json.loads(file.read_bytes())["file"] == judged.record["file"]
