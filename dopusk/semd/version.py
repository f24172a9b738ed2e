"""A new version of a document against the version it replaces."""

from __future__ import annotations

from collections.abc import Iterator

from dopusk.semd.document import SemdDocument
from dopusk.verdict import Finding, Where, finding
from dopusk.wire.messages import Read


def check_version(previous: SemdDocument, current: SemdDocument) -> list[Finding]:
    """Return what is wrong with the identifiers of `current` as the next version of `previous`.

    Source: guide of the СЭМД (remd.md §7): same setId, versionNumber + 1, another id.
    """
    return list(_check(previous, current))


def _check(previous: SemdDocument, current: SemdDocument) -> Iterator[Finding]:
    before = _pair(previous.set_id_root, previous.set_id_extension)
    now = _pair(current.set_id_root, current.set_id_extension)
    if before != now:
        yield finding(
            "DOC-VERSION-SET",
            where=_place(current.set_id_extension, current),
            expected=before,
            got=now,
        )
    number, next_number = _number(previous.version_number), _number(current.version_number)
    if number is None or next_number != number + 1:
        yield finding(
            "DOC-VERSION-NUMBER",
            where=_place(current.version_number, current),
            expected="целое число" if number is None else number + 1,
            got=current.version_number or "нет",
        )
    same = _pair(current.id_root, current.id_extension)
    if same == _pair(previous.id_root, previous.id_extension):
        yield finding("DOC-VERSION-ID", where=_place(current.id_extension, current), got=same)


def _pair(root: Read | None, extension: Read | None) -> str:
    return f"{root or ''} {extension or ''}".strip()


def _number(read: Read | None) -> int | None:
    return int(read.value) if read is not None and read.value.isdecimal() else None


def _place(read: Read | None, document: SemdDocument) -> Where:
    return read.where if read is not None else document.where
