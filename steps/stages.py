"""«Тогда» about Иная ИС: two results for one document, of РЭМД and of ГИС субъекта."""

from __future__ import annotations

from pytest_bdd import then

from dopusk.behaviour.status import Shown, check_stage_told
from dopusk.declaration.connection import Service
from dopusk.verdict import Finding, finding
from steps.callbacks import check_acknowledged, judge_status, results
from steps.messages import decided_codes, decided_findings, decision
from steps.parties import party, service
from steps.trial import StandError, Trial


@then(party("МИС подтверждает приём результата ({party})"))
def acknowledges_stage(trial: Trial, party: str) -> None:
    """Check the answer to the result of one of the two systems."""
    regional = service(party) is Service.GIS
    check_acknowledged(trial, results(trial, trial.track, 1, regional=regional)[0])


@then("ГИС субъекта принимает документ")
def gis_keeps(trial: Trial) -> None:
    """Wait until ГИС субъекта has taken the document that Иная ИС brought."""
    made = decision(
        trial, trial.track, "решение ГИС субъекта", "kept", "refused", "sync", by=Service.GIS
    )
    if made is None:
        raise StandError("ГИС субъекта не приняла решения о документе")
    if made.note["stage"] != "kept":
        codes = ", ".join(decided_codes(made))
        trial.block(*(decided_findings(made) or [finding("REG-REFUSED", got=codes, codes=codes)]))


@then("до результата РЭМД МИС показывает, что документ принят, но не зарегистрирован")
def not_registered_yet(trial: Trial) -> None:
    """Check that the result of ГИС субъекта has not been taken for a registration."""

    def judge(shown: Shown) -> list[Finding]:
        return list(check_stage_told(shown))

    judge_status(trial, trial.track, judge)
