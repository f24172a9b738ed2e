import threading
import time
from pathlib import Path

import pytest

from dopusk.clock import Clock
from dopusk.journal import Draft, Entry, Journal, Phase


def draft(operation: str) -> Draft:
    return Draft(phase=Phase.EVENT, actor="runner", operation=operation)


def is_answer(entry: Entry) -> bool:
    return entry.operation == "answer"


@pytest.fixture
def journal(tmp_path: Path):
    with Journal.create(tmp_path / "run.journal", clock=Clock(), run={}) as journal:
        yield journal


def test_what_is_there_already_counts(journal: Journal) -> None:
    journal.append(draft("answer"))
    second = journal.append(draft("answer"))
    assert journal.wait_for(is_answer, after=1, timeout=0) == second


def test_time_out_is_none_and_takes_its_time(journal: Journal) -> None:
    journal.append(draft("other"))
    began = time.monotonic()
    assert journal.wait_for(is_answer, after=0, timeout=0.12) is None
    assert time.monotonic() - began >= 0.12


@pytest.mark.parametrize("writer", ["same", "other"])
def test_a_line_wakes_the_waiter(journal: Journal, writer: str) -> None:
    looked = threading.Event()
    found: list[Entry | None] = []

    def predicate(entry: Entry) -> bool:
        looked.set()
        return is_answer(entry)

    journal.append(draft("question"))
    waiter = threading.Thread(
        target=lambda: found.append(journal.wait_for(predicate, after=0, timeout=20))
    )
    waiter.start()
    assert looked.wait(10)
    if writer == "same":
        journal.append(draft("answer"))
    else:
        with Journal.open(journal.path, writer=True) as other:
            other.append(draft("answer"))
    waiter.join(10)
    assert [entry and entry.seq for entry in found] == [2]


def test_many_waiters_each_get_their_own(journal: Journal) -> None:
    found: dict[str, Entry | None] = {}

    def wait(name: str) -> None:
        found[name] = journal.wait_for(lambda e: e.operation == name, after=0, timeout=20)

    names = [f"document {index}" for index in range(20)]
    waiters = [threading.Thread(target=wait, args=(name,)) for name in names]
    for waiter in waiters:
        waiter.start()
    for name in reversed(names):
        journal.append(draft(name))
    for waiter in waiters:
        waiter.join(20)
    assert {name: entry and entry.operation for name, entry in found.items()} == {
        name: name for name in names
    }


def test_tick_tells_the_seconds_left(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dopusk.journal.journal.TICK_SECONDS", 0.05)
    ticks: list[float] = []
    assert journal.wait_for(is_answer, after=0, timeout=0.3, tick=ticks.append) is None
    assert len(ticks) >= 2
    assert ticks == sorted(ticks, reverse=True)
    assert 0 < ticks[-1] < ticks[0] < 0.3


def test_closing_releases_the_waiter(journal: Journal) -> None:
    looked = threading.Event()
    found: list[Entry | None] = []

    def predicate(entry: Entry) -> bool:
        looked.set()
        return False

    journal.append(draft("question"))
    waiter = threading.Thread(
        target=lambda: found.append(journal.wait_for(predicate, after=0, timeout=30))
    )
    waiter.start()
    assert looked.wait(10)
    journal.close()
    waiter.join(10)
    assert found == [None]
