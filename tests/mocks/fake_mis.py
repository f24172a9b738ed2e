"""The smallest МИС that a mock РЭМД can talk to: serves files, takes results."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from dopusk.wire import messages as m
from dopusk.wire.profile import default_profile
from dopusk.wire.soap import content_type, normalise_id, read_envelope, write_envelope
from mocks.server import Server

WAIT = 15.0
Reply = tuple[int, bytes]


@dataclass
class FakeMis:
    """Set `reply` to answer an operation otherwise than usual."""

    reply: Callable[[str, int], Reply | None] = lambda _operation, _nth: None
    files: dict[str, bytes] = field(default_factory=dict)
    calls: list[tuple[str, m.Message | None, str]] = field(default_factory=list)
    """(operation, message, SOAP version) in the order they came."""

    def __post_init__(self) -> None:
        self._changed = threading.Condition()
        self._server = Server(self._serve, host="127.0.0.1", port=0, threads=8)
        self._server.start()

    @property
    def url(self) -> str:
        return f"{self._server.url}/emdr/callback"

    def close(self) -> None:
        self._server.stop()

    def of(self, operation: str) -> list[m.Message | None]:
        with self._changed:
            return [message for name, message, _ in self.calls if name == operation]

    def results(self, count: int = 1) -> list[m.RegistrationResult]:
        """The first results, waiting for them."""
        return self.wait("sendRegisterDocumentResult", count)[:count]  # type: ignore[return-value]

    def wait(self, operation: str, count: int = 1) -> list[m.Message | None]:
        with self._changed:
            came = self._changed.wait_for(
                lambda: sum(name == operation for name, _, _ in self.calls) >= count, WAIT
            )
            assert came, f"{operation} did not come {count} time(s): {self.calls}"
        return self.of(operation)

    def _serve(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        envelope, _ = read_envelope(data, part="fake")
        assert envelope is not None
        message = default_profile().read(envelope.body)
        with self._changed:
            nth = 1 + sum(name == envelope.operation for name, _, _ in self.calls)
            self.calls.append((envelope.operation, message, envelope.version))
            self._changed.notify_all()
        status, body = self.reply(envelope.operation, nth) or self._usual(message)
        start_response(f"{status} X", [("Content-Type", content_type(envelope.version))])
        return [body]

    def _usual(self, message: m.Message | None) -> Reply:
        profile = default_profile()
        if isinstance(message, m.FileRequest):
            data = self.files.get(normalise_id(str(message.local_uid)), b"<document/>")
            text = base64.b64encode(data).decode()
            body = profile.render("getDocumentFileResponse", status="success", data=text)
        else:
            body = profile.render("registerDocumentResultResponse", status="success")
        return 200, write_envelope(body, message_id=None, action=None)


def refused_file() -> bytes:
    body = default_profile().render("getDocumentFileResponse", status="error")
    return write_envelope(body, message_id=None, action=None)
