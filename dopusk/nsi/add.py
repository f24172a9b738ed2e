"""Turns an exported file into a dictionary: which one it is, which columns are code and name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dopusk.nsi.model import (
    Dictionary,
    NsiError,
    Origin,
    Passport,
    digest,
    is_oid,
    is_version,
)
from dopusk.nsi.table import MAX_BYTES, Row, read_passport, read_table
from dopusk.wording import os_reason

_FILE_NAME = re.compile(
    r"(?P<oid>\d+(?:\.\d+)+)(?:_(?P<version>[0-9][0-9A-Za-z.-]*?))?(?:_csv|_json)?"
)
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Told:
    """What the user says about a file; None where the file itself must tell."""

    oid: str | None = None
    version: str | None = None
    name: str | None = None
    code_column: str | None = None
    name_column: str | None = None


def read_export(
    path: Path,
    told: Told = Told(),
    *,
    passport: Path | None = None,
    columns: Callable[[str], tuple[str, str] | None] = lambda oid: None,
) -> Dictionary:
    """Return the dictionary in a file of the НСИ portal.

    OID, version and full name are taken from `told`, then from the passport (a file of its own or
    inside the export), then from the file's name «OID_version.json». The columns are taken from
    `told`, from the passport's keys, from `columns` by OID (`Library.columns`), and only then by
    their usual names when that is unambiguous.

    Raises NsiError, with the file's name, for whatever cannot be imported.
    """
    try:
        return _read(path, told, passport, columns)
    except NsiError as error:
        raise NsiError(f"{path}: {error}") from error


def _read(
    path: Path,
    told: Told,
    passport_file: Path | None,
    known: Callable[[str], tuple[str, str] | None],
) -> Dictionary:
    table = read_table(_bytes(path))
    passport: Mapping[str, Any] = (
        read_passport(_bytes(passport_file)) if passport_file else table.passport
    )
    named = _FILE_NAME.fullmatch(path.stem)
    parts = named.groupdict() if named else {}
    oid = told.oid or _word(passport, "oid", "identifier") or parts.get("oid")
    version = told.version or _word(passport, "version") or parts.get("version")
    if not oid:
        raise NsiError("Файл не говорит, какой это справочник. Укажите --oid.")
    if not is_oid(oid):
        raise NsiError(f"«{oid[:_SHOWN]}» не похоже на OID справочника: нужны числа через точку.")
    if not version:
        raise NsiError("Файл не говорит версию справочника. Укажите --version, например 2.1.")
    if not is_version(version):
        raise NsiError(f"«{version[:_SHOWN]}» не похоже на версию справочника, например 2.1.")
    if not table.rows:
        raise NsiError("В справочнике нет ни одной строки.")
    code, name = _columns(table.rows, told, passport, known(oid))
    names = _names(table.rows, code, name)
    return Dictionary(
        Passport(
            oid=oid,
            version=version,
            name=told.name or _word(passport, "fullName") or None,
            code_column=code,
            value_column=name,
            rows=len(names),
            sha256=digest(names.items()),
            source=f"Импорт файла {path.name}",
            origin=Origin.IMPORTED,
        ),
        names,
    )


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise NsiError(
                f"Файл больше {MAX_BYTES // 2**20} МиБ: это не выгрузка справочника НСИ."
            )
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise NsiError(f"Файл не читается: {os_reason(error)}.") from error


def _word(passport: Mapping[str, Any], *fields: str) -> str | None:
    for field in fields:
        value = passport.get(field)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
    return None


def _columns(
    rows: Sequence[Row],
    told: Told,
    passport: Mapping[str, Any],
    known: tuple[str, str] | None,
) -> tuple[str, str]:
    present = list(rows[0])
    code = told.code_column or _key(passport, "PRIMARY") or _known(known, 0, present)
    name = told.name_column or _key(passport, "VALUE") or _known(known, 1, present)
    code = code or _guess(present, ("ID", "CODE", "RECID"))
    name = name or _guess(present, ("NAME", "VALUE", "S_NAME", "FULLNAME"))
    for word, column, option in (("кодов", code, "--code-column"), ("имён", name, "--name-column")):
        if column is None or column not in present:
            listed = ", ".join(present)[:400]
            asked = f"«{column}»" if column else "однозначно"
            raise NsiError(
                f"Столбец {word} не найден ({asked}). Укажите {option}; столбцы файла: {listed}."
            )
    assert code is not None
    assert name is not None
    return code, name


def _key(passport: Mapping[str, Any], kind: str) -> str | None:
    keys = passport.get("keys")
    for key in keys if isinstance(keys, list) else ():
        if isinstance(key, dict) and str(key.get("type", "")).upper() == kind:
            field = key.get("field")
            return field if isinstance(field, str) else None
    return None


def _known(known: tuple[str, str] | None, index: int, present: Iterable[str]) -> str | None:
    return known[index] if known and known[index] in present else None


def _guess(present: Iterable[str], usual: Iterable[str]) -> str | None:
    """Return the one column with a usual name; None when there is none or more than one."""
    found = [name for name in present if name.upper() in usual]
    return found[0] if len(found) == 1 else None


def _names(rows: Iterable[Row], code: str, name: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for number, row in enumerate(rows, 1):
        key, value = row.get(code, "").strip(), " ".join(row.get(name, "").split())
        if not key:
            raise NsiError(f"Строка {number}: пуст столбец кода {code}.")
        if names.setdefault(key, value) != value:
            raise NsiError(
                f"Строка {number}: код «{key[:_SHOWN]}» уже был с другим наименованием. "
                f"Столбец {code} — не код? Укажите --code-column."
            )
    return names
