"""Worker processes of `dopusk check`: bounded work in flight, answers in order of the questions.

An own pool and not `concurrent.futures`: it knows over which document a process died, stops a
document that takes too long, holds no more than a window of answers, and leaves nothing behind
after an interruption.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Any

from dopusk.cli.check_one import Judged, Settings, broken, judge

MOST_JOBS = 60
"""Windows waits for no more handles at once."""
AHEAD = 2
"""Documents that a worker holds: the one under judgement and the next, so that it never idles."""
WINDOW = 64
"""Documents for each worker between the slowest one and the newest: so many answers are held."""
SECONDS = 300.0
"""Longest time over one document; a real one takes milliseconds."""
TICK = 0.2
"""Seconds between looks at the clock; on Windows also the delay of Ctrl-C."""

Judge = Callable[[Path, Settings], Judged]
Known = Callable[[Path], Judged | None]
"""Returns the judgement of a document that needs no judging again."""


class PoolError(RuntimeError):
    """Worker processes cannot be started (Russian text)."""


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@dataclass(eq=False)
class _Worker:
    """A process and the numbers of the documents that it holds."""

    process: SpawnProcess
    pipe: Connection[Any, Any]
    ready: bool = False
    held: deque[int] = field(default_factory=deque)
    since: float = 0.0
    """When it began the first of them, by the monotonic clock."""


class Pool:
    """Judges documents in several processes; use as a context manager, for one run."""

    def __init__(
        self, settings: Settings, jobs: int, *, judge: Judge = judge, seconds: float = SECONDS
    ) -> None:
        """Prepare for `jobs` processes; `seconds` is the longest time over one document."""
        self._settings = settings
        self._judge = judge
        self._seconds = seconds
        self._jobs = max(1, min(jobs, MOST_JOBS))
        self._context = get_context("spawn")
        self._workers: list[_Worker] = []
        self._paths: dict[int, Path] = {}
        self._answers: dict[int, Judged] = {}

    def __enter__(self) -> Pool:
        """Start the processes."""
        with _deaf_to_interruption():
            self._workers = [self._started() for _ in range(self._jobs)]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop the processes; none is left when this returns."""
        with _deaf_to_interruption():
            for worker in self._workers:
                worker.pipe.close()
            for worker in self._workers:
                worker.process.join(2)
                if worker.process.exitcode is None:
                    worker.process.kill()
                    worker.process.join()
                worker.process.close()
            self._workers = []

    def run(self, paths: Iterable[Path], known: Known) -> Iterator[Judged]:
        """Return the judgement of every document, in the order of `paths`.

        Raises PoolError when no process can be started.
        """
        waiting = iter(enumerate(paths))
        taken = given = 0
        exhausted = False
        while True:
            while taken - given < WINDOW * self._jobs and (worker := self._free()) is not None:
                question = next(waiting, None)
                if question is None:
                    exhausted = True
                    break
                number, path = question
                taken = number + 1
                answer = known(path)
                if answer is not None:
                    self._answers[number] = answer
                    continue
                self._paths[number] = path
                self._give(worker, number)
            while given in self._answers:
                self._paths.pop(given, None)
                yield self._answers.pop(given)
                given += 1
            if self._paths:
                self._collect(TICK)
            elif exhausted:
                return

    def rest(self) -> Iterator[Judged]:
        """Return what was judged and not yet returned, after `run` was broken off."""
        self._collect(0)
        while self._answers:
            yield self._answers.pop(min(self._answers))

    def _free(self) -> _Worker | None:
        worker = min(self._workers, key=lambda item: len(item.held))
        return worker if len(worker.held) < AHEAD else None

    def _give(self, worker: _Worker, number: int) -> None:
        if not worker.held:
            worker.since = time.monotonic()
        worker.held.append(number)
        with suppress(OSError):  # a dead process is found when its answer is waited for
            worker.pipe.send((number, self._paths[number]))

    def _collect(self, seconds: float) -> None:
        """Take the answers that come within `seconds`; put others in place of lost processes."""
        pipes = {worker.pipe: worker for worker in self._workers if worker.held}
        for pipe in wait(list(pipes), seconds):
            worker = pipes[pipe]  # type: ignore[index]
            try:
                answer = worker.pipe.recv()
            except (EOFError, OSError):
                self._lose(worker, "")
                continue
            worker.since = time.monotonic()
            if answer is None:
                worker.ready = True
                continue
            number, self._answers[number] = answer[0], answer[1]
            worker.held.remove(number)
        late = time.monotonic() - self._seconds
        for worker in list(self._workers):
            if worker.held and worker.ready and worker.since < late:
                worker.process.kill()
                self._lose(worker, f"проверка не закончилась за {self._seconds:.0f} с")

    def _lose(self, worker: _Worker, reason: str) -> None:
        """Blame the document under judgement; another process goes on with the next."""
        worker.process.join()
        if not worker.ready:
            raise PoolError(
                f"Процессы проверки не запускаются (код {worker.process.exitcode}). "
                "Проверьте память или запустите с --jobs 1"
            )
        reason = reason or f"процесс проверки прекратился (код {worker.process.exitcode})"
        number = worker.held.popleft()
        self._answers[number] = broken(self._paths[number], reason)
        with _deaf_to_interruption():
            worker.pipe.close()
            worker.process.close()
            other = self._started()
            self._workers[self._workers.index(worker)] = other
        for number in worker.held:
            self._give(other, number)

    def _started(self) -> _Worker:
        ours, theirs = self._context.Pipe()
        process = self._context.Process(
            target=_work, args=(theirs, self._settings, self._judge), daemon=True
        )
        process.start()
        theirs.close()
        return _Worker(process, ours)


def _work(pipe: Connection[Any, Any], settings: Settings, judge: Judge) -> None:
    """Judge what comes through the pipe until it closes. An interruption is the parent's matter."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with suppress(EOFError, OSError):
        pipe.send(None)
    for number, path in _questions(pipe):
        answer = judge(path, settings)
        try:
            pipe.send((number, answer))
        except OSError:
            return


def _questions(pipe: Connection[Any, Any]) -> Iterator[tuple[int, Path]]:
    with suppress(EOFError, OSError):
        while True:
            yield pipe.recv()


@contextmanager
def _deaf_to_interruption() -> Iterator[None]:
    """Ignore Ctrl-C for a moment: a process that starts inherits it, and stopping is finished."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)
