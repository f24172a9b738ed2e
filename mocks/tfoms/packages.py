"""Packages that a mock ТФОМС has taken, by id and by name."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from uuid import uuid4

from dopusk.tfoms.exchange import Operation, State
from dopusk.tfoms.mek import Decision
from dopusk.tfoms.territories import Transport
from mocks.faults import Fault


@dataclass(frozen=True, slots=True)
class Answer:
    """A file for the МО."""

    name: str
    """With extension."""
    data: bytes


@dataclass(slots=True)
class Package:
    """One package on its way through ФЛК and МЭК."""

    name: str
    """FILENAME, without extension: the correlation of the journal."""
    data: bytes
    transport: Transport
    scenario: str | None
    id: str = field(default_factory=lambda: uuid4().hex)
    nameless: bool = False
    """Whether it came by SOAP and no name could be found inside."""
    duplicate: bool = False
    """Whether a package of this name had been taken before."""
    faults: tuple[Fault, ...] = ()
    """Planned faults that strike its protocols."""
    states: tuple[tuple[State, datetime], ...] = ()
    answers: dict[Operation, Answer] = field(default_factory=dict)
    lost: set[Operation] = field(default_factory=set)
    """Answers that are not found when asked for the next time."""

    @property
    def state(self) -> State:
        """Return the last state."""
        return self.states[-1][0]


class Packages:
    """The packages of one territory. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_id: dict[str, Package] = {}
        self._names: set[str] = set()
        self._paid: set[bytes] = set()

    def add(self, package: Package) -> None:
        """Take a package; it is a duplicate when its name is taken already."""
        with self._lock:
            package.duplicate = package.name.upper() in self._names
            self._names.add(package.name.upper())
            self._by_id[package.id] = package

    def release(self, package: Package) -> None:
        """Forget the name of a package that could not even be opened: it was never registered."""
        with self._lock:
            if not package.duplicate:
                self._names.discard(package.name.upper())

    def find(self, ref: str) -> Package | None:
        """Return the package with this id."""
        with self._lock:
            return self._by_id.get(ref)

    def named(self, name: str) -> tuple[Package, ...]:
        """Return the packages of this name, in the order in which they came."""
        with self._lock:
            known = self._by_id.values()
            return tuple(item for item in known if item.name.upper() == name.upper())

    def pay(self, decisions: tuple[Decision, ...]) -> None:
        """Remember which cases are paid, wholly or in part."""
        with self._lock:
            self._paid.update(item.key for item in decisions if item.paid > 0)

    def paid(self, key: bytes) -> bool:
        """Tell whether a case is paid."""
        with self._lock:
            return key in self._paid

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._by_id.clear()
            self._names.clear()
            self._paid.clear()
