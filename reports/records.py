"""Turns journal entries into what a report shows of them: readable text of bounded size."""

from __future__ import annotations

import base64
import binascii
import codecs
import hashlib
import re
from collections.abc import Iterable, Iterator
from typing import Any

from dopusk.journal.entry import Entry
from dopusk.verdict import Verdict
from dopusk.verdict.result import MessageRecord, ScenarioResult
from reports.unpacked import is_archive, is_xml, members

BODY_LIMIT = 32_768
"""Characters of a body that a report keeps (after base64 is shortened)."""
DOCUMENT_LIMIT = 262_144
"""Characters of a document taken out of a message that a finding points into."""
GLANCE_LIMIT = 6_000
"""Characters of a file taken out of an archive that nobody has complained of."""

_BASE64 = re.compile(r"[A-Za-z0-9+/](?:[A-Za-z0-9+/\r\n]|&#13;){158,}+={0,2}")
_CHARSET = re.compile(rb"""(?:charset=["']?|encoding=["'])([A-Za-z0-9._-]{2,40})""")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def record(entry: Entry, *, documents: bool = False) -> MessageRecord:
    """Return the entry as the report shows it.

    The files of ОМС that travel in ZIP archives are put, decoded, into `note["documents"]` (a list
    of `part` and `text`); with `documents` so are the XML documents that travel as base64, and
    whole, so that a finding can be shown in place.
    """
    text = decode(entry.body, entry.headers.get("Content-Type", ""))
    note = dict(entry.note)
    if entry.url:
        note.setdefault("url", entry.url)
    found = list(_documents(entry.body, text, wanted=documents))
    if found:
        note["documents"] = found
    return MessageRecord(
        seq=entry.seq,
        at=entry.at.isoformat(timespec="milliseconds"),
        stand_at=entry.stand_at.isoformat(timespec="milliseconds"),
        phase=str(entry.phase),
        actor=entry.actor,
        peer=entry.peer,
        operation=entry.operation,
        status=entry.status,
        message_id=entry.message_id,
        relates_to=entry.relates_to,
        local_uid=entry.local_uid,
        body=cut(shorten(text), BODY_LIMIT),
        size=len(entry.body),
        note=note,
    )


def records(
    entries: Iterable[Entry], scenarios: Iterable[ScenarioResult] = ()
) -> tuple[MessageRecord, ...]:
    """Return every entry as a record; where a step with findings looked, and before it in a
    failed scenario, with whole documents.
    """
    wanted: set[int] = set()
    for scenario in scenarios:
        looked = {number for step in scenario.steps if step.findings for number in step.messages}
        wanted |= looked
        if scenario.verdict is Verdict.FAIL and looked and scenario.journal[0] > 0:
            wanted.update(range(scenario.journal[0], max(looked)))
    return tuple(record(entry, documents=entry.seq in wanted) for entry in entries)


def decode(data: bytes, content_type: str = "") -> str:
    """Return the bytes as text for reading; what cannot be shown is replaced, never an error."""
    if data[:4] in (b"%PDF", b"PK\x03\x04") or b"\x00" in data[:64]:
        return f"[двоичные данные, {len(data)} байт, начало {data[:16].hex(' ')}]"
    named = _CHARSET.search(content_type.encode()) or _CHARSET.search(data[:200])
    for name in ("utf-8-sig", named[1].decode() if named else "utf-8"):
        try:
            text = codecs.decode(data, name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
        if isinstance(text, str):
            return _CONTROL.sub("\ufffd", text)
    return _CONTROL.sub("\ufffd", data.decode("utf-8", errors="replace"))


def shorten(text: str) -> str:
    """Return the text with long base64 shortened; the number of lines does not change."""
    return _BASE64.sub(_short, text)


def cut(text: str, limit: int) -> str:
    """Return at most `limit` characters, and how many are left out."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}\n… ещё {len(text) - limit} знаков — целиком в журнале"


def _short(match: re.Match[str]) -> str:
    packed = match.group()
    lines = packed.count("\n")
    text = _joined(packed)
    data = _unpacked(text)
    if data is None:
        return f"{text[:24]}… [{len(text)} знаков]" + "\n" * lines
    digest = hashlib.sha256(data).hexdigest()[:16]
    return f"{text[:24]}… [base64, {len(data)} байт, sha256 {digest}…]" + "\n" * lines


def _joined(packed: str) -> str:
    return re.sub(r"&#13;|\s", "", packed)


def _unpacked(text: str) -> bytes | None:
    """Return what the base64 holds; None when it is none."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def _documents(body: bytes, text: str, *, wanted: bool) -> Iterator[dict[str, Any]]:
    """Yield the documents in a message: of an archive always, of base64 XML when `wanted`."""
    limit = DOCUMENT_LIMIT if wanted else GLANCE_LIMIT
    if is_archive(body):
        yield from _files(body, limit)
        return
    for match in _BASE64.finditer(text):
        data = _unpacked(_joined(match.group())) or b""
        if is_archive(data):
            yield from _files(data, limit)
        elif wanted and is_xml(data):
            yield {"part": "ЭМД", "text": cut(shorten(decode(data)), limit)}


def _files(archive: bytes, limit: int) -> Iterator[dict[str, Any]]:
    for name, data, size in members(archive, limit):
        text = shorten(decode(data))
        more = f"\n… всего {size} байт — целиком в журнале"
        cut_off = len(text) > limit or size > len(data)
        yield {"part": name, "text": text[:limit] + more if cut_off else text}
