"""White space as XML means it."""

from __future__ import annotations

import re

_WORDS = re.compile(r"[^ \t\r\n]+").findall


def normalise(text: str) -> str:
    """Return fn:normalize-space(): words of the text with single spaces between them."""
    return " ".join(_WORDS(text))
