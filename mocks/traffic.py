"""What comes to the stand: every request and response is journaled here, and nowhere else."""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Protocol
from uuid import uuid4

from lxml import etree

from dopusk.journal.entry import Draft, Entry, Phase
from dopusk.verdict import Finding
from dopusk.wire.soap import (
    Envelope,
    normalise_id,
    operation_of,
    read_envelope,
)
from mocks.inside import ENVIRON_KEY, Inside

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
    headers: Mapping[str, str]
    """Of HTTP."""
    note: dict[str, Any] = field(default_factory=dict)
    """Goes into the journal with the response."""
    answer_id: str | None = None
    """MessageID of the response."""
    after: list[Callable[[], None]] = field(default_factory=list)
    """What begins when the response has been sent."""
    json: bool = False
    """Whether the service answers it with JSON instead of SOAP."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the journal must know of a request before a service sees it."""

    operation: str
    envelope: Envelope | None = None
    findings: tuple[Finding, ...] = ()
    message_id: str | None = None
    local_uid: str | None = None
    emdr_id: str | None = None
    json: bool = False
    """Whether the service answers with JSON."""


Reader = Callable[[Mapping[str, Any], bytes], Reading]
"""Reads a request of a service by its WSGI environment and its body."""


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
        inside: Inside | None = None,
        readers: Mapping[str, Reader] = MappingProxyType({}),
    ) -> None:
        """`readers`: how the requests of services are read that are no SOAP of РЭМД."""
        self._app = app
        self._journal = journal
        self._services = services
        self._disconnect = disconnect
        self._scenario = scenario
        self._operation = operation
        self._inside = inside or Inside()
        self._readers = readers
        self._exchange = exchanges()

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
        read = self._readers.get(service, self._read)(environ, body)
        incoming = Incoming(
            body=body,
            envelope=read.envelope,
            findings=read.findings,
            exchange=next(self._exchange),
            scenario=self._scenario(),
            actor=self._inside.caller(environ) or CANDIDATE,
            peer=service,
            headers=_headers(environ),
            operation=read.operation,
            message_id=read.message_id,
            local_uid=read.local_uid,
            emdr_id=read.emdr_id,
            json=read.json,
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
                headers=incoming.headers,
                body=body,
                message_id=incoming.message_id,
                relates_to=_relates_to(read.envelope),
                local_uid=incoming.local_uid,
                emdr_id=incoming.emdr_id,
                scenario=incoming.scenario,
            )
        )
        return incoming

    def _read(self, environ: Mapping[str, Any], body: bytes) -> Reading:
        envelope, found = read_envelope(body, part="запрос") if body else (None, ())
        if envelope is None:
            query = environ.get("QUERY_STRING", "").lower()
            wsdl = environ.get("REQUEST_METHOD") == "GET" and query.startswith(("wsdl", "xsd"))
            return Reading("wsdl" if wsdl else "unknown", findings=found)
        message_id = envelope.header.message_id
        return Reading(
            operation=self._operation(envelope.body),
            envelope=envelope,
            findings=found,
            message_id=normalise_id(message_id.value) if message_id else None,
            local_uid=_descendant(envelope.body, "localUid", normal=True),
            emdr_id=_descendant(envelope.body, "emdrId"),
        )

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


def exchanges() -> Iterator[str]:
    """Yield ids of exchanges; `next` on it is atomic."""
    series = uuid4().hex[:12]
    return map(f"{series}-{{}}".format, itertools.count(1))


def _relates_to(envelope: Envelope | None) -> str | None:
    read = envelope.header.relates_to if envelope else None
    return normalise_id(read.value) if read is not None and read.value else None


def _descendant(body: etree._Element, name: str, *, normal: bool = False) -> str | None:
    for element in body.iter(f"{{*}}{name}"):
        if element.text and element.text.strip():
            value = element.text.strip()
            return normalise_id(value) if normal else value
    return None


def _read_body(environ: dict[str, Any]) -> bytes:
    length = environ.get("CONTENT_LENGTH") or "0"
    body: bytes = environ["wsgi.input"].read(int(length) if length.isdigit() else 0)
    environ["wsgi.input"] = io.BytesIO(body)  # for services that read it themselves
    return body


def _url(environ: Mapping[str, Any]) -> str:
    query = environ.get("QUERY_STRING")
    host = environ.get("HTTP_HOST") or environ.get("SERVER_NAME", "")
    return f"http://{host}{environ.get('PATH_INFO', '')}{'?' + query if query else ''}"


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    named = {
        key[5:].replace("_", "-").title(): str(value)
        for key, value in environ.items()
        if key.startswith("HTTP_") and key != ENVIRON_KEY
    }
    if environ.get("CONTENT_TYPE"):
        named["Content-Type"] = str(environ["CONTENT_TYPE"])
    return named


def _close(chunks: Iterable[bytes]) -> None:
    close = getattr(chunks, "close", None)
    if close is not None:
        close()
