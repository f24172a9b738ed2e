from __future__ import annotations

import io

from rich.console import Console

from dopusk.cli.listeners import TerminalListener
from dopusk.verdict import Verdict, finding
from dopusk.verdict.result import ScenarioResult, StepResult


def shown(*steps: StepResult, verdict: Verdict, note: str | None = None) -> str:
    stream = io.StringIO()
    listener = TerminalListener(Console(file=stream, width=200), verbose=True)
    listener.scenario_begins("fed-3/x/y", "имя", "fed-3")
    for step in steps:
        listener.step_begins(step.keyword, step.text)
        listener.step_ends(step)
    listener.waiting("результат [РЭМД]", 10.0)
    listener.scenario_ends(
        ScenarioResult("fed-3/x/y", "имя [1]", "x", "fed-3", (), verdict, "", 0.1, steps, note=note)
    )
    return stream.getvalue()


def test_square_brackets_of_texts_are_shown_as_they_are() -> None:
    found = finding("RETRY-NEW-LOCALUID", expected="[red]a[/red]", got="[[b]]")
    step = StepResult("Тогда", "шаг [2]", Verdict.FAIL, 0.0, (found,))
    text = shown(step, verdict=Verdict.FAIL)
    for piece in ("имя [1]", "шаг [2]", "[red]a[/red]", "[[b]]", "результат [РЭМД]"):
        assert piece in text


def test_only_what_decides_is_listed() -> None:
    remark = finding("RETRY-AFTER-REFUSAL", got=2, codes="A")
    unsure = finding("BYTES-TOO-BIG", expected="не более 50 МиБ", got="95 МиБ")
    step = StepResult("Тогда", "шаг", Verdict.SKIP, 0.0, (remark, unsure))
    text = shown(step, verdict=Verdict.SKIP)
    assert "BYTES-TOO-BIG" in text
    assert "RETRY-AFTER-REFUSAL" not in text


def test_a_stand_error_is_told_as_one() -> None:
    assert "порт [8080]" in shown(verdict=Verdict.STAND_ERROR, note="Сбой стенда: порт [8080]")
