"""What came back from a call РЭМД → МИС, as far as it is the same for every operation."""

from __future__ import annotations

from dataclasses import dataclass

from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import DocumentFile
from dopusk.wire.profile import WireProfile
from dopusk.wire.soap import Envelope, normalise_id, read_envelope


@dataclass(frozen=True, slots=True)
class Answered:
    """The answer to an outgoing call, from the call itself or from the journal."""

    status: int | None
    """HTTP status; None when no answer came."""
    body: bytes = b""
    error: str | None = None
    """Russian text of what went wrong below HTTP."""

    @property
    def delivered(self) -> bool:
        """Tell whether a 2xx answer came."""
        return self.status is not None and 200 <= self.status < 300


def check_file_exchange(
    answered: Answered, profile: WireProfile, *, message_id: str | None = None
) -> tuple[DocumentFile | None, list[Finding]]:
    """Return the getDocumentFileResponse in an answer, and what is wrong with the answer.

    None when there is nothing to read: no answer, an HTTP error, a fault, another message.
    `message_id` is that of the request, to compare RelatesTo with.
    """
    part = "getDocumentFileResponse"
    where = Where(part=part)
    if answered.status is None:
        reason = answered.error or "нет ответа"
        return None, [finding("FILE-UNREACHABLE", where=where, reason=reason)]
    envelope, found = read_envelope(answered.body, part=part)
    if envelope is not None and envelope.is_fault:
        return None, [finding("FILE-FAULT", where=where, got=envelope.fault_text() or "Fault")]
    if not answered.delivered:
        return None, [finding("FILE-HTTP", where=where, expected=200, got=answered.status)]
    if envelope is None:
        reason = found[0].message if found else "нет конверта"
        return None, [finding("FILE-NOT-SOAP", where=found[0].where or where, reason=reason)]
    message = profile.read(envelope.body)
    if not isinstance(message, DocumentFile):
        reason = f"в теле {envelope.operation}, а не getDocumentFileResponse"
        return None, [finding("FILE-NOT-SOAP", where=where, reason=reason)]
    return message, list(_check_relation(envelope, message_id))


def _check_relation(envelope: Envelope, message_id: str | None) -> list[Finding]:
    relates = envelope.header.relates_to
    if relates is None or message_id is None:
        return []
    if normalise_id(relates.value) == normalise_id(message_id):
        return []
    return [finding("FILE-RELATES-TO", where=relates.where, expected=message_id, got=relates.value)]
