"""What the views of all SOAP services of the stand have in common."""

from __future__ import annotations

from uuid import uuid4

from flask import Response, request

from dopusk.suite import schemas
from dopusk.verdict import Finding
from dopusk.wire.soap import write_envelope
from mocks.traffic import Incoming


def version_of(incoming: Incoming) -> str:
    """Return the SOAP version in which a message is answered: its own, 1.2 when it has none."""
    return incoming.envelope.version if incoming.envelope else "1.2"


def status_of_fault(version: str) -> int:
    """Return the HTTP status of a sender's fault (SOAP 1.1 §6.2, SOAP 1.2 part 2 §7.5.2)."""
    return 500 if version == "1.1" else 400


def envelope_of(incoming: Incoming, body: bytes, action: str) -> bytes:
    """Return the answer to a message, with a MessageID of its own that the journal learns."""
    header = incoming.envelope.header if incoming.envelope else None
    asked = header.message_id.value if header and header.message_id else None
    message_id = str(uuid4())
    incoming.answer_id = message_id.replace("-", "")
    return write_envelope(
        body,
        version=version_of(incoming),
        message_id=message_id,
        action=action,
        relates_to=asked,
    )


def description(wsdl: str, address: str) -> Response:
    """Return a WSDL of schemas/, or the XSD of РЭМД where `?xsd` asks for it.

    `address`, which stands in the file, gives way to that of this stand.
    """
    name = "remd/emdr.xsd" if "xsd" in request.args else wsdl
    text = (schemas() / name).read_text(encoding="utf-8")
    text = text.replace(address, request.base_url)
    text = text.replace('schemaLocation="emdr.xsd"', f'schemaLocation="{request.base_url}?xsd"')
    return Response(text, content_type="text/xml; charset=UTF-8")


def unreadable(found: tuple[Finding, ...]) -> str:
    """Return in Russian why a message cannot be dispatched."""
    if not found:
        return "Тело запроса пусто: ожидается конверт SOAP"
    return f"Сообщение не разобрано: {found[-1].message}"
