"""The stand's calendar: real time moved by whole days to the as-of date of the declaration."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone

MOSCOW = timezone(timedelta(hours=3), "МСК")
"""Zone in which the stand writes its times (РЭМД answers carry +03:00)."""


def _real_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Clock:
    """Tells the stand's date and time.

    The shift is a whole number of days, so the time of day stays real and durations are
    never distorted; only the calendar moves.
    """

    shift: timedelta = timedelta(0)
    source: Callable[[], datetime] = _real_now

    @classmethod
    def at(cls, as_of: date | None, source: Callable[[], datetime] = _real_now) -> Clock:
        """Return a clock whose date is now `as_of` (or the real date when it is None)."""
        if as_of is None:
            return cls(source=source)
        return cls(shift=as_of - source().astimezone(MOSCOW).date(), source=source)

    def now(self) -> datetime:
        """Return the stand's time, zone-aware, in Moscow time."""
        return (self.source() + self.shift).astimezone(MOSCOW)

    def today(self) -> date:
        """Return the stand's date in Moscow time."""
        return self.now().date()
