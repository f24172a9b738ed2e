"""Which VERSION a file of a register carries, by reporting month (schemas/tfoms/versions.toml)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from dopusk.suite import schemas

if TYPE_CHECKING:
    from dopusk.tfoms.territories import Territory

PERSONS = "L"
"""Family of the person file; the others are those of `PackageName.family`."""


@dataclass(frozen=True, slots=True)
class FormatVersion:
    """One version of the format, and the months for which it is taken."""

    version: str
    families: str
    since: str
    """First reporting month, «2025-07»; `until` is the last one."""
    until: str
    evidence: str
    source: str


@cache
def format_versions() -> tuple[FormatVersion, ...]:
    """Return the common calendar in its order."""
    text = (schemas() / "tfoms" / "versions.toml").read_text(encoding="utf-8")
    return tuple(FormatVersion(**row) for row in tomllib.loads(text)["version"])


def accepted_versions(
    family: str, year: int, month: int, territory: Territory | None = None
) -> tuple[str, ...]:
    """Return what VERSION may be for a reporting month, the newest settled one first.

    A territory's own calendar decides alone where it says anything. Empty when the month lies
    before the format or beyond all calendars.
    """
    if territory is not None and (own := territory.version(family, year, month)):
        return (own,)
    period = f"{year:04d}-{month:02d}"
    fitting = [
        row
        for row in format_versions()
        if family in row.families and row.since <= period <= row.until
    ]
    return _distinct(
        row.version
        for row in sorted(
            fitting, key=lambda row: (row.evidence == "профиль", row.since), reverse=True
        )
    )


def _distinct(versions: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(versions))


def known_version(family: str, version: str) -> bool:
    """Tell whether a family ever had this version, by the common calendar."""
    return any(row.version == version and family in row.families for row in format_versions())
