"""Transport of the mock РЭМД: read a message, call the model, write the answer."""

from __future__ import annotations

from flask import Response, request

from dopusk.wire.messages import ByEmdrId, RegisterDocument, SearchRegistryItem
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
from mocks.remd.caller import stamp
from mocks.remd.exceptions import RemdError, SoapFaultError
from mocks.remd.models import Remd
from mocks.remd.registry import Item
from mocks.traffic import TRAFFIC_KEY, Incoming

WSDL_ADDRESS = "http://localhost:8080/remd/emdr"
"""Address that stands in schemas/remd/emdr.wsdl; the served copy has the stand's own."""


class RemdResponses:
    """Views of the mock РЭМД."""

    def __init__(self, remd: Remd) -> None:
        self._remd = remd

    def emdr(self) -> Response:
        """Answer one SOAP message."""
        incoming: Incoming = request.environ[TRAFFIC_KEY]
        version = version_of(incoming)
        try:
            name, body = self._dispatch(incoming)
        except SoapFaultError as problem:
            incoming.note["findings"] = [item.to_dict() for item in incoming.findings]
            fault = write_fault(str(problem), version=version)
            return self._reply(incoming, fault, "fault", status_of_fault(version))
        return self._reply(incoming, body, name, 200)

    def wsdl(self) -> Response:
        """Serve the description of the service, with the address of this stand."""
        return description("remd/emdr.wsdl", WSDL_ADDRESS)

    def _dispatch(self, incoming: Incoming) -> tuple[str, bytes]:
        envelope, profile = incoming.envelope, self._remd.profile
        if envelope is None:
            raise SoapFaultError(unreadable(incoming.findings))
        operation = incoming.operation
        try:
            known = self._remd.identify(incoming)
            envelope = incoming.envelope or envelope
            message = profile.read(envelope.body)
            faults = request.environ.get(FAULTS_KEY, ())
            if not isinstance(message, RegisterDocument):
                self._remd.refuse_by_plan(incoming, faults)
            match message:
                case RegisterDocument():
                    self._remd.register(incoming, message, known, faults)
                    values: dict[str, object] = {}
                case SearchRegistryItem():
                    found = self._remd.search(message, known)
                    values = {"items": [_shown(item) for item in found]}
                case ByEmdrId() if operation == "getRegistryItem":
                    values = _shown(self._remd.get(message, known))
                case ByEmdrId():
                    self._remd.demand_content(message, known, incoming)
                    values = {}
                case _:
                    raise SoapFaultError(
                        f"Операция не поддерживается: элемент {local(envelope.body)} "
                        "сервису не известен"
                    )
        except RemdError as refused:
            values = {"status": "error", "errors": [item.to_dict() for item in refused.errors]}
        name = f"{operation}Response"
        return name, profile.render(name, **{"status": "success", **values})

    def _reply(self, incoming: Incoming, body: bytes, action: str, status: int) -> Response:
        sealed = self._remd.seal(envelope_of(incoming, body, action))
        return Response(sealed, status=status, content_type=content_type(version_of(incoming)))


def _shown(item: Item) -> dict[str, object]:
    return {
        "emdr_id": item.emdr_id,
        "local_uid": item.local_uid,
        "kind": item.kind,
        "organization": item.organization,
        "registered": stamp(item.registered),
        "created": item.created,
        "store_till": f"{item.store_till.isoformat()}+03:00",
        "document_status": item.status,
    }
