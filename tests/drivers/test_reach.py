"""An address is asked for anything: what came, or in words why nothing came."""

from __future__ import annotations

import errno
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from dopusk.drivers import Failure, reach
from dopusk.drivers.reach import FAILURES


@contextmanager
def peer(act: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve one connection by `act`; yields the address."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                act(connection)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join()


def say(data: bytes) -> Callable[[socket.socket], None]:
    def act(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(data)

    return act


@pytest.fixture
def nobody() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("status", [200, 404, 405, 500])
def test_any_http_answer_counts(status: int) -> None:
    with peer(say(b"HTTP/1.1 %d X\r\nContent-Length: 0\r\n\r\n" % status)) as where:
        reached = reach(f"http://{where}/x")
    assert (reached.status, reached.failure) == (status, None)
    assert reached.text == f"HTTP {status}"


def test_a_redirect_is_an_answer() -> None:
    with peer(say(b"HTTP/1.1 302 X\r\nLocation: http://other.invalid/\r\n\r\n")) as where:
        assert reach(f"http://{where}/").status == 302


def test_nobody_listens(nobody: str) -> None:
    assert reach(f"http://{nobody}/").failure is Failure.REFUSED


def test_nothing_comes() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        assert reach(url, 0.1).failure is Failure.TIMEOUT


def test_another_protocol() -> None:
    with peer(say(b"SSH-2.0-OpenSSH_9.9\r\n")) as where:
        assert reach(f"http://{where}/").failure is Failure.GARBAGE


def test_closed_without_an_answer() -> None:
    with peer(lambda connection: connection.recv(65536) and None) as where:
        assert reach(f"http://{where}/").failure is Failure.BROKEN


def test_no_tls_there() -> None:
    with peer(say(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as where:
        assert reach(f"https://{where}/").failure is Failure.TLS


def test_unknown_host() -> None:
    assert reach("http://no-such-host.invalid/").failure is Failure.DNS


def test_no_route(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise requests.ConnectionError(OSError(errno.EHOSTUNREACH, "No route to host"))

    monkeypatch.setattr(requests.Session, "get", refuse)
    assert reach("http://127.0.0.1/").failure is Failure.UNREACHABLE


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/", "127.0.0.1:80", "http://", "http://a:b/"])
def test_no_address_at_all(url: str) -> None:
    assert reach(url).failure is Failure.ADDRESS


def test_every_failure_has_its_words() -> None:
    assert set(FAILURES) == set(Failure)
    assert len(set(FAILURES.values())) == len(Failure)
