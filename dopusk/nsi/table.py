"""Rows of an exported dictionary, as its file gives them: JSON or CSV of the НСИ portal."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dopusk.nsi.model import NsiError

MAX_BYTES = 64 * 1024 * 1024
"""Larger files are refused: the largest public dictionaries have about 20 MiB."""
MAX_ROWS = 300_000
MAX_CELL = 32_768

Row = Mapping[str, str]
_LISTS = ("list", "records", "rows", "data", "items")


@dataclass(frozen=True, slots=True)
class Table:
    """What a file holds: rows by column, and what its passport says, if there is one."""

    rows: Sequence[Row]
    passport: Mapping[str, Any] = field(default_factory=dict)


def read_table(data: bytes) -> Table:
    """Return the table in the bytes of an exported file; raises NsiError for anything else."""
    if len(data) > MAX_BYTES:
        raise NsiError(f"Файл больше {MAX_BYTES // 2**20} МиБ: это не выгрузка справочника НСИ.")
    if data.startswith(b"PK\x03\x04"):
        raise NsiError("Это архив или книга Excel. Распакуйте архив и передайте файл JSON или CSV.")
    text = _text(data)
    start = text.lstrip()[:1]
    if not start:
        raise NsiError("Файл пуст.")
    if start == "<":
        raise NsiError("Это XML. Выгрузите справочник с портала НСИ в JSON или CSV.")
    return _json(text) if start in "[{" else Table(_csv(text))


def read_passport(data: bytes) -> Mapping[str, Any]:
    """Return the passport in a file of the portal (port/rest/passport); raises NsiError."""
    if len(data) > MAX_BYTES:
        raise NsiError(f"Паспорт больше {MAX_BYTES // 2**20} МиБ.")
    whole = _decoded(_text(data))
    found = _passport(whole) if isinstance(whole, dict) else {}
    if not found:
        raise NsiError("Это не паспорт справочника: нет полей oid, version, fullName или keys.")
    return found


def _text(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise NsiError("Файл в UTF-16. Сохраните его в UTF-8 или windows-1251.")
    for encoding in ("utf-8-sig", "cp1251"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise NsiError("Это не текст в UTF-8 или windows-1251: выгрузите справочник в JSON или CSV.")


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"строка {error.lineno}, столбец {error.colno}"
        raise NsiError(f"Файл начинается как JSON, но не читается: {place}.") from error
    except (ValueError, RecursionError) as error:
        raise NsiError("JSON с непомерной вложенностью или числами: это не справочник.") from error


def _json(text: str) -> Table:
    whole = _decoded(text)
    if isinstance(whole, list):
        return Table(_rows(whole))
    if str(whole.get("result", "OK")).upper() != "OK":
        raise NsiError(f"Портал НСИ ответил ошибкой: {whole.get('resultText') or 'без пояснения'}.")
    passport = _passport(whole)
    rows = next((whole[key] for key in _LISTS if isinstance(whole.get(key), list)), None)
    if rows is None:
        raise NsiError(
            "Это паспорт справочника без строк. Передайте файл со строками, а паспорт — "
            "ключом --passport."
            if passport
            else f"В JSON нет списка строк (одного из полей {', '.join(_LISTS)})."
        )
    return Table(_rows(rows), passport)


def _passport(whole: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = whole.get("passport")
    found = inner if isinstance(inner, dict) else whole
    named = ("oid", "identifier", "version", "fullName", "keys")
    return found if any(key in found for key in named) else {}


def _rows(items: Sequence[Any]) -> list[Row]:
    _bounded(len(items))
    return [_row(item, number) for number, item in enumerate(items, 1)]


def _row(item: Any, number: int) -> Row:
    if isinstance(item, dict):
        pairs = list(item.items())
    elif isinstance(item, list) and all(
        isinstance(cell, dict) and isinstance(cell.get("column"), str) for cell in item
    ):
        pairs = [(cell["column"], cell.get("value")) for cell in item]
    else:
        raise NsiError(f"Строка {number}: ожидается объект или список пар column и value.")
    return {name: _cell(value, number, name) for name, value in pairs}


def _cell(value: Any, number: int, column: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int, float)):
        text = str(value)
        if len(text) > MAX_CELL:
            raise NsiError(f"Строка {number}, столбец {column}: больше {MAX_CELL} знаков.")
        return text
    return ""


def _csv(text: str) -> list[Row]:
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(";\t,", key=head.count)
    if head.count(delimiter) == 0:
        raise NsiError(
            "Это не таблица: в первой строке нет названий столбцов через «;». "
            "Выгрузите справочник с портала НСИ в CSV или JSON."
        )
    try:
        return list(_csv_rows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    except csv.Error as error:
        raise NsiError(f"CSV не читается: {error}.") from error


def _csv_rows(lines: Iterator[list[str]]) -> Iterator[Row]:
    columns: list[str] | None = None
    number = 0
    for line in lines:
        if not any(cell.strip() for cell in line):
            continue
        if columns is None:
            columns = [name.strip() for name in line]
            if len(set(columns)) != len(columns):
                raise NsiError("В первой строке CSV названия столбцов повторяются.")
            continue
        number += 1
        _bounded(number)
        if len(line) != len(columns):
            raise NsiError(
                f"Строка {number}: ячеек {len(line)}, а столбцов {len(columns)}. "
                "Проверьте кавычки и разделитель."
            )
        yield {name: _cell(cell, number, name) for name, cell in zip(columns, line, strict=True)}


def _bounded(rows: int) -> None:
    if rows > MAX_ROWS:
        raise NsiError(f"Строк больше {MAX_ROWS}: это не выгрузка справочника НСИ.")
