"""Rate of the mock РЭМД's sync answer to registerDocument, the journal written.

    python -m bench.bench_remd [--requests 5000] [--connections 16] [--flow 200]

The server runs in a process of its own, the load in another, so that each has a core of two.
Peer in the same run: the same WSGI server giving a static answer to the same requests, which is
what a recorded stub does. `--flow` then lets whole registrations run (checks, file, result).
"""

from __future__ import annotations

import argparse
import http.client
import multiprocessing as mp
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "mocks")]

import remd_samples  # noqa: E402
from fake_mis import FakeMis  # noqa: E402
from remd_bench import EasyJudge  # noqa: E402

from dopusk.clock import Clock  # noqa: E402
from dopusk.journal import Journal  # noqa: E402
from dopusk.wire.profile import default_profile  # noqa: E402
from dopusk.wire.soap import write_envelope  # noqa: E402
from mocks.remd.flow import Flow  # noqa: E402
from mocks.server import Server  # noqa: E402
from mocks.stand import Stand  # noqa: E402

UID = b"00000000-0000-4000-8000-000000000001"
MESSAGE = b"00000000-0000-4000-8000-000000000002"
TYPE = "application/soap+xml; charset=UTF-8"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--requests", type=int, default=5000)
    options.add_argument("--connections", type=int, default=16)
    options.add_argument("--flow", type=int, default=200)
    chosen = options.parse_args()
    rates = {}
    for title, server in (("static answer", serve_static), ("mock РЭМД", serve_stand)):
        with Process(server) as url:
            load(url, 300, chosen.connections)
            rates[title] = load(url, chosen.requests, chosen.connections)
            print(f"{title:14} {rates[title]:8.0f} requests/s")
    print(f"ratio to the static answer: {rates['mock РЭМД'] / rates['static answer']:.2f}")
    if chosen.flow:
        print(
            f"whole registrations with a trivial МИС: {measure_flow(chosen.flow):.0f} documents/s"
        )


class Process:
    """A server in a process of its own; gives its address."""

    def __init__(self, serve: Callable[[Connection], None]) -> None:
        context = mp.get_context("spawn")
        self._ours, theirs = context.Pipe()
        self._process = context.Process(target=serve, args=(theirs,))

    def __enter__(self) -> str:
        self._process.start()
        url: str = self._ours.recv()
        return url

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.join()


def serve_static(pipe: Connection) -> None:
    body = default_profile().render("registerDocumentResponse", status="success")
    answer = write_envelope(body, message_id=str(uuid4()), action="registerDocumentResponse")

    def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", TYPE), ("Content-Length", str(len(answer)))])
        return [answer]

    server = Server(app, host="127.0.0.1", port=0)
    server.start()
    pipe.send(f"{server.url}/remd/emdr")
    threading.Event().wait()


def serve_stand(pipe: Connection) -> None:
    """The stand with its journal; accepted requests go no further (that is `--flow`)."""
    Flow.begin = lambda _flow, _incoming, _attempt: None  # type: ignore[method-assign]
    declared = remd_samples.declaration()
    declared = replace(declared, stand=replace(declared.stand, port=0))
    clock = Clock.at(declared.as_of)
    folder = Path(tempfile.mkdtemp())
    with Journal.create(folder / "run.sqlite", clock=clock, run={}) as journal:
        stand = Stand(declared, journal, clock, judge=EasyJudge(declared))
        stand.start()
        pipe.send(stand.remd_url)
        threading.Event().wait()


def load(url: str, count: int, connections: int) -> float:
    """Send `count` requests over keep-alive connections; return requests per second."""
    address = urlsplit(url)
    template = remd_samples.envelope(
        remd_samples.body(local_uid=UID.decode()), message_id=MESSAGE.decode()
    )
    left = iter([None] * count)
    lock = threading.Lock()
    failed: list[int] = []

    def work() -> None:
        connection = http.client.HTTPConnection(address.hostname or "", address.port)
        while True:
            with lock:
                if next(left, count) is count:
                    break
            uid, message = str(uuid4()).encode(), str(uuid4()).encode()
            data = template.replace(UID, uid).replace(MESSAGE, message)
            connection.request("POST", address.path, data, {"Content-Type": TYPE})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200 or b">success<" not in body:
                failed.append(answer.status)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(connections)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    if failed:
        raise SystemExit(f"{len(failed)} requests were not accepted")
    return count / took


def measure_flow(count: int) -> float:
    """Register documents from sync answer to callback; checks of the document are not counted."""
    mis = FakeMis()
    declared = remd_samples.declaration()
    declared = replace(
        declared,
        callback_url=mis.url,
        file_service_url=mis.url,
        stand=replace(declared.stand, port=0),
    )
    clock = Clock.at(declared.as_of)
    folder = Path(tempfile.mkdtemp())
    with (
        Journal.create(folder / "run.sqlite", clock=clock, run={}) as journal,
        Stand(declared, journal, clock, judge=EasyJudge(declared)) as stand,
    ):
        began = time.perf_counter()
        load(stand.remd_url, count, 8)
        mis.wait("sendRegisterDocumentResult", count)
        took = time.perf_counter() - began
    mis.close()
    return count / took


if __name__ == "__main__":
    main()
