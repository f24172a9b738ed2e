"""Transport of a relay: one address for documents, one for what the systems behind it say."""

from __future__ import annotations

import base64
from collections.abc import Callable
from uuid import uuid4

from flask import Response, request

from dopusk.suite import schemas
from dopusk.verdict import Finding
from dopusk.wire.messages import (
    FileRequest,
    RegisterDocument,
    RegistrationResult,
    SearchRegistryItem,
)
from dopusk.wire.names import local
from dopusk.wire.soap import content_type, write_envelope, write_fault
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
        name = "remd/emdr.xsd" if "xsd" in request.args else "relay/relay.wsdl"
        text = (schemas() / name).read_text(encoding="utf-8")
        text = text.replace(WSDL_ADDRESS, request.base_url)
        text = text.replace('schemaLocation="emdr.xsd"', f'schemaLocation="{request.base_url}?xsd"')
        return Response(text, content_type="text/xml; charset=UTF-8")

    def _answer(self, dispatch: Callable[[Incoming], Answered]) -> Response:
        incoming: Incoming = request.environ[TRAFFIC_KEY]
        version = incoming.envelope.version if incoming.envelope else "1.2"
        try:
            if incoming.envelope is None:
                raise BadMessageError(_explain(incoming.findings))
            name, values = dispatch(incoming)
        except BadMessageError as problem:
            incoming.note["findings"] = [item.to_dict() for item in incoming.findings]
            fault = write_fault(str(problem), version=version)
            return self._reply(incoming, fault, "fault", 500 if version == "1.1" else 400)
        body = self._relay.profile.render(name, **{"status": "success", **values})
        return self._reply(incoming, body, name, 200)

    def _documents(self, incoming: Incoming) -> Answered:
        assert incoming.envelope is not None
        message = self._relay.profile.read(incoming.envelope.body)
        try:
            match message:
                case RegisterDocument():
                    faults = request.environ.get(FAULTS_KEY, ())
                    self._relay.register(incoming, message, faults)
                    return "registerDocumentResponse", {}
                case SearchRegistryItem():
                    items = self._relay.search(incoming, message)
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
        version = incoming.envelope.version if incoming.envelope else "1.2"
        header = incoming.envelope.header if incoming.envelope else None
        asked = header.message_id.value if header and header.message_id else None
        message_id = str(uuid4())
        incoming.answer_id = message_id.replace("-", "")
        envelope = write_envelope(
            body, version=version, message_id=message_id, action=action, relates_to=asked
        )
        return Response(envelope, status=status, content_type=content_type(version))


def _refusal(refused: RelayError) -> dict[str, object]:
    return {"status": "error", "errors": [item.to_dict() for item in refused.errors]}


def _explain(found: tuple[Finding, ...]) -> str:
    if not found:
        return "Тело запроса пусто: ожидается конверт SOAP"
    return f"Сообщение не разобрано: {found[-1].message}"
