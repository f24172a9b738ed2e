"""What can be asked of a running stand besides its services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dopusk.cases import Person
from dopusk.oms import Policy
from mocks.faults import Fault, FaultPlan
from mocks.oms import Oms
from mocks.relay.models import Relay
from mocks.remd.models import Remd
from mocks.tfoms.judge import Ordered
from mocks.tfoms.models import Tfoms
from mocks.workers import Workers


class Control:
    """Steers one stand; every change is an event in the journal."""

    def __init__(
        self,
        *,
        remd: Remd,
        relays: Sequence[Relay] = (),
        oms: Oms | None = None,
        faults: FaultPlan,
        workers: Workers,
        scenario: Callable[[], str | None],
        health: Callable[[], dict[str, Any]],
    ) -> None:
        self._remd = remd
        self._relays = tuple(relays)
        self._oms = oms
        self._faults = faults
        self._workers = workers
        self._scenario = scenario
        self.health = health

    def plan(self, fault: Fault) -> None:
        """Add a fault to the plan."""
        self._remd.records.note("fault-planned", self._scenario(), fault=fault.to_dict())
        self._faults.add(fault)

    def planned(self) -> tuple[Fault, ...]:
        """Return the faults that may still strike."""
        return self._faults.planned()

    def clear_plan(self) -> None:
        """Forget the planned faults."""
        if self._faults.planned():
            self._remd.records.note("faults-cleared", self._scenario())
        self._faults.clear()

    def demand(self, emdr_id: str) -> None:
        """Let another system demand a registered document; RegistryItemNotFoundError."""
        self._remd.demand(emdr_id, self._scenario())

    def order_mek(self, okato: str | None, ordered: Ordered) -> bool:
        """Let МЭК of a territory (None: of all) decide as ordered; False: there is none such."""
        funds = [item for item in self._funds() if okato in (None, item.territory.okato)]
        for fund in funds:
            fund.order(ordered)
        return bool(funds)

    def forget_mek_orders(self) -> None:
        """Let МЭК decide by its rules again."""
        for fund in self._funds():
            fund.forget_orders()

    def know(self, person: Person, policies: Sequence[Policy]) -> None:
        """Let ФЕРЗЛ know a person with these policies."""
        if self._oms is not None:
            self._oms.ferzl.know(person, *policies)

    def fail_insurance(self, times: int) -> None:
        """Let ФЕРЗЛ answer the next requests with error 500."""
        if self._oms is not None:
            self._oms.ferzl.fail(times)

    def reset(self) -> None:
        """Forget registered documents, planned faults and what was due later."""
        self._faults.clear()
        self._workers.forget_later()
        self._remd.reset()
        for relay in self._relays:
            relay.reset()
        if self._oms is not None:
            self._oms.reset()
        self._remd.records.note("reset", self._scenario())

    def _funds(self) -> tuple[Tfoms, ...]:
        return tuple(self._oms.tfoms.values()) if self._oms is not None else ()
