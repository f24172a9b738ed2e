"""Finds dictionaries: what the user imported comes first, then the tables of schemas/nsi."""

from __future__ import annotations

import tomllib
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from dopusk.nsi.imported import imported_file, imported_files, read_imported
from dopusk.nsi.model import Dictionary, NsiError, Origin, Passport, digest, version_order
from dopusk.packs.store import home
from dopusk.suite import schemas
from dopusk.wording import os_reason

INDEX = "index.toml"


class Library:
    """The dictionaries of the stand and of one user folder; tables are read when first asked for.

    What was read is kept, so an import is seen by a new Library. `own` is a folder with
    index.toml and tables, `imported` the folder that `dopusk nsi add` writes to.
    """

    def __init__(self, own: Path, imported: Path) -> None:
        self._own = own
        self._imported = imported
        self._index = _read_index(own / INDEX)
        self._files = imported_files(imported)
        self._read: dict[tuple[str, str], Dictionary | None] = {}

    def knows(self, oid: str) -> bool:
        """Tell whether rows of this dictionary are held, in whatever version."""
        return bool(self.versions(oid))

    def oids(self) -> tuple[str, ...]:
        """Return the OIDs of all dictionaries that are held, in order of numbers."""
        held = {oid for oid in self._index if self._own_version(oid)} | set(self._files)
        return tuple(sorted(held, key=version_order))

    def versions(self, oid: str) -> tuple[str, ...]:
        """Return the versions that are held, the newest first; empty when there are none."""
        held = set(self._files.get(oid, ()))
        own = self._own_version(oid)
        if own:
            held.add(own)
        return tuple(sorted(held, key=version_order, reverse=True))

    def name(self, oid: str) -> str | None:
        """Return the passport's full name: of the newest import that has one, or the stand's."""
        for version in self.versions(oid) if oid in self._files else ():
            with suppress(NsiError):
                found = self.dictionary(oid, version)
                if found is not None and found.passport.name:
                    return found.passport.name
        known: str | None = self._index.get(oid, {}).get("name")
        return known

    def columns(self, oid: str) -> tuple[str, str] | None:
        """Return the columns of code and name that the stand knows for a dictionary."""
        row = self._index.get(oid, {})
        return (row["code"], row["value"]) if "code" in row else None

    def dictionary(self, oid: str, version: str) -> Dictionary | None:
        """Return a version of a dictionary, an imported one before the stand's; None if not held.

        Raises NsiError when the file is there and cannot be read.
        """
        key = (oid, version)
        if key not in self._read:
            self._read[key] = self._load(oid, version)
        return self._read[key]

    def _load(self, oid: str, version: str) -> Dictionary | None:
        if version in self._files.get(oid, ()):
            return read_imported(imported_file(self._imported, oid, version))
        if version == self._own_version(oid):
            return self._load_own(oid)
        return None

    def _own_version(self, oid: str) -> str | None:
        version: str | None = self._index.get(oid, {}).get("version")
        return version

    def _load_own(self, oid: str) -> Dictionary:
        row = self._index[oid]
        path = self._own / f"{oid}.tsv"
        try:
            lines = path.read_text(encoding="utf-8").rstrip("\n").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise NsiError(f"Справочник {oid}: не читается {path}: {_reason(error)}") from error
        pairs = [(code, name) for code, _, name in (line.partition("\t") for line in lines)]
        if digest(pairs) != row["sha256"]:
            raise NsiError(
                f"Справочник {oid}: {path} не совпадает с контрольной суммой в {INDEX}. "
                "Переустановите пакет dopusk."
            )
        passport = Passport(
            oid=oid,
            version=row["version"],
            name=row.get("name"),
            code_column=row["code"],
            value_column=row["value"],
            rows=len(pairs),
            sha256=row["sha256"],
            source=self._index["source"]["text"],
            origin=Origin.OWN,
        )
        return Dictionary(passport, dict(pairs))


def library() -> Library:
    """Return the library of the stand and of the user's folder.

    It is kept for the process until an import changes the folder. Raises NsiError when the index
    of the stand is broken.
    """
    folder = imported_dictionaries()
    try:
        changed = folder.stat().st_mtime_ns
    except OSError:
        changed = 0
    return _library(folder, changed)


def imported_dictionaries() -> Path:
    """Return the folder of imported dictionaries; it may not exist yet."""
    return home() / "nsi"


@lru_cache(maxsize=4)
def _library(imported: Path, _changed: int) -> Library:
    return Library(schemas() / "nsi", imported)


def _read_index(path: Path) -> dict[str, dict[str, Any]]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NsiError(f"Не читается {path}: {os_reason(error)}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise NsiError(f"{path}: ошибка TOML: {error}") from error
    return data


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return os_reason(error) if isinstance(error, OSError) else "это не UTF-8"
