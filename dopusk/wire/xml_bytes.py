"""From bytes of unknown origin to UTF-8 that a parser may see; everything odd becomes a finding."""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from dataclasses import dataclass

from dopusk.verdict import Finding, Where, finding

_DECLARED = re.compile(rb"""<\?xml[^>]{0,80}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")

_SPACE = re.compile(rb"[ \t\r\n]*")

_ALIASES = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "utf-8",
    "ascii": "utf-8",
    "windows-1251": "cp1251",
    "cp1251": "cp1251",
    "koi8-r": "koi8-r",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-5": "iso-8859-5",
    "cp866": "cp866",
    "ibm866": "cp866",
}
"""Declared names that are read at all. Other names are not handed to Python's codec registry: it
holds codecs (zlib, unicode_escape, utf-7) that expand or hide what they decode."""

_WIDE_MARKS = (
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Utf8:
    """The bytes as UTF-8 without BOM; `data` is None when they cannot be read at all."""

    data: bytes | None
    findings: tuple[Finding, ...]


def to_utf8(data: bytes, where: Where) -> Utf8:
    """Return the same text in UTF-8, with line breaks kept, and what is wrong with its encoding.

    Codes: BYTES-EMPTY, BYTES-PDF, BYTES-NOT-XML, BYTES-BOM, BYTES-ENCODING, BYTES-NOT-UTF8.
    """
    if not data.strip():
        return Utf8(None, (finding("BYTES-EMPTY", where=where, got=f"{len(data)} байт"),))
    if data.lstrip()[:5] == b"%PDF-":
        return Utf8(None, (finding("BYTES-PDF", where=where),))
    found: list[Finding] = []
    if data.startswith(BOM_UTF8):
        found.append(finding("BYTES-BOM", where=_at(where, 1, 1), got="EF BB BF"))
        data = data[len(BOM_UTF8) :]
    wide = next((name for mark, name in _WIDE_MARKS if data.startswith(mark)), None)
    declared = _DECLARED.match(data)
    name = declared[1].decode("ascii") if declared else "utf-8"
    codec = wide or _ALIASES.get(name.lower())
    if wide or name.lower() not in ("utf-8", "utf8"):
        found.append(
            finding(
                "BYTES-ENCODING",
                where=_at(where, 1, 1),
                expected="UTF-8",
                got=wide.upper().removesuffix("-LE").removesuffix("-BE") if wide else name,
            )
        )
    if codec is None:
        return Utf8(None, tuple(found))
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        found.append(_undecodable(data, error, where))
        return Utf8(None, tuple(found))
    if codec != "utf-8":
        data = text.removeprefix("\ufeff").encode("utf-8", "replace")
    if b"<" not in data:
        found.append(finding("BYTES-NOT-XML", where=where, got=_sample(data)))
        return Utf8(None, tuple(found))
    return Utf8(data, tuple(found))


def has_prolog(data: bytes) -> bool:
    """Tell whether UTF-8 data starts with `<?xml …?>`."""
    return data.startswith(b"<?xml") and data[5:6].isspace()


def has_doctype(data: bytes) -> bool:
    """Tell whether a DOCTYPE stands before the root element of UTF-8 data, without parsing it.

    Linear: walks over white space, comments and processing instructions only.
    """
    at = 0
    while True:
        space = _SPACE.match(data, at)
        at = space.end() if space else at
        if data.startswith(b"<!--", at):
            end, width = data.find(b"-->", at + 4), 3
        elif data.startswith(b"<?", at):
            end, width = data.find(b"?>", at + 2), 2
        else:
            return data[at : at + 9].upper() == b"<!DOCTYPE"
        if end < 0:
            return False
        at = end + width


def _undecodable(data: bytes, error: UnicodeDecodeError, where: Where) -> Finding:
    before = data[: error.start]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    around = data[error.start : error.start + 24]
    guess = ""
    if error.reason == "unexpected end of data":
        guess = " Файл обрывается посреди знака."
    elif error.encoding in ("utf-8", "utf8"):
        letters = sum(byte >= 0xC0 for byte in around)
        if letters * 3 >= len(around):
            guess = f" Похоже на windows-1251: «{_printable(around.decode('cp1251', 'replace'))}»."
    return finding(
        "BYTES-NOT-UTF8",
        where=_at(where, line, column),
        expected=error.encoding,
        got=f"байты {around[:4].hex(' ').upper()}",
        guess=guess,
    )


def _sample(data: bytes) -> str:
    return _printable(data[:32].decode("utf-8", "replace"))


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text).strip()


def _at(where: Where, line: int, column: int) -> Where:
    return Where(part=where.part, file=where.file, line=line, column=column)
