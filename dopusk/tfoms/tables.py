"""Element tables of the files (schemas/tfoms/structure), compiled for one family and version."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from dopusk.suite import schemas

_TYPE = re.compile(r"(?P<kind>[TN])(?P<least>\d+)(?:-(?P<most>\d+)|\.(?P<decimals>\d+))?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_CLOSED = (3, 2)
"""Up to this version the tables hold every element; later ones are published only in parts."""


@dataclass(frozen=True, slots=True)
class Form:
    """What the text of an element looks like."""

    words: str
    """In Russian: «дата ГГГГ-ММ-ДД», «целое число, до 8 цифр»."""
    fits: Callable[[str], bool]
    looks: Callable[[str], bool]
    """Tells whether it has the look only: a day that does not exist looks like a date."""


@dataclass(frozen=True, slots=True)
class Row:
    """One element where it may stand."""

    name: str
    place: int
    """Number among its siblings; None is told by `free`."""
    form: Form | None
    """None for a block."""
    block: Block | None
    """Its children; None for a value, and for a block that has no table."""
    required: bool
    repeats: bool
    free: bool
    presence: str | None
    """Check of Q015 that says the element must be there; `form_check` that its form is right."""
    form_check: str | None


@dataclass(frozen=True, slots=True)
class Block:
    """The children of one element."""

    rows: Mapping[str, Row]
    elsewhere: frozenset[str]
    """Names that stand here in other families or versions only."""
    required: tuple[Row, ...]
    closed: bool
    """Whether a name that is not in the table is an error; else nobody knows."""


@cache
def block(root: str, family: str, version: str) -> Block:
    """Return the table of `ZL_LIST` (families H, C, T, X) or `PERS_LIST` (L) in a version."""
    text = (schemas() / "tfoms" / "structure" / f"{root.lower()}.toml").read_text(encoding="utf-8")
    tables = {path: table["rows"] for path, table in tomllib.loads(text).items()}
    return _block(tables, root, family, version_key(version))


def version_key(version: str) -> tuple[int, ...]:
    """Return a version as numbers; () when it is none."""
    return tuple(int(bit) for bit in version.split(".")) if _is_version(version) else ()


def _is_version(text: str) -> bool:
    return re.fullmatch(r"\d{1,2}(\.\d{1,2}){1,2}", text, re.ASCII) is not None


def _block(
    tables: Mapping[str, list[dict[str, Any]]], path: str, family: str, version: tuple[int, ...]
) -> Block:
    rows: dict[str, Row] = {}
    for place, row in enumerate(tables[path]):
        card = next((card for card in _CARDS if family in row.get(card, "")), None)
        if card is None or not _in_version(row, version):
            continue
        name = row["name"]
        inner = f"{path}/{name}"
        rows[name] = Row(
            name=name,
            place=place,
            form=None if row["type"] == "*" else form_of(row["type"]),
            block=_block(tables, inner, family, version) if inner in tables else None,
            required=card in ("one", "some"),
            repeats=card in ("some", "many"),
            free=row.get("free", False),
            presence=row.get("presence"),
            form_check=row.get("form"),
        )
    return Block(
        rows=rows,
        elsewhere=frozenset(row["name"] for row in tables[path]) - rows.keys(),
        required=tuple(row for row in rows.values() if row.required),
        closed=version <= _CLOSED,
    )


_CARDS = ("one", "opt", "some", "many")


def _in_version(row: Mapping[str, Any], version: tuple[int, ...]) -> bool:
    since, until = row.get("since"), row.get("until")
    return (since is None or version_key(since) <= version) and (
        until is None or version <= version_key(until)
    )


@cache
def form_of(text: str) -> Form:
    """Return the form that a type of the tables means: T36, T3-5, N8, N4-4, N15.2 or D.

    Raises ValueError for other texts.
    """
    if text == "D":
        return Form("дата ГГГГ-ММ-ДД", is_date, _looks_like_date)
    match = _TYPE.fullmatch(text)
    if match is None:
        raise ValueError(f"unknown type {text}")
    least, most = int(match["least"]), match["most"]
    if match["kind"] == "T":
        return _text(least if most else 1, int(most or least))
    if match["decimals"]:
        decimals = int(match["decimals"])
        shown = f"{'9' * min(least, 3)}.{'9' * decimals}"
        return _matching(
            rf"[0-9]{{1,{least}}}\.[0-9]{{{decimals}}}",
            f"число с точкой и {decimals} знаками после неё, например {shown}",
        )
    if most:
        words = f"целое число, цифр {least}" + ("" if int(most) == least else f"–{most}")
        return _matching(rf"[0-9]{{{least},{most}}}", words)
    return _matching(rf"[0-9]{{1,{least}}}", f"целое число, цифр до {least}")


def _matching(pattern: str, words: str) -> Form:
    compiled = re.compile(pattern)

    def fits(text: str) -> bool:
        return compiled.fullmatch(text) is not None

    return Form(words, fits, fits)


def _text(least: int, most: int) -> Form:
    words = f"текст, знаков {least}" if least == most else f"текст, знаков от {least} до {most}"

    def fits(text: str) -> bool:
        return least <= len(text) <= most

    return Form(words, fits, fits)


def _looks_like_date(text: str) -> bool:
    return _DATE.fullmatch(text) is not None


@lru_cache(maxsize=8192)
def is_date(text: str) -> bool:
    """Tell whether the text is a real day, written ГГГГ-ММ-ДД."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
