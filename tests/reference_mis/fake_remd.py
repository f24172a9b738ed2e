from __future__ import annotations

import base64
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import requests
from lxml import etree

from dopusk.cases import ControlCase
from dopusk.clock import Clock
from dopusk.declaration.model import Declaration
from dopusk.drivers import DocumentState, DocumentStatus, Driver
from fixtures.cases import for_declaration
from fixtures.reference_mis import ReferenceMis

SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
SERVICE = "http://egisz.rosminzdrav.ru/iehr/emdr/service/"
CALLBACK = "http://egisz.rosminzdrav.ru/iehr/emdr/callback/"
EMDR_ID = "194.77.24.02.000000001"
DEADLINE = 10.0
Errors = tuple[tuple[str, str], ...]


def envelope(body: str, version: str = SOAP_12, relates_to: str = "") -> bytes:
    return (
        f'<s:Envelope xmlns:s="{version}"><s:Header>'
        f'<a:MessageID xmlns:a="http://www.w3.org/2005/08/addressing">'
        f"0f0e0d0c-0000-4000-8000-000000000001</a:MessageID></s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    ).encode()


def errors_xml(errors: Errors) -> str:
    items = "".join(f"<item><code>{c}</code><message>{m}</message></item>" for c, m in errors)
    return f"<errors>{items}</errors>" if errors else ""


def reply(status: str, errors: Errors = ()) -> tuple[int, bytes]:
    body = (
        f'<registerDocumentResponse xmlns="{SERVICE}"><status>{status}</status>'
        f"{errors_xml(errors)}</registerDocumentResponse>"
    )
    return 200, envelope(body)


@dataclass(frozen=True)
class Received:
    """A registerDocument that came."""

    at: float
    root: etree._Element
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200

    def text(self, name: str) -> str | None:
        """Return the text of the first element with this local name."""
        found = self.root.xpath(f"//*[local-name()='{name}']")
        return found[0].text if found else None

    def texts(self, path: str) -> list[str]:
        """Return the texts at a path of local names anywhere."""
        steps = "/".join(f"*[local-name()='{name}']" for name in path.split("/"))
        return [element.text for element in self.root.xpath(f"//{steps}")]


class FakeRemd:
    """РЭМД of a unit test: records what came and answers what it is told to."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.searches: list[Received] = []
        self.answers: deque[tuple[int, bytes]] = deque()
        self.registered: dict[str, str] = {}
        """emdrId by localUid: what searchRegistryItem finds."""
        self.mis_url = ""
        self._changed = threading.Condition()
        remd = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status, answer = remd._take(body, dict(self.headers))
                self.send_response(status)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/remd/emdr"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def wait(self, count: int = 1) -> Received:
        """Return the registerDocument number `count`, waiting for it."""
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.received) >= count, DEADLINE)
            return self.received[count - 1]

    def result(
        self,
        message_id: str | None,
        status: str = "success",
        errors: Errors = (),
        emdr_id: str = EMDR_ID,
        version: str = SOAP_12,
    ) -> requests.Response:
        """Send registerDocumentResult to the МИС."""
        item = f"<registryItem><emdrId>{emdr_id}</emdrId></registryItem>"
        body = (
            f'<registerDocumentResult xmlns="{CALLBACK}">'
            f"<relatesToMessage>{message_id}</relatesToMessage><status>{status}</status>"
            f"{item if status == 'success' else ''}{errors_xml(errors)}</registerDocumentResult>"
        )
        return self.post(envelope(body, version))

    def ask_file(self, local_uid: str = "", emdr_id: str = "") -> Received:
        """Ask the МИС for a file."""
        body = (
            f'<getDocumentFileRequest xmlns="{CALLBACK}"><localUid>{local_uid}</localUid>'
            f"<emdrId>{emdr_id}</emdrId></getDocumentFileRequest>"
        )
        answer = self.post(envelope(body))
        root = etree.fromstring(answer.content)
        return Received(0.0, root, answer.content, answer.headers, answer.status_code)

    def file(self, local_uid: str) -> bytes:
        """Return the bytes of a document."""
        return base64.b64decode(self.ask_file(local_uid).text("data") or "")

    def post(self, message: bytes) -> requests.Response:
        """Send bytes to the callback address of the МИС."""
        return requests.post(f"{self.mis_url}/emdr/callback", data=message, timeout=DEADLINE)

    def _take(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        with self._changed:
            root = etree.fromstring(body)
            if b"searchRegistryItemRequest" in body:
                self.searches.append(Received(time.monotonic(), root, body, headers))
                self._changed.notify_all()
                return 200, envelope(self._found())
            self.received.append(Received(time.monotonic(), root, body, headers))
            self._changed.notify_all()
            return self.answers.popleft() if self.answers else reply("success")

    def _found(self) -> str:
        items = "".join(
            f"<item><emdrId>{number}</emdrId><localUid>{uid}</localUid></item>"
            for uid, number in self.registered.items()
        )
        return (
            f'<searchRegistryItemResponse xmlns="{SERVICE}"><status>success</status>'
            f"<matches>{items}</matches></searchRegistryItemResponse>"
        )


@dataclass
class Trial:
    """A running МИС with its driver and a РЭМД beside it."""

    mis: ReferenceMis
    driver: Driver
    remd: FakeRemd
    declared: Declaration
    serial: int = 0

    def case(self, name: str = "fit") -> ControlCase:
        self.serial += 1
        now = Clock.at(self.declared.as_of).now()
        return for_declaration(name, self.declared, now=now, serial=str(self.serial))

    def register(self, name: str = "fit") -> tuple[str, Received]:
        """Have a document registered; returns its ref and the request."""
        count = len(self.remd.received)
        ref = self.driver.submit(self.case(name)).ref
        request = self.remd.wait(count + 1)
        self.remd.result(request.text("MessageID"))
        self.wait(ref, DocumentState.REGISTERED)
        return ref, request

    def wait(self, ref: str, *states: DocumentState) -> DocumentStatus:
        """Return the status as soon as it is one of `states`."""
        deadline, pause = time.monotonic() + DEADLINE, threading.Event()
        while (status := self.driver.status(ref)).state not in states:
            assert time.monotonic() < deadline, f"still {status}"
            pause.wait(0.01)
        return status
