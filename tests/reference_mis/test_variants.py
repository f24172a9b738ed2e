from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from dopusk.clock import Clock
from dopusk.declaration.connection import Service
from dopusk.declaration.model import Variant
from dopusk.drivers import DocumentState, DocumentStatus, Driver, ResetOptions, make_driver
from dopusk.journal import Entry, Journal, Phase
from fixtures.cases import for_declaration
from fixtures.reference_mis import ReferenceMis, demo_declaration
from mocks.faults import Action, Fault
from mocks.stand import Stand

REGISTER, WAIT = "registerDocument", 15.0


class Circuit:
    """The reference МИС with a real stand of one variant."""

    def __init__(self, mis: ReferenceMis, variant: Variant, folder: Path) -> None:
        self.declared = mis.declaration
        self.clock = Clock.at(self.declared.as_of)
        self.journal = Journal.create(folder / f"{uuid4()}.sqlite", clock=self.clock, run={})
        self.stand = Stand(self.declared, self.journal, self.clock, variant=variant)
        self.stand.start()
        self.driver: Driver = make_driver(self.declared.driver)
        scale = self.declared.stand.time_scale
        self.driver.reset(
            ResetOptions(self.declared.as_of, scale, variant.value, dict(self.stand.addresses))
        )

    def submit(self) -> str:
        case = for_declaration("fit", self.declared, now=self.clock.now(), serial="1")
        return self.driver.submit(case).ref

    def status(self, ref: str, *states: DocumentState) -> DocumentStatus:
        deadline, pause = time.monotonic() + WAIT, threading.Event()
        while (status := self.driver.status(ref)).state not in states:
            assert time.monotonic() < deadline, f"still {status}"
            pause.wait(0.02)
        return status

    def wait(self, peer: Service, operation: str = REGISTER, after: int = 0) -> Entry:
        found = self.journal.wait_for(
            lambda entry: (
                entry.actor == "candidate"
                and entry.peer == peer
                and entry.operation == operation
                and entry.phase is Phase.REQUEST
            ),
            after=after,
            timeout=WAIT,
        )
        assert found is not None
        return found

    def close(self) -> None:
        self.stand.stop()
        self.journal.close()


@pytest.fixture
def circuit(tmp_path: Path) -> Iterator[Callable[..., Circuit]]:
    opened: list[tuple[ReferenceMis, Circuit]] = []

    def start(variant: Variant, defect: str | None = None) -> Circuit:
        mis = ReferenceMis.for_demo(demo_declaration(), defect=defect).start()
        made = Circuit(mis, variant, tmp_path)
        opened.append((mis, made))
        return made

    yield start
    for mis, made in opened:
        made.close()
        mis.stop()


@pytest.mark.parametrize(
    ("variant", "peer"),
    [
        (Variant.FED_1, Service.GIS),
        (Variant.FED_2, Service.OTHER_IS),
        (Variant.FED_4, Service.REMD),
        (Variant.MO_3, Service.EMIAS),
    ],
)
def test_documents_go_to_the_system_of_the_variant(
    circuit: Callable[..., Circuit], variant: Variant, peer: Service
) -> None:
    made = circuit(variant)
    ref = made.submit()
    assert made.status(ref, DocumentState.REGISTERED).emdr_id is not None
    sent = made.journal.entries(actor="candidate", operation=REGISTER, phase=Phase.REQUEST)
    assert [entry.peer for entry in sent] == [peer]


def test_nothing_is_sent_where_the_mo_works_in_emias(circuit: Callable[..., Circuit]) -> None:
    made = circuit(Variant.MO_2)
    ref = made.submit()
    assert made.journal.wait_for(lambda entry: True, after=0, timeout=0.5) is None
    assert made.driver.status(ref).state is DocumentState.PREPARED


def test_a_registered_document_is_handed_to_emias(circuit: Callable[..., Circuit]) -> None:
    made = circuit(Variant.MO_1)
    ref = made.submit()
    number = made.status(ref, DocumentState.REGISTERED).emdr_id
    handed = made.wait(Service.EMIAS)
    assert handed.emdr_id == number
    assert handed.local_uid == made.wait(Service.REMD).local_uid


def test_a_refused_document_is_not_handed_over(circuit: Callable[..., Circuit]) -> None:
    made = circuit(Variant.MO_1)
    made.stand.plan(Fault.refusal("VALIDATION_ERROR", stage="stage2"))
    ref = made.submit()
    made.status(ref, DocumentState.REFUSED)
    sent = made.journal.entries(actor="candidate", operation=REGISTER, phase=Phase.REQUEST)
    assert {entry.peer for entry in sent} == {Service.REMD}


def test_a_failure_of_emias_is_met_by_handing_over_again(circuit: Callable[..., Circuit]) -> None:
    made = circuit(Variant.MO_1)
    made.stand.plan(Fault(REGISTER, Action.HTTP_STATUS, service=Service.EMIAS))
    ref = made.submit()
    first = made.wait(Service.EMIAS)
    second = made.wait(Service.EMIAS, after=first.seq)
    assert first.local_uid == second.local_uid
    assert first.message_id != second.message_id
    assert made.driver.status(ref).attempts == 1


def test_a_lost_result_is_sought_and_found(circuit: Callable[..., Circuit]) -> None:
    made = circuit(Variant.FED_1)
    made.stand.plan(Fault(REGISTER, Action.RESULT_LOST, service=Service.GIS))
    ref = made.submit()
    status = made.status(ref, DocumentState.REGISTERED)
    assert status.emdr_id is not None
    assert made.wait(Service.GIS, "searchRegistryItem").seq > 0


def test_what_is_not_registered_is_sought_again(circuit: Callable[..., Circuit]) -> None:
    made = circuit(Variant.FED_3)
    late = replace(Fault.result_late(900))
    made.stand.plan(late)
    made.stand.plan(Fault("searchRegistryItem", Action.HTTP_STATUS))
    ref = made.submit()
    first = made.wait(Service.REMD, "searchRegistryItem")
    made.wait(Service.REMD, "searchRegistryItem", after=first.seq)
    assert made.status(ref, DocumentState.REGISTERED).emdr_id is not None


def test_a_refusal_of_the_second_system_is_shown_beside(circuit: Callable[..., Circuit]) -> None:
    made = circuit(Variant.FED_2)
    made.stand.plan(
        Fault(REGISTER, Action.REMD_ERROR, code="VALIDATION_ERROR", service=Service.GIS)
    )
    ref = made.submit()
    deadline, pause = time.monotonic() + WAIT, threading.Event()
    while True:
        status = made.status(ref, DocumentState.REGISTERED)
        if [code for code, _ in status.errors] == ["VALIDATION_ERROR"]:
            break
        assert time.monotonic() < deadline
        pause.wait(0.02)
    assert status.emdr_id is not None
