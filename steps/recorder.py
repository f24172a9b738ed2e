"""Turns what pytest-bdd runs into scenario results, and marks it in the journal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from dopusk.journal import Draft, Entry, Phase
from dopusk.verdict import Finding, Severity, Verdict, worst
from dopusk.verdict.result import ScenarioResult, StepResult
from steps.trial import BlockedError, StandError, Trial


class Listener(Protocol):
    """Told how the run goes: the terminal, the web page, allure."""

    def scenario_begins(self, scenario_id: str, name: str, variant: str) -> None:
        """Called before the first step."""

    def step_begins(self, keyword: str, text: str) -> None:
        """Called before each step."""

    def step_ends(self, step: StepResult) -> None:
        """Called after each step that was executed."""

    def scenario_ends(self, result: ScenarioResult) -> None:
        """Called after the last step."""


class NotRecordedError(AssertionError):
    """A recorded run holds nothing about the step: it cannot be judged again."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step as the feature file has it."""

    keyword: str
    text: str


@dataclass
class Recorder:
    """Records one scenario; a new one is made for each."""

    trial: Trial
    name: str
    feature: str
    requirements: tuple[str, ...]
    planned: Sequence[PlannedStep]
    listeners: Sequence[Listener]
    begin: Entry | None = None
    steps: list[StepResult] = field(default_factory=list)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    _clock: Callable[[], float] = time.monotonic
    _began: float = field(default_factory=time.monotonic)
    _step_began: float = 0.0

    def begins(self) -> None:
        """Note the first journal number and tell the listeners."""
        for listener in self.listeners:
            listener.scenario_begins(self.trial.id, self.name, self.trial.run.variant)

    def step_begins(self) -> None:
        """Open the next planned step.

        Raises NotRecordedError for a step that a recorded run did not come to.
        """
        self._step_began = self._clock()
        step = self.planned[len(self.steps)]
        if self.trial.run.recorded:
            self.trial.view.horizon = self._recorded_horizon(len(self.steps))
        for listener in self.listeners:
            listener.step_begins(step.keyword, step.text)

    def step_ends(self, error: BaseException | None = None) -> None:
        """Close the step under way with the verdict that its findings give."""
        step = self.planned[len(self.steps)]
        found = self.trial.take_found()
        result = StepResult(
            keyword=step.keyword,
            text=step.text,
            verdict=self._verdict(found, error),
            seconds=round(self._clock() - self._step_began, 3),
            findings=found,
            messages=self.trial.view.take_touched(),
            note=_note(error),
        )
        self.steps.append(result)
        self._mark("step-end", step=len(self.steps) - 1, verdict=result.verdict.value)
        for listener in self.listeners:
            listener.step_ends(result)

    def finish(self) -> ScenarioResult:
        """Return the scenario's result; steps that were not reached are `не проверено`.

        The journal's mark is the last thing: a scenario without it has no result.
        """
        for step in self.planned[len(self.steps) :]:
            self.steps.append(
                StepResult(
                    keyword=step.keyword,
                    text=step.text,
                    verdict=Verdict.SKIP,
                    seconds=0.0,
                    note="Шаг не выполнялся: дальше проверять было нечего.",
                )
            )
        verdict = worst(step.verdict for step in self.steps)
        last = self._mark("scenario-end", verdict=verdict.value)
        return ScenarioResult(
            id=self.trial.id,
            name=self.name,
            feature=self.feature,
            variant=self.trial.run.variant.value,
            requirements=self.requirements,
            verdict=verdict,
            started=self.started.isoformat(timespec="milliseconds"),
            seconds=round(self._clock() - self._began, 3),
            steps=tuple(self.steps),
            journal=(self.trial.view.begin, last),
            note=next((s.note for s in self.steps if s.verdict is Verdict.STAND_ERROR), None),
        )

    def tell(self, result: ScenarioResult) -> None:
        """Tell the listeners how the scenario ended."""
        for listener in self.listeners:
            listener.scenario_ends(result)

    def _verdict(self, found: Iterable[Finding], error: BaseException | None) -> Verdict:
        found = list(found)
        conventions = self.trial.run.declaration.stand.conventions_block
        if any(item.blocks(conventions_block=conventions) for item in found):
            return Verdict.FAIL
        if error is not None:
            return Verdict.SKIP if isinstance(error, BlockedError) else Verdict.STAND_ERROR
        if any(item.severity is Severity.UNCHECKED for item in found):
            return Verdict.SKIP
        return Verdict.REMARK if found else Verdict.PASS

    def _mark(self, operation: str, **note: object) -> int:
        run = self.trial.run
        if run.recorded:
            return self._recorded_end()
        draft = Draft(
            phase=Phase.EVENT,
            actor="runner",
            operation=operation,
            scenario=self.trial.id,
            note=note,
        )
        return run.journal.append(draft).seq

    def _recorded_horizon(self, index: int) -> int:
        marks = self.trial.run.marks.get(self.trial.id)
        if marks is None or index not in marks.steps:
            raise NotRecordedError("прогон до этого шага не дошёл: судить не по чему")
        return marks.steps[index]

    def _recorded_end(self) -> int:
        marks = self.trial.run.marks.get(self.trial.id)
        return marks.end if marks and marks.end else self.trial.run.journal.last_seq


def _note(error: BaseException | None) -> str | None:
    if error is None or isinstance(error, BlockedError):
        return None
    if isinstance(error, StandError):
        return f"Сбой стенда: {error}"
    return f"Сбой стенда: {type(error).__name__}: {error}"
