"""Which kind a templateId belongs to."""

from __future__ import annotations

import re
from functools import cache

from dopusk.remd.kinds import kinds

_LEGACY = re.compile(r"1\.2\.643\.5\.1\.13\.13\.14\.(\d+)\.9\.(\d+)")
"""templateId of 2020-2023: type of НСИ 1522 and edition (semd.md §3)."""


@cache
def kind_by_template(root: str) -> str | None:
    """Return the code of НСИ 1520 of a templateId/@root, of today's or of the older form."""
    legacy = _LEGACY.fullmatch(root)
    for item in kinds().values():
        if item.template and item.template == root:
            return item.code
        if legacy and item.type_1522 == legacy[1] and item.template.endswith(f".{legacy[2]}"):
            return item.code
    return None
