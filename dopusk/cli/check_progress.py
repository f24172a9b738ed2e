"""How far a long check is: a bar on a terminal, a line now and then without one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

SILENT = 20
"""So few documents need no progress."""
EVERY = 10.0
"""Seconds between plain lines."""

Advance = Callable[[], None]


@contextmanager
def progress(console: Console, total: int, every: float = EVERY) -> Iterator[Advance]:
    """Show the progress of `total` documents on the console; call the value after each one."""
    if total <= SILENT:
        yield lambda: None
    elif console.is_terminal:
        with Progress(
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("осталось"),
            TimeRemainingColumn(),
            console=console,
            transient=True,
        ) as bar:
            task = bar.add_task("", total=total)
            yield lambda: bar.advance(task)
    else:
        yield _Plain(console, total, every).advance


class _Plain:
    def __init__(self, console: Console, total: int, every: float) -> None:
        self._console = console
        self._total = total
        self._every = every
        self._done = self._said_done = 0
        self._said = time.monotonic()

    def advance(self) -> None:
        self._done += 1
        now = time.monotonic()
        if now - self._said < self._every or self._done == self._total:
            return
        rate = (self._done - self._said_done) / (now - self._said)
        left = (self._total - self._done) / rate
        self._said, self._said_done = now, self._done
        self._console.print(
            f"проверено {self._done} из {self._total}, {rate:.0f} в секунду, осталось {left:.0f} с"
        )
