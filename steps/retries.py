"""«Тогда» about repeated sending: after temporary failures, and not after refusals."""

from __future__ import annotations

import time

from pytest_bdd import then

from dopusk.behaviour.attempts import (
    RATE_LIMIT_PAUSE,
    Attempt,
    check_no_retry_after_refusal,
    check_retries,
)
from dopusk.journal import Entry
from steps.messages import attempts, decided_codes, decision, is_attempt
from steps.trial import StandError, Trial

QUIET_PAUSE = 65.0
"""Seconds, before scaling, in which a МИС that repeats refused documents would have done so."""


@then("МИС повторяет отправку с тем же localUid и новым MessageID")
def repeats(trial: Trial) -> None:
    """Check the retry after a temporary failure."""
    _judge_retry(trial, trial.failure, pause=0.0)


@then("МИС повторяет отправку не раньше чем через минуту")
def repeats_after_a_minute(trial: Trial) -> None:
    """Check the retry after RATE_LIMIT and its pause."""
    _judge_retry(trial, "RATE_LIMIT", pause=RATE_LIMIT_PAUSE)


@then("МИС не отправляет тот же документ снова")
def does_not_repeat(trial: Trial) -> None:
    """Watch for a repetition of a document that was refused for its content."""
    refused = decision(trial, trial.track, "отказ РЭМД", "sync", "refused")
    if refused is None:
        raise StandError("никто не отказал, хотя отказ назначен сценарием")
    track = trial.track
    trial.view.wait(
        "не повторит ли МИС отправку",
        lambda entry: is_attempt(trial, track, entry),
        after=refused.seq,
        seconds=trial.quiet(QUIET_PAUSE),
    )
    trial.add(
        check_no_retry_after_refusal(
            [as_attempt(entry) for entry in attempts(trial, track)], codes=decided_codes(refused)
        )
    )


def _judge_retry(trial: Trial, failure: str, *, pause: float) -> None:
    track = trial.track
    first = attempts(trial, track)[0]
    waited = trial.view.wait_seconds + pause / trial.run.time_scale
    began = time.monotonic()
    trial.view.wait(
        f"повтор registerDocument после {failure}",
        lambda entry: is_attempt(trial, track, entry),
        after=first.seq,
        seconds=waited,
    )
    sent = attempts(trial, track)
    found = list(
        check_retries(
            [as_attempt(entry) for entry in sent],
            failure=failure,
            waited=waited if len(sent) < 2 else time.monotonic() - began,
            pause=pause,
            time_scale=trial.run.time_scale,
        )
    )
    trial.view.touch(*sent)
    if len(sent) < 2:
        trial.block(*found)
    trial.add(found)


def as_attempt(entry: Entry) -> Attempt:
    """Return a registerDocument of the journal as the checks of retries see it."""
    return Attempt(entry.seq, entry.at, entry.local_uid, entry.message_id)
