"""Makes the files of an official package usable and says what it had to mend."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

from dopusk.packs.pack import PackError
from dopusk.wire.xml import XmlLimits, read_xml

LIMITS = XmlLimits(max_bytes=20 * 1024 * 1024, max_depth=60)
_PROLOG = re.compile(rb"^\s*<\?xml[^>]*\?>")
_LOCATION = re.compile(
    rb"""(?P<head>\b(?:schemaLocation|href)\s*=\s*)(?P<quote>["'])(?P<path>[^"']*)(?P=quote)"""
)


def referred(name: str, data: bytes) -> set[str]:
    """Return the files of the package that a rule file refers to, its own fragments aside."""
    folder = PurePosixPath(name).parent
    paths = (match["path"].decode("utf-8", "replace") for match in _LOCATION.finditer(data))
    plain = (path.replace("\\", "/").split("#")[0] for path in paths)
    return {target for path in plain if path and (target := _joined(folder, path))}


def repaired(name: str, data: bytes, names: Iterable[str]) -> tuple[bytes, list[str]]:
    """Return a rule file as UTF-8 with references that every system follows, and the defects.

    Backslashes in references become slashes. A reference to the network or out of the package, a
    DTD and broken XML raise PackError.
    """
    defects: list[str] = []
    text = _as_utf8(name, data, defects)
    known = frozenset(names)
    backslashes = 0

    def follow(match: re.Match[bytes]) -> bytes:
        nonlocal backslashes
        path = match["path"].decode("utf-8", "replace")
        whole: bytes = match[0]
        if not path or " " in path.strip():
            return whole
        plain = path.replace("\\", "/")
        backslashes += plain != path
        if re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", plain) or plain.startswith("/"):
            raise PackError(f"{name}: ссылка «{path}» ведёт в сеть или за пределы пакета")
        target = _joined(PurePosixPath(name).parent, plain.split("#")[0])
        if target is None:
            raise PackError(f"{name}: ссылка «{path}» ведёт за пределы пакета")
        if target not in known:
            defects.append(f"{name}: нет файла по ссылке «{path}»")
        quote = match["quote"]
        return match["head"] + quote + plain.encode() + quote

    mended = _LOCATION.sub(follow, text)
    if backslashes:
        defects.append(f"{name}: обратная косая черта в ссылках, {backslashes} (исправлено)")
    return mended, defects


def _as_utf8(name: str, data: bytes, defects: list[str]) -> bytes:
    reading = read_xml(data, part=name, limits=LIMITS)
    codes = {item.code for item in reading.findings}
    if "BYTES-BOM" in codes:
        defects.append(f"{name}: метка порядка байтов (BOM)")
        data = data.removeprefix(b"\xef\xbb\xbf")
    if reading.tree is not None and "BYTES-ENCODING" not in codes:
        return data
    if "BYTES-NOT-UTF8" in codes:
        text = data.decode("cp1251", "strict" if b"\x98" not in data else "replace")
        mended = text.encode()
        if read_xml(mended, part=name, limits=LIMITS).tree is None:
            raise PackError(f"{name}: {reading.findings[-1].message}")
        defects.append(f"{name}: байты в windows-1251, а объявлена UTF-8 (исправлено)")
        return mended
    if reading.tree is None:
        raise PackError(f"{name}: {reading.findings[-1].message}")
    encoding = reading.tree.docinfo.encoding or "?"
    declared = next((i.got for i in reading.findings if i.code == "BYTES-ENCODING"), encoding)
    if str(declared).lower() not in ("ascii", "us-ascii"):
        defects.append(f"{name}: кодировка {declared} (переписано в UTF-8)")
    text = data.decode(str(declared))
    body = _PROLOG.sub(b"", text.removeprefix("\ufeff").encode())
    return b'<?xml version="1.0" encoding="UTF-8"?>' + body


def _joined(folder: PurePosixPath, path: str) -> str | None:
    """Return folder/path without `..`, None when it leaves the package."""
    parts: list[str] = []
    for part in (*folder.parts, *PurePosixPath(path).parts):
        if part == "..":
            if not parts:
                return None
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)
