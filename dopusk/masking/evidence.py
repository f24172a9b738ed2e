"""Irreversible masking of a journal: stand-ins in every body, and what that takes away."""

from __future__ import annotations

import base64
import io
import json
import re
import sqlite3
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dopusk.journal import JournalError, store
from dopusk.masking.masker import Masker
from dopusk.masking.reading import MAX_MEMBER, PACKED, unpacked

REMOVED: Final = "снято при обезличивании".encode()
"""What stands for a signature, a picture or other bytes that cannot be looked through."""
LOST: Final = ("SIG-", "PKI-", "WSS-", "REG-CHECKSUM", "FILE-CHECKSUM", "FILE-CHANGED", "BYTES-")
"""Beginnings of codes that masked evidence cannot be judged by: of signatures and exact bytes."""
_ENCODING: Final = re.compile(rb"""encoding=["']([A-Za-z0-9._-]{2,40})""")


@dataclass
class Loss:
    """What masking changed and took away."""

    entries: int = 0
    """Entries of the journal with another body, header or note."""
    documents: int = 0
    """Documents and registers packed in messages that were rewritten."""
    removed: int = 0
    """Signatures and other bytes that were taken out."""

    def sentences(self) -> tuple[str, ...]:
        """Return the loss in Russian, for the manifest and for whoever judges again."""
        if not self.entries:
            return ()
        told = [
            f"Улики обезличены без возврата: изменено записей журнала {self.entries}, "
            f"документов и реестров {self.documents}; год рождения и возраст сохранены."
        ]
        if self.removed:
            told.append(
                f"Подписи, сертификаты и двоичные вложения сняты ({self.removed}): подписи, "
                "контрольные суммы и побайтовое сравнение документов заново не судятся."
            )
        return tuple(told)


def is_lost(code: str) -> bool:
    """Tell whether masked evidence cannot be judged by this rule."""
    return code.startswith(LOST)


def mask_journal(source: Path, target: Path, masker: Masker) -> Loss:
    """Write the journal anew with stand-ins for personal values; return what was lost.

    Numbers, times and identifiers of the entries stay. `target` must not exist. Raises
    JournalError.
    """
    loss = Loss()
    reader = store.connect_to_read(source)
    try:
        store.create(target, store.read_meta(source, reader))
        writer = store.connect(target, mode="rw")
        try:
            writer.execute("BEGIN")
            for row in reader.execute(f"{store.SELECT} ORDER BY seq"):
                masked = _row(row, masker, loss)
                loss.entries += masked != tuple(row)
                writer.execute(store.INSERT, masked)
            writer.execute("COMMIT")
            # A single file goes into the archive: nothing may stay in a WAL beside it.
            writer.execute("PRAGMA journal_mode = DELETE")
        finally:
            writer.close()
    except sqlite3.Error as error:
        raise JournalError(target, store.explain(error)) from error
    finally:
        reader.close()
    return loss


def _row(row: store.Row, masker: Masker, loss: Loss) -> store.Row:
    values = dict(zip(store.COLUMNS, row, strict=True))
    for name in ("headers", "note"):
        data = json.loads(values[name])
        masked = masker.data(data)
        if masked != data:
            values[name] = json.dumps(masked, ensure_ascii=False)
    if values["url"]:
        values["url"] = masker.text(values["url"])
    values["body"] = mask_body(bytes(values["body"]), masker, loss)
    return tuple(values[name] for name in store.COLUMNS)


def mask_body(body: bytes, masker: Masker, loss: Loss) -> bytes:
    """Return a message with stand-ins, in documents and registers packed in it as well."""
    if not body:
        return body
    if body[:2] == b"PK":
        return _archive(body, masker, loss)
    if b"\0" in body or body[:4] == b"%PDF":
        loss.removed += 1
        return REMOVED
    encoding = _encoding(body)
    parts, last = [], 0
    for match in PACKED.finditer(body):
        parts.append(_text(body[last : match.start()], encoding, masker))
        parts.append(_packed(match.group(), masker, loss))
        last = match.end()
    parts.append(_text(body[last:], encoding, masker))
    return b"".join(parts)


def _text(data: bytes, encoding: str, masker: Masker) -> bytes:
    """Return the text with stand-ins; bytes that are no text stay between them."""
    try:
        text = data.decode(encoding, errors="surrogateescape")
        masked = masker.text(text)
        return data if masked == text else masked.encode(encoding, errors="surrogateescape")
    except (LookupError, UnicodeError):
        return masker.text(data.decode("utf-8", errors="replace")).encode("utf-8", "replace")


def _packed(packed: bytes, masker: Masker, loss: Loss) -> bytes:
    data = unpacked(packed)
    if not data:
        return packed
    if data[:2] == b"PK" or data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        masked = mask_body(data, masker, loss)
        if masked == data:
            return packed
        loss.documents += 1
        return base64.b64encode(masked)
    loss.removed += 1
    return base64.b64encode(REMOVED)


def _archive(data: bytes, masker: Masker, loss: Loss) -> bytes:
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
            for item in old.infolist():
                if item.file_size > MAX_MEMBER:
                    loss.removed += 1
                    return REMOVED
                content = mask_body(old.read(item), masker, loss)
                new.writestr(item, content, compress_type=zipfile.ZIP_DEFLATED)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, OSError, ValueError, EOFError):
        loss.removed += 1
        return REMOVED
    return made.getvalue()


def _encoding(body: bytes) -> str:
    named = _ENCODING.search(body[:200])
    return named[1].decode() if named else "utf-8"
