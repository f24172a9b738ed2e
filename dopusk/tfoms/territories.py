"""Territories of ОМС whose ТФОМС the stand plays: codes, dialect of errors, payers, transports."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from dopusk.suite import schemas


class UnknownTerritoryError(LookupError):
    """The stand knows no territory of this code; the text names those that it knows."""


class Dialect(StrEnum):
    """What stands in OSHIB of a protocol for a failed check of a case."""

    Q015 = "Q015"
    """The id of the check: 006F.00.1040."""
    F012 = "F012"
    """The code of a kind of error: 904."""


class Transport(StrEnum):
    """How packages reach a ТФОМС."""

    REST = "rest"
    SOAP = "soap"
    FOLDER = "folder"


@dataclass(frozen=True, slots=True)
class VersionChange:
    """One line of a territory's own calendar of VERSION."""

    family: str
    """H, C, T or X for main files, L for person files."""
    since: str
    """First reporting month, «2026-01»."""
    version: str


@dataclass(frozen=True, slots=True)
class Territory:
    """One territory of ОМС."""

    okato: str
    """Five digits (ОКАТО): the code by which a declaration names the territory."""
    code: str
    """Two digits (F010): the ТФОМС in the name of a package."""
    name: str
    dialect: Dialect
    smo: tuple[str, ...]
    """Codes of insurers (F002) that pay here; invented for the stand."""
    transports: tuple[Transport, ...]
    versions: tuple[VersionChange, ...]
    """What differs from the common calendar; empty where nothing does."""
    evidence: str
    source: str

    def version(self, family: str, year: int, month: int) -> str | None:
        """Return this territory's own VERSION for a reporting month; None: the common one."""
        period = f"{year:04d}-{month:02d}"
        own = [item for item in self.versions if item.family == family and item.since <= period]
        return max(own, key=lambda item: item.since).version if own else None


@cache
def territories() -> Mapping[str, Territory]:
    """Return all territories by ОКАТО, from schemas/tfoms/territories.toml."""
    text = (schemas() / "tfoms" / "territories.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["territory"]
    return MappingProxyType({row["okato"]: _territory(row) for row in rows})


def territory(code: str) -> Territory:
    """Return the territory of an ОКАТО code or of a two-digit code of a ТФОМС.

    Raises UnknownTerritoryError.
    """
    known = territories()
    found = known.get(code) or next((t for t in known.values() if t.code == code), None)
    if found is None:
        names = ", ".join(f"{item.okato} ({item.name})" for item in known.values())
        raise UnknownTerritoryError(f"Территории ОМС {code} стенд не знает. Есть: {names}")
    return found


def _territory(row: Mapping[str, Any]) -> Territory:
    return Territory(
        okato=row["okato"],
        code=row["code"],
        name=row["name"],
        dialect=Dialect(row["dialect"]),
        smo=tuple(row["smo"]),
        transports=tuple(Transport(item) for item in row["transports"]),
        versions=tuple(VersionChange(**item) for item in row.get("versions", ())),
        evidence=row["evidence"],
        source=row["source"],
    )
