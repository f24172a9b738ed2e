"""«Тогда» about repeated sending: after temporary failures, and not after refusals."""

from __future__ import annotations

import time
from collections.abc import Callable

from pytest_bdd import then

from dopusk.behaviour.attempts import (
    RATE_LIMIT_PAUSE,
    Attempt,
    check_no_retry_after_refusal,
    check_retries,
)
from dopusk.journal import Entry
from dopusk.verdict import Finding
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
    sent, found = repeated(
        trial,
        failure,
        what=f"повтор registerDocument после {failure}",
        wanted=lambda entry: is_attempt(trial, track, entry),
        first=attempts(trial, track)[0],
        pause=pause,
    )
    if sent < 2:
        trial.block(*found)
    trial.add(found)


def repeated(
    trial: Trial,
    failure: str,
    *,
    what: str,
    wanted: Callable[[Entry], bool],
    first: Entry,
    pause: float,
) -> tuple[int, list[Finding]]:
    """Wait for a message that is sent again after a failure and judge how it is.

    Returns how many `wanted` messages there are, `first` among them, and what is wrong with them.
    `pause` are the stand seconds before which nothing may be sent again.
    """
    waited = trial.view.wait_seconds + pause / trial.run.time_scale
    began = time.monotonic()
    trial.view.wait(what, wanted, after=first.seq, seconds=waited)
    sent = [entry for entry in trial.view.entries(after=trial.track.since) if wanted(entry)]
    trial.view.touch(*sent)
    found = check_retries(
        [as_attempt(entry) for entry in sent],
        failure=failure,
        waited=waited if len(sent) < 2 else time.monotonic() - began,
        pause=pause,
        time_scale=trial.run.time_scale,
    )
    return len(sent), list(found)


def as_attempt(entry: Entry) -> Attempt:
    """Return a registerDocument of the journal as the checks of retries see it."""
    return Attempt(entry.seq, entry.at, entry.local_uid, entry.message_id)
