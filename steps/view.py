"""What a `Тогда` step may look at: the journal of one scenario, live or recorded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from dopusk.journal import Entry, Journal, Phase

PAUSE_SECONDS = 0.2
"""Longest pause between two questions to the МИС."""


class Watcher(Protocol):
    """Told what a scenario waits for."""

    def waiting(self, what: str, seconds_left: float) -> None:
        """Show that `what` is awaited for `seconds_left` more seconds."""


@dataclass
class View:
    """Entries of one scenario.

    Live, it ends at the newest entry and can wait for more. Recorded, it ends where the journal
    says that the same step ended when it was first judged, so that judging again sees what the
    first judgement saw.
    """

    journal: Journal
    begin: int
    watcher: Watcher
    wait_seconds: float
    horizon: int | None = None
    """Last journal number that may be seen; None while the scenario is live."""
    touched: set[int] = field(default_factory=set)
    """Journal numbers that steps looked at since the set was last cleared."""

    def entries(
        self,
        *,
        after: int = 0,
        actor: str | None = None,
        operation: str | None = None,
        phase: Phase | None = None,
        local_uid: str | None = None,
        exchange: str | None = None,
    ) -> list[Entry]:
        """Return the scenario's entries with these properties, oldest first."""
        return self.journal.entries(
            max(self.begin, after),
            actor=actor,
            operation=operation,
            phase=phase,
            local_uid=local_uid,
            exchange=exchange,
            upto=self.horizon,
        )

    def wait(
        self,
        what: str,
        wanted: Callable[[Entry], bool],
        *,
        after: int = 0,
        seconds: float | None = None,
    ) -> Entry | None:
        """Return the first entry that is `wanted`, waiting for it while the scenario is live.

        Returns None when none came in `seconds` (default: the stand's wait).
        """
        start = max(self.begin, after)
        if self.horizon is not None:
            found = next((entry for entry in self.entries(after=start) if wanted(entry)), None)
        else:
            found = self.journal.wait_for(
                wanted,
                after=start,
                timeout=self.wait_seconds if seconds is None else seconds,
                tick=lambda left: self.watcher.waiting(what, left),
            )
        if found is not None:
            self.touch(found)
        return found

    def pause(self, what: str, seconds_left: float) -> None:
        """Wait a moment, less if something is journaled, before the МИС is asked again."""
        self.watcher.waiting(what, seconds_left)
        self.journal.wait_for(
            lambda _: True, after=self.journal.last_seq, timeout=min(PAUSE_SECONDS, seconds_left)
        )

    def answer_to(self, request: Entry, *, what: str, seconds: float | None = None) -> Entry | None:
        """Return the response of the same exchange, waiting for it while live."""
        return self.wait(
            what,
            lambda entry: entry.exchange == request.exchange and entry.phase is Phase.RESPONSE,
            after=request.seq,
            seconds=seconds,
        )

    def touch(self, *entries: Entry) -> None:
        """Note that a step judged these entries: the report shows them with the step."""
        self.touched.update(entry.seq for entry in entries)

    def take_touched(self) -> tuple[int, ...]:
        """Return and forget what was touched."""
        numbers = tuple(sorted(self.touched))
        self.touched.clear()
        return numbers
