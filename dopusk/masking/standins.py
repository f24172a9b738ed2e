"""Stand-ins: values of the same shape that tell nothing of the person, for evidence.

They are drawn at random and kept nowhere, so nothing leads back from them. A value always gets the
same stand-in, in any of its writings: what is compared with what stays equal or different.
"""

from __future__ import annotations

import secrets
from datetime import date
from typing import Final
from uuid import uuid4

from dopusk.check_digits import is_enp, snils_control
from dopusk.masking.people import DATES, NAMES, Field

_LETTERS: Final = "абвгдежзиклмнопрст"
_STEMS: Final = {Field.SURNAME: "Скрытый", Field.NAME: "Имя", Field.PATRONYMIC: "Отчество"}


class StandIns:
    """Gives each value its stand-in; one object for one archive."""

    def __init__(self) -> None:
        self._given: dict[tuple[Field, str], str] = {}

    def __call__(self, kind: Field, value: str, shown: str) -> str:
        """Return the stand-in of a value, written as the value was."""
        if value == "серия":
            return "".join(secrets.choice("0123456789") if c.isdigit() else c for c in shown)
        made = self._given.get((kind, value))
        if made is None:
            made = self._given[kind, value] = self._new(kind, value)
        return _as_shown(kind, made, shown)

    def _new(self, kind: Field, value: str) -> str:
        if kind in NAMES:
            return _STEMS[kind] + _letters(len(self._given))
        if kind in DATES:
            return _earlier(value)
        if kind is Field.ADDRESS:
            return f"адрес скрыт {len(self._given)}"
        if kind is Field.ADDRESS_ID:
            return str(uuid4())
        return _number(kind, value)


def _letters(number: int) -> str:
    text = ""
    while number:
        number, rest = divmod(number, len(_LETTERS))
        text += _LETTERS[rest]
    return text or "а"


def _earlier(value: str) -> str:
    """Return a day of the same year, not after the real one: ages and terms hold."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return value
    first = date(day.year, 1, 1)
    passed = secrets.randbelow((day - first).days + 1)
    return date.fromordinal(first.toordinal() + passed).isoformat()


def _number(kind: Field, value: str) -> str:
    if kind is Field.SNILS and len(value) == 11:
        nine = f"9{secrets.randbelow(10**8):08d}"
        return nine + (snils_control(nine) or "00")
    if kind is Field.POLICY and len(value) == 16:
        # Where the policy was issued and its check stay right; the person's digits do not.
        head = value[:2] + f"{secrets.randbelow(10**13):013d}"
        return next(head + str(last) for last in range(10) if is_enp(head + str(last)))
    if kind is Field.PHONE:
        return f"999{secrets.randbelow(10**7):07d}"[: len(value)].ljust(len(value), "0")
    return f"{secrets.randbelow(10 ** len(value)):0{len(value)}d}"


def _as_shown(kind: Field, made: str, shown: str) -> str:
    """Return the stand-in in the writing of the value: letter case, separators, form of a date."""
    if kind in NAMES:
        if len(shown) > 1 and shown.isupper():
            return made.upper()
        return made
    if kind in DATES:
        if "." in shown:
            return ".".join(reversed(made.split("-")))
        return made if "-" in shown else made.replace("-", "")
    if kind in (Field.ADDRESS, Field.ADDRESS_ID):
        return made.upper() if shown.isupper() else made
    digits = sum(sign.isdigit() for sign in shown)
    left = list(made.rjust(digits)) if digits >= len(made) else list(made[-digits:])
    put = []
    for sign in shown:
        if not sign.isdigit():
            put.append(sign)
            continue
        new = left.pop(0)
        put.append(sign if new == " " else new)
    return "".join(put)
