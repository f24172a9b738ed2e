"""What the scenarios of a run say about one requirement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dopusk.catalogue.model import Requirement
from dopusk.verdict import Finding, Severity, Verdict, worst
from dopusk.verdict.result import ScenarioResult, StepResult


@dataclass(frozen=True, slots=True)
class Judgement:
    """Verdict of the scenarios on a requirement, and why it is not simply theirs."""

    verdict: Verdict
    note: str | None = None


def judge(
    requirement: Requirement, scenarios: Iterable[ScenarioResult], *, conventions_block: bool
) -> Judgement:
    """Return what the scenarios that name a requirement say about it.

    A requirement that names its steps is judged by them alone, and by the findings whose codes
    belong to it: a wrong language of the document breaks the rules of its kind, not its encoding.
    One for which nothing has to be done is `неприменимо`, with the reason, when they show that
    nothing is done. It is `не проверено` when no scenario came as far as those steps.
    """
    judged = _judge(requirement, scenarios, conventions_block=conventions_block)
    if requirement.reason is not None and judged.verdict in (Verdict.PASS, Verdict.REMARK):
        note = f"{requirement.reason}. Сценарии видели, что МИС ничего не отправляет."
        return Judgement(Verdict.NOT_APPLICABLE, note)
    return judged


def _judge(
    requirement: Requirement, scenarios: Iterable[ScenarioResult], *, conventions_block: bool
) -> Judgement:
    naming = [item for item in scenarios if requirement.id in item.requirements]
    if not naming:
        return Judgement(Verdict.SKIP, "Ни один сценарий прогона не проверяет это требование.")
    if not requirement.steps:
        return Judgement(worst(item.verdict for item in naming))
    reached = [step for item in naming for step in item.steps if _shows(requirement, step)]
    if not reached:
        return Judgement(Verdict.SKIP, _why_not(naming))
    return Judgement(worst(_verdict(requirement, step, conventions_block) for step in reached))


def _shows(requirement: Requirement, step: StepResult) -> bool:
    """Tell whether the step was carried out and is one of the requirement's."""
    carried_out = step.verdict is not Verdict.SKIP or bool(step.findings)
    return carried_out and step.text.startswith(requirement.steps)


def _verdict(requirement: Requirement, step: StepResult, conventions_block: bool) -> Verdict:
    if step.verdict is Verdict.STAND_ERROR:
        return Verdict.STAND_ERROR
    own = [item for item in step.findings if _breaks(requirement, item)]
    if any(item.blocks(conventions_block=conventions_block) for item in own):
        return Verdict.FAIL
    if not own:
        return Verdict.PASS
    return (
        Verdict.SKIP if any(item.severity is Severity.UNCHECKED for item in own) else Verdict.REMARK
    )


def _breaks(requirement: Requirement, item: Finding) -> bool:
    return not requirement.codes or item.code.startswith(requirement.codes)


def _why_not(naming: Sequence[ScenarioResult]) -> str:
    codes = dict.fromkeys(
        item.code
        for scenario in naming
        for step in scenario.steps
        if step.verdict is Verdict.FAIL
        for item in step.findings
        if item.severity is Severity.ERROR
    )
    if not codes:
        return "Сценарии не дошли до проверки этого требования."
    return f"Сценарии остановились раньше, до проверки не дошло: {', '.join(codes)}."
