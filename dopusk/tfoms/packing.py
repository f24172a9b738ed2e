"""ZIP archives that a ТФОМС sends: answers are packed the same way as registers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

EPOCH = (2000, 1, 1, 0, 0, 0)
"""Time of every member: the same content gives the same bytes."""


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return a ZIP with these members, by name."""
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return box.getvalue()
