"""Files that a ТФОМС sends: written and packed the same way as registers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final

from lxml import etree

ENCODING: Final = "windows-1251"
EPOCH = (2000, 1, 1, 0, 0, 0)
"""Time of every member: the same content gives the same bytes."""


def write_xml(root: etree._Element, encoding: str = ENCODING) -> bytes:
    """Return a file; characters that the encoding does not have become references."""
    out = io.BytesIO()
    out.write(f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode("ascii"))
    etree.ElementTree(root).write(out, encoding=encoding, xml_declaration=False)
    return out.getvalue()


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return a ZIP with these members, by name."""
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return box.getvalue()
