"""Checks the types of values that were read from a file somebody may have edited."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def typed(kind: type[T], /, **values: Any) -> T:
    """Return the dataclass made of the values; raises TypeError that names a wrong field."""
    made = kind(**values)
    check_types(made)
    return made


def check_types(value: object) -> None:
    """Raise TypeError when a field of a dataclass instance is not of its declared type."""
    for name, kinds in _kinds(_class_of(value)).items():
        found = getattr(value, name)
        if isinstance(found, kinds) and not (isinstance(found, bool) and bool not in kinds):
            _check_items(name, found)
            continue
        raise TypeError(f"поле {name}: {found!r} не того типа")


def _check_items(name: str, found: object) -> None:
    """Check what a tuple of names or numbers holds: nothing but strings, numbers and values."""
    if isinstance(found, tuple) and any(item is None or isinstance(item, list) for item in found):
        raise TypeError(f"поле {name}: пустой или вложенный элемент списка")


@cache
def _kinds(kind: Any) -> Mapping[str, tuple[type, ...]]:
    return {name: _plain(hint) for name, hint in get_type_hints(kind).items()}


def _plain(hint: Any) -> tuple[type, ...]:
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return tuple(one for part in get_args(hint) for one in _plain(part))
    if hint is float:
        return (float, int)
    return (origin or hint,)


def _class_of(value: object) -> Any:
    return type(value)
