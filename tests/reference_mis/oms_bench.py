"""A whole stand with ОМС and the reference МИС beside it, for tests of its ОМС office."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from dopusk.clock import Clock
from dopusk.declaration.model import Declaration, OmsTerritory
from dopusk.drivers import RegisterStatus, ResetOptions
from dopusk.drivers.http import HttpDriver
from dopusk.journal import Entry, Journal, Phase
from dopusk.oms import RegisterOrder
from dopusk.tfoms.exchange import PASSWORD, Operation
from fixtures.orders import for_territory
from fixtures.reference_mis import ReferenceMis, demo_declaration
from mocks.stand import Stand

WAIT = 15.0
OKATO, OTHER = "99000", "46000"
MO = "990001"
TIME_SCALE = 2000.0


@dataclass
class OmsBench:
    """One run."""

    stand: Stand
    journal: Journal
    mis: ReferenceMis
    driver: HttpDriver
    declared: Declaration

    def order(self, name: str, *, serial: int = 1, place: int = 0) -> RegisterOrder:
        """Return a control order; ФЕРЗЛ learns of its patients."""
        order = for_territory(
            name,
            self.declared,
            self.declared.oms[place],
            now=Clock.at(self.declared.as_of).now(),
            serial=serial,
        )
        self.stand.insure(order)
        return order

    def send(self, order: RegisterOrder) -> str:
        return self.driver.send_register(order).ref

    def wait(self, ref: str, *states: str) -> RegisterStatus:
        """Return the status as soon as the register is in one of these states."""
        return self.until(ref, lambda status: status.state.value in states)

    def until(self, ref: str, good: Callable[[RegisterStatus], bool]) -> RegisterStatus:
        deadline = time.monotonic() + WAIT
        pause = threading.Event()
        while True:
            status = self.driver.register_status(ref)
            if good(status):
                return status
            assert time.monotonic() < deadline, status
            pause.wait(0.02)

    def sent(self) -> list[Entry]:
        """Return the packages that came, oldest first."""
        entries = self.journal.entries(operation=Operation.SEND.value, phase=Phase.REQUEST)
        return [entry for entry in entries if entry.actor == "candidate"]


@contextmanager
def running(
    folder: Path, transport: str, defect: str | None = None, places: int = 1
) -> Iterator[OmsBench]:
    """Run a stand and a МИС that talks to one ТФОМС, or to two."""
    exchange = folder / "exchange" if transport == "folder" else None
    territories = (
        OmsTerritory(OKATO, MO, transport, folder=exchange),
        OmsTerritory(OTHER, "500432", "rest"),
    )[:places]
    usual = demo_declaration(oms=True)
    declared = replace(
        usual, oms=territories, stand=replace(usual.stand, time_scale=TIME_SCALE, port=0)
    )
    clock = Clock.at(declared.as_of)
    with ReferenceMis.for_demo(declared, defect=defect) as mis:
        journal = Journal.create(folder / "journal.sqlite", clock=clock, run={})
        stand = Stand(mis.declaration, journal, clock)
        driver = HttpDriver(mis.url, timeout=WAIT)
        stand.start()
        try:
            driver.reset(options(stand, declared))
            yield OmsBench(stand, journal, mis, driver, declared)
        finally:
            driver.close()
            stand.stop()
            mis.stop()
            journal.close()


def options(stand: Stand, declared: Declaration) -> ResetOptions:
    """Return what the МИС is told before a run."""
    return ResetOptions(
        as_of=declared.as_of,
        time_scale=TIME_SCALE,
        variant="fed-3",
        endpoints=stand.addresses,
        oms=tuple(
            {
                "okato": place.okato,
                "moCode": place.mo_code,
                "transport": place.transport,
                "login": place.login,
                "password": PASSWORD,
                "folder": str(place.folder) if place.folder else None,
                "token": stand.ferzl.token,
            }
            for place in declared.oms
        ),
    )
