"""Forms of values in messages of РЭМД."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date, datetime
from uuid import UUID

from dopusk.verdict import Where
from dopusk.wire.messages import Read

_DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")
_DATE = re.compile(r"(\d{4}-\d{2}-\d{2})(Z|[+-]\d{2}:\d{2})?")
_EMDR_ID = re.compile(r"\d{2}\.\d{2}\.\d{3,4}\.\d{9}|\d{1,3}\.\d{2}\.\d{2}\.\d{2}\.\d{9}")
_SNILS = re.compile(r"[0-9]{11}")
_SPACE = re.compile(r"\s+")


def text(read: Read | None) -> str:
    """Return the value, empty when there is none."""
    return read.value if read is not None else ""


def place(read: Read | None, parent: Where | None, name: str) -> Where:
    """Return where a value stands, or where it should have stood under `parent`."""
    if read is not None:
        return read.where
    base = parent or Where()
    return Where(base.part, base.file, base.line, None, f"{base.xpath or ''}/{name}")


def is_uuid(value: str) -> bool:
    """Tell whether this is a UUID in its usual form, with or without dashes."""
    try:
        return UUID(value).hex == value.replace("-", "").lower()
    except ValueError:
        return False


def is_emdr_id(value: str) -> bool:
    """Tell whether this is a number of РЭМД, of the old or the new form (СЭМД guides)."""
    return _EMDR_ID.fullmatch(value) is not None


def date_time(value: str) -> datetime | None:
    """Return an xs:dateTime that names its zone; None for anything else."""
    if _DATE_TIME.fullmatch(value) is None:
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def calendar_date(value: str) -> date | None:
    """Return an xs:date, its zone left out; None for anything else."""
    match = _DATE.fullmatch(value)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def has_snils_form(value: str) -> bool:
    """Tell whether these are eleven digits, as РЭМД takes a СНИЛС."""
    return _SNILS.fullmatch(value) is not None


def same_name(one: str, other: str) -> bool:
    """Compare names as registries do: case, spaces at the ends and ё do not matter."""
    fold = str.maketrans("ё", "е")
    left, right = (_SPACE.sub(" ", v.strip().casefold()).translate(fold) for v in (one, other))
    return left == right


def decode_base64(value: str) -> bytes | None:
    """Return the bytes of base64 text, line breaks allowed; None when it is not base64."""
    try:
        return base64.b64decode(_SPACE.sub("", value), validate=True)
    except (binascii.Error, ValueError):
        return None
