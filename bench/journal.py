"""Appends to the journal from many threads, against one commit a line under a lock.

    python -m bench.journal

Prints lines per second; the stand needs two lines or more for each request that it answers.
"""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

from dopusk.clock import Clock
from dopusk.journal import Draft, Journal, Phase

LINES = 6000


def draft(size: int) -> Draft:
    uid = str(uuid4())
    return Draft(
        Phase.REQUEST,
        "candidate",
        "registerDocument",
        peer="remd",
        exchange=uid,
        url="/remd/emdr",
        headers={"Content-Type": "application/soap+xml", "Host": "127.0.0.1:8080"},
        body=b"x" * size,
        message_id=uid,
        local_uid=uid,
    )


def rate(threads: int, append: Callable[[], object]) -> float:
    def work() -> None:
        for _ in range(LINES // threads):
            append()

    workers = [threading.Thread(target=work) for _ in range(threads)]
    began = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return LINES / (time.perf_counter() - began)


def journal_rate(folder: Path, threads: int, size: int) -> float:
    with Journal.create(folder / str(uuid4()), clock=Clock(), run={}) as journal:
        return rate(threads, lambda: journal.append(draft(size)))


def plain_rate(folder: Path, threads: int, size: int) -> float:
    """A rollback-journal table of five columns, committed line by line."""
    connection = sqlite3.connect(folder / str(uuid4()), check_same_thread=False)
    connection.execute("CREATE TABLE line (id INTEGER PRIMARY KEY, a, b, c, body)")
    lock = threading.Lock()

    def append() -> None:
        item = draft(size)
        with lock, connection:
            connection.execute(
                "INSERT INTO line (a, b, c, body) VALUES (?, ?, ?, ?)",
                (item.actor, item.operation, item.message_id, item.body),
            )

    try:
        return rate(threads, append)
    finally:
        connection.close()


def main() -> None:
    print(f"{'threads':>7} {'body':>7} {'journal':>9} {'plain':>9} {'ratio':>6}")
    with tempfile.TemporaryDirectory() as name:
        for threads in (1, 8):
            for size in (1_000, 40_000):
                ours = journal_rate(Path(name), threads, size)
                plain = plain_rate(Path(name), threads, size)
                print(f"{threads:7} {size:7} {ours:9.0f} {plain:9.0f} {ours / plain:6.1f}")


if __name__ == "__main__":
    main()
