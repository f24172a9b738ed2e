from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from dopusk.journal.entry import Draft, Entry
from mocks.outgoing import Answer, Call, Outgoing
from mocks.server import Server, ServerStartError
from mocks.workers import Workers


class Lines:
    """Keeps what would be journaled."""

    def __init__(self) -> None:
        self.drafts: list[Draft] = []

    def append(self, draft: Draft) -> Entry:
        self.drafts.append(draft)
        return Entry(draft.phase, draft.actor, draft.operation)


@contextmanager
def peer(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A peer that does with each connection what it likes."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                connection.recv(65536)
                behave(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def call(url: str, timeout: float = 5.0, slow: float = 0.0) -> tuple[Answer, Lines]:
    lines = Lines()
    outgoing = Outgoing(lines, "remd", before=lambda _call: slow)
    answer = outgoing.call(Call(url, "getDocumentFile", b"<x/>", "id", timeout=timeout))
    outgoing.close()
    return answer, lines


def test_refused_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    answer, lines = call(f"http://127.0.0.1:{port}/x")
    assert answer.status is None
    assert "в соединении отказано" in (answer.error or "")
    assert lines.drafts[1].note["error"] == answer.error


def test_dropped_connection() -> None:
    with peer(lambda _connection: None) as url:
        answer, _ = call(url)
    assert "соединение оборвано" in (answer.error or "")


def test_silent_peer() -> None:
    gone = threading.Event()
    with peer(lambda _connection: (gone.wait(10), None)[1]) as url:
        answer, _ = call(url, timeout=0.3)
        gone.set()
    assert "нет ответа за 0.3 с" in (answer.error or "")


def test_dripping_peer_is_given_up_in_time() -> None:
    def drip(connection: socket.socket) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n"
        stop = threading.Event()
        try:
            connection.sendall(head)
            while not stop.wait(0.02):
                connection.sendall(b"x" * 70_000)
        except OSError:
            stop.set()

    with peer(drip) as url:
        began = time.monotonic()
        answer, _ = call(url, timeout=0.4)
    assert answer.status is None
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("slow", [0.0, 0.05])
@pytest.mark.parametrize(
    "answer",
    [
        b"Content-Length: 1500\r\n\r\n%b" % (b"x" * 1500),
        b"Content-Length: 0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5dc\r\n%b\r\n0\r\n\r\n" % (b"x" * 1500),
    ],
    ids=["length", "empty", "chunked"],
)
def test_slow_reader_loses_nothing(answer: bytes, slow: float) -> None:
    with peer(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n" + answer)) as url:
        got, _ = call(url, slow=slow)
    assert got.error is None
    assert got.body == b"x" * answer.count(b"x")


def test_unusable_address() -> None:
    answer, _ = call("ftp://nowhere")
    assert answer.status is None
    assert "не удался" in (answer.error or "")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_free_port_is_told(host: str) -> None:
    server = Server(lambda _environ, start: (start("200 OK", []), [])[1], host=host, port=0)
    server.start()
    assert server.port > 0
    server.stop()


@pytest.mark.parametrize(("host", "port"), [("no.such.host.invalid", 0), ("203.0.113.1", 0)])
def test_address_that_cannot_be_had(host: str, port: int) -> None:
    with pytest.raises(ServerStartError, match=r"mis\.toml"):
        Server(lambda _environ, _start: [], host=host, port=port).start()


def test_workers_tell_what_a_task_raised() -> None:
    told: list[BaseException] = []
    workers = Workers(threads=2)

    def broken() -> None:
        raise ValueError("x")

    workers.submit(broken, told.append)
    workers.later(0.01, broken, told.append)
    assert workers.idle(5)
    assert [type(error) for error in told] == [ValueError, ValueError]
    workers.close()


def test_closed_workers_drop_what_is_due() -> None:
    done: list[int] = []
    workers = Workers(threads=1)
    workers.later(60, lambda: done.append(1), lambda _error: None)
    assert not workers.idle(0.05)
    workers.close()
    workers.submit(lambda: done.append(2), lambda _error: None)
    assert done == []
