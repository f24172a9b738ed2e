"""Checks of Q015 as data: schemas/tfoms/q015/*.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dopusk.suite import schemas

MAIN = "ZL_LIST"
PERSONS = "PERS_LIST"
EVERY_FAMILY = frozenset("CHTX")
"""Checks of files C and T are those that hold for all families."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One check of Q015."""

    id: str
    files: str
    """TYPE_MD: the families of files it is for."""
    path: str
    """ID_EL: the element that is checked."""
    at: str
    """Path of the elements at which it is made; «end» when the whole file is read."""
    kind: str
    """dictionary, values, mask, present, absent, assert or cross."""
    when: str | None
    """Condition in our language; None: always."""
    official: str | None
    """USL_TEST where it is not literally `when`."""
    text: str | None
    since: date
    until: date | None
    """First and last day, by reporting period."""
    until_by_file: Mapping[str, date]
    more: Mapping[str, Any]
    """What its kind needs: nsi, form, values, check, mask, min, max, chars, unique, assert…"""

    @property
    def leaf(self) -> str:
        """Return the name of the element that is checked."""
        return self.path.rpartition("/")[2]

    @property
    def container(self) -> str:
        """Return the path of its parent."""
        return self.path.rpartition("/")[0]

    def covers(self, family: str, period: date) -> bool:
        """Tell whether the check is made of a file of this family for this reporting month."""
        if not (self.since.replace(day=1) <= period):
            return False
        last = self.until or next(
            (day for families, day in self.until_by_file.items() if family in families), None
        )
        if last is not None and period > last:
            return False
        if self.files == "L":
            return True
        if family in "HX":
            return family in self.files
        return set(self.files) >= EVERY_FAMILY and family in self.files


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A check of Q015 that the stand does not make."""

    id: str
    reason: str


def folder() -> Path:
    """Return the folder with the tables of checks."""
    return schemas() / "tfoms" / "q015"


@cache
def rules() -> tuple[Rule, ...]:
    """Return every check that the stand makes, in the order of ids."""
    found = [
        _rule(code, row)
        for file in sorted(folder().glob("[0-9]*.toml"))
        for code, row in tomllib.loads(file.read_text(encoding="utf-8")).items()
    ]
    return tuple(sorted(found, key=lambda rule: rule.id))


@cache
def not_taken() -> tuple[NotTaken, ...]:
    """Return the checks of Q015 that the stand does not make, each with the reason."""
    groups = tomllib.loads((folder() / "not_taken.toml").read_text(encoding="utf-8"))["group"]
    return tuple(
        sorted(
            (NotTaken(code, group["reason"]) for group in groups for code in group["ids"]),
            key=lambda one: one.id,
        )
    )


_COMMON = frozenset(
    ("files", "path", "at", "kind", "when", "official", "text", "since", "until", "until_by_file")
)


def _rule(code: str, row: Mapping[str, Any]) -> Rule:
    path: str = row["path"]
    return Rule(
        id=code,
        files=row["files"],
        path=path,
        at=row.get("at", path.rpartition("/")[0]),
        kind=row["kind"],
        when=row.get("when"),
        official=row.get("official"),
        text=row.get("text"),
        since=row["since"],
        until=row.get("until"),
        until_by_file=MappingProxyType(row.get("until_by_file", {})),
        more=MappingProxyType({key: value for key, value in row.items() if key not in _COMMON}),
    )


def mask_pattern(mask: str) -> re.Pattern[str]:
    """Return the pattern of an official mask: 9 a digit, X a digit or nothing, A a Latin letter.

    A group after a point that may be empty as a whole may be left out with its point
    (A99.99X.999.XXX); «ГГГГ-ММ-ДД» is a date by its form.
    """
    if mask == "ГГГГ-ММ-ДД":
        return re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
    parts = []
    for place, group in enumerate(mask.split(".")):
        pattern = "".join(_MASK.get(sign, re.escape(sign)) for sign in group)
        if place == 0:
            parts.append(pattern)
        elif set(group) == {"X"}:
            parts.append(f"(?:\\.[0-9]{{1,{len(group)}}})?")
        else:
            parts.append(f"\\.{pattern}")
    return re.compile("".join(parts))


_MASK: Mapping[str, str] = MappingProxyType({"9": "[0-9]", "X": "[0-9]?", "A": "[A-Z]"})
