"""Files that a ТФОМС sends: written and packed the same way as registers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import IO, Final

from lxml import etree

ENCODING: Final = "windows-1251"
Content = bytes | Callable[[IO[bytes]], None]
"""A file: its bytes, or what writes them."""
EPOCH = (2000, 1, 1, 0, 0, 0)
"""Time of every member: the same content gives the same bytes."""


def write_xml(root: etree._Element, encoding: str = ENCODING) -> bytes:
    """Return a file; characters that the encoding does not have become references."""
    out = io.BytesIO()
    out.write(f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode("ascii"))
    etree.ElementTree(root).write(out, encoding=encoding, xml_declaration=False)
    return out.getvalue()


def pack(members: Mapping[str, Content]) -> bytes:
    """Return a ZIP with these members, by name; a member may be written piece by piece."""
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(info, "w", force_zip64=not isinstance(content, bytes)) as member:
                if isinstance(content, bytes):
                    member.write(content)
                else:
                    content(member)
    return box.getvalue()
