from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import uuid4

import pytest
import remd_samples
from remd_bench import Bench

from dopusk.declaration.connection import Service
from dopusk.declaration.model import Variant
from dopusk.journal import Phase
from dopusk.verdict import finding
from dopusk.wire.messages import RegistrationResult
from mocks.faults import Action, Fault, Stage

REGISTER = "registerDocument"


@pytest.fixture
def bench(start: Callable[..., Bench]) -> Bench:
    return start(Variant.FED_2)


def both(bench: Bench) -> Mapping[str | None, RegistrationResult]:
    """The two results of one document, by stage."""
    answer = bench.post(remd_samples.envelope(remd_samples.body(local_uid=str(uuid4()))))
    assert bench.read(answer.content).succeeded
    return {item.stage: item for item in bench.mis.results(2)}


def test_both_results_come_back_and_are_told_apart(bench: Bench) -> None:
    results = both(bench)
    assert set(results) == {"federal", "regional"}
    assert results["federal"].emdr_id is not None
    assert results["regional"].emdr_id is None
    assert {item.status for item in results.values()} == {"success"}
    assert len({item.relates_to for item in results.values()}) == 1


def test_gis_keeps_what_the_other_system_brings(bench: Bench) -> None:
    both(bench)
    kept = bench.journal.entries(operation="decision", actor=Service.GIS)
    assert [item.note["stage"] for item in kept][-1] == "kept"
    sent = bench.journal.entries(operation=REGISTER, phase=Phase.REQUEST)
    assert {(item.actor, item.peer) for item in sent} == {
        ("candidate", Service.OTHER_IS),
        (Service.OTHER_IS, Service.REMD),
        (Service.OTHER_IS, Service.GIS),
    }


@pytest.mark.parametrize("stage", list(Stage))
def test_a_refusal_of_gis_leaves_the_registration(bench: Bench, stage: Stage) -> None:
    bench.stand.plan(
        Fault(
            REGISTER, Action.REMD_ERROR, code="VALIDATION_ERROR", stage=stage, service=Service.GIS
        )
    )
    results = both(bench)
    assert results["federal"].status == "success"
    assert results["regional"].errors[0][0] == "VALIDATION_ERROR"


def test_a_refusal_of_remd_leaves_what_gis_keeps(bench: Bench) -> None:
    bench.judge.at_stage1 = lambda _: [finding("REG-NO-DEPARTMENT")]
    results = both(bench)
    assert results["federal"].errors[0][0] == "NO_DEPARTMENT"
    assert results["regional"].status == "success"


@pytest.mark.parametrize(
    ("late", "order"),
    [(Service.REMD, ["regional", "federal"]), (Service.GIS, ["federal", "regional"])],
)
def test_results_come_in_any_order(bench: Bench, late: Service, order: list[str]) -> None:
    bench.stand.plan(Fault(REGISTER, Action.RESULT_LATE, seconds=500, service=late))
    bench.register()
    assert [item.stage for item in bench.mis.results(2)] == order


def test_a_result_that_comes_twice_from_behind_is_brought_once(bench: Bench) -> None:
    bench.stand.plan(Fault(REGISTER, Action.RESULT_TWICE, service=Service.REMD))
    bench.register()
    bench.mis.results(2)
    assert bench.stand.idle(15)
    assert len(bench.mis.of("sendRegisterDocumentResult")) == 2
