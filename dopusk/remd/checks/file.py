"""The МИС's answer to getDocumentFile: whether a usable file came, and the right one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Self

from dopusk.remd.checks.checksum import check_checksum
from dopusk.remd.checks.values import decode_base64, text
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import DocumentFile, RegisterDocument
from dopusk.wire.profile import WireProfile, default_profile
from dopusk.wire.soap import Envelope, normalise_id, read_envelope

PART = "getDocumentFileResponse"
_SUCCESS = ("success", "ok")


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """What came back from a call to the file service, as the journal keeps it."""

    status: int | None
    """HTTP status; None when no answer came."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    error: str | None = None
    """Russian text of what went wrong below HTTP."""


@dataclass(frozen=True, slots=True)
class JudgedFile:
    """A file and what is wrong with how it came."""

    data: bytes | None
    """Bytes of the document, None when none could be taken from the answer."""
    findings: tuple[Finding, ...]


def check_file_answer(
    answer: FileAnswer,
    request: RegisterDocument | None = None,
    *,
    message_id: str | None = None,
    profile: WireProfile | None = None,
) -> JudgedFile:
    """Return the file in an answer and what is wrong with the answer; the file is not looked into.

    With the request of registration localUid and checksum are compared, with `message_id` of the
    getDocumentFile call its RelatesTo.
    """
    message, found = _read(answer, message_id, profile or default_profile())
    if message is None:
        return JudgedFile(None, tuple(found))
    found.extend(_check_status(message))
    if message.status is not None and message.status.value and not is_success(message.status.value):
        return JudgedFile(None, tuple(found))
    data = decode_base64(text(message.data)) or None
    found.extend(_check_data(message, data, request))
    return JudgedFile(data, tuple(found))


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What is kept of a registered file to know it again."""

    sha256: str
    size: int

    @classmethod
    def of(cls, data: bytes) -> Self:
        """Return the fingerprint of a file."""
        return cls(hashlib.sha256(data).hexdigest(), len(data))

    def __str__(self) -> str:
        """Return size and digest in Russian words."""
        return f"{self.size} байт, SHA-256 {self.sha256}"


def check_same_file(
    registered: bytes | Fingerprint, served: bytes, *, emdr_id: str = ""
) -> list[Finding]:
    """Return a finding when a document served later is not the registered one, byte for byte."""
    if isinstance(registered, bytes):
        registered = Fingerprint.of(registered)
    got = Fingerprint.of(served)
    if registered == got:
        return []
    where = Where(part=PART)
    return [finding("FILE-CHANGED", where=where, expected=registered, got=got, emdr_id=emdr_id)]


def is_success(status: str) -> bool:
    """Tell whether a `status` of the circuit means success."""
    return status.casefold() in _SUCCESS


def _read(
    answer: FileAnswer, message_id: str | None, profile: WireProfile
) -> tuple[DocumentFile | None, list[Finding]]:
    where = Where(part=PART)
    if answer.status is None:
        reason = answer.error or "нет ответа"
        return None, [finding("FILE-UNREACHABLE", where=where, reason=reason)]
    envelope, found = read_envelope(answer.body, part=PART)
    if envelope is not None and envelope.is_fault:
        return None, [finding("FILE-FAULT", where=where, got=envelope.fault_text() or "Fault")]
    if not 200 <= answer.status < 300:
        return None, [finding("FILE-HTTP", where=where, expected=200, got=answer.status)]
    if envelope is None:
        wrong = finding("FILE-NOT-SOAP", where=found[0].where, reason=found[0].message)
        return None, [wrong]
    message = profile.read(envelope.body)
    if not isinstance(message, DocumentFile):
        reason = f"в теле {envelope.operation}, а не {PART}"
        return None, [finding("FILE-NOT-SOAP", where=where, reason=reason)]
    return message, list(_check_relation(envelope, message_id))


def _check_relation(envelope: Envelope, message_id: str | None) -> Iterator[Finding]:
    relates = envelope.header.relates_to
    if relates is None or message_id is None:
        return
    if normalise_id(relates.value) != normalise_id(message_id):
        yield finding(
            "FILE-RELATES-TO", where=relates.where, expected=message_id, got=relates.value
        )


def _check_status(message: DocumentFile) -> Iterator[Finding]:
    status = message.status
    if status is None or not status.value:
        yield finding("FILE-NO-STATUS", where=Where(part=PART), expected="success")
    elif not is_success(status.value):
        reasons = "; ".join(f"{code} {words}".strip() for code, words in message.errors)
        got = f"{status.value}: {reasons}" if reasons else status.value
        yield finding("FILE-STATUS", where=status.where, expected="success", got=got)


def _check_data(
    message: DocumentFile, data: bytes | None, request: RegisterDocument | None
) -> Iterator[Finding]:
    if data is None:
        if message.data is not None and message.data.value:
            yield finding("FILE-BASE64", where=message.data.where, name="docContent/data")
        else:
            yield finding("FILE-EMPTY", where=Where(part=PART))
        return
    encoded = text(message.data)
    name = "docContent/checksum ответа"
    yield from check_checksum(message.checksum, data, encoded, name=name, codes="FILE")
    if request is None:
        return
    name = "docContent/checksum запроса"
    yield from check_checksum(request.checksum, data, encoded, name=name, codes="FILE")
    uid, wanted = message.local_uid, request.local_uid
    if uid is None or wanted is None or not uid.value:
        return
    if normalise_id(uid.value) != normalise_id(wanted.value):
        yield finding("FILE-OTHER-UID", where=uid.where, expected=wanted.value, got=uid.value)
