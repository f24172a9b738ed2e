"""getDocumentFileResponse: whether a usable file came, and the right one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from dopusk.remd.checks.checksum import check_checksum
from dopusk.remd.checks.values import decode_base64, text
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import DocumentFile, RegisterDocument
from dopusk.wire.soap import normalise_id

_SUCCESS = ("success", "ok")
_PART = "getDocumentFileResponse"


def is_success(status: str) -> bool:
    """Tell whether a `status` of the circuit means success."""
    return status.casefold() in _SUCCESS


def decode_file(answer: DocumentFile) -> bytes | None:
    """Return the bytes of the file, None when there are none or they are not base64."""
    data = decode_base64(text(answer.data))
    return data or None


def check_file_answer(answer: DocumentFile, request: RegisterDocument) -> list[Finding]:
    """Return what is wrong with the answer to getDocumentFile, its document not looked into."""
    return [*_check_status(answer), *_check_uid(answer, request), *_check_file(answer, request)]


def check_demanded_file(answer: DocumentFile, *, emdr_id: str, registered: bytes) -> list[Finding]:
    """Return what is wrong with a file that is asked for after its registration."""
    found = list(_check_status(answer))
    data = decode_file(answer)
    if found or data == registered:
        return found
    where = answer.data.where if answer.data else Where(part=_PART)
    if data is None:
        return [_absent_file(answer)]
    return [
        finding(
            "FILE-CHANGED",
            where=where,
            expected=f"{len(registered)} байт, CRC-32 {zlib.crc32(registered)}",
            got=f"{len(data)} байт, CRC-32 {zlib.crc32(data)}",
            emdr_id=emdr_id,
        )
    ]


def _check_status(answer: DocumentFile) -> Iterator[Finding]:
    status = answer.status
    if status is None or not status.value:
        yield finding("FILE-NO-STATUS", where=Where(part=_PART), expected="success")
    elif not is_success(status.value):
        reasons = "; ".join(f"{code} {message}".strip() for code, message in answer.errors)
        got = f"{status.value}: {reasons}" if reasons else status.value
        yield finding("FILE-STATUS", where=status.where, expected="success", got=got)


def _check_uid(answer: DocumentFile, request: RegisterDocument) -> Iterator[Finding]:
    uid, wanted = answer.local_uid, request.local_uid
    if uid is None or wanted is None or not uid.value:
        return
    if normalise_id(uid.value) != normalise_id(wanted.value):
        yield finding("FILE-OTHER-UID", where=uid.where, expected=wanted.value, got=uid.value)


def _check_file(answer: DocumentFile, request: RegisterDocument) -> Iterator[Finding]:
    if answer.status is not None and answer.status.value and not is_success(answer.status.value):
        return
    data = decode_file(answer)
    if data is None:
        yield _absent_file(answer)
        return
    encoded = text(answer.data)
    name = "docContent/checksum ответа"
    yield from check_checksum(answer.checksum, data, encoded, name=name, codes="FILE")
    name = "docContent/checksum запроса"
    yield from check_checksum(request.checksum, data, encoded, name=name, codes="FILE")


def _absent_file(answer: DocumentFile) -> Finding:
    if answer.data is not None and answer.data.value:
        return finding("FILE-BASE64", where=answer.data.where, name="docContent/data")
    return finding("FILE-EMPTY", where=answer.data.where if answer.data else Where(part=_PART))
