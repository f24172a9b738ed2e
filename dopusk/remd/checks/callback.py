"""The МИС's answer to a callback: registerDocumentResult, sendDocumentFile."""

from __future__ import annotations

from dopusk.remd.checks.exchange import Answered
from dopusk.remd.checks.file import is_success
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.profile import WireProfile
from dopusk.wire.soap import read_envelope


def check_callback_answer(
    answered: Answered, profile: WireProfile, *, operation: str = "registerDocumentResult"
) -> list[Finding]:
    """Return what is wrong with the answer to a callback; an empty 2xx answer is accepted."""
    where = Where(part=f"ответ на {operation}")
    if answered.status is None:
        reason = answered.error or "нет ответа"
        return [finding("CB-UNREACHABLE", where=where, reason=reason)]
    envelope, found = read_envelope(answered.body, part=f"ответ на {operation}")
    if envelope is not None and envelope.is_fault:
        got = envelope.fault_text() or "Fault"
        return [finding("CB-FAULT", where=where, got=got, operation=operation)]
    if not answered.delivered:
        return [
            finding(
                "CB-HTTP", where=where, expected="2xx", got=answered.status, operation=operation
            )
        ]
    if not answered.body.strip():
        return []
    if envelope is None:
        reason = found[0].message if found else "нет конверта"
        return [finding("CB-NOT-SOAP", where=where, reason=reason, operation=operation)]
    status = profile.read_acknowledgement(envelope.body).status
    if status is not None and status.value and not is_success(status.value):
        return [
            finding(
                "CB-STATUS",
                where=status.where,
                expected="success",
                got=status.value,
                operation=operation,
            )
        ]
    return []
