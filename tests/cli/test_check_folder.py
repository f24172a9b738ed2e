"""`dopusk check` over some hundreds of documents: processes, interruption, going on."""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dopusk.cli.app import app
from dopusk.cli.check_tally import Tally
from fixtures.documents import good

ROOT = Path(__file__).parents[2]
COUNT = 300
DAY = ("--as-of", "2024-03-11")


def check(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", *DAY, *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Some hundreds of documents, one of which is bad and one of which is no document."""
    for number in range(COUNT):
        file = tmp_path / "docs" / f"{number % 3}" / f"{number:03}.xml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(good())
    (tmp_path / "docs" / "1" / "001.xml").write_bytes(good().replace(b"ru-RU", b"en"))
    return tmp_path / "docs"


def files(text: str) -> list[str]:
    return [json.loads(line)["file"] for line in text.splitlines()]


def test_many_documents_are_counted_and_the_bad_ones_shown(folder: Path) -> None:
    result = check("--jobs", 2, folder)
    assert result.exit_code == 1
    assert f"Файлов: {COUNT} за " in result.stdout
    assert re.search(rf"^  ошибок нет, проверено не всё +{COUNT - 1}$", result.stdout, re.M)
    assert re.search(r"^  ошибка +1  SCH-У1-9-1 ", result.stdout, re.M)
    assert re.search(rf"^  не проверено +{COUNT}  NSI-NOT-HELD ", result.stdout, re.M)
    assert result.stdout.count("вид 194: ") == 1
    assert multiprocessing.active_children() == []


def test_processes_and_one_process_say_the_same_in_the_same_order(folder: Path) -> None:
    one, two = check("--json", "--jobs", 1, folder), check("--json", "--jobs", 2, folder)
    assert one.stdout == two.stdout
    expected = [str(path) for path in sorted(folder.rglob("*.xml"))]
    assert files(one.stdout) == expected
    assert f"Файлов: {COUNT}" in one.stderr


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_interrupted_check_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: int
) -> None:
    """The interruption comes between two documents, as Ctrl-C may."""
    out = folder.parent / "results.jsonl"
    add = Tally.add
    with monkeypatch.context() as patch:
        patch.setattr(Tally, "add", interrupted_after(COUNT // 2, add))
        first = check("--out", out, "--jobs", jobs, folder)
    assert first.exit_code == 130
    assert f"из {COUNT}. Чтобы продолжить, повторите ту же команду." in first.stdout
    assert multiprocessing.active_children() == []
    kept = files(out.read_text(encoding="utf-8"))
    assert COUNT // 2 <= len(kept) < COUNT
    second = check("--out", out, "--jobs", jobs, folder)
    assert second.exit_code == 1
    assert f"взято из прежних результатов: {len(kept)}" in second.stdout
    after = files(out.read_text(encoding="utf-8"))
    assert after[: len(kept)] == kept
    assert sorted(after) == [str(path) for path in sorted(folder.rglob("*.xml"))]
    third = check("--out", out, folder)
    assert f"взято из прежних результатов: {COUNT}" in third.stdout
    assert (third.exit_code, files(out.read_text(encoding="utf-8"))) == (1, after)


def interrupted_after(number: int, add: Callable[..., None]) -> Callable[..., None]:
    calls = 0

    def interrupted(*arguments: object) -> None:
        nonlocal calls
        calls += 1
        if calls == number:
            raise KeyboardInterrupt
        add(*arguments)

    return interrupted


def test_the_results_file_can_be_read_back_as_json_lines(folder: Path) -> None:
    out = folder.parent / "results.jsonl"
    assert check("--out", out, folder / "0").exit_code == 0
    again = check("--out", out, "--json", folder / "0")
    assert again.stdout == ""
    assert f"взято из прежних результатов: {COUNT // 3}" in again.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="process groups and SIGINT are of POSIX")
def test_ctrl_c_leaves_no_process_and_keeps_what_was_done(folder: Path) -> None:
    out = folder.parent / "results.jsonl"
    command = [sys.executable, "-X", "utf8", "-m", "dopusk", "check", *DAY]
    process = subprocess.Popen(
        [*command, "--jobs", "2", "--out", str(out), str(folder), str(folder), str(folder)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        wait_until(lambda: out.is_file() and out.read_bytes().count(b"\n") > 50)
        os.killpg(process.pid, signal.SIGINT)
        said, errors = process.communicate(timeout=60)
        assert process.returncode == 130, errors.decode()
        assert "Прервано: проверено" in said.decode()
        assert "Traceback" not in errors.decode()
        wait_until(lambda: not alive(process.pid))
    finally:
        if alive(process.pid):
            os.killpg(process.pid, signal.SIGKILL)
    assert len(files(out.read_text(encoding="utf-8"))) > 50


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def wait_until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)
