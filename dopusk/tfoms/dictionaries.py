"""Dictionaries of ФФОМС (F0xx, V0xx) with dates: schemas/tfoms/nsi/*.tsv."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dopusk.suite import schemas


class UnknownDictionaryError(LookupError):
    """The stand holds no dictionary of this name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a dictionary."""

    code: str
    name: str
    since: date | None
    """First day in force; None: not told."""
    until: date | None
    """Last day in force; None: open."""
    more: Mapping[str, str]
    """Other columns: DL_USLOV of V009, OSN, K_NO, K_SH and IDVID of F014."""

    def on(self, day: date | None) -> bool:
        """Tell whether the row is in force on the day; any row is when the day is not known."""
        if day is None:
            return True
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True, slots=True)
class Dictionary:
    """One dictionary, all its rows by code."""

    name: str
    title: str
    source: str
    rows: Mapping[str, tuple[Row, ...]]

    def has(self, code: str, on: date | None = None) -> bool:
        """Tell whether the code is in force on the day (`None`: on any)."""
        return any(row.on(on) for row in self.rows.get(code, ()))

    def row(self, code: str, on: date | None = None) -> Row | None:
        """Return the row in force on the day; None when there is none."""
        return next((row for row in self.rows.get(code, ()) if row.on(on)), None)


def folder() -> Path:
    """Return the folder with the tables and their index."""
    return schemas() / "tfoms" / "nsi"


@cache
def index() -> Mapping[str, Mapping[str, Any]]:
    """Return what index.toml says of each dictionary, by its name."""
    return MappingProxyType(tomllib.loads((folder() / "index.toml").read_text(encoding="utf-8")))


@cache
def dictionary(name: str) -> Dictionary:
    """Return a dictionary, «V009»; raises UnknownDictionaryError."""
    if name not in index():
        raise UnknownDictionaryError(name)
    rows: dict[str, tuple[Row, ...]] = {}
    with (folder() / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            row = _row(line)
            rows[row.code] = (*rows.get(row.code, ()), row)
    known = index()[name]
    return Dictionary(name, known["title"], known["source"], MappingProxyType(rows))


def _row(line: dict[str, str]) -> Row:
    return Row(
        code=line.pop("CODE"),
        name=line.pop("NAME"),
        since=_day(line.pop("DATEBEG")),
        until=_day(line.pop("DATEEND")),
        more=MappingProxyType(line),
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
