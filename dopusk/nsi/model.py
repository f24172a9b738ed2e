"""A dictionary of НСИ as values: its passport and its rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

_OID = re.compile(r"[0-2](\.(0|[1-9]\d{0,38})){1,30}")
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]{0,31}")


class NsiError(ValueError):
    """A dictionary cannot be read or imported: the Russian text says what, where, how to mend."""


class Origin(StrEnum):
    """Where a dictionary comes from."""

    OWN = "own"
    """schemas/nsi of the stand."""
    IMPORTED = "imported"
    """The user's folder, by `dopusk nsi add`."""


@dataclass(frozen=True, slots=True)
class Passport:
    """What is known of one version of a dictionary, without its rows."""

    oid: str
    version: str
    name: str | None
    """Full name, cited as codeSystemName; None when it is not known."""
    code_column: str
    """Column of the codes (PRIMARY)."""
    value_column: str
    """Column of the names (VALUE)."""
    rows: int
    sha256: str
    source: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Dictionary:
    """One version of a dictionary."""

    passport: Passport
    names: Mapping[str, str]
    """Name (VALUE) by code (PRIMARY), in the order of the table."""

    @property
    def oid(self) -> str:
        """Return the OID."""
        return self.passport.oid

    @property
    def version(self) -> str:
        """Return the version."""
        return self.passport.version


def digest(rows: Iterable[tuple[str, str]]) -> str:
    """Return SHA-256 (hex) of a table: lines «code TAB name», each ended by LF, in UTF-8."""
    whole = sha256()
    for code, name in rows:
        whole.update(f"{code}\t{name}\n".encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def is_oid(text: str) -> bool:
    """Tell whether this is an OID in dotted form, of a length that a dictionary can have."""
    return _OID.fullmatch(text) is not None


def is_version(text: str) -> bool:
    """Tell whether this can be a version of a dictionary: «2.1», «10.1_old»."""
    return _VERSION.fullmatch(text) is not None


def version_order(text: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts versions by their numbers, 2.10 after 2.9."""
    return tuple(
        (int(part), "") if part.isascii() and part.isdigit() else (-1, part)
        for part in re.split(r"[._-]", text)
    )
