"""The journal of a run: appended to by threads and processes, read by steps, judge and reports."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from dopusk.clock import Clock
from dopusk.journal import store
from dopusk.journal.entry import Draft, Entry, Phase
from dopusk.journal.errors import JournalClosedError, JournalError

POLL_SECONDS: Final = 0.05
"""How often a waiter looks for lines of other processes; lines of its own wake it at once."""

TICK_SECONDS: Final = 1.0
"""How often `wait_for` calls `tick`."""

_PAGE: Final = 256
"""Lines read at once: bounds the memory of a long reading."""


@dataclass(slots=True)
class _Slot:
    """A line on its way: the thread that commits fills in `entry` or `failure`."""

    row: store.Row
    entry: Entry | None = None
    failure: str | None = None


class Journal:
    """One append-only SQLite file (WAL): every message and action of a run.

    A line is committed when `append` returns, so killing the process loses nothing that was
    acknowledged. Lines are never changed or deleted: triggers of the file forbid it. One object
    serves all threads of a process; another process opens the same file for itself.
    """

    def __init__(self, path: Path, *, clock: Clock | None, writable: bool) -> None:
        self.path = path
        self._reader = store.connect_to_read(path)
        try:
            meta = store.read_meta(path, self._reader)
            self._writer = store.connect(path, mode="rw") if writable else None
        except BaseException:
            self._reader.close()
            raise
        self.run: Mapping[str, Any] = meta["run"]
        self.clock = clock or Clock(shift=timedelta(days=meta["shift_days"]))
        self._pending: deque[_Slot] = deque()
        self._writing = threading.Lock()
        self._reading = threading.Lock()
        self._appended = threading.Condition()
        self._commits = 0
        self._closed = False

    @classmethod
    def create(cls, path: Path, *, clock: Clock, run: Mapping[str, Any]) -> Self:
        """Make a new journal and open it for writing; `run` (JSON-ready) is kept in it for good.

        Raises JournalError when the file exists already or cannot be made.
        """
        store.create(path, {"run": dict(run), "shift_days": clock.shift.days})
        return cls(path, clock=clock, writable=True)

    @classmethod
    def open(cls, path: Path, *, writer: bool = False) -> Self:
        """Open an existing journal: read-only, or to append to it from one more process.

        Raises JournalError when the file is absent, damaged, foreign or of another version.
        """
        return cls(path, clock=None, writable=writer)

    def append(self, draft: Draft) -> Entry:
        """Append a line and return it with its number and times; it is committed by then.

        Threads that append at the same time share one commit: whoever gets the lock first writes
        for all who wait. Raises JournalError when the file cannot be written.
        """
        if self._writer is None:
            raise JournalError(self.path, "открыт только для чтения")
        if len(draft.body) > store.MAX_BODY:
            raise JournalError(self.path, f"сообщение в {len(draft.body)} байт слишком велико")
        slot = _Slot(store.encode(draft))
        self._pending.append(slot)
        with self._writing:
            if slot.entry is None and slot.failure is None:
                self._commit_pending(self._writer)
        if slot.entry is None:
            raise JournalError(self.path, slot.failure or "запись прервана")
        return slot.entry

    def _commit_pending(self, writer: sqlite3.Connection) -> None:
        """Commit all waiting lines and tell their threads (the caller holds the writing lock)."""
        batch = [self._pending.popleft() for _ in range(len(self._pending))]
        try:
            entries = self._commit(writer, [slot.row for slot in batch])
        except sqlite3.Error as error:
            failure = "закрыт" if self._closed else store.explain(error)
            for slot in batch:
                slot.failure = failure
            return
        for slot, entry in zip(batch, entries, strict=True):
            slot.entry = entry
        self._wake()

    def _commit(self, writer: sqlite3.Connection, rows: list[store.Row]) -> list[Entry]:
        """Return the lines written in one transaction, or write none of them."""
        written = []
        writer.execute("BEGIN IMMEDIATE")
        try:
            last = writer.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()[0]
            for seq, row in enumerate(rows, last + 1):
                at = self.clock.source().astimezone(UTC)
                times = (at.isoformat(), (at + self.clock.shift).isoformat())
                written.append((seq, *times, *row))
                writer.execute(store.INSERT, written[-1])
            writer.execute("COMMIT")
        except BaseException:
            if writer.in_transaction:
                writer.execute("ROLLBACK")
            raise
        return [store.decode(row) for row in written]

    @property
    def last_seq(self) -> int:
        """Return the number of the last line, 0 when there is none."""
        return int(self._read("SELECT coalesce(max(seq), 0) FROM entry", ())[0][0])

    def entry(self, seq: int) -> Entry | None:
        """Return the line with this number."""
        rows = self._read(f"{store.SELECT} WHERE seq = ?", (seq,))
        return store.decode(rows[0]) if rows else None

    def entries(
        self,
        after: int = 0,
        *,
        actor: str | None = None,
        operation: str | None = None,
        phase: Phase | None = None,
        local_uid: str | None = None,
        message_id: str | None = None,
        relates_to: str | None = None,
        scenario: str | None = None,
        exchange: str | None = None,
        upto: int | None = None,
    ) -> list[Entry]:
        """Return the lines with numbers in (after, upto] that agree with all given values."""
        return list(
            self.stream(
                after,
                upto=upto,
                actor=actor,
                operation=operation,
                phase=phase,
                local_uid=local_uid,
                message_id=message_id,
                relates_to=relates_to,
                scenario=scenario,
                exchange=exchange,
            )
        )

    def stream(
        self, after: int = 0, *, upto: int | None = None, **equal: str | None
    ) -> Iterator[Entry]:
        """Yield what `entries` returns, holding only a few lines in memory."""
        wanted = {name: value for name, value in equal.items() if value is not None}
        unknown = wanted.keys() - set(store.COLUMNS)
        if unknown:
            raise TypeError(f"no such columns: {', '.join(sorted(unknown))}")
        where = "".join(f" AND {name} = ?" for name in wanted)
        sql = f"{store.SELECT} WHERE seq > ? AND seq <= ?{where} ORDER BY seq LIMIT {_PAGE}"
        last = upto if upto is not None else self.last_seq
        while after < last:
            rows = self._read(sql, (after, last, *(str(value) for value in wanted.values())))
            yield from map(store.decode, rows)
            if len(rows) < _PAGE:
                return
            after = rows[-1][0]

    def wait_for(
        self,
        predicate: Callable[[Entry], bool],
        *,
        after: int,
        timeout: float,
        tick: Callable[[float], None] | None = None,
    ) -> Entry | None:
        """Return the first line numbered above `after` that the predicate accepts.

        Lines that are already there count. None when `timeout` seconds of real time pass, or the
        journal is closed meanwhile. `tick` is called about once a second with the seconds left.
        """
        deadline = time.monotonic() + timeout
        next_tick = time.monotonic() + TICK_SECONDS
        while not self._closed:
            seen = self._commits
            try:
                for entry in self.stream(after):
                    if predicate(entry):
                        return entry
                    after = entry.seq
            except JournalClosedError:
                break
            now = time.monotonic()
            if now >= deadline:
                break
            if tick is not None and now >= next_tick:
                tick(deadline - now)
                next_tick = now + TICK_SECONDS
            with self._appended:
                if self._commits == seen:
                    self._appended.wait(min(POLL_SECONDS, deadline - now))
        return None

    def check(self) -> None:
        """Read the whole file; raise JournalError if it is damaged, foreign or lacks lines."""
        with self._reading:
            try:
                foreign = store.foreign_objects(self._reader)
            except sqlite3.Error as error:
                raise JournalError(self.path, store.explain(error)) from error
        if foreign:
            raise JournalError(self.path, f"в файле не то, что в журнале: {', '.join(foreign)}")
        report = self._read("PRAGMA integrity_check(1)", ())[0][0]
        count, last = self._read("SELECT count(*), coalesce(max(seq), 0) FROM entry", ())[0]
        if report != "ok":
            raise JournalError(self.path, f"файл испорчен ({report}); возьмите целую копию")
        if count != last:
            raise JournalError(self.path, f"нет {last - count} записей из {last}: их удалили")

    def export(self, target: Path) -> None:
        """Write the journal as it is now to a new single file without a WAL beside it.

        Other threads and processes may go on appending. Raises JournalError when the target
        exists already or cannot be written.
        """
        if target.exists():
            raise JournalError(target, "файл уже есть; укажите другое имя")
        with self._reading:
            try:
                self._reader.execute("VACUUM INTO ?", (str(target),))
            except sqlite3.Error as error:
                raise JournalError(target, store.explain(error)) from error

    def close(self) -> None:
        """Close the file; waiters return. Closing twice does no harm."""
        with self._writing, self._reading:
            if self._closed:
                return
            self._closed = True
            self._reader.close()
            if self._writer is not None:
                self._writer.close()
        self._wake()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _wake(self) -> None:
        with self._appended:
            self._commits += 1
            self._appended.notify_all()

    def _read(self, sql: str, values: tuple[Any, ...]) -> list[store.Row]:
        with self._reading:
            if self._closed:
                raise JournalClosedError(self.path, "закрыт")
            try:
                return self._reader.execute(sql, values).fetchall()
            except sqlite3.Error as error:
                raise JournalError(self.path, store.explain(error)) from error
