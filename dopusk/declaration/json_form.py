"""The declaration as JSON and back, as the evidence of a run keeps it.

Paths become names: what they point at travels beside the JSON or not at all, so the form holds on
any machine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from dopusk.declaration.model import Declaration

MAX_ITEMS: Final = 100_000
"""Members of one list: more is an attack."""


class DeclarationFormError(ValueError):
    """The JSON is no declaration; the text is Russian and names the field."""


def to_json(
    declaration: Declaration, name: Callable[[Path], str] = lambda path: path.name
) -> dict[str, Any]:
    """Return the declaration as a JSON-ready dict; `name` says how a path is written."""
    form: dict[str, Any] = _plain(declaration, name)
    return form


def from_json(
    data: Mapping[str, Any], place: Callable[[str], Path] = lambda name: Path(name)
) -> Declaration:
    """Return the declaration that `to_json` wrote; `place` says where a named file lies.

    Raises DeclarationFormError.
    """
    made: Declaration = _value(Declaration, data, place, "декларация")
    return made


def _plain(value: object, name: Callable[[Path], str]) -> Any:
    if isinstance(value, Path):
        return name(value)
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item, name) for item in value]
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name), name) for item in fields(value)}
    return value


def _value(hint: Any, data: object, place: Callable[[str], Path], where: str) -> Any:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        return None if data is None else _value(kinds[0], data, place, where)
    if origin is tuple:
        return _items(get_args(hint)[0], data, place, where)
    if is_dataclass(hint):
        return _record(hint, data, place, where)
    return _scalar(hint, data, place, where)


def _items(kind: Any, data: object, place: Callable[[str], Path], where: str) -> tuple[Any, ...]:
    if not isinstance(data, list) or len(data) > MAX_ITEMS:
        raise DeclarationFormError(f"{where}: ожидался список")
    return tuple(_value(kind, item, place, f"{where}[{n}]") for n, item in enumerate(data))


def _record(kind: Any, data: object, place: Callable[[str], Path], where: str) -> Any:
    if not isinstance(data, Mapping):
        raise DeclarationFormError(f"{where}: ожидался объект")
    known = _fields(kind)
    unknown = sorted(set(data) - set(known))
    if unknown:
        raise DeclarationFormError(f"{where}: неизвестное поле {unknown[0]}")
    made = {}
    for name, (hint, needed) in known.items():
        if name in data:
            made[name] = _value(hint, data[name], place, f"{where}.{name}")
        elif needed:
            raise DeclarationFormError(f"{where}: нет поля {name}")
    return kind(**made)


@cache
def _fields(kind: Any) -> Mapping[str, tuple[Any, bool]]:
    """Return for each field its type and whether it must be given."""
    hints = get_type_hints(kind)
    return {
        item.name: (
            hints[item.name],
            item.default is MISSING and item.default_factory is MISSING,
        )
        for item in fields(kind)
    }


def _scalar(kind: Any, data: object, place: Callable[[str], Path], where: str) -> Any:
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if kind in (str, int, float, bool):
        if type(data) is kind:
            return data
    elif isinstance(data, str):
        try:
            if kind is Path:
                return place(data)
            return date.fromisoformat(data) if kind is date else kind(data)
        except ValueError as error:
            raise DeclarationFormError(f"{where}: {error}") from None
    raise DeclarationFormError(f"{where}: {data!r} не того типа")
