"""Reads the tables of schemas/remd: `;`-separated text under `# key: value` lines."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from dopusk.suite import schemas


class TableError(ValueError):
    """A table of rule data cannot be read; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Table:
    """A dictionary as data: its passport and its rows."""

    passport: dict[str, str]
    """dictionary (OID), title, version and notes, from the head of the file."""
    rows: tuple[dict[str, str], ...]

    @property
    def version(self) -> str:
        """Return the version of the dictionary that the rows were taken from."""
        return self.passport.get("version", "")


def read_table(path: Path) -> Table:
    """Return the table in this file; raises TableError when it is missing or has another shape."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise TableError(f"Не читается таблица {path}: {problem}") from problem
    head = [line[1:].partition(":") for line in lines if line.startswith("#")]
    rows = list(csv.DictReader((ln for ln in lines if not ln.startswith("#")), delimiter=";"))
    if not rows or any(None in row or None in row.values() for row in rows):
        raise TableError(f"Таблица {path} пуста или в её строках разное число столбцов")
    return Table({key.strip(): value.strip() for key, _, value in head}, tuple(rows))


def remd_table(name: str) -> Table:
    """Return the table schemas/remd/<name>.csv."""
    return read_table(schemas() / "remd" / f"{name}.csv")
