from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import remd_samples
import requests
from remd_bench import Bench

from dopusk.wire.profile import default_profile
from dopusk.wire.soap import read_envelope
from mocks.faults import Action, Fault, FaultError, FaultPlan, Stage

REGISTER, SEARCH = "registerDocument", "searchRegistryItem"


def test_plan_counts_calls_of_its_operation() -> None:
    plan = FaultPlan()
    plan.add(Fault(SEARCH, Action.RESET, nth=2, times=2))
    calls = (SEARCH, REGISTER, SEARCH, SEARCH, SEARCH)
    struck = [bool(plan.arrive(name, None)) for name in calls]
    assert struck == [False, False, True, True, False]
    assert plan.planned() == ()


def test_plan_may_concern_one_document() -> None:
    plan = FaultPlan()
    plan.add(Fault(REGISTER, Action.RESET, local_uid="8D1F0C6E-0A5B-4C1D-9F7E-2B3A4C5D6E7F"))
    assert not plan.arrive(REGISTER, "other")
    assert plan.arrive(REGISTER, "8d1f0c6e0a5b4c1d9f7e2b3a4c5d6e7f")


def test_plan_is_counted_once_by_many_threads() -> None:
    plan = FaultPlan()
    plan.add(Fault(REGISTER, Action.RESET, times=5))
    struck: list[bool] = []
    threads = [
        threading.Thread(target=lambda: struck.append(bool(plan.arrive(REGISTER, None))))
        for _ in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(struck) == 5


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"operation": "registerDocument"},
        {"operation": "registerDocument", "action": "explode"},
        {"operation": "registerDocument", "action": "reset", "nth": 0},
        {"operation": "registerDocument", "action": "reset", "nth": "x"},
        {"operation": "registerDocument", "action": "reset", "seconds": -1},
        {"operation": "registerDocument", "action": "http_status", "status": 1000},
        {"operation": "registerDocument", "action": "remd_error"},
        {"operation": "registerDocument", "action": "remd_error", "code": "NO_SUCH"},
        {"operation": "registerDocument", "action": "reset", "extra": 1},
        {"operation": "updateMetadata", "action": "reset"},
        {"operation": "getDocumentFile", "action": "http_status"},
        {"operation": "searchRegistryItem", "action": "result_twice"},
        {
            "operation": "demandContent",
            "action": "remd_error",
            "code": "RATE_LIMIT",
            "stage": "stage1",
        },
    ],
)
def test_wrong_fault_is_refused_in_words(data: dict[str, Any]) -> None:
    with pytest.raises(FaultError, match="Сбой"):
        Fault.from_dict(data)


def test_fault_travels_as_json() -> None:
    fault = Fault.refusal("RATE_LIMIT", stage="sync")
    assert Fault.from_dict(fault.to_dict()) == fault


def test_http_status_then_as_usual(bench: Bench) -> None:
    bench.stand.plan(Fault.http_status(503))
    assert bench.post(remd_samples.envelope()).status_code == 503
    assert bench.post(remd_samples.envelope()).status_code == 200
    (fault,) = bench.journal.entries(operation="fault")
    assert fault.note["fault"]["status"] == 503
    assert bench.decisions(str(uuid4())) == []


def test_reset_is_journaled_as_no_answer(bench: Bench) -> None:
    bench.stand.plan(Fault("registerDocument", Action.RESET))
    with pytest.raises(requests.ConnectionError):
        bench.post(remd_samples.envelope())
    answers = [e for e in bench.journal.entries() if e.phase == "response"]
    assert [(e.status, "оборвал" in e.note["error"]) for e in answers] == [(None, True)]


def test_soap_fault_and_malformed_answer(bench: Bench) -> None:
    bench.stand.plan(Fault("registerDocument", Action.SOAP_FAULT, text="База недоступна"))
    bench.stand.plan(Fault("registerDocument", Action.MALFORMED, nth=2))
    first = bench.post(remd_samples.envelope())
    envelope, _ = read_envelope(first.content, part="ответ")
    assert first.status_code == 500
    assert envelope is not None
    assert "База недоступна" in envelope.fault_text()
    second = bench.post(remd_samples.envelope())
    assert read_envelope(second.content, part="ответ")[0] is None


def test_delay_is_scaled(bench: Bench) -> None:
    bench.stand.plan(Fault("registerDocument", Action.DELAY, seconds=300))
    began = time.monotonic()
    assert bench.post(remd_samples.envelope()).status_code == 200
    assert 0.3 <= time.monotonic() - began < 10


@pytest.mark.parametrize("code", ["RATE_LIMIT", "RUNTIME_ERROR", "NO_SNILS"])
def test_sync_refusal_by_plan(bench: Bench, code: str) -> None:
    bench.stand.plan(Fault.refusal(code, stage="sync"))
    uid = str(uuid4())
    assert [item for item, _ in bench.register(local_uid=uid).errors] == [code]
    decided = bench.decided(uid, "sync")
    assert decided.note["cause"] == "fault plan"
    assert bench.register(local_uid=uid).succeeded


@pytest.mark.parametrize(("stage", "files"), [("stage1", 0), ("stage2", 1)])
def test_later_refusal_by_plan(bench: Bench, stage: str, files: int) -> None:
    bench.stand.plan(Fault.refusal("VALSYS_REJECT", stage=stage))
    uid = str(uuid4())
    assert bench.register(local_uid=uid).succeeded
    (result,) = bench.mis.results()
    assert [code for code, _ in result.errors] == ["VALSYS_REJECT"]
    assert len(bench.mis.of("getDocumentFile")) == files
    assert bench.decided(uid, "refused").note["cause"] == "fault plan"


def test_result_twice(bench: Bench) -> None:
    bench.stand.plan(Fault.result_twice())
    bench.register()
    one, other = bench.mis.results(2)
    assert one == other


def test_result_late(start: Callable[..., Bench]) -> None:
    bench = start(time_scale=100.0)
    bench.stand.plan(Fault.result_late(50))
    uid = str(uuid4())
    bench.register(local_uid=uid)
    decided = bench.decided(uid, "registered")
    bench.mis.results()
    sent = bench.journal.entries(operation="sendRegisterDocumentResult")[0]
    assert (sent.at - decided.at).total_seconds() >= 0.5


def test_result_lost_but_registered(bench: Bench) -> None:
    bench.stand.plan(Fault("registerDocument", Action.RESULT_LOST))
    uid = str(uuid4())
    bench.register(local_uid=uid)
    bench.decided(uid, "registered")
    assert bench.stand.idle(5)
    assert bench.mis.of("sendRegisterDocumentResult") == []


def test_file_twice(bench: Bench) -> None:
    bench.stand.plan(Fault("registerDocument", Action.FILE_TWICE))
    bench.register()
    bench.mis.results()
    assert len(bench.mis.of("getDocumentFile")) == 2


def test_other_operations_are_refused_by_plan(bench: Bench) -> None:
    bench.stand.plan(Fault.refusal("RATE_LIMIT", operation="getRegistryItem"))
    body = default_profile().render("getRegistryItemRequest", emdr_id="1")
    told = [
        bench.read(bench.post(remd_samples.envelope(body, action="getRegistryItem")).content)
        for _ in range(2)
    ]
    assert [answer.errors[0][0] for answer in told] == ["RATE_LIMIT", "REGISTRY_ITEM_NOT_FOUND"]


@pytest.mark.parametrize("operation", ["getDocumentFile", "sendRegisterDocumentResult"])
def test_calls_of_the_stand_are_delayed(bench: Bench, operation: str) -> None:
    bench.stand.plan(Fault(operation, Action.DELAY, seconds=300))
    began = time.monotonic()
    bench.register()
    bench.mis.results()
    assert 0.3 <= time.monotonic() - began < 10
    assert len(bench.journal.entries(operation="fault")) == 1


def test_plan_is_forgotten(bench: Bench) -> None:
    bench.stand.plan(Fault.http_status(503))
    bench.stand.clear_plan()
    assert bench.post(remd_samples.envelope()).status_code == 200
    assert Stage("sync") is Stage.SYNC
