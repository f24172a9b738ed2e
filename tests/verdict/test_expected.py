from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dopusk.verdict import Evidence, ExitCode, Finding, Severity, Verdict, exit_code
from dopusk.verdict.expected import Expected, ExpectedError, excuse, read_expected
from dopusk.verdict.result import RequirementResult, RunResult, ScenarioResult, StepResult

TODAY = date(2024, 3, 14)
LATER = date(2024, 12, 31)


def found(code: str) -> Finding:
    return Finding(code, Severity.ERROR, "Беда", Evidence.PROFILE, "источник")


def scenario(name: str, verdict: Verdict, *codes: str) -> ScenarioResult:
    step = StepResult("Тогда", "шаг", verdict, 0.1, tuple(found(code) for code in codes))
    return ScenarioResult(
        f"fed-3/fed-3/{name}", name, "f", "fed-3", ("R.1",), verdict, "2024-03-14", 0.1, (step,)
    )


def requirement(verdict: Verdict, *scenarios: str, how: str = "T") -> RequirementResult:
    ids = tuple(f"fed-3/fed-3/{name}" for name in scenarios)
    return RequirementResult("R.1", "п. 1", "Требование", "MUST", how, verdict, ids)


def run(verdict: Verdict, *items: ScenarioResult | RequirementResult) -> RunResult:
    return RunResult(
        id="1",
        started="2024-03-14",
        finished="2024-03-14",
        as_of="2024-03-14",
        as_of_declared=True,
        stand_version="1",
        command="dopusk demo",
        time_scale=1.0,
        candidate={},
        variants=("fed-3",),
        oms=False,
        rules=(),
        provider="-",
        verdict=verdict,
        exit_code=exit_code(verdict),
        blocking=(),
        remarks=(),
        requirements=tuple(item for item in items if isinstance(item, RequirementResult)),
        scenarios=tuple(item for item in items if isinstance(item, ScenarioResult)),
        messages=(),
    )


def entry(**names: str) -> Expected:
    return Expected(number=1, reason="задача 17", until=LATER, **names)


FAILED = run(
    Verdict.FAIL,
    scenario("a", Verdict.FAIL, "BYTES-BOM"),
    scenario("b", Verdict.PASS),
    requirement(Verdict.FAIL, "a", "b"),
)


@pytest.mark.parametrize(
    "names",
    [
        {"finding": "BYTES-BOM"},
        {"scenario": "a"},
        {"scenario": "fed-3/fed-3/a"},
        {"finding": "BYTES-BOM", "scenario": "a"},
    ],
)
def test_a_known_failure_leaves_with_zero_and_changes_nothing_else(names):
    before = replace(FAILED)
    excused = excuse(FAILED, [entry(**names)], TODAY)
    assert excused.code is ExitCode.CONFORMANT
    assert excused.scenarios == ("fed-3/fed-3/a",)
    assert excused.requirements == ("R.1",)
    assert excused.notes == ()
    assert before == FAILED
    assert FAILED.exit_code is ExitCode.NOT_CONFORMANT


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ({"finding": "SIG-DIGEST"}, "больше не встречается"),
        ({"finding": "Q015-003F.00.0080"}, "больше не встречается"),
        ({"finding": "НЕТ-ТАКОЙ"}, "такой находки нет"),
        ({"scenario": "z"}, "такого сценария в прогоне нет"),
        ({"requirement": "X.9"}, "такого требования в прогоне нет"),
        ({"finding": "BYTES-BOM", "scenario": "b"}, "больше не встречается"),
    ],
)
def test_what_does_not_apply_is_told(names, told):
    excused = excuse(FAILED, [entry(**names)], TODAY)
    assert excused.code is ExitCode.NOT_CONFORMANT
    assert [told in note for note in excused.notes] == [True]


def test_past_its_date_it_excuses_nothing():
    excused = excuse(FAILED, [replace(entry(scenario="a"), until=date(2024, 3, 13))], TODAY)
    assert excused.code is ExitCode.NOT_CONFORMANT
    assert "срок истёк" in excused.notes[0]
    assert excuse(FAILED, [replace(entry(scenario="a"), until=TODAY)], TODAY).code == 0


def test_a_second_finding_that_nobody_knows_still_fails():
    result = run(Verdict.FAIL, scenario("a", Verdict.FAIL, "BYTES-BOM", "SIG-DIGEST"))
    assert excuse(result, [entry(finding="BYTES-BOM")], TODAY).code is ExitCode.NOT_CONFORMANT


def test_a_missing_document_is_excused_by_its_own_entry_only():
    result = run(
        Verdict.FAIL,
        scenario("a", Verdict.FAIL, "BYTES-BOM"),
        requirement(Verdict.SKIP, "a", how="TA"),
    )
    assert excuse(result, [entry(scenario="a")], TODAY).code is ExitCode.INCOMPLETE
    both = [entry(scenario="a"), entry(requirement="R.1")]
    assert excuse(result, both, TODAY).code is ExitCode.CONFORMANT


def test_a_stand_error_is_never_excused():
    result = run(Verdict.STAND_ERROR, scenario("a", Verdict.STAND_ERROR))
    assert excuse(result, [entry(scenario="a")], TODAY).code is ExitCode.STAND_ERROR


def test_a_run_of_chosen_scenarios_stays_incomplete():
    result = replace(FAILED, blocking=("Проведены не все сценарии: опция --scenario",))
    assert excuse(result, [entry(scenario="a")], TODAY).code is ExitCode.INCOMPLETE


def test_it_is_read(tmp_path: Path):
    file = tmp_path / "known.toml"
    file.write_text(
        '[[expected]]\nfinding = "BYTES-BOM"\nreason = "задача 17"\nuntil = 2024-12-31\n',
        encoding="utf-8",
    )
    assert read_expected(file) == (entry(finding="BYTES-BOM"),)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[expected", "не TOML"),
        ("x = 1", "ожидались только"),
        ("expected = [1]", "нужен раздел"),
        ('[[expected]]\nfinding = "A"\nreason = "р"', "нужен срок"),
        ('[[expected]]\nfinding = "A"\nreason = "р"\nuntil = "2024-01-01"', "нужен срок"),
        ('[[expected]]\nfinding = "A"\nuntil = 2024-01-01', "нужна причина"),
        ('[[expected]]\nreason = "р"\nuntil = 2024-01-01', "назовите"),
        ('[[expected]]\nfinding = 5\nreason = "р"\nuntil = 2024-01-01', "строка в кавычках"),
        ('[[expected]]\nfind = "A"\nreason = "р"\nuntil = 2024-01-01', "лишнее find"),
        (
            '[[expected]]\nrequirement = "A"\nscenario = "b"\nreason = "р"\nuntil = 2024-01-01',
            "отдельной записью",
        ),
    ],
)
def test_a_bad_file_is_explained(tmp_path: Path, text: str, told: str):
    file = tmp_path / "known.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ExpectedError, match=told):
        read_expected(file)


def test_an_absent_file_is_explained(tmp_path: Path):
    with pytest.raises(ExpectedError, match="не читается"):
        read_expected(tmp_path / "нет.toml")
