"""Шаги учебного региона: пример того, как добавить свои."""

from __future__ import annotations

from pytest_bdd import parsers, then

from dopusk.verdict import Evidence, Finding, Severity, Where
from steps.messages import attempts
from steps.trial import Trial

from ._limits import seconds


@then(parsers.parse("документ отправлен не позже чем через {minutes:d} минут"))
def sent_in_time(trial: Trial, minutes: int) -> None:
    """Compare the moment of the first registerDocument with that of the action."""
    first = attempts(trial, trial.track)[0]
    action = trial.view.entries(after=trial.track.since - 1)[0]
    trial.view.touch(action, first)
    passed = (first.at - action.at).total_seconds() * trial.run.time_scale
    if passed > seconds(minutes):
        trial.add(
            [
                Finding(
                    code="REGION-LATE",
                    severity=Severity.ERROR,
                    message=f"Документ отправлен через {passed:.0f} с после задания",
                    evidence=Evidence.PROFILE,
                    source="Учебный регламент региона, п. 3",
                    where=Where(part="registerDocument"),
                    expected=f"не больше {seconds(minutes):.0f} с",
                    got=f"{passed:.0f} с",
                    cure="Отправляйте документ сразу после подписания.",
                )
            ]
        )
