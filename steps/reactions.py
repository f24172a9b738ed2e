"""«Тогда» about what a МИС decides after a refusal or a failure."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_bdd import then

from dopusk.behaviour.reaction import check_reaction
from dopusk.behaviour.status import Shown
from dopusk.drivers import DocumentState
from steps.callbacks import await_status, last_status
from steps.messages import attempts, decided_codes, decision
from steps.registration import await_registration
from steps.trial import StandError, Trial


@then("МИС показывает, что делать дальше после отказа")
def reacts_to_refusal(trial: Trial) -> None:
    """Check what the МИС decided after the refusal that the scenario planned."""
    await_registration(trial, trial.track)
    refused = decision(trial, trial.track, "отказ", "sync", "refused", planned=True)
    if refused is None:
        raise StandError("никто не отказал, хотя отказ назначен сценарием")
    _judge(trial, decided_codes(refused))


@then("МИС показывает, что делать дальше после сбоя")
def reacts_to_failure(trial: Trial) -> None:
    """Check what the МИС decided after a failure of the first sending."""
    await_registration(trial, trial.track)
    _judge(trial, ())


def _judge(trial: Trial, codes: Sequence[str]) -> None:
    """Judge the decision; a wrong one gives up the scenario, for the rest follows from it."""
    track = trial.track
    shown = last_status(trial, track)
    if shown is None or not _decided(shown):
        shown = await_status(trial, track, _decided)
    repeated = len(attempts(trial, track)) - 1
    trial.add(check_reaction(codes, shown, repeated=repeated))
    if trial.blocking:
        trial.block()


def _decided(shown: Shown) -> bool:
    return shown.reaction is not None or DocumentState(shown.state).final
