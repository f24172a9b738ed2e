"""The registry of one mock РЭМД: what is registered, under which numbers."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from dopusk.remd.checks import Fingerprint, RegisteredItem
from dopusk.wire.soap import normalise_id
from mocks.remd.exceptions import NotUniqueError

STORE_YEARS = 25
"""Retention of all kinds (НСИ 1520 SHELF_LIFE)."""


@dataclass(frozen=True, slots=True)
class Item:
    """A registered document."""

    emdr_id: str
    system: str
    """Normalised clientEntityId of the system that registered it and keeps the file."""
    local_uid: str
    kind: str
    organization: str
    document_number: str | None
    created: str
    registered: datetime
    patient_snils: str | None
    file: Fingerprint
    scenario: str | None
    replaced_by: str | None = None

    @property
    def store_till(self) -> date:
        """Return the last day of retention."""
        day = self.registered.date()
        leap = day.month == 2 and day.day == 29
        return day.replace(year=day.year + STORE_YEARS, day=28 if leap else day.day)

    @property
    def status(self) -> str:
        """Return the Russian status of the document."""
        return "Зарегистрировано" if self.replaced_by is None else "Заменено"

    def seen(self) -> RegisteredItem:
        """Return what the checks need to know of it."""
        return RegisteredItem(
            self.emdr_id, self.local_uid, self.kind, self.organization, self.replaced_by
        )


class Registry:
    """Registered documents. Thread-safe; only what is registered blocks a localUid."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_number: dict[str, Item] = {}
        self._by_uid: dict[tuple[str, str], Item] = {}
        self._numbers = itertools.count(1)

    def registered(self, system: str, local_uid: str) -> RegisteredItem | None:
        """Return the document that the system registered under this localUid."""
        item = self._by_uid.get((system, normalise_id(local_uid)))
        return item.seen() if item else None

    def item(self, emdr_id: str) -> RegisteredItem | None:
        """Return the document with this number, as the checks see it."""
        item = self.find(emdr_id)
        return item.seen() if item else None

    def find(self, emdr_id: str) -> Item | None:
        """Return the document with this number."""
        with self._lock:
            return self._by_number.get(emdr_id.strip())

    def add(self, item: Item, *, region: str, replaces: tuple[str, ...] = ()) -> Item:
        """Register a document and return it with its number; raises NotUniqueError.

        The number is of the new form: kind.region.YY.MM.sequence.
        """
        key = (item.system, normalise_id(item.local_uid))
        with self._lock:
            known = self._by_uid.get(key)
            if known is not None:
                raise NotUniqueError(item.local_uid, known.emdr_id)
            number = f"{item.kind}.{region}.{item.registered:%y.%m}.{next(self._numbers):09d}"
            self._by_uid[key] = self._by_number[number] = made = replace(item, emdr_id=number)
            for old in replaces:
                if old in self._by_number:
                    self._replace(old, number)
            return made

    def of_system(self, system: str) -> Iterator[Item]:
        """Yield the documents that a system registered, oldest first."""
        with self._lock:
            items = tuple(self._by_number.values())
        return (item for item in items if item.system == system)

    def clear(self) -> None:
        """Forget everything; numbers go on, so that none is given twice."""
        with self._lock:
            self._by_number.clear()
            self._by_uid.clear()

    def _replace(self, old: str, new: str) -> None:
        before = self._by_number[old]
        after = replace(before, replaced_by=new)
        self._by_number[old] = self._by_uid[(before.system, normalise_id(before.local_uid))] = after
