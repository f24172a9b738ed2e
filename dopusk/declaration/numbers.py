"""Identifiers of people, organisations and systems: their shape and check digits."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final
from uuid import UUID

from dopusk.check_digits import is_oid, snils_control

_MNEMONIC: Final = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_CYRILLIC: Final = re.compile(r"[\u0400-\u04ff]")
_CYRILLIC_TWINS: Final = dict(
    zip("аеорсухіѕјАВЕКМНОРСТХІЅЈ", "aeopcyxisjABEKMHOPCTXISJ", strict=True)
)


def snils(text: str) -> str:
    """Return the eleven digits of a СНИЛС; spaces and dashes may stand in it.

    Raises ValueError when the shape or the check digits are wrong (постановление Правления ПФР
    192п, приложение 1: numbers up to 001-001-998 have no check digits).
    """
    digits = re.sub(r"[\s-]", "", text)
    if not re.fullmatch(r"[0-9]{11}", digits):
        raise ValueError(f"«{text}» — не СНИЛС: нужно 11 цифр")
    expected = snils_control(digits[:9])
    if expected not in (None, digits[9:]):
        raise ValueError(
            f"контрольное число СНИЛС «{text}» не сходится: {digits[9:]}, "
            f"а для этого номера — {expected}"
        )
    return digits


def organisation_inn(text: str) -> str:
    """Return the ten digits of the ИНН of an organisation; raises ValueError."""
    if not re.fullmatch(r"[0-9]{10}", text):
        raise ValueError(f"«{text}» — не ИНН организации: нужно 10 цифр")
    from stdnum.ru import inn

    if not inn.is_valid(text):
        raise ValueError(f"контрольная цифра ИНН «{text}» не сходится")
    return text


def organisation_ogrn(text: str) -> str:
    """Return the thirteen digits of the ОГРН of an organisation; raises ValueError."""
    if not re.fullmatch(r"[0-9]{13}", text):
        raise ValueError(f"«{text}» — не ОГРН организации: нужно 13 цифр")
    from stdnum.ru import ogrn

    if not ogrn.is_valid(text):
        raise ValueError(f"контрольная цифра ОГРН «{text}» не сходится")
    return text


def oid(text: str) -> str:
    """Return an OID in dotted form; raises ValueError."""
    if not is_oid(text):
        raise ValueError(f"«{text}» — не OID: нужны числа через точку, например 1.2.643.5.1")
    return text


def guid(text: str) -> str:
    """Return a GUID in its canonical form, lower case; raises ValueError."""
    try:
        return str(UUID(text))
    except ValueError:
        raise ValueError(
            f"«{text}» — не GUID: нужны 32 шестнадцатеричные цифры, "
            "например 8d1f0c6e-0a5b-4c1d-9f7e-2b3a4c5d6e7f"
        ) from None


def mnemonic(text: str) -> str:
    """Return the mnemonic of a system (MO-S5a); raises ValueError that names Cyrillic letters."""
    foreign = cyrillic_letters(text)
    if foreign:
        raise ValueError(f"мнемоника пишется латиницей, а здесь кириллица: {', '.join(foreign)}")
    if not _MNEMONIC.fullmatch(text):
        raise ValueError(
            f"«{text}» не годится: нужна латинская буква, за ней латинские буквы, цифры, . - _"
        )
    return text


def cyrillic_letters(text: str) -> tuple[str, ...]:
    """Return each Cyrillic letter of a text with its place and the Latin one that it looks like."""
    return tuple(
        f"{letter!r} на месте {index}"
        + (
            f" (похожа на латинскую {_CYRILLIC_TWINS[letter]!r})"
            if letter in _CYRILLIC_TWINS
            else ""
        )
        for index, letter in enumerate(text, 1)
        if _CYRILLIC.fullmatch(letter)
    )


class Difference(StrEnum):
    """In what a mnemonic differs from the declared one."""

    CYRILLIC = "CYRILLIC"
    """Looks the same, but has Cyrillic letters."""
    CASE = "CASE"
    OTHER = "OTHER"


def mnemonic_difference(given: str, declared: str) -> Difference | None:
    """Return in what a mnemonic differs from the declared one, None when they are the same."""
    if given == declared:
        return None
    if cyrillic_letters(given) and latin_twin(given).casefold() == declared.casefold():
        return Difference.CYRILLIC
    if given.casefold() == declared.casefold():
        return Difference.CASE
    return Difference.OTHER


def letters_told(given: str, difference: Difference) -> str:
    """Return how a finding about a different mnemonic names the Cyrillic letters in it.

    A finding about them alone says itself that they are Cyrillic; in others it is said here.
    """
    letters = ", ".join(cyrillic_letters(given))
    if letters and difference is Difference.OTHER:
        return f"; русские буквы: {letters}"
    return letters


def latin_twin(text: str) -> str:
    """Return the text with every Cyrillic letter that looks like a Latin one replaced by it."""
    return "".join(_CYRILLIC_TWINS.get(letter, letter) for letter in text)
