"""One scenario under way: its documents, its view of the journal and what it found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import NoReturn, Protocol

from dopusk.cases import ControlCase
from dopusk.clock import Clock
from dopusk.declaration.connection import Service, entry
from dopusk.declaration.model import Declaration, Variant
from dopusk.drivers import Driver
from dopusk.drivers.journaled import ACTOR
from dopusk.journal import Journal
from dopusk.oms import RegisterOrder
from dopusk.signature import TrustStore
from dopusk.tfoms.mek import MekOrder
from dopusk.verdict import Finding, unique
from dopusk.wire.profile import WireProfile
from mocks.faults import Fault
from steps.marks import Marks, read_marks
from steps.view import View, Watcher

LEAST_QUIET_SECONDS = 0.25
"""Seconds, never scaled, in which what a МИС has already begun to send reaches the stand."""


class BlockedError(AssertionError):
    """The candidate's fault makes the following steps impossible; the findings say why."""


class StandError(RuntimeError):
    """The stand failed: never the candidate's fault."""


class LaunchError(RuntimeError):
    """The run cannot start: port taken, МИС unreachable, declaration unusable (exit code 2)."""


class Circuit(Protocol):
    """What steps may ask of the stand; absent when a recorded journal is judged again."""

    def plan(self, fault: Fault) -> None:
        """Add a fault to the plan of the scenario under way."""

    def clear_plan(self) -> None:
        """Forget the plan."""

    def demand(self, emdr_id: str) -> None:
        """Let another system demand a registered document."""

    def work(self, body: bytes, data: bytes) -> None:
        """Let a doctor register a document at the workplace in ЕМИАС."""

    def insure(self, order: RegisterOrder) -> None:
        """Tell ФЕРЗЛ about the patients of an order and their policies."""

    def order_mek(self, okato: str, order: MekOrder) -> None:
        """Set the outcome of МЭК in a territory until the plan is cleared."""


@dataclass
class CurrentScenario:
    """Id of the scenario under way, for those who journal on its behalf."""

    id: str | None = None


@dataclass(frozen=True)
class Run:
    """What all scenarios of one variant share."""

    declaration: Declaration
    variant: Variant
    journal: Journal
    clock: Clock
    driver: Driver
    watcher: Watcher
    current: CurrentScenario
    trust: TrustStore
    entry_url: str
    """Address to which the candidate must send in this variant."""
    addresses: Mapping[str, str]
    """Address for documents of each service of the circuit, by its actor."""
    profile: WireProfile
    """By which messages are read."""
    circuit: Circuit | None
    """None when a recorded journal is judged again."""

    @property
    def entry(self) -> Service:
        """Return the service to which documents are handed in this variant."""
        return entry(self.variant)

    @property
    def recorded(self) -> bool:
        """Tell whether the journal is a recorded one that is judged again."""
        return self.circuit is None

    @cached_property
    def marks(self) -> Mapping[str, Marks]:
        """Return where steps and scenarios of a recorded journal ended, by scenario."""
        return read_marks(self.journal)

    @property
    def by_hand(self) -> bool:
        """Tell whether an operator acts, who is not to be asked again and again."""
        return self.declaration.driver.kind == "manual"

    @property
    def time_scale(self) -> float:
        """Return how many times faster than real time the prescribed pauses run."""
        return self.declaration.stand.time_scale


@dataclass
class Track:
    """One document of the scenario, from the action that asked for it."""

    case: ControlCase
    since: int
    """Journal number after which its messages come."""
    ref: str
    """Name of the document in the МИС (driver)."""
    told_local_uid: str | None
    """localUid, when the driver told it."""
    emdr_id: str | None = None
    previous: Track | None = None
    """The document that this one is a new version of."""


@dataclass
class RegisterTrack:
    """One register of the scenario, from the action that asked for it."""

    order: RegisterOrder
    since: int
    """Journal number after which its packages come."""
    ref: str
    """Name of the register in the МИС (driver)."""
    previous: RegisterTrack | None = None
    """The register that this one corrects."""


@dataclass
class Trial:
    """State of one scenario; steps add findings to it and never decide verdicts themselves."""

    id: str
    run: Run
    view: View
    serial: str
    """Makes the control examples of this scenario unlike those of any other."""
    case: ControlCase | None = None
    tracks: list[Track] = field(default_factory=list)
    orders: list[RegisterOrder] = field(default_factory=list)
    """Control orders of ОМС that the scenario will have the МИС bring to account."""
    registers: list[RegisterTrack] = field(default_factory=list)
    failure: str = "временный сбой"
    """What the scenario has the first sending meet."""
    result_delay: float = 0.0
    """Real seconds by which the scenario has the stand delay a result."""
    found: list[Finding] = field(default_factory=list)
    """Findings of the step under way."""

    @property
    def track(self) -> Track:
        """Return the newest document; a scenario without one is written wrongly."""
        if not self.tracks:
            raise StandError("в сценарии ещё нет документа: шаг «Когда МИС отправляет …» пропущен")
        return self.tracks[-1]

    @property
    def register(self) -> RegisterTrack:
        """Return the newest register; a scenario without one is written wrongly."""
        if not self.registers:
            raise StandError("в сценарии ещё нет реестра: шаг «Когда МИС отправляет …» пропущен")
        return self.registers[-1]

    def quiet(self, pause: float) -> float:
        """Return the real seconds to watch for what should not come in a prescribed pause.

        The network and the МИС are not faster than they are, however much the pause is scaled.
        The time since the last message counts: nothing has prompted the МИС since.
        """
        needed = max(LEAST_QUIET_SECONDS, pause / self.run.time_scale)
        entries = self.view.entries()
        messages = [item.at for item in entries if ACTOR not in (item.actor, item.peer)]
        if messages:
            needed -= (datetime.now(UTC) - messages[-1]).total_seconds()
        return min(self.view.wait_seconds, max(0.0, needed))

    @property
    def blocking(self) -> bool:
        """Tell whether the step under way found what fails the candidate."""
        settings = self.run.declaration.stand
        return any(f.blocks(conventions_block=settings.conventions_block) for f in self.found)

    def add(self, found: Iterable[Finding]) -> None:
        """Add findings to the step under way."""
        self.found = unique([*self.found, *found])

    def block(self, *found: Finding) -> NoReturn:
        """Add findings and give up the rest of the scenario."""
        self.add(found)
        raise BlockedError("; ".join(item.message for item in found) or "дальше проверять нечего")

    def take_found(self) -> tuple[Finding, ...]:
        """Return and forget the findings of the step under way."""
        found, self.found = tuple(self.found), []
        return found
