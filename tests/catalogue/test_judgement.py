from __future__ import annotations

import pytest

from dopusk.catalogue import Catalogue, judge
from dopusk.verdict import Finding, Severity, Verdict, finding
from dopusk.verdict.result import ScenarioResult, StepResult

FILE = "файл является СЭМД вида 194 без ошибок"


def step(text: str, verdict: Verdict, *found: Finding) -> StepResult:
    return StepResult("Тогда", text, verdict, 0.0, found)


def scenario(*steps: StepResult, requirements: tuple[str, ...]) -> ScenarioResult:
    verdict = max(steps, key=lambda item: item.verdict is Verdict.FAIL).verdict
    return ScenarioResult(
        "fed-3/x/y", "имя", "x.feature", "fed-3", requirements, verdict, "", 0.0, steps
    )


def verdict(name: str, *scenarios: ScenarioResult) -> Verdict:
    row = Catalogue.load().requirement(name)
    assert row is not None
    return judge(row, scenarios, conventions_block=False).verdict


BOM = finding("BYTES-BOM", got="EF BB BF")
TAGS = ("SEMD.1", "SEMD.2", "SEMD.7", "FED-0.1")


def test_a_finding_breaks_only_the_requirement_that_it_belongs_to() -> None:
    run = scenario(step(FILE, Verdict.FAIL, BOM), requirements=TAGS)
    assert verdict("SEMD.1", run) is Verdict.FAIL
    assert verdict("SEMD.2", run) is Verdict.PASS


def test_what_was_not_reached_is_not_verified() -> None:
    later = step("документ передаёт контрольный пример", Verdict.SKIP)
    run = scenario(step(FILE, Verdict.FAIL, BOM), later, requirements=TAGS)
    row = Catalogue.load().requirement("SEMD.7")
    assert row is not None
    judged = judge(row, [run], conventions_block=False)
    assert judged.verdict is Verdict.SKIP
    assert "BYTES-BOM" in (judged.note or "")


def test_a_requirement_without_steps_takes_the_verdict_of_its_scenarios() -> None:
    good = scenario(step(FILE, Verdict.PASS), requirements=TAGS)
    bad = scenario(step(FILE, Verdict.FAIL, BOM), requirements=TAGS)
    assert verdict("FED-0.1", good) is Verdict.PASS
    assert verdict("FED-0.1", good, bad) is Verdict.FAIL


def test_a_requirement_that_no_scenario_names_is_not_verified() -> None:
    assert verdict("SEMD.1") is Verdict.SKIP


@pytest.mark.parametrize(
    ("severity", "expected"),
    [(Severity.REMARK, Verdict.REMARK), (Severity.UNCHECKED, Verdict.SKIP)],
)
def test_what_does_not_block_is_told(severity: Severity, expected: Verdict) -> None:
    told = finding("BYTES-BOM", got="EF BB BF", severity=severity)
    run = scenario(step(FILE, Verdict.REMARK, told), requirements=TAGS)
    assert verdict("SEMD.1", run) is expected


def test_a_stand_error_is_never_a_failure() -> None:
    run = scenario(step(FILE, Verdict.STAND_ERROR), requirements=TAGS)
    assert verdict("SEMD.1", run) is Verdict.STAND_ERROR
