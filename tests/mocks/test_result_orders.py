from __future__ import annotations

import time
from uuid import uuid4

import pytest
import remd_samples
from fake_mis import WAIT
from remd_bench import Bench

from dopusk.journal import Phase
from dopusk.wire.soap import normalise_id
from mocks.faults import Action, Fault, FaultError

REGISTER, RESULT, GET_FILE = "registerDocument", "sendRegisterDocumentResult", "getDocumentFile"


def test_a_result_may_come_before_the_synchronous_answer(bench: Bench) -> None:
    bench.stand.plan(Fault(REGISTER, Action.RESULT_FIRST))
    uid = str(uuid4())
    assert bench.register(local_uid=uid).succeeded
    entries = bench.journal.entries(local_uid=normalise_id(uid))
    result = next(item for item in entries if item.operation == RESULT)
    answer = next(
        item for item in entries if item.operation == REGISTER and item.phase is Phase.RESPONSE
    )
    assert result.seq < answer.seq


def test_a_foreign_result_comes_before_the_own_one(bench: Bench) -> None:
    bench.stand.plan(Fault(REGISTER, Action.RESULT_UNKNOWN))
    uid = str(uuid4())
    bench.register(local_uid=uid)
    foreign, own = bench.mis.results(2)
    assert own.local_uid == uid
    assert foreign.local_uid != uid
    assert foreign.relates_to != own.relates_to
    assert foreign.emdr_id != own.emdr_id
    assert bench.stand.remd.registry.find(foreign.emdr_id or "") is None


def test_a_lost_result_leaves_the_document_registered(bench: Bench) -> None:
    bench.stand.plan(Fault(REGISTER, Action.RESULT_LOST))
    uid = str(uuid4())
    bench.register(local_uid=uid)
    bench.decided(uid, "registered")
    assert bench.stand.idle(WAIT)
    assert bench.mis.of(RESULT) == []


def test_an_answer_may_be_read_slowly(bench: Bench) -> None:
    bench.stand.plan(Fault(GET_FILE, Action.SLOW_READ, seconds=300))
    began = time.monotonic()
    bench.register()
    assert bench.mis.results()[0].status == "success"
    assert time.monotonic() - began >= 0.3


@pytest.mark.parametrize(
    ("operation", "action"),
    [
        (REGISTER, Action.SLOW_READ),
        (GET_FILE, Action.RESULT_LOST),
        ("searchRegistryItem", Action.RESULT_FIRST),
        (RESULT, Action.HTTP_STATUS),
    ],
)
def test_what_cannot_happen_cannot_be_planned(operation: str, action: Action) -> None:
    with pytest.raises(FaultError):
        Fault(operation, action)


def test_a_fault_names_a_service_that_exists() -> None:
    with pytest.raises(FaultError, match="службы erzl нет"):
        Fault(REGISTER, Action.RESET, service="erzl")
    told = Fault(REGISTER, Action.RESET, service="gis").to_dict()
    assert Fault.from_dict(told).service == "gis"


def test_faults_of_other_services_do_not_strike(bench: Bench) -> None:
    bench.stand.plan(Fault(REGISTER, Action.HTTP_STATUS, service="gis"))
    assert bench.post(remd_samples.envelope()).status_code == 200
    assert len(bench.stand.faults.planned()) == 1
