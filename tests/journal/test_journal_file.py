"""The file of a journal: damaged, foreign, exported."""

import os
import shutil
import sqlite3
import sys
from pathlib import Path

import pytest

from dopusk.clock import Clock
from dopusk.journal import Draft, Journal, JournalError, Phase


def write(path: Path, count: int = 40) -> None:
    with Journal.create(path, clock=Clock(), run={"id": "r"}) as journal:
        for index in range(count):
            journal.append(
                Draft(Phase.EVENT, "runner", "mark", local_uid=str(index), body=b"b" * 900)
            )


def sqlite(path: Path, script: str) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(script)
    finally:
        connection.close()


def test_existing_file_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "j"
    path.write_text("важное")
    with pytest.raises(JournalError, match="файл уже есть"):
        Journal.create(path, clock=Clock(), run={})
    assert path.read_text() == "важное"


def test_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(JournalError, match="папка не создаётся"):
        Journal.create(tmp_path / "file" / "j", clock=Clock(), run={})


@pytest.mark.parametrize("writer", [False, True])
def test_absent_file(tmp_path: Path, writer: bool) -> None:
    with pytest.raises(JournalError, match="такого файла нет"):
        Journal.open(tmp_path / "j", writer=writer)
    assert not (tmp_path / "j").exists()


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "j").touch()
    with pytest.raises(JournalError, match="файл пуст"):
        Journal.open(tmp_path / "j")


def test_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "j").write_bytes(b"%PDF-1.7 " * 1000)
    with pytest.raises(JournalError, match="не журнал Допуска"):
        Journal.open(tmp_path / "j")


def test_database_of_another_program(tmp_path: Path) -> None:
    sqlite(tmp_path / "j", "CREATE TABLE entry (seq INTEGER)")
    with pytest.raises(JournalError, match="не журнал Допуска"):
        Journal.open(tmp_path / "j")


def test_journal_of_another_version(tmp_path: Path) -> None:
    write(tmp_path / "j")
    sqlite(tmp_path / "j", "PRAGMA user_version = 99")
    with pytest.raises(JournalError, match="в версии 99"):
        Journal.open(tmp_path / "j")


def test_truncated_file(tmp_path: Path) -> None:
    write(tmp_path / "j")
    data = (tmp_path / "j").read_bytes()
    (tmp_path / "j").write_bytes(data[: len(data) // 2])
    with pytest.raises(JournalError, match="испорчен"), Journal.open(tmp_path / "j") as journal:
        journal.check()


def test_damaged_page(tmp_path: Path) -> None:
    write(tmp_path / "j")
    data = bytearray((tmp_path / "j").read_bytes())
    middle = len(data) // 2 // 4096 * 4096
    data[middle : middle + 4096] = b"\xff" * 4096
    (tmp_path / "j").write_bytes(data)
    with pytest.raises(JournalError, match="испорчен"), Journal.open(tmp_path / "j") as journal:
        journal.check()


def test_removed_line_is_noticed(tmp_path: Path) -> None:
    write(tmp_path / "j")
    with sqlite3.connect(tmp_path / "j") as known:
        ask = "SELECT sql FROM sqlite_schema WHERE name = 'entry_no_delete'"
        (guard,) = known.execute(ask).fetchone()
    known.close()
    remove = "DROP TRIGGER entry_no_delete; DELETE FROM entry WHERE seq = 5"
    sqlite(tmp_path / "j", f"{remove}; {guard};")
    with Journal.open(tmp_path / "j") as journal, pytest.raises(JournalError, match="нет 1 запис"):
        journal.check()


@pytest.mark.parametrize(
    ("script", "named"),
    [
        ("DROP TRIGGER entry_no_update", "entry_no_update"),
        ("CREATE VIEW extra AS SELECT 1", "extra"),
        ("ALTER TABLE entry RENAME TO held; CREATE VIEW entry AS SELECT * FROM held", "entry"),
    ],
)
def test_what_a_journal_does_not_have_is_noticed(tmp_path: Path, script: str, named: str) -> None:
    write(tmp_path / "j")
    sqlite(tmp_path / "j", script)
    with Journal.open(tmp_path / "j") as journal, pytest.raises(JournalError, match=named):
        journal.check()


def test_export_is_one_file_with_the_same_lines(tmp_path: Path) -> None:
    write(tmp_path / "j")
    target = tmp_path / "copy.journal"
    with Journal.open(tmp_path / "j", writer=True) as journal:
        journal.append(Draft(Phase.EVENT, "runner", "still in the WAL"))
        journal.export(target)
        journal.append(Draft(Phase.EVENT, "runner", "after the export"))
        held = journal.entries()
    assert not list(tmp_path.glob("copy.journal-*"))
    with Journal.open(target) as copy:
        copy.check()
        assert copy.entries() == held[:-1]
        assert copy.run == {"id": "r"}
    assert not list(tmp_path.glob("copy.journal-*"))


def test_export_from_a_read_only_journal(tmp_path: Path) -> None:
    write(tmp_path / "j")
    with Journal.open(tmp_path / "j") as journal:
        journal.export(tmp_path / "копия журнала №1.db")
    with Journal.open(tmp_path / "копия журнала №1.db") as copy:
        assert copy.last_seq == 40


def test_export_overwrites_nothing(tmp_path: Path) -> None:
    write(tmp_path / "j")
    with Journal.open(tmp_path / "j") as journal, pytest.raises(JournalError, match="уже есть"):
        journal.export(tmp_path / "j")


@pytest.mark.skipif(
    sys.platform == "win32" or (hasattr(os, "geteuid") and os.geteuid() == 0),
    reason="права на папку здесь не действуют",
)
def test_read_only_folder(tmp_path: Path) -> None:
    folder = tmp_path / "disc"
    write(tmp_path / "j")
    folder.mkdir()
    shutil.copy(tmp_path / "j", folder / "j")
    folder.chmod(0o500)
    try:
        with Journal.open(folder / "j") as journal:
            assert journal.last_seq == 40
    finally:
        folder.chmod(0o700)
