"""WSGI: applies the planned faults that concern one answer of the stand."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from dopusk.wire.soap import content_type, write_envelope, write_fault
from mocks.faults import INCOMING, OF_OMS, TRANSPORT, Action, Fault, FaultPlan
from mocks.traffic import TRAFFIC_KEY, DropConnection, Incoming

FAULTS_KEY = "dopusk.faults"
"""Faults of this call that the service itself applies."""


class FaultGate:
    """Passes a request on, or answers in the service's stead as the plan says."""

    def __init__(
        self,
        app: Callable[..., Iterable[bytes]],
        plan: FaultPlan,
        *,
        time_scale: float,
        report: Callable[[Fault, Incoming], None],
        stopping: threading.Event,
    ) -> None:
        self._app = app
        self._plan = plan
        self._time_scale = time_scale
        self._report = report
        self._stopping = stopping

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Serve one request."""
        incoming: Incoming | None = environ.get(TRAFFIC_KEY)
        if incoming is None:
            return self._app(environ, start_response)
        faults = self._struck(incoming)
        environ[FAULTS_KEY] = tuple(item for item in faults if item.action not in TRANSPORT)
        for fault in faults:
            if fault.action not in TRANSPORT:
                continue
            self._report(fault, incoming)
            if fault.action is not Action.DELAY:
                return self._answer(fault, incoming, start_response)
            self._stopping.wait(fault.seconds / self._time_scale)
        return self._app(environ, start_response)

    def _struck(self, incoming: Incoming) -> tuple[Fault, ...]:
        """Return the faults of this call; what services of the stand call is counted by them."""
        if incoming.operation not in INCOMING and incoming.operation not in OF_OMS:
            return ()
        return self._plan.arrive(incoming.operation, incoming.local_uid, incoming.peer)

    @staticmethod
    def _answer(
        fault: Fault, incoming: Incoming, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        incoming.note["fault"] = fault.to_dict()
        version = incoming.envelope.version if incoming.envelope else "1.2"
        if fault.action is Action.RESET:
            raise DropConnection
        if fault.action is Action.HTTP_STATUS:
            status, kind, body = fault.status, "text/plain; charset=UTF-8", b""
        elif incoming.json:
            status, kind, body = _json_answer(fault)
        elif fault.action is Action.MALFORMED:
            status, kind = 200, content_type(version)
            body = b'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope><soap:Body>'
        else:
            status, kind = 500, content_type(version)
            text = fault.text or "Внутренняя ошибка сервиса"
            body = write_envelope(
                write_fault(text, version=version, sender=False),
                version=version,
                message_id=None,
                action=None,
                relates_to=incoming.message_id,
            )
        start_response(
            f"{status} {_phrase(status)}",
            [("Content-Type", kind), ("Content-Length", str(len(body)))],
        )
        return [body]


def _json_answer(fault: Fault) -> tuple[int, str, bytes]:
    """Return a broken answer of a service that talks JSON."""
    kind = "application/json"
    if fault.action is Action.MALFORMED:
        return 200, kind, b'{"state": '
    text = fault.text or "Внутренняя ошибка сервиса"
    body = json.dumps({"error": {"code": "INTERNAL", "message": text}}, ensure_ascii=False)
    return 500, kind, body.encode()


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Status"
