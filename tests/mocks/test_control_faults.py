"""Every fault can be set through the control API; the journal has the plan and what happened."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import remd_samples
import requests
from fake_mis import WAIT
from remd_bench import Bench

from dopusk.declaration.model import Variant
from dopusk.journal import Entry
from dopusk.wire.soap import normalise_id
from mocks.faults import (
    FLK_PROTOCOL,
    INCOMING,
    MEK_RESULT,
    OF_OMS,
    OUTGOING,
    PROTOCOL,
    SERVICES,
    Action,
    Fault,
    Stage,
)

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
REGISTER, GET_FILE = "registerDocument", "getDocumentFile"
SPECIAL: dict[Action, dict[str, Any]] = {
    Action.HTTP_STATUS: {"status": 502},
    Action.DELAY: {"seconds": 1},
    Action.REMD_ERROR: {"code": "NO_SNILS"},
    Action.RESULT_TWICE: {"seconds": 1},
    Action.RESULT_LATE: {"seconds": 1},
    Action.SLOW_READ: {"operation": GET_FILE, "seconds": 1},
}
"""What an action needs besides the operation; others need nothing."""
OF_REMD = [item for item in Action if item not in PROTOCOL | {Action.TOKEN_EXPIRED}]
"""The others are those of ТФОМС: test_tfoms_faults.py."""


def plan(bench: Bench, **fault: Any) -> dict[str, Any]:
    url = f"{bench.stand.url}/control/faults"
    answer = requests.post(url, json={"operation": REGISTER, **fault}, timeout=WAIT)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def send(bench: Bench, uid: str) -> None:
    """Send a document; what comes back is of no matter here."""
    try:
        bench.post(remd_samples.envelope(remd_samples.body(local_uid=uid)))
    except requests.ConnectionError:
        return


def happened(bench: Bench) -> Entry | None:
    return bench.journal.wait_for(lambda entry: entry.operation == "fault", after=0, timeout=WAIT)


@pytest.mark.parametrize("action", OF_REMD, ids=str)
def test_every_fault_can_be_set_and_is_journaled(bench: Bench, action: Action) -> None:
    fault = plan(bench, action=action.value, **SPECIAL.get(action, {}))
    (planned,) = bench.journal.entries(operation="fault-planned")
    assert planned.note["fault"] == fault
    uid = str(uuid4())
    send(bench, uid)
    struck = happened(bench)
    assert struck is not None
    assert struck.note["fault"] == fault
    assert struck.local_uid == normalise_id(uid)
    assert requests.get(f"{bench.stand.url}/control/faults", timeout=WAIT).json() == []


@pytest.mark.parametrize(
    ("variant", "service"),
    [(Variant.FED_1, "gis"), (Variant.FED_2, "other_is"), (Variant.MO_3, "emias")],
)
def test_a_fault_strikes_the_named_service(
    start: Callable[..., Bench], variant: Variant, service: str
) -> None:
    bench = start(variant)
    plan(bench, action="http_status", service=service)
    send(bench, str(uuid4()))
    struck = happened(bench)
    assert struck is not None
    assert struck.actor == service


def test_results_out_of_order(bench: Bench) -> None:
    first, second = str(uuid4()), str(uuid4())
    plan(bench, action="result_late", seconds=500, local_uid=first)
    send(bench, first)
    send(bench, second)
    assert [item.local_uid for item in bench.mis.results(2)] == [second, first]


def test_a_plan_that_is_forgotten_leaves_a_mark(bench: Bench) -> None:
    plan(bench, action="reset")
    requests.delete(f"{bench.stand.url}/control/faults", timeout=WAIT)
    assert len(bench.journal.entries(operation="faults-cleared")) == 1
    send(bench, str(uuid4()))
    assert bench.journal.entries(operation="fault") == []


def test_the_page_names_everything_that_can_be_set() -> None:
    named = set(re.findall(r"`([A-Za-z0-9_]+)`", PAGE.read_text(encoding="utf-8")))
    wanted = {item.name for item in fields(Fault)} | {*Action} | {*Stage} | {*SERVICES}
    wanted |= OF_OMS | {FLK_PROTOCOL, MEK_RESULT}
    assert (wanted | INCOMING | OUTGOING) - named == set()
