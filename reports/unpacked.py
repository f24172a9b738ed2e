"""Documents that travel inside a message, as text: СЭМД in base64, files of ОМС in ZIP archives."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator

_ZIP = b"PK\x03\x04"
_MEMBERS = 4
"""Files of one archive that are shown."""
_BYTES = 4
"""Bytes that are read for each character that is wanted: enough for any encoding."""


def is_archive(data: bytes) -> bool:
    """Tell whether the bytes start as a ZIP archive does."""
    return data.startswith(_ZIP)


def is_xml(data: bytes) -> bool:
    """Tell whether the bytes start as XML does."""
    return data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def members(data: bytes, limit: int) -> Iterator[tuple[str, bytes, int]]:
    """Yield name, first bytes and full size of the XML files in an archive.

    No more is unpacked than `limit` characters need, so an archive that swells costs nothing. A
    broken or encrypted one yields nothing: the checks have said so.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for item in archive.infolist()[:_MEMBERS]:
                with archive.open(item) as stream:
                    head = stream.read(limit * _BYTES)
                if is_xml(head):
                    yield item.filename, head, item.file_size
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, ValueError):
        # RuntimeError is what zipfile raises for a password, NotImplementedError for a method.
        return
