from datetime import UTC, datetime, timedelta

import pytest

from dopusk.behaviour.attempts import Attempt, check_no_retry_after_refusal, check_retries

START = datetime(2024, 2, 15, 12, tzinfo=UTC)


def attempt(seconds: float, uid: str = "u1", message: str | None = None) -> Attempt:
    return Attempt(
        seq=int(seconds) + 1,
        at=START + timedelta(seconds=seconds),
        local_uid=uid,
        message_id=message or f"m{seconds}",
    )


def codes(attempts: list[Attempt], **options: float) -> list[str]:
    return [f.code for f in check_retries(attempts, failure="сбой", waited=30, **options)]


def test_a_proper_retry_is_clean() -> None:
    assert codes([attempt(0), attempt(61)], pause=60) == []


def test_the_pause_is_scaled() -> None:
    assert codes([attempt(0), attempt(0.61)], pause=60, time_scale=100) == []


@pytest.mark.parametrize(
    ("attempts", "code"),
    [
        ([attempt(0)], "RETRY-NONE"),
        ([attempt(0), attempt(61, uid="u2")], "RETRY-NEW-LOCALUID"),
        ([attempt(0, message="m"), attempt(61, message="m")], "RETRY-SAME-MESSAGEID"),
        ([attempt(0), attempt(30)], "RETRY-TOO-SOON"),
    ],
)
def test_each_fault_has_its_own_finding(attempts: list[Attempt], code: str) -> None:
    assert codes(attempts, pause=60) == [code]


def test_a_refused_document_is_not_sent_again() -> None:
    assert list(check_no_retry_after_refusal([attempt(0)], codes=["NO_SNILS"])) == []
    mended = [attempt(0), attempt(5, uid="u2")]
    assert list(check_no_retry_after_refusal(mended, codes=["NO_SNILS"])) == []
    (found,) = check_no_retry_after_refusal([attempt(0), attempt(5)], codes=["NO_SNILS"])
    assert found.code == "RETRY-AFTER-REFUSAL"
    assert not found.blocks()
