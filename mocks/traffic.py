"""The one place where messages of a stand are journaled: what comes in, and what is called out."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import uuid4

import requests
from lxml import etree

from dopusk.journal.entry import Draft, Entry, Phase
from dopusk.verdict import Finding
from dopusk.wire.soap import (
    Envelope,
    content_type,
    normalise_id,
    operation_of,
    read_envelope,
)

MAX_MESSAGE = 64 * 1024 * 1024
"""Bytes of one message that the stand takes in."""

TRAFFIC_KEY = "dopusk.incoming"
CANDIDATE = "candidate"


class Appender(Protocol):
    """The part of a journal that is needed here."""

    def append(self, draft: Draft) -> Entry:
        """Write a line and return it."""
        ...


class DropConnection(Exception):  # noqa: N818 - a signal between layers, not an error
    """The connection is to be dropped without an answer."""


class ServerDisconnect(Protocol):
    """Makes the exception that tells the server to drop a connection."""

    def __call__(self) -> BaseException:
        """Return the exception."""
        ...


@dataclass
class Incoming:
    """A request on its way through the stand, shared by journal, faults and service."""

    body: bytes
    envelope: Envelope | None
    findings: tuple[Finding, ...]
    exchange: str
    scenario: str | None
    actor: str
    peer: str
    operation: str
    message_id: str | None
    local_uid: str | None
    emdr_id: str | None
    note: dict[str, Any] = field(default_factory=dict)
    """Goes into the journal with the response."""
    answer_id: str | None = None
    """MessageID of the response."""
    after: list[Callable[[], None]] = field(default_factory=list)
    """What begins when the response has been sent."""


class JournalingMiddleware:
    """WSGI: writes every request and response under the given prefixes to the journal.

    A request is in the journal before the service sees it, a response before the client does.
    """

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        journal: Appender,
        *,
        services: Mapping[str, str],
        disconnect: ServerDisconnect,
        scenario: Callable[[], str | None] = lambda: None,
        operation: Callable[[etree._Element], str] = operation_of,
    ) -> None:
        self._app = app
        self._journal = journal
        self._services = services
        self._disconnect = disconnect
        self._scenario = scenario
        self._operation = operation
        self._exchange = _exchanges()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Serve one request."""
        path = environ.get("PATH_INFO", "")
        service = next((v for k, v in self._services.items() if path.startswith(k)), None)
        if service is None:
            return self._app(environ, start_response)
        incoming = self._receive(environ, service)
        captured: list[Any] = []
        try:
            chunks = self._app(environ, lambda *answer: captured.append(answer))
            body = b"".join(chunks)
            _close(chunks)
        except DropConnection:
            self._respond(incoming, None, {}, b"")
            raise self._disconnect() from None
        status, headers = captured[-1][0], captured[-1][1]
        self._respond(incoming, int(status.split(" ", 1)[0]), dict(headers), body)
        start_response(status, headers)
        return _Sent(body, incoming.after)

    def _receive(self, environ: dict[str, Any], service: str) -> Incoming:
        body = _read_body(environ)
        envelope, found = read_envelope(body, part="запрос") if body else (None, ())
        incoming = Incoming(
            body=body,
            envelope=envelope,
            findings=found,
            exchange=next(self._exchange),
            scenario=self._scenario(),
            actor=CANDIDATE,
            peer=service,
            **self._correlation(envelope, environ),
        )
        environ[TRAFFIC_KEY] = incoming
        self._journal.append(
            Draft(
                Phase.REQUEST,
                incoming.actor,
                incoming.operation,
                peer=service,
                exchange=incoming.exchange,
                url=_url(environ),
                headers=_headers(environ),
                body=body,
                message_id=incoming.message_id,
                local_uid=incoming.local_uid,
                emdr_id=incoming.emdr_id,
                scenario=incoming.scenario,
            )
        )
        return incoming

    def _correlation(self, envelope: Envelope | None, environ: Mapping[str, Any]) -> dict[str, Any]:
        if envelope is None:
            query = environ.get("QUERY_STRING", "").lower()
            wsdl = environ.get("REQUEST_METHOD") == "GET" and query.startswith(("wsdl", "xsd"))
            empty: dict[str, Any] = dict.fromkeys(("message_id", "local_uid", "emdr_id"))
            return {"operation": "wsdl" if wsdl else "unknown", **empty}
        message_id = envelope.header.message_id
        return {
            "operation": self._operation(envelope.body),
            "message_id": normalise_id(message_id.value) if message_id else None,
            "local_uid": _descendant(envelope.body, "localUid", normal=True),
            "emdr_id": _descendant(envelope.body, "emdrId"),
        }

    def _respond(
        self, incoming: Incoming, status: int | None, headers: Mapping[str, str], body: bytes
    ) -> None:
        note = incoming.note
        if status is None:
            note = {**note, "error": "стенд оборвал соединение без ответа"}
        self._journal.append(
            Draft(
                Phase.RESPONSE,
                incoming.peer,
                incoming.operation,
                peer=incoming.actor,
                exchange=incoming.exchange,
                status=status,
                headers=headers,
                body=body,
                message_id=incoming.answer_id,
                relates_to=incoming.message_id,
                local_uid=incoming.local_uid,
                emdr_id=incoming.emdr_id,
                scenario=incoming.scenario,
                note=note,
            )
        )


class _Sent:
    """A response body that tells when it has been handed over."""

    def __init__(self, body: bytes, after: list[Callable[[], None]]) -> None:
        self._body = body
        self._after = after

    def __iter__(self) -> Iterator[bytes]:
        yield self._body

    def __len__(self) -> int:
        return 1

    def close(self) -> None:
        """Begin what waits for the response."""
        for begin in self._after:
            begin()


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a service of the stand to the МИС."""

    url: str
    operation: str
    body: bytes
    """The whole envelope."""
    message_id: str
    version: str = "1.2"
    timeout: float = 30.0
    """Real seconds."""
    relates_to: str | None = None
    local_uid: str | None = None
    emdr_id: str | None = None
    scenario: str | None = None
    note: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back from a call."""

    status: int | None
    """HTTP status; None when no answer came."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str | None = None
    """Russian text of what went wrong below HTTP."""

    @property
    def delivered(self) -> bool:
        """Tell whether a 2xx answer came."""
        return self.status is not None and 200 <= self.status < 300


class Outgoing:
    """Calls the МИС on behalf of one service and journals call and answer.

    `before` is told of every call first; a planned delay waits there.
    """

    def __init__(
        self,
        journal: Appender,
        actor: str,
        before: Callable[[Call], None] = lambda _call: None,
    ) -> None:
        self._journal = journal
        self._actor = actor
        self._before = before
        self._exchange = _exchanges()
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    def call(self, call: Call) -> Answer:
        """Send a message and return the answer; a failure below HTTP is an answer, too."""
        self._before(call)
        exchange = next(self._exchange)
        headers = {"Content-Type": content_type(call.version, call.operation)}
        if call.version == "1.1":
            headers["SOAPAction"] = f'"{call.operation}"'
        self._journal.append(
            Draft(
                Phase.REQUEST,
                self._actor,
                call.operation,
                peer=CANDIDATE,
                exchange=exchange,
                url=call.url,
                headers=headers,
                body=call.body,
                message_id=normalise_id(call.message_id),
                relates_to=call.relates_to,
                local_uid=call.local_uid,
                emdr_id=call.emdr_id,
                scenario=call.scenario,
                note=call.note,
            )
        )
        answer = self._send(call, headers)
        self._journal.append(
            Draft(
                Phase.RESPONSE,
                CANDIDATE,
                call.operation,
                peer=self._actor,
                exchange=exchange,
                url=call.url,
                status=answer.status,
                headers=answer.headers,
                body=answer.body,
                relates_to=normalise_id(call.message_id),
                local_uid=call.local_uid,
                emdr_id=call.emdr_id,
                scenario=call.scenario,
                note={"error": answer.error} if answer.error else {},
            )
        )
        return answer

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            for session in self._sessions:
                session.close()
            self._sessions.clear()

    def _send(self, call: Call, headers: Mapping[str, str]) -> Answer:
        try:
            with self._session().post(
                call.url,
                data=call.body,
                headers=headers,
                timeout=call.timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _read_answer(response, time.monotonic() + call.timeout)
                status, told = response.status_code, dict(response.headers)
        except requests.Timeout:
            return Answer(None, error=f"нет ответа за {call.timeout:g} с ({call.url})")
        except requests.ConnectionError as problem:
            return Answer(None, error=f"нет соединения с {call.url}: {_reason(problem)}")
        except (requests.RequestException, OSError) as problem:
            return Answer(None, error=f"вызов {call.url} не удался: {problem}")
        if len(body) > MAX_MESSAGE:
            return Answer(None, told, error=f"ответ больше {MAX_MESSAGE // 1024 // 1024} МиБ")
        return Answer(status, told, body)

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            with self._lock:
                self._sessions.append(session)
        return session


def _read_answer(response: requests.Response, deadline: float) -> bytes:
    """Return the body, as far as it may be read; raises requests.Timeout at the deadline."""
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_content(1 << 16):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_MESSAGE:
            break
        if time.monotonic() > deadline:
            raise requests.Timeout
    return b"".join(chunks)


def _exchanges() -> Iterator[str]:
    """Yield ids of exchanges; `next` on it is atomic."""
    series = uuid4().hex[:12]
    return map(f"{series}-{{}}".format, itertools.count(1))


def _reason(problem: requests.ConnectionError) -> str:
    inner = problem.args[0] if problem.args else problem
    cause = getattr(inner, "reason", inner)
    text = str(cause)
    if "refused" in text.lower() or "10061" in text:
        return "в соединении отказано"
    if "name" in text.lower() and "resol" in text.lower():
        return "адрес не найден"
    if "aborted" in text.lower() or "closed" in text.lower() or "reset" in text.lower():
        return "соединение оборвано"
    return text


def _descendant(body: etree._Element, name: str, *, normal: bool = False) -> str | None:
    for element in body.iter(f"{{*}}{name}"):
        if element.text and element.text.strip():
            value = element.text.strip()
            return normalise_id(value) if normal else value
    return None


def _read_body(environ: Mapping[str, Any]) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    body: bytes = environ["wsgi.input"].read(int(length) if length.isdigit() else 0)
    return body


def _url(environ: Mapping[str, Any]) -> str:
    query = environ.get("QUERY_STRING")
    host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    return f"http://{host}{environ.get('PATH_INFO', '')}{'?' + query if query else ''}"


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    named = {
        key[5:].replace("_", "-").title(): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_")
    }
    if environ.get("CONTENT_TYPE"):
        named["Content-Type"] = str(environ["CONTENT_TYPE"])
    return named


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
