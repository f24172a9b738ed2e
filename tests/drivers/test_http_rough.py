"""A МИС's adapter below HTTP: connections cut, answers that never end, rubbish."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from dopusk.cases import ControlCase
from dopusk.drivers import DriverError, HttpDriver

Behave = Callable[[socket.socket], None]


@contextmanager
def adapter(behave: Behave) -> Iterator[tuple[str, list[int]]]:
    """Serve raw connections; yields the address and a list that grows by one a connection."""
    calls: list[int] = []
    over = threading.Event()

    def serve() -> None:
        while True:
            connection, _ = server.accept()
            with connection:
                if over.is_set():
                    return
                calls.append(1)
                try:
                    connection.settimeout(5)
                    connection.recv(65536)
                    behave(connection)
                except OSError:
                    pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve)
        thread.start()
        address = server.getsockname()
        try:
            yield f"http://127.0.0.1:{address[1]}", calls
        finally:
            over.set()
            socket.create_connection(address).close()
            thread.join(10)


def ask(url: str, timeout: float = 3.0) -> str:
    driver = HttpDriver(url, timeout)
    try:
        with pytest.raises(DriverError) as failed:
            driver.status("17")
    finally:
        driver.close()
    return str(failed.value)


def reset(connection: socket.socket) -> None:
    import struct

    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("behave", "words"),
    [
        (lambda connection: None, "оборвалось"),
        (reset, "оборвалось"),
        (lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.9\r\n"), "оборвалось"),
        (lambda connection: connection.sendall(b"\x16\x03\x01\x02\x00"), "оборвалось"),
        (
            lambda connection: connection.sendall(HEAD + b"Content-Length: 100\r\n\r\n{"),
            "оборвался или испорчен",
        ),
        (
            lambda connection: connection.sendall(
                HEAD + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd"
            ),
            "оборвался или испорчен",
        ),
        (
            lambda connection: connection.sendall(
                HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"
            ),
            "оборвался или испорчен",
        ),
        (
            lambda connection: connection.sendall(
                b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
            ),
            "HTTP 301",
        ),
    ],
)
def test_a_broken_exchange_is_the_candidates(behave: Behave, words: str) -> None:
    with adapter(behave) as (url, _):
        said = ask(url)
    assert words in said
    assert said.startswith(f"GET {url}/documents/17: ")


def test_an_answer_that_drips_ends_with_the_timeout() -> None:
    pause = threading.Event()

    def drip(connection: socket.socket) -> None:
        connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        while not pause.wait(0.05):
            connection.sendall(b" ")

    began = time.monotonic()
    with adapter(drip) as (url, _):
        try:
            said = ask(url, 0.5)
        finally:
            pause.set()
    assert "за 0.5 с" in said
    assert time.monotonic() - began < 5


def test_an_action_is_never_repeated_by_the_driver(case: ControlCase) -> None:
    """A submission that may have been carried out must not be made twice."""
    with adapter(reset) as (url, calls):
        driver = HttpDriver(url, 2.0)
        with pytest.raises(DriverError):
            driver.submit(case)
        driver.close()
    assert len(calls) == 1
