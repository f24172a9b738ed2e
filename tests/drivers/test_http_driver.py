from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from dopusk.cases import ControlCase
from dopusk.drivers import (
    Advice,
    DocumentState,
    DriverError,
    DriverUnsupported,
    Failure,
    HttpDriver,
    ResetOptions,
)

Answer = tuple[int, bytes]


class Adapter:
    """A МИС's adapter that answers what the test tells it to."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, Any]] = []
        self.answer: Callable[[], Answer] = lambda: (200, b'{"status": "ok"}')
        self.headers: dict[str, str] = {}
        self.url = ""


@pytest.fixture
def adapter() -> Iterator[Adapter]:
    adapter = Adapter()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            adapter.calls.append((self.command, self.path, json.loads(body) if body else None))
            status, answer = adapter.answer()
            self.send_response(status)
            for name, value in adapter.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = _serve  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    adapter.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield adapter
    server.shutdown()
    thread.join()
    server.server_close()


@contextmanager
def driver_of(url: str, timeout: float = 5.0) -> Iterator[HttpDriver]:
    driver = HttpDriver(url, timeout)
    yield driver
    driver.close()


def test_submits_the_case(adapter: Adapter, case: ControlCase) -> None:
    adapter.answer = lambda: (202, b'{"ref": "17", "localUid": "abc"}')
    with driver_of(adapter.url + "/") as driver:
        submission = driver.submit(case)
    assert (submission.ref, submission.local_uid) == ("17", "abc")
    assert adapter.calls == [("POST", "/documents", {"case": case.to_json()})]


def test_replaces_by_an_escaped_ref(adapter: Adapter, case: ControlCase) -> None:
    adapter.answer = lambda: (202, b'{"ref": "a/b"}')
    with driver_of(adapter.url) as driver:
        assert driver.replace("a/b", case).local_uid is None
    assert adapter.calls[0][1] == "/documents/a%2Fb/versions"


def test_resets(adapter: Adapter) -> None:
    adapter.answer = lambda: (204, b"")
    with driver_of(adapter.url) as driver:
        driver.reset(ResetOptions(date(2024, 2, 15), 60.0, "fed-3", {"remd": "http://r"}))
    assert adapter.calls[0][2] == {
        "asOf": "2024-02-15",
        "timeScale": 60.0,
        "variant": "fed-3",
        "endpoints": {"remd": "http://r"},
    }


def test_reads_a_status(adapter: Adapter) -> None:
    answer = {
        "ref": "17",
        "state": "refused",
        "errors": [{"code": "NO_SNILS", "message": "Нет СНИЛС"}],
        "attempts": 2,
        "reaction": "mend",
        "colour": "grey",
    }
    adapter.answer = lambda: (200, json.dumps(answer).encode())
    with driver_of(adapter.url) as driver:
        status = driver.status("17")
    assert status.state is DocumentState.REFUSED
    assert status.errors == (("NO_SNILS", "Нет СНИЛС"),)
    assert (status.attempts, status.emdr_id) == (2, None)
    assert status.reaction is Advice.MEND


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, b"<html>hello</html>"), "не JSON"),
        ((200, b"\xff\xfe\x00"), "не JSON"),
        ((200, b""), "пустой ответ"),
        ((200, b"[]"), "не объектом"),
        ((200, b'{"state": "lost"}'), "поле state"),
        ((200, b'{"state": "sent", "emdrId": 5}'), "поле emdrId"),
        ((200, b'{"state": "sent", "errors": "none"}'), "поле errors"),
        ((200, b'{"state": "sent", "attempts": "two"}'), "поле attempts"),
        ((200, b'{"state": "sent", "reaction": "wait"}'), "поле reaction: 'wait'"),
        ((200, b"[" * 100_000), "не JSON"),
        ((404, b'{"error": {"code": "not-found", "message": "no such"}}'), "no such"),
        ((500, b"oops"), "HTTP 500: «oops»"),
        ((302, b""), "HTTP 302"),
        ((202, b'{"state": "sent"}'), "HTTP 202"),
    ],
)
def test_garbage_is_a_driver_error(adapter: Adapter, answer: Answer, words: str) -> None:
    adapter.answer = lambda: answer
    with driver_of(adapter.url) as driver, pytest.raises(DriverError) as failed:
        driver.status("17")
    assert words in str(failed.value)
    assert "GET " in str(failed.value)


def test_submission_without_ref(adapter: Adapter, case: ControlCase) -> None:
    adapter.answer = lambda: (202, b"{}")
    with driver_of(adapter.url) as driver, pytest.raises(DriverError, match="нет поля ref"):
        driver.submit(case)


def test_an_endless_answer_is_cut(adapter: Adapter) -> None:
    adapter.answer = lambda: (200, b" " * (3 << 20))
    with driver_of(adapter.url) as driver, pytest.raises(DriverError, match="больше 1 МиБ"):
        driver.health()


def test_silence_ends_with_the_timeout(adapter: Adapter) -> None:
    release = threading.Event()

    def silent() -> Answer:
        release.wait(10)
        return 200, b"{}"

    adapter.answer = silent
    try:
        with driver_of(adapter.url, 0.2) as driver, pytest.raises(DriverError, match=r"за 0\.2 с"):
            driver.health()
    finally:
        release.set()


def test_refused_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with (
        driver_of(f"http://127.0.0.1:{port}") as driver,
        pytest.raises(DriverError, match="не принимает соединение"),
    ):
        driver.health()


@pytest.mark.parametrize("url", ["", "mis.local", "ftp://mis", "http://"])
def test_unusable_address(url: str) -> None:
    with pytest.raises(DriverError, match="не похож"):
        HttpDriver(url)


def test_the_mis_is_made_to_call(adapter: Adapter) -> None:
    adapter.answer = lambda: (200, b'{"status": 404}')
    with driver_of(adapter.url) as driver:
        assert driver.probe("http://stand/x").status == 404
    assert adapter.calls == [("POST", "/probe", {"url": "http://stand/x"})]


@pytest.mark.parametrize(
    ("code", "failure"), [("dns", Failure.DNS), ("tls", Failure.TLS), ("own", Failure.BROKEN)]
)
def test_the_mis_tells_why_it_got_nothing(adapter: Adapter, code: str, failure: Failure) -> None:
    answer = {"error": {"code": code, "message": "так"}}
    adapter.answer = lambda: (200, json.dumps(answer).encode())
    with driver_of(adapter.url) as driver:
        told = driver.probe("http://stand/x")
    assert (told.failure, told.message) == (failure, "так")
    assert told.text.endswith("(так)")


@pytest.mark.parametrize("status", [404, 405, 501])
def test_an_adapter_without_probe(adapter: Adapter, status: int) -> None:
    adapter.answer = lambda: (status, b"")
    with driver_of(adapter.url) as driver, pytest.raises(DriverUnsupported, match=f"HTTP {status}"):
        driver.probe("http://stand/x")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, b"{}"), "нет ни поля status"),
        ((200, b'{"status": 7}'), "нет ни поля status"),
        ((200, b"yes"), "не JSON"),
        ((500, b""), "HTTP 500"),
    ],
)
def test_an_unusable_answer_to_probe(adapter: Adapter, answer: Answer, words: str) -> None:
    adapter.answer = lambda: answer
    with driver_of(adapter.url) as driver, pytest.raises(DriverError, match=words) as caught:
        driver.probe("http://stand/x")
    assert not isinstance(caught.value, DriverUnsupported)
