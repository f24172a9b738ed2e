from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from dopusk.cli.check_one import Judged, Settings, State, unread
from dopusk.cli.check_pool import AHEAD, WINDOW, Pool, PoolError, cores

SETTINGS = Settings(now=date(2024, 3, 11))


def echo(path: Path, settings: Settings) -> Judged:
    """A judge whose worker dies over «die», and never ends over «hang»."""
    if path.name == "die":
        os._exit(7)
    if path.name == "hang":
        threading.Event().wait()
    return unread(path, "проба")


class Unstartable:
    """Comes out of the parent and does not go into a worker."""

    def __call__(self, path: Path, settings: Settings) -> Judged:
        raise AssertionError("never called")

    def __reduce__(self) -> tuple[object, ...]:
        return os._exit, (9,)


def nothing(path: Path) -> Judged | None:
    return None


def names(answers: Iterator[Judged]) -> list[str]:
    return [judged.record["file"] for judged in answers]


def test_answers_come_in_order_of_the_questions() -> None:
    wanted = [f"{number:03}" for number in range(300)]
    with Pool(SETTINGS, 3, judge=echo) as pool:
        assert names(pool.run(map(Path, wanted), nothing)) == wanted
    assert multiprocessing.active_children() == []


def test_what_is_known_is_not_judged_and_keeps_its_place() -> None:
    def known(path: Path) -> Judged | None:
        return unread(path, "было") if int(path.name) % 2 else None

    with Pool(SETTINGS, 2, judge=echo) as pool:
        errors = [item.record["error"] for item in pool.run(map(Path, "0123456"), known)]
    assert errors == ["проба", "было", "проба", "было", "проба", "было", "проба"]


def test_a_process_that_dies_is_blamed_on_its_document_only() -> None:
    with Pool(SETTINGS, 1, judge=echo) as pool:
        answers = list(pool.run(map(Path, ("a", "die", "b", "die", "c")), nothing))
    assert [item.state for item in answers] == [
        State.UNREAD,
        State.STAND_ERROR,
        State.UNREAD,
        State.STAND_ERROR,
        State.UNREAD,
    ]
    assert answers[1].record["error"] == "процесс проверки прекратился (код 7)"


def test_a_document_that_takes_too_long_is_stopped() -> None:
    with Pool(SETTINGS, 1, judge=echo, seconds=0.5) as pool:
        first, second, third = pool.run(map(Path, ("a", "hang", "b")), nothing)
    assert (first.state, second.state, third.state) == (
        State.UNREAD,
        State.STAND_ERROR,
        State.UNREAD,
    )
    assert "не закончилась за" in second.record["error"]
    assert multiprocessing.active_children() == []


def test_processes_that_do_not_start_are_told() -> None:
    with (
        pytest.raises(PoolError, match="не запускаются"),
        Pool(SETTINGS, 1, judge=Unstartable()) as pool,
    ):
        list(pool.run([Path("a")], nothing))


def test_the_work_in_flight_is_bounded() -> None:
    taken = 0

    def questions() -> Iterator[Path]:
        nonlocal taken
        yield Path("hang")
        for number in range(1000):
            taken += 1
            yield Path(str(number))

    with Pool(SETTINGS, 2, judge=echo, seconds=1) as pool:
        answers = pool.run(questions(), nothing)
        assert next(answers).state is State.STAND_ERROR
        assert taken <= 2 * WINDOW + AHEAD
        assert len(list(answers)) == 1000


def test_after_an_interruption_nothing_judged_is_lost_and_no_process_is_left() -> None:
    def questions() -> Iterator[Path]:
        for number in range(100):
            yield Path(str(number))
        raise KeyboardInterrupt

    with Pool(SETTINGS, 2, judge=echo) as pool:
        seen: list[str] = []
        with pytest.raises(KeyboardInterrupt):
            seen.extend(judged.record["file"] for judged in pool.run(questions(), nothing))
        seen.extend(names(pool.rest()))
    assert multiprocessing.active_children() == []
    assert len(set(seen)) == len(seen)
    assert len(seen) >= 100 - 2 * AHEAD


def test_handling_of_interruption_is_as_before() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Pool(SETTINGS, 1, judge=echo) as pool:
        assert signal.getsignal(signal.SIGINT) is before
        list(pool.run([Path("a")], nothing))
    assert signal.getsignal(signal.SIGINT) is before


def test_cores_are_counted() -> None:
    assert 1 <= cores() <= (os.cpu_count() or 1)
