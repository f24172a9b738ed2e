"""What the stand calls: every call and its answer is journaled here, and nowhere else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import requests

from dopusk.journal.entry import Draft, Phase
from dopusk.wire.soap import content_type, normalise_id
from mocks.inside import Inside
from mocks.traffic import CANDIDATE, Appender, exchanges

MAX_MESSAGE = 64 * 1024 * 1024
"""Bytes of one answer that the stand takes in."""
SIP = 512
"""Bytes that a slow reader takes at a time."""


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

    `before` is told of every call first; a planned delay waits there. It returns how many real
    seconds the answer is to be read. A call to another service of the stand is journaled there.
    """

    def __init__(
        self,
        journal: Appender,
        actor: str,
        before: Callable[[Call], float] = lambda _call: 0.0,
        inside: Inside | None = None,
    ) -> None:
        self._journal = journal
        self._actor = actor
        self._before = before
        self._inside = inside or Inside()
        self._exchange = exchanges()
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()

    def call(self, call: Call) -> Answer:
        """Send a message and return the answer; a failure below HTTP is an answer, too."""
        slow = self._before(call)
        exchange = next(self._exchange)
        headers = {"Content-Type": content_type(call.version, call.operation)}
        if call.version == "1.1":
            headers["SOAPAction"] = f'"{call.operation}"'
        if self._inside.owns(call.url):
            named = {**headers, **self._inside.headers(call.url, self._actor)}
            return self._send(replace(call, url=self._inside.address(call.url)), named, slow)
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
        answer = self._send(call, headers, slow)
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

    def address(self, url: str) -> str:
        """Return the full address of a service of the stand; any other as it is."""
        return self._inside.address(url)

    def _send(self, call: Call, headers: Mapping[str, str], slow: float) -> Answer:
        try:
            with self._session().post(
                call.url,
                data=call.body,
                headers=headers,
                timeout=call.timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                body = _read_answer(response, time.monotonic() + call.timeout, slow)
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


def _read_answer(response: requests.Response, deadline: float, slow: float) -> bytes:
    """Return the body, as far as it may be read; raises requests.Timeout at the deadline.

    `slow` seconds pass between its first bytes and the rest.
    """
    chunks: list[bytes] = []
    size = 0
    # One iterator to the end: after a read past it, a body in chunks (RFC 9112 §7.1) is lost.
    for chunk in response.iter_content(SIP if slow else 1 << 16):
        if slow and not chunks:
            time.sleep(slow)
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_MESSAGE:
            break
        if time.monotonic() > deadline:
            raise requests.Timeout
    return b"".join(chunks)


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
