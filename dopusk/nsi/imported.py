"""Imported dictionaries on disk: one file <oid>_<version>.json each in the user's folder."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from dopusk.nsi.model import Dictionary, NsiError, Origin, Passport, digest, is_oid, is_version
from dopusk.wording import os_reason

_TEXTS = ("oid", "version", "code_column", "value_column", "sha256", "source")


def imported_file(folder: Path, oid: str, version: str) -> Path:
    """Return the file that holds an imported version."""
    return folder / f"{oid}_{version}.json"


def imported_files(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the imported versions by OID, by the names of files; other files are left alone.

    A folder that is not there, or may not be read, holds nothing.
    """
    found: dict[str, list[str]] = {}
    with suppress(OSError):
        for file in folder.iterdir():
            oid, _, version = file.name.removesuffix(".json").partition("_")
            if file.name.endswith(".json") and is_oid(oid) and is_version(version):
                found.setdefault(oid, []).append(version)
    return {oid: tuple(versions) for oid, versions in found.items()}


def read_imported(path: Path) -> Dictionary:
    """Return the dictionary in a file that `write_imported` wrote; raises NsiError."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise NsiError(f"Импортированный справочник {path}: {os_reason(error)}") from error
    except (ValueError, RecursionError) as error:
        raise _spoilt(path) from error
    return _dictionary(data, path)


def write_imported(folder: Path, dictionary: Dictionary) -> Path:
    """Write a dictionary and return its file. Either the whole file is there or nothing is.

    Raises NsiError when the folder cannot be made or written to.
    """
    passport = dictionary.passport
    target = imported_file(folder, passport.oid, passport.version)
    data = {
        "oid": passport.oid,
        "version": passport.version,
        "name": passport.name,
        "code_column": passport.code_column,
        "value_column": passport.value_column,
        "sha256": passport.sha256,
        "source": passport.source,
        "rows": [list(pair) for pair in dictionary.names.items()],
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _replace(target, json.dumps(data, ensure_ascii=False, indent=0).encode())
    except OSError as error:
        raise NsiError(f"Не записать {target}: {os_reason(error)}") from error
    return target


def remove_imported(folder: Path, oid: str, version: str) -> bool:
    """Forget an imported version; tell whether it was there. Raises NsiError."""
    target = imported_file(folder, oid, version)
    try:
        target.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        raise NsiError(f"Не удалить {target}: {os_reason(error)}") from error
    return True


def _replace(target: Path, data: bytes) -> None:
    """Write beside the target and rename: an interruption leaves the old file as it was."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".nsi-", suffix=".part")
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _dictionary(data: Any, path: Path) -> Dictionary:
    if not isinstance(data, Mapping) or not all(isinstance(data.get(k), str) for k in _TEXTS):
        raise _spoilt(path)
    rows, name = data.get("rows"), data.get("name")
    if not isinstance(rows, list) or not all(_is_pair(row) for row in rows):
        raise _spoilt(path)
    named = f"{data['oid']}_{data['version']}.json"
    pairs = [(row[0], row[1]) for row in rows]
    if path.name != named or digest(pairs) != data["sha256"]:
        raise _spoilt(path)
    passport = Passport(
        oid=data["oid"],
        version=data["version"],
        name=name if isinstance(name, str) else None,
        code_column=data["code_column"],
        value_column=data["value_column"],
        rows=len(pairs),
        sha256=data["sha256"],
        source=data["source"],
        origin=Origin.IMPORTED,
    )
    return Dictionary(passport, dict(pairs))


def _is_pair(row: object) -> bool:
    return isinstance(row, list) and len(row) == 2 and all(isinstance(item, str) for item in row)


def _spoilt(path: Path) -> NsiError:
    return NsiError(
        f"Импортированный справочник {path} испорчен. Удалите файл и повторите dopusk nsi add."
    )
