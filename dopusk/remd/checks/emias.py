"""What ГИС ЕМИАС МО asks beyond the federal profile: the mnemonic, registered documents."""

from __future__ import annotations

from collections.abc import Iterator

from dopusk.declaration.numbers import letters_told, mnemonic_difference
from dopusk.remd.checks.file import Fingerprint
from dopusk.remd.checks.values import is_emdr_id, place, text
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import RegisterDocument
from dopusk.wire.soap import normalise_id


def check_mnemonic(request: RegisterDocument, declared: str) -> list[Finding]:
    """Return what is wrong with tag `system`: it must be the declared mnemonic, letter by letter.

    Source: memo of Минздрав МО, step 5 a (MO-S5a).
    """
    read = request.system
    if read is None or not read.value:
        where = place(read, request.where, "system")
        return [finding("EMIAS-NO-MNEMONIC", where=where, expected=declared)]
    difference = mnemonic_difference(read.value, declared)
    if difference is None:
        return []
    return [
        finding(
            f"EMIAS-MNEMONIC-{difference}",
            where=read.where,
            expected=declared,
            got=read.value,
            letters=letters_told(read.value, difference),
        )
    ]


def check_registered_copy(
    request: RegisterDocument, *, emdr_id: str, local_uid: str
) -> Iterator[Finding]:
    """Check that a request to ЕМИАС names the document as РЭМД registered it (MO-1.2)."""
    told = request.emdr_id
    if told is None or not told.value:
        where = place(told, request.where, "emdrId")
        yield finding("EMIAS-NO-EMDRID", where=where, expected=emdr_id)
    elif told.value != emdr_id:
        yield finding("EMIAS-OTHER-EMDRID", where=told.where, expected=emdr_id, got=told.value)
    uid = request.local_uid
    if uid is not None and normalise_id(uid.value) != normalise_id(local_uid):
        yield finding("EMIAS-OTHER-UID", where=uid.where, expected=local_uid, got=uid.value)


def check_emdr_id(request: RegisterDocument, *, known: bool) -> Iterator[Finding]:
    """Check the number of a registered document that was handed over; `known` says РЭМД has it."""
    told = request.emdr_id
    where = place(told, request.where, "emdrId")
    if not text(told):
        yield finding("EMIAS-NO-EMDRID", where=where, expected=None)
    elif not is_emdr_id(text(told)) or not known:
        yield finding("EMIAS-UNKNOWN-EMDRID", where=where, got=text(told))


def check_same_bytes(registered: bytes, handed: bytes) -> Iterator[Finding]:
    """Check that ЕМИАС got the file that РЭМД registered, byte for byte."""
    expected, got = Fingerprint.of(registered), Fingerprint.of(handed)
    if expected != got:
        where = Where(part="getDocumentFileResponse")
        yield finding("EMIAS-OTHER-BYTES", where=where, expected=expected, got=got)
