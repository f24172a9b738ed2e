"""`dopusk doctor`: the way from the МИС to the stand, and from the stand to the МИС."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from dopusk.cli import doctor, reachability
from dopusk.cli.examination import Check, State
from dopusk.cli.reachability import CURES, CURES_BACK, Operator, address, by_address, way_back
from dopusk.declaration import load
from dopusk.declaration.model import Declaration, DriverSettings, Variant
from dopusk.drivers import Failure, Reply, Task, reach
from fixtures.reference_mis import ReferenceMis, demo_declaration

Declare = Callable[..., Path]
Probed = tuple[int, bytes]


@contextmanager
def adapter(answer: Callable[[str], Probed]) -> Iterator[str]:
    """Serve a МИС that answers POST /probe by `answer`, given the address of the stand."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, data = answer(body["url"])
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def told(answer: Mapping[str, Any]) -> Probed:
    return 200, json.dumps(answer).encode()


def failed(code: str) -> Probed:
    return told({"error": {"code": code, "message": "слова МИС"}})


def declared(url: str, timeout: float = 5.0) -> Declaration:
    """Return the declaration of a МИС in fed-3 whose adapter is at `url`."""
    known = demo_declaration()
    return replace(
        known,
        variants=(Variant.FED_3,),
        driver=DriverSettings("http", url=url, timeout=timeout),
        stand=replace(known.stand, port=0, wait=5.0),
    )


def checked(answer: Callable[[str], Probed], timeout: float = 5.0) -> Check:
    with adapter(answer) as url:
        return way_back(declared(url, timeout))


def test_the_reference_mis_reaches_the_stand() -> None:
    with ReferenceMis.for_demo(demo_declaration()) as mis:
        check = way_back(replace(declared(mis.url), driver=mis.declaration.driver))
    assert check.state is State.GOOD
    assert "стенд записал запрос" in check.detail


@pytest.mark.parametrize("variant", [Variant.FED_1, Variant.FED_2, Variant.MO_1, Variant.MO_3])
def test_the_service_of_the_variant_is_called(variant: Variant) -> None:
    with ReferenceMis.for_demo(demo_declaration()) as mis:
        check = way_back(replace(declared(mis.url), variants=(variant,)))
    assert check.state is State.GOOD, check


@pytest.mark.parametrize("failure", Failure)
def test_the_mis_does_not_get_there(failure: Failure) -> None:
    check = checked(lambda _: failed(failure.value))
    assert check.state is State.BAD
    assert "МИС до стенда не дошла" in check.detail
    assert "слова МИС" in check.detail
    assert check.advice == CURES_BACK[failure]


def test_somebody_else_answers_the_mis() -> None:
    check = checked(lambda _: told({"status": 404}))
    assert check.state is State.BAD
    assert "МИС получила HTTP 404, но не от стенда" in check.detail
    assert check.advice
    assert "прокси" in check.advice


def test_the_mis_is_not_believed_without_a_request() -> None:
    check = checked(lambda _: told({"status": 200}))
    assert check.state is State.BAD
    assert "к нему никто не обращался" in check.detail


def test_a_request_to_another_address_is_not_the_one() -> None:
    def elsewhere(url: str) -> Probed:
        return told({"status": reach(url.split("&")[0]).status})

    assert checked(elsewhere).state is State.BAD


def test_the_answer_is_lost_on_its_way_back() -> None:
    def lost(url: str) -> Probed:
        reach(url)
        return failed("timeout")

    check = checked(lost)
    assert check.state is State.BAD
    assert "запрос МИС дошёл до стенда, а ответ до МИС нет" in check.detail


def test_something_between_them_answers_instead() -> None:
    def through_a_proxy(url: str) -> Probed:
        reach(url)
        return told({"status": 502})

    check = checked(through_a_proxy)
    assert check.state is State.WARNING
    assert "МИС получила HTTP 502" in check.detail


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((404, b""), "адаптер отвечает HTTP 404"),
        ((501, b""), "адаптер отвечает HTTP 501"),
        ((500, b"oops"), "МИС ответила HTTP 500: «oops»"),
        ((200, b"<html>"), "МИС ответила не JSON"),
        ((200, b"{}"), "нет ни поля status"),
    ],
)
def test_without_a_probe_only_addresses_are_judged(answer: Probed, words: str) -> None:
    check = checked(lambda _: answer)
    assert check.state is State.WARNING
    assert "Проверено только по адресу" in check.detail
    assert words in check.detail
    assert check.advice
    assert "curl" in check.advice


def test_a_silent_adapter() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        check = way_back(declared(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout=0.2))
    assert check.state is State.WARNING
    assert "МИС не ответила за 0.2 с" in check.detail


def test_an_occupied_port_of_the_stand() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, adapter(lambda _: failed("dns")) as url:
        known = declared(url)
        port = taken.getsockname()[1]
        check = way_back(replace(known, stand=replace(known.stand, port=port)))
    assert check.state is State.BAD
    assert "не может занять" in check.detail


def test_nothing_to_reach_where_the_mo_works_in_emias() -> None:
    check = way_back(replace(declared("http://127.0.0.1:9"), variants=(Variant.MO_2,)))
    assert (check.state, check.detail) == (State.GOOD, "не нужен: МО работает в ГИС ЕМИАС")


@dataclass
class Person:
    """An operator who opens what he is told to, or does not."""

    opens: bool = True
    skips: bool = False
    shown: list[Task] = field(default_factory=list)
    left: list[float] = field(default_factory=list)

    def show(self, task: Task) -> None:
        self.shown.append(task)

    def reply(self, task: Task) -> Reply:
        if self.opens:
            assert reach(task.awaited.rsplit(" ", 1)[1]).status == 200
        return Reply.SKIP if self.skips else Reply.DONE

    def choose(self, question: str, choices: Mapping[str, str]) -> str:
        raise AssertionError(question)

    def text(self, question: str, *, required: bool = False) -> str | None:
        return "нет доступа"


def by_hand(person: Person, wait: float = 5.0) -> Check:
    known = declared("http://127.0.0.1:9")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    manual = replace(
        known,
        driver=DriverSettings("manual"),
        stand=replace(known.stand, wait=wait, port=port),
    )
    return way_back(manual, Operator(person, person.left.append))


def test_the_operator_opens_the_address() -> None:
    person = Person()
    check = by_hand(person)
    assert check.state is State.GOOD
    assert "/remd/emdr?wsdl (браузер или curl)" in person.shown[0].steps[0]


def test_a_port_that_changes_is_told_although_it_was_reached() -> None:
    manual = replace(declared("http://127.0.0.1:9"), driver=DriverSettings("manual"))
    check = way_back(manual, Operator(Person(), lambda _: None))
    assert check.state is State.WARNING
    assert "стенд записал запрос; но порт стенда каждый раз новый" in check.detail


def test_the_stand_counts_down_and_nobody_comes() -> None:
    person = Person(opens=False)
    check = by_hand(person, wait=0.3)
    assert check.state is State.BAD
    assert "обращения от МИС не было" in check.detail
    assert person.left[0] == 0.3


def test_the_operator_skips() -> None:
    check = by_hand(Person(opens=False, skips=True))
    assert check.state is State.WARNING
    assert "оператор пропустил: нет доступа" in check.detail


def test_no_operator_is_there() -> None:
    known = declared("http://127.0.0.1:9")
    port = replace(known.stand, port=8080)
    check = way_back(replace(known, driver=DriverSettings("manual"), stand=port))
    assert check.state is State.WARNING
    assert "нужен терминал" in check.detail


def test_an_operator_is_asked_only_at_a_keyboard(monkeypatch: pytest.MonkeyPatch) -> None:
    console = Console(force_terminal=True, file=None, quiet=True)
    line = doctor._Line(console, console.status("…"))
    manual = replace(declared("http://127.0.0.1:9"), driver=DriverSettings("manual"))
    monkeypatch.setattr("sys.stdin", type("Tty", (), {"isatty": lambda self: True})())
    operator = line.operator(manual)
    assert operator is not None
    operator.waiting(4.2)
    assert "ещё 4 с" in str(line.status.status)
    assert line.operator(declared("http://127.0.0.1:9")) is None
    monkeypatch.setattr("sys.stdin", type("Pipe", (), {"isatty": lambda self: False})())
    assert line.operator(manual) is None


@pytest.mark.parametrize(
    ("url", "host", "state"),
    [
        ("http://127.0.0.1:1/x", "127.0.0.1", State.GOOD),
        ("http://mis.example/x", "127.0.0.1", State.BAD),
        ("http://mis.example/x", "0.0.0.0", State.GOOD),
    ],
)
def test_addresses_alone(declare: Declare, url: str, host: str, state: State) -> None:
    declaration = load(declare("http://127.0.0.1:9"))
    declaration = replace(
        declaration, callback_url=url, stand=replace(declaration.stand, host=host, port=8080)
    )
    assert by_address(declaration).state is state
    manual = replace(
        declaration,
        callback_url="http://localhost/x",
        driver=replace(declaration.driver, kind="manual"),
        stand=replace(declaration.stand, port=0),
    )
    assert by_address(manual).state is State.WARNING
    assert reachability.driver_check(manual).state is State.GOOD


@contextmanager
def peer(data: bytes) -> Iterator[str]:
    """Answer one connection with these bytes; yields the address without a scheme."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(data)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        thread.join()


@pytest.mark.parametrize(
    ("scheme", "data", "failure", "words"),
    [
        ("http", b"SSH-2.0-OpenSSH_9.9\r\n", Failure.GARBAGE, "не по HTTP"),
        ("http", b"", Failure.BROKEN, "оборвано"),
        ("https", b"HTTP/1.1 400 X\r\n\r\n", Failure.TLS, "TLS"),
    ],
)
def test_a_service_that_answers_wrongly(
    scheme: str, data: bytes, failure: Failure, words: str
) -> None:
    with peer(data) as where:
        check = address("Сервис файлов", "file_service_url", f"{scheme}://{where}/x")
    assert check.state is State.BAD
    assert words in check.detail
    assert check.advice == CURES[failure].format(field="file_service_url")


def test_a_silent_service() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/callback"
        check = address("Сервис обратных вызовов", "callback_url", url, 0.1)
    assert (check.state, check.detail) == (State.BAD, f"{url}: нет ответа за отведённое время")
    assert check.advice
    assert "сетевой экран" in check.advice


def test_a_service_at_an_unknown_host() -> None:
    check = address("Сервис файлов", "file_service_url", "http://no-such-host.invalid/x")
    assert "имя узла не разрешается" in check.detail
    assert check.advice
    assert "DNS" in check.advice


def test_every_failure_has_a_cure_both_ways() -> None:
    assert set(CURES) == set(CURES_BACK) == set(Failure)
    assert len(set(CURES.values())) == len(set(CURES_BACK.values())) == len(Failure)
