"""Transport of a relay: one address for documents, one for what the systems behind it say."""

from __future__ import annotations

import base64
from collections.abc import Callable

from flask import Response, request

from dopusk.wire.messages import (
    FileRequest,
    RegisterDocument,
    RegistrationResult,
    SearchRegistryItem,
)
from dopusk.wire.names import local
from dopusk.wire.soap import content_type, write_fault
from mocks.answers import (
    description,
    envelope_of,
    status_of_fault,
    unreadable,
    version_of,
)
from mocks.gate import FAULTS_KEY
from mocks.relay.exceptions import (
    BadMessageError,
    RelayError,
    UnknownDocumentError,
    UnknownMessageError,
)
from mocks.relay.models import Relay
from mocks.traffic import TRAFFIC_KEY, Incoming

WSDL_ADDRESS = "http://localhost:8080/relay/emdr"
"""Address that stands in schemas/relay/relay.wsdl; the served copy has the relay's own."""

Answered = tuple[str, dict[str, object]]
"""Template of the answer and its values."""


class RelayResponses:
    """Views of one relay."""

    def __init__(self, relay: Relay) -> None:
        self._relay = relay

    def emdr(self) -> Response:
        """Answer a message of a МИС, or of a relay before this one."""
        return self._answer(self._documents)

    def callback(self) -> Response:
        """Answer a message of a system behind this relay."""
        return self._answer(self._callbacks)

    def wsdl(self) -> Response:
        """Serve the description of the service; its messages are those of РЭМД."""
        return description("relay/relay.wsdl", WSDL_ADDRESS)

    def _answer(self, dispatch: Callable[[Incoming], Answered]) -> Response:
        incoming: Incoming = request.environ[TRAFFIC_KEY]
        version = version_of(incoming)
        try:
            if incoming.envelope is None:
                raise BadMessageError(unreadable(incoming.findings))
            name, values = dispatch(incoming)
        except BadMessageError as problem:
            incoming.note["findings"] = [item.to_dict() for item in incoming.findings]
            fault = write_fault(str(problem), version=version)
            return self._reply(incoming, fault, "fault", status_of_fault(version))
        body = self._relay.profile.render(name, **{"status": "success", **values})
        return self._reply(incoming, body, name, 200)

    def _documents(self, incoming: Incoming) -> Answered:
        assert incoming.envelope is not None
        message = self._relay.profile.read(incoming.envelope.body)
        try:
            faults = request.environ.get(FAULTS_KEY, ())
            match message:
                case RegisterDocument():
                    self._relay.register(incoming, message, faults)
                    return "registerDocumentResponse", {}
                case SearchRegistryItem():
                    items = self._relay.search(incoming, message, faults)
                    return "searchRegistryItemResponse", {"items": items}
                case _:
                    raise BadMessageError(self._unsupported(incoming))
        except RelayError as refused:
            return f"{incoming.operation}Response", _refusal(refused)

    def _callbacks(self, incoming: Incoming) -> Answered:
        assert incoming.envelope is not None
        message = self._relay.profile.read(incoming.envelope.body)
        match message:
            case FileRequest():
                return "getDocumentFileResponse", self._file(message, incoming.scenario)
            case RegistrationResult():
                return "registerDocumentResultResponse", self._taken(message)
            case _:
                raise BadMessageError(self._unsupported(incoming))

    def _file(self, message: FileRequest, scenario: str | None) -> dict[str, object]:
        uid = message.local_uid.value if message.local_uid else None
        try:
            data = self._relay.file(message, scenario)
        except UnknownDocumentError:
            text = f"{self._relay.label}: документа {uid} нет"
            errors = [{"code": "MIS_ERROR", "message": text}]
            return {"status": "error", "local_uid": uid, "errors": errors}
        except RelayError as refused:
            return {**_refusal(refused), "local_uid": uid}
        return {"local_uid": uid, "data": base64.b64encode(data).decode("ascii")}

    def _taken(self, message: RegistrationResult) -> dict[str, object]:
        try:
            self._relay.take(message)
        except UnknownMessageError:
            text = f"{self._relay.label} не отправляла сообщение {message.relates_to}"
            return {"status": "error", "errors": [{"code": "WRONG_MESSAGE_ID", "message": text}]}
        return {}

    def _unsupported(self, incoming: Incoming) -> str:
        assert incoming.envelope is not None
        name = local(incoming.envelope.body)
        return f"Операция не поддерживается: {self._relay.label} не знает элемента {name}"

    def _reply(self, incoming: Incoming, body: bytes, action: str, status: int) -> Response:
        envelope = envelope_of(incoming, body, action)
        return Response(envelope, status=status, content_type=content_type(version_of(incoming)))


def _refusal(refused: RelayError) -> dict[str, object]:
    return {"status": "error", "errors": [item.to_dict() for item in refused.errors]}
