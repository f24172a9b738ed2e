"""A table of mis.toml that is read field by field and gathers what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Generic, TypeVar

from dopusk.declaration.positions import Place
from dopusk.declaration.problems import Problem
from dopusk.declaration.template import PLACEHOLDER

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Value(Generic[T]):
    """How a value is read; `blank` stands in for a wrong one until all problems are gathered."""

    read: Callable[[Any], T]
    """Raises ValueError with a Russian text."""
    blank: T


@dataclass(slots=True)
class Report:
    """The problems of one file and where its values stand."""

    path: Path
    lines: Mapping[Place, int]
    problems: list[Problem] = field(default_factory=list)

    def add(self, place: Place, field_name: str, message: str) -> None:
        """Note a problem at a place; without a line of its own it takes that of its table."""
        known = place
        while known not in self.lines:
            known = known[:-1]
        self.problems.append(Problem(self.path, self.lines[known], field_name, message))


class Table:
    """One table: the fields that were asked for are the fields that it may have."""

    def __init__(
        self,
        report: Report,
        data: Mapping[str, Any],
        place: Place,
        title: str,
        absent: bool = False,
    ) -> None:
        self.report = report
        self.data = data
        self.place = place
        self.title = title
        self.absent = absent
        self._known: list[str] = []

    def required(self, name: str, value: Value[T]) -> T:
        """Return a field that must be there."""
        if name not in self.data:
            self._missing(name)
        return self.optional(name, value, value.blank)

    def optional(self, name: str, value: Value[T], default: D) -> T | D:
        """Return a field, or the default when it is not there."""
        self._known.append(name)
        if name not in self.data:
            return default
        return self._read(name, self.data[name], value, (*self.place, name))

    def several(
        self, name: str, value: Value[T], default: Sequence[T] | None = None
    ) -> tuple[T, ...]:
        """Return a list; without a default it must be there and not be empty."""
        self._known.append(name)
        if name not in self.data and default is not None:
            return tuple(default)
        if name not in self.data:
            self._missing(name)
            return ()
        items = self.data[name]
        if not isinstance(items, list):
            self.problem(name, f"нужен список в квадратных скобках, а здесь {_shown(items)}")
            return ()
        if not items and default is None:
            self.problem(name, "список пуст, а нужно хотя бы одно значение")
        return tuple(
            self._read(name, item, value, (*self.place, name, index))
            for index, item in enumerate(items)
        )

    def table(self, name: str, *, required: bool = True) -> Table:
        """Return a table inside this one; an absent one has no fields."""
        self._known.append(name)
        data = self.data.get(name, {})
        title = f"[{self._inner_name(name)}]"
        if name not in self.data and required and not self.absent:
            self.problem("", f"нет раздела {title}")
        if not isinstance(data, dict):
            self.problem(name, f"нужен раздел {title}, а здесь {_shown(data)}")
            data = {}
        return Table(self.report, data, (*self.place, name), title, absent=not data)

    def tables(self, name: str, *, required: bool = True) -> list[Table]:
        """Return the tables of a list of tables."""
        self._known.append(name)
        items = self.data.get(name, [])
        title = f"[[{self._inner_name(name)}]]"
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            self.problem(name, f"нужны разделы {title}, а здесь {_shown(items)}")
            return []
        if not items and required and not self.absent:
            self.problem("", f"нет ни одного раздела {title}")
        return [
            Table(self.report, item, (*self.place, name, index), title)
            for index, item in enumerate(items)
        ]

    def problem(self, name: str, message: str) -> None:
        """Note what is wrong with a field (or with the table, when the name is empty)."""
        place = (*self.place, name) if name else self.place
        self.report.add(place, " ".join(bit for bit in (self.title, name) if bit), message)

    def finish(self) -> None:
        """Note the fields that nobody asked for, each with the nearest name that exists."""
        for name in self.data.keys() - set(self._known):
            near = get_close_matches(name, self._known, n=1)
            hint = f"возможно, {near[0]}?" if near else f"есть: {', '.join(self._known)}"
            self.problem(name, f"такого поля нет; {hint}")

    def _inner_name(self, name: str) -> str:
        return ".".join([*(key for key in self.place if isinstance(key, str)), name])

    def _missing(self, name: str) -> None:
        if not self.absent:
            self.problem(name, "нет обязательного поля")

    def _read(self, name: str, raw: object, value: Value[T], place: Place) -> T:
        field_name = " ".join(bit for bit in (self.title, name) if bit)
        if isinstance(raw, str) and raw.startswith(PLACEHOLDER):
            hint = raw.removeprefix(PLACEHOLDER).strip(" :>")
            self.report.add(place, field_name, f"не заполнено: {hint}" if hint else "не заполнено")
            return value.blank
        try:
            return value.read(raw)
        except ValueError as error:
            self.report.add(place, field_name, str(error))
            return value.blank


def _shown(value: object) -> str:
    if isinstance(value, str):
        return f"строка «{value}»"
    if isinstance(value, dict):
        return "раздел"
    if isinstance(value, list):
        return "список"
    return f"значение {str(value).lower() if isinstance(value, bool) else value}"


def kind_error(wanted: str, got: object) -> ValueError:
    """Return the error for a value of a wrong TOML type."""
    return ValueError(f"{wanted}, а здесь {_shown(got)}")
