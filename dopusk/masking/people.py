"""Known persons and their values: what has to be masked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Field(StrEnum):
    """What a value tells of a person; the text is the label of its mask."""

    SURNAME = "фамилия"
    NAME = "имя"
    PATRONYMIC = "отчество"
    BIRTH = "дата рождения"
    SNILS = "СНИЛС"
    POLICY = "полис"
    DOCUMENT = "документ"
    DOCUMENT_DATE = "дата документа"
    ADDRESS = "адрес"
    ADDRESS_ID = "адрес ФИАС"
    PHONE = "телефон"


NAMES = (Field.SURNAME, Field.NAME, Field.PATRONYMIC)
DATES = (Field.BIRTH, Field.DOCUMENT_DATE)
NUMBERS = (Field.SNILS, Field.POLICY, Field.DOCUMENT, Field.PHONE)
_STRONG = (Field.SNILS, Field.POLICY)
_ISO = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)")
_RUSSIAN = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
_NAME = re.compile(r"[A-ZА-ЯЁ][A-Za-zА-ЯЁа-яё'-]+(?: [A-Za-zА-ЯЁа-яё'-]{2,}){0,2}")
_LEAST_DIGITS = {Field.SNILS: 9, Field.POLICY: 9, Field.DOCUMENT: 6, Field.PHONE: 10}


def normal(kind: Field, value: str) -> str | None:
    """Return the value without what its writing adds; None when it is no value of its kind."""
    text = " ".join(value.split())
    if kind in NAMES:
        return text.casefold().replace("ё", "е") if _NAME.fullmatch(text) else None
    if kind in DATES:
        if found := _ISO.match(text):
            return "-".join(found.groups())
        found = _RUSSIAN.match(text)
        return "-".join(reversed(found.groups())) if found else None
    if kind in NUMBERS:
        digits = "".join(sign for sign in text if sign.isdigit())
        if kind is Field.PHONE and len(digits) == 11:
            digits = digits[1:]
        return digits if len(digits) >= _LEAST_DIGITS[kind] else None
    return text.casefold() if len(text) > 5 else None


@dataclass
class People:
    """Persons by number, from 1 in the order in which they were met."""

    count: int = 0
    _owners: dict[tuple[Field, str], set[int]] = field(default_factory=dict)
    _written: dict[tuple[Field, str], set[str]] = field(default_factory=dict)
    _triples: dict[tuple[str | None, ...], int] = field(default_factory=dict)

    def add(self, values: Mapping[Field, str]) -> None:
        """Note the values of one person; one known by СНИЛС, policy or full name stays the same."""
        known = {kind: normal(kind, value) for kind, value in values.items()}
        found = {kind: value for kind, value in known.items() if value is not None}
        if not found:
            return
        number = self._known(found)
        if number is None:
            self.count += 1
            number = self.count
        for kind, value in found.items():
            owners = self._owners.setdefault((kind, value), set())
            if not owners or len(found) > 1:
                owners.add(number)
            self._written.setdefault((kind, value), set()).add(" ".join(values[kind].split()))
        if Field.SURNAME in found and Field.NAME in found:
            self._triples.setdefault(tuple(found.get(kind) for kind in NAMES), number)

    def _known(self, found: Mapping[Field, str]) -> int | None:
        for kind in _STRONG:
            owners = self._owners.get((kind, found.get(kind, "")))
            if owners:
                return min(owners)
        if Field.SURNAME in found and Field.NAME in found:
            return self._triples.get(tuple(found.get(kind) for kind in NAMES))
        if len(found) == 1:
            (only,) = found.items()
            owners = self._owners.get(only)
            return min(owners) if owners else None
        return None

    def values(self) -> Iterator[tuple[Field, str, frozenset[str], frozenset[int]]]:
        """Yield each value: kind, normal form, writings and the persons that have it."""
        for (kind, value), owners in self._owners.items():
            yield kind, value, frozenset(self._written[kind, value]), frozenset(owners)
