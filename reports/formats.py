"""Numbers and times as a reader of a report expects them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dopusk.clock import MOSCOW


def moment(text: str, lang: str = "ru") -> str:
    """Return an ISO time as «14.03.2024 12:30:08» in Moscow time; other text as it is."""
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return text
    if when.tzinfo is None:
        return when.strftime("%d.%m.%Y")
    return when.astimezone(MOSCOW).strftime("%d.%m.%Y %H:%M:%S ") + (
        "МСК" if lang == "ru" else "MSK"
    )


def number(value: float) -> str:
    """Return a number with thin spaces between thousands."""
    return f"{value:,}".replace(",", "\u202f")


def span(seconds: float, lang: str = "ru") -> str:
    """Return seconds as a reader wants them: 0,12 · 8,4 · 125."""
    digits = 2 if seconds < 1 else 1 if seconds < 100 else 0
    text = f"{seconds:.{digits}f}"
    return text.replace(".", ",") if lang == "ru" else text


def place(where: Mapping[str, Any] | None) -> str:
    """Return the `where` of a finding as «ЭМД:12:3 /ClinicalDocument[1]»; empty when unknown."""
    known = where or {}
    name = known.get("file") or known.get("part")
    spot = ":".join(str(bit) for bit in (name, known.get("line"), known.get("column")) if bit)
    return " ".join(bit for bit in (spot, known.get("xpath")) if bit)
