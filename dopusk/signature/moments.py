"""Moments as signatures compare and findings show them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

_MOSCOW = timezone(timedelta(hours=3))


def aware(moment: datetime) -> datetime:
    """Return the moment with a zone; a time without one is Moscow time."""
    return moment if moment.tzinfo else moment.replace(tzinfo=_MOSCOW)


def shown(moment: datetime) -> str:
    """Return the moment for people, in UTC as signatures hold it."""
    return f"{moment.astimezone(UTC):%d.%m.%Y %H:%M:%S} UTC"


def shown_day(moment: datetime) -> str:
    """Return the day in Moscow for people."""
    return f"{moment.astimezone(_MOSCOW):%d.%m.%Y}"
