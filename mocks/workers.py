"""Background work of a stand: a bounded pool and a clock for what happens later."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

Task = Callable[[], None]
OnError = Callable[[BaseException], None]


class Workers:
    """Runs tasks now or later; whatever a task raises goes to its `on_error`."""

    def __init__(self, *, threads: int = 8, name: str = "stand") -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._changed = threading.Condition()
        self._running = 0
        self._later: list[tuple[float, int, Task, OnError]] = []
        self._watches: list[tuple[float, int, Task, OnError]] = []
        self._order = itertools.count()
        self._closed = self._draining = False
        self._timer = threading.Thread(target=self._tick, name=f"{name}-timer", daemon=True)
        self._timer.start()

    def submit(self, task: Task, on_error: OnError) -> None:
        """Run a task as soon as a thread is free; after `close` it is dropped."""
        with self._changed:
            if self._closed:
                return
            self._running += 1
            future = self._pool.submit(task)
        self._watch(future, on_error)

    def later(self, seconds: float, task: Task, on_error: OnError) -> None:
        """Run a task after this many real seconds; after `drain` or `close` it is dropped."""
        if seconds <= 0:
            self.submit(task, on_error)
            return
        with self._changed:
            if not (self._closed or self._draining):
                due = time.monotonic() + seconds
                heapq.heappush(self._later, (due, next(self._order), task, on_error))
                self._changed.notify_all()

    def regularly(self, seconds: float, task: Task, on_error: OnError) -> None:
        """Run a task again and again, this many real seconds after it ended, until `drain`.

        It is a watch, no work: `idle` does not wait for it and `forget_later` keeps it.
        """
        with self._changed:
            if not (self._closed or self._draining):
                due = time.monotonic() + seconds
                again: Task = partial(self._once_more, seconds, task, on_error)
                heapq.heappush(self._watches, (due, next(self._order), again, on_error))
                self._changed.notify_all()

    def idle(self, timeout: float) -> bool:
        """Wait until nothing runs and nothing is due later; False when time is up."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running and not self._later, timeout)

    def forget_later(self) -> None:
        """Drop what has not begun."""
        with self._changed:
            self._later.clear()
            self._changed.notify_all()

    def drain(self, timeout: float) -> bool:
        """Drop what is due later, also from now on, and wait until what was begun is over."""
        with self._changed:
            self._draining = True
            self._later.clear()
            self._watches.clear()
            self._changed.notify_all()
        return self.idle(timeout)

    def close(self) -> None:
        """Drop what has not begun, wait for what runs, end the threads."""
        with self._changed:
            self._closed = True
            self._later.clear()
            self._watches.clear()
            self._changed.notify_all()
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._timer.join()

    def _watch(self, future: Future[None], on_error: OnError) -> None:
        future.add_done_callback(lambda done: self._finish(done, on_error))

    def _finish(self, done: Future[None], on_error: OnError) -> None:
        error = None if done.cancelled() else done.exception()
        try:
            if error is not None:
                on_error(error)
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def _once_more(self, seconds: float, task: Task, on_error: OnError) -> None:
        try:
            task()
        finally:
            self.regularly(seconds, task, on_error)

    def _tick(self) -> None:
        while True:
            with self._changed:
                if self._closed:
                    return
                now = time.monotonic()
                if self._watches and self._watches[0][0] <= now:
                    _, _, watch, report = heapq.heappop(self._watches)
                    self._pool.submit(watch).add_done_callback(partial(_tell, report))
                    continue
                if not self._later or self._later[0][0] > now:
                    due = [heap[0][0] for heap in (self._later, self._watches) if heap]
                    self._changed.wait(min(due) - now if due else None)
                    continue
                _, _, task, on_error = heapq.heappop(self._later)
                self._running += 1
                future = self._pool.submit(task)
            self._watch(future, on_error)


def _tell(on_error: OnError, done: Future[None]) -> None:
    error = None if done.cancelled() else done.exception()
    if error is not None:
        on_error(error)
