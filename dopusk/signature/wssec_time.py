"""wsu:Timestamp of a message (WS-Security 1.1 §10)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lxml import etree

from dopusk.signature.moments import shown
from dopusk.signature.wssec_names import WSU


def timestamp_problem(timestamp: etree._Element, now: datetime, tolerance: timedelta) -> str | None:
    """Return in Russian why the message is not of this moment, None when it is."""
    created, expires = (_moment(timestamp, name) for name in ("Created", "Expires"))
    if isinstance(created, str):
        return created
    if isinstance(expires, str):
        return expires
    if created is not None and created > now + tolerance:
        return f"создано {shown(created)}"
    if expires is not None and expires < now - tolerance:
        return f"истекло {shown(expires)}"
    return None


def _moment(timestamp: etree._Element, name: str) -> datetime | str | None:
    """Return the moment, None when it is absent, or what is wrong with it."""
    element = timestamp.find(f"{{{WSU}}}{name}")
    if element is None:
        return None
    text = (element.text or "").strip()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return f"{name} не читается ({text})"
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
