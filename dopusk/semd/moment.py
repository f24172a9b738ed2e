"""Times of CDA (TS) and of XML Schema, compared as far as both are precise."""

from __future__ import annotations

import re
from datetime import date, datetime

from dopusk.clock import MOSCOW

_TS = re.compile(r"(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})(\d{2})?)?([+-]\d{4})?")
_FORMATS = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}


def read_ts(text: str) -> datetime | date | None:
    """Return the moment or the day of an HL7 TS value; None for less than a day or another form.

    A time without an offset is taken as Moscow time.
    """
    match = _TS.fullmatch(text.strip())
    if match is None:
        return None
    digits, offset = "".join(group or "" for group in match.groups()[:6]), match[7]
    form = _FORMATS.get(len(digits))
    if form is None:
        return None
    try:
        if len(digits) == 8:
            return datetime.strptime(digits, form).date()
        if offset:
            return datetime.strptime(digits + offset, form + "%z")
        return datetime.strptime(digits, form).replace(tzinfo=MOSCOW)
    except ValueError:
        return None


def read_date_time(text: str) -> datetime | date | None:
    """Return the moment of an xs:dateTime, or the day of an xs:date; None for another form.

    A time without an offset is taken as Moscow time.
    """
    text = text.strip()
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=MOSCOW)


def same_moment(ts: str, other: str) -> bool:
    """Tell whether an HL7 TS and an xs:dateTime (or xs:date) name one moment.

    They are compared to the minute when both have a time, else by day (of each one's own zone).
    What cannot be read is compared as text.
    """
    left, right = read_ts(ts), read_date_time(other)
    if left is None or right is None:
        return ts.strip() == other.strip()
    if isinstance(left, datetime) and isinstance(right, datetime):
        return _minute(left) == _minute(right)
    return _day(left) == _day(right)


def _minute(moment: datetime) -> datetime:
    return moment.astimezone(MOSCOW).replace(second=0, microsecond=0)


def _day(moment: datetime | date) -> date:
    return moment.date() if isinstance(moment, datetime) else moment
