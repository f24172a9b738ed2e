from __future__ import annotations

from collections.abc import Callable

import pytest
from fake_remd import Trial, reply

from dopusk.drivers import DocumentState
from fixtures.reference_mis.config import RetryPolicy

State = DocumentState
Start = Callable[..., Trial]

TEMPORARY = [
    (503, b""),
    (500, b"oops"),
    (200, b"<html>"),
    (200, b""),
    reply("error", (("RUNTIME_ERROR", "x"),)),
    reply("error", (("VALSYS_REJECT", "x"), ("RATE_LIMIT", "y"))),
]


@pytest.mark.parametrize("answer", TEMPORARY)
def test_a_temporary_failure_is_followed_by_a_retry(
    start: Start, answer: tuple[int, bytes]
) -> None:
    trial = start()
    trial.remd.answers.append(answer)
    ref = trial.driver.submit(trial.case()).ref
    first, second = trial.remd.wait(1), trial.remd.wait(2)
    assert second.text("localUid") == first.text("localUid")
    assert second.text("MessageID") != first.text("MessageID")
    assert second.texts("signature/data") == first.texts("signature/data")
    status = trial.wait(ref, State.ACCEPTED)
    assert (status.attempts, status.errors) == (2, ())


def test_rate_limit_is_waited_out(start: Start) -> None:
    trial = start(time_scale=100.0)
    trial.remd.answers.append(reply("error", (("RATE_LIMIT", "позже"),)))
    trial.driver.submit(trial.case())
    first, second = trial.remd.wait(1), trial.remd.wait(2)
    assert second.at - first.at >= 60.0 / 100.0


@pytest.mark.parametrize("codes", [("NO_SNILS",), ("RUNTIME_ERROR", "NO_SNILS"), ()])
def test_a_refusal_is_not_followed_by_a_retry(trial: Trial, codes: tuple[str, ...]) -> None:
    trial.remd.answers.append(reply("error", tuple((code, "текст") for code in codes)))
    ref = trial.driver.submit(trial.case()).ref
    status = trial.wait(ref, State.REFUSED)
    assert tuple(code for code, _ in status.errors) == (codes or ("",))
    assert status.attempts == 1


def test_attempts_are_not_endless(start: Start) -> None:
    trial = start(time_scale=100_000.0)
    trial.remd.answers.extend([(503, b"")] * 20)
    ref = trial.driver.submit(trial.case()).ref
    status = trial.wait(ref, State.FAILED)
    assert status.attempts == RetryPolicy().attempts == len(trial.remd.received)
    assert status.errors == (("TRANSPORT", "РЭМД ответил HTTP 503"),)


def test_a_temporary_asynchronous_failure_is_followed_by_a_retry(trial: Trial) -> None:
    ref = trial.driver.submit(trial.case()).ref
    first = trial.remd.wait()
    trial.wait(ref, State.ACCEPTED)
    late = (("ASYNC_RESPONSE_TIMEOUT", "долго"),)
    trial.remd.result(first.text("MessageID"), "error", late)
    trial.remd.result(first.text("MessageID"), "error", late)
    second = trial.remd.wait(2)
    assert second.text("localUid") == first.text("localUid")
    trial.remd.result(second.text("MessageID"))
    assert trial.wait(ref, State.REGISTERED).attempts == 2


def test_pauses_grow() -> None:
    policy = RetryPolicy()
    pauses = [policy.pause(frozenset(), attempt) for attempt in range(1, 8)]
    assert pauses == [10, 20, 40, 80, 160, 300, 300]
    assert policy.pause(frozenset({"RATE_LIMIT"}), 5) == 60
