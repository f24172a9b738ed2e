"""How a МИС repeats a registerDocument that met a temporary failure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dopusk.verdict import Finding, Where, finding

RATE_LIMIT_PAUSE = 60.0
"""Seconds that RATE_LIMIT asks to wait (НСИ 305 №95: «через минуту или позже»)."""

TOLERANCE = 0.05
"""Share of the pause that clocks and scaling may eat."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One registerDocument of the МИС for one document."""

    seq: int
    at: datetime
    local_uid: str | None
    message_id: str | None


def check_retries(
    attempts: Sequence[Attempt],
    *,
    failure: str,
    waited: float,
    pause: float = 0.0,
    time_scale: float = 1.0,
) -> Iterator[Finding]:
    """Check what followed a first attempt that met the temporary `failure`.

    `waited` is how many real seconds the stand watched, `pause` how many the failure asks to wait
    before scaling by `time_scale`. The rules: it is repeated (FED-0.1), with the same localUid and
    a new MessageID, not sooner than asked.
    """
    if len(attempts) < 2:
        yield finding("RETRY-NONE", failure=failure, seconds=round(waited, 1))
        return
    first, *later = attempts
    seen = {first.message_id}
    for retry in later:
        where = Where(part=f"registerDocument (запись журнала {retry.seq})")
        if retry.local_uid != first.local_uid:
            yield finding(
                "RETRY-NEW-LOCALUID", where=where, expected=first.local_uid, got=retry.local_uid
            )
        if retry.message_id is not None and retry.message_id in seen:
            yield finding("RETRY-SAME-MESSAGEID", where=where, got=retry.message_id)
        seen.add(retry.message_id)
    gap = (later[0].at - first.at).total_seconds() * time_scale
    if pause and gap < pause * (1 - TOLERANCE):
        yield finding(
            "RETRY-TOO-SOON",
            where=Where(part=f"registerDocument (запись журнала {later[0].seq})"),
            expected=f"не раньше чем через {pause:.0f} с",
            got=round(gap, 1),
        )


def check_no_retry_after_refusal(
    attempts: Sequence[Attempt], *, codes: Sequence[str]
) -> Iterator[Finding]:
    """Check that a document refused for its content was not simply sent again."""
    same = [attempt for attempt in attempts if attempt.local_uid == attempts[0].local_uid]
    if len(same) > 1:
        yield finding(
            "RETRY-AFTER-REFUSAL",
            where=Where(part=f"registerDocument (запись журнала {same[1].seq})"),
            expected="1 попытка",
            got=len(same),
            codes=", ".join(codes),
        )
