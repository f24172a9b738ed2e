"""Names inside a certificate, and how they are compared with the request."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

ATTRIBUTES = {
    "2.5.4.3": "CN",
    "2.5.4.4": "SN",
    "2.5.4.42": "G",
    "2.5.4.12": "T",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.9": "STREET",
    "1.2.840.113549.1.9.1": "E",
    "1.2.643.100.1": "ОГРН",
    "1.2.643.100.5": "ОГРНИП",
    "1.2.643.100.3": "СНИЛС",
    "1.2.643.3.131.1.1": "ИНН",
    "1.2.643.100.4": "ИННЮЛ",
}
"""Attributes of Russian certificates (order of ФСБ № 795, appendix) and their short names."""

OIDS = {short: oid for oid, short in ATTRIBUTES.items()}


@dataclass(frozen=True, slots=True)
class Names:
    """A distinguished name: octets for chains, values for people."""

    der: bytes = field(repr=False)
    values: Mapping[str, tuple[str, ...]] = field(hash=False)
    """Values by short name («CN», «СНИЛС»), or by OID for other attributes."""

    def first(self, short: str) -> str | None:
        """Return the first value of an attribute."""
        return next(iter(self.values.get(short, ())), None)

    @property
    def title(self) -> str:
        """Return the name a person would use: CN, or all of it."""
        return self.first("CN") or str(self)

    @property
    def snils(self) -> str | None:
        """Return the digits of СНИЛС."""
        value = self.first("СНИЛС")
        return None if value is None else digits(value)

    @property
    def ogrn(self) -> str | None:
        """Return the digits of ОГРН or ОГРНИП."""
        value = self.first("ОГРН") or self.first("ОГРНИП")
        return None if value is None else digits(value)

    @property
    def organization_inn(self) -> str | None:
        """Return the 10 digits of the organisation's ИНН; older certificates put 00 before them."""
        value = self.first("ИННЮЛ")
        if value is not None:
            return digits(value)
        old = digits(self.first("ИНН") or "")
        return old[2:] if len(old) == 12 and old.startswith("00") else None

    def __str__(self) -> str:
        return ", ".join(
            f"{short}={value}" for short, all_ in self.values.items() for value in all_
        )


def digits(text: str) -> str:
    """Return the digits of a number written with spaces and hyphens."""
    return "".join(ch for ch in text if ch.isdecimal())


_QUOTES = re.compile(r"[«»“”„‟\"'`]")
_GAPS = re.compile(r"[\s‐‑–—-]+")


def same(left: str, right: str) -> bool:
    """Tell whether two names agree but for case, quotes, ё, hyphens and spaces."""
    return _plain(left) == _plain(right)


def _plain(text: str) -> str:
    text = _QUOTES.sub("", text.casefold().replace("ё", "е"))
    return _GAPS.sub(" ", text).strip()
