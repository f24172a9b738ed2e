"""The МИС's answer to a callback: registerDocumentResult, sendDocumentFile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dopusk.remd.checks.file import is_success
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.profile import WireProfile, default_profile
from dopusk.wire.soap import read_envelope


def check_callback_answer(
    status: int | None,
    headers: Mapping[str, str],
    body: bytes,
    note: Mapping[str, Any],
    *,
    operation: str = "registerDocumentResult",
    profile: WireProfile | None = None,
) -> list[Finding]:
    """Return what is wrong with the answer to a callback; an empty 2xx answer is accepted.

    `status` is that of HTTP, None when no answer came; `note["error"]` then says why.
    """
    where = Where(part=f"ответ на {operation}")
    if status is None:
        reason = note.get("error") or "нет ответа"
        return [finding("CB-UNREACHABLE", where=where, reason=reason)]
    envelope, found = read_envelope(body, part=f"ответ на {operation}")
    if envelope is not None and envelope.is_fault:
        got = envelope.fault_text() or "Fault"
        return [finding("CB-FAULT", where=where, got=got, operation=operation)]
    if not 200 <= status < 300:
        return [finding("CB-HTTP", where=where, expected="2xx", got=status, operation=operation)]
    if not body.strip():
        return []
    if envelope is None:
        reason = found[0].message if found else "нет конверта"
        return [finding("CB-NOT-SOAP", where=where, reason=reason, operation=operation)]
    told = (profile or default_profile()).read_acknowledgement(envelope.body).status
    if told is not None and told.value and not is_success(told.value):
        return [
            finding(
                "CB-STATUS",
                where=told.where,
                expected="success",
                got=told.value,
                operation=operation,
            )
        ]
    return []
