"""Kinds of values in mis.toml: each reads a TOML value or says in Russian what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import urlsplit

from dopusk.declaration.table import Value, kind_error


def _string(raw: object) -> str:
    if not isinstance(raw, str):
        raise kind_error("нужна строка в кавычках", raw)
    text = raw.strip()
    if not text:
        raise ValueError("пустая строка")
    return text


def _date(raw: object) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = _string(raw)
    match = re.fullmatch(r"(\d{2})\.(\d{2})\.(\d{4})", text)
    try:
        return date.fromisoformat(f"{match[3]}-{match[2]}-{match[1]}" if match else text)
    except ValueError:
        raise ValueError(f"«{text}» — не дата: нужно ГГГГ-ММ-ДД, например 2024-06-03") from None


def _number(raw: object) -> float:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise kind_error("нужно число", raw)
    return float(raw)


def _flag(raw: object) -> bool:
    if not isinstance(raw, bool):
        raise kind_error("нужно true или false", raw)
    return raw


def _url(raw: object) -> str:
    text = _string(raw)
    wanted = "нужен адрес вида http://host:port/path"
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise ValueError(f"«{text}» — неверный адрес: {wanted}") from None
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"«{text}» — не адрес http или https: {wanted}")
    if not parts.hostname or port == 0 or re.search(r"\s", text):
        raise ValueError(f"«{text}» — неверный адрес: {wanted}")
    return text


def _port(raw: object) -> int:
    if isinstance(raw, bool) or not isinstance(raw, int):
        raise kind_error("нужно целое число", raw)
    if not 0 <= raw <= 65535:
        raise ValueError(f"порт {raw} вне пределов 0…65535")
    return raw


def text(check: Callable[[str], str] = str) -> Value[str]:
    """Return a string that `check` has looked through (it may return another form of it)."""
    return Value(lambda raw: check(_string(raw)), "")


def choice(known: Iterable[str], what: str) -> Value[str]:
    """Return one of the known strings; an unknown one is answered with the nearest."""
    names = tuple(known)

    def read(raw: object) -> str:
        given = _string(raw)
        if given in names:
            return given
        near = get_close_matches(given, names, n=1)
        hint = f"возможно, {near[0]}?" if near else f"есть: {', '.join(names)}"
        raise ValueError(f"{what} «{given}» не бывает; {hint}")

    return Value(read, "")


def above(limit: float) -> Value[float]:
    """Return a number greater than the limit."""

    def read(raw: object) -> float:
        number = _number(raw)
        if not limit < number < float("inf"):
            raise ValueError(f"{raw} не годится: нужно число больше {limit:g}")
        return number

    return Value(read, limit)


def file(folder: Path) -> Value[Path]:
    """Return the path of an existing file; a relative one is taken from `folder`."""

    def read(raw: object) -> Path:
        path = folder / _string(raw)
        if not path.is_file():
            raise ValueError(f"файла {path} нет")
        return path

    return Value(read, Path())


TEXT = text()
DATE: Value[date] = Value(_date, date.min)
FLAG: Value[bool] = Value(_flag, False)
URL: Value[str] = Value(_url, "")
PORT: Value[int] = Value(_port, 0)
