"""What a МИС shows of a document after РЭМД answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dopusk.verdict import Finding, Where, finding
from dopusk.wire.soap import normalise_id

STATES = {
    "prepared": "подготовлен",
    "sent": "отправлен",
    "accepted": "принят на проверку",
    "registered": "зарегистрирован",
    "refused": "отказано",
    "failed": "не отправлен",
}
"""States of the adapter API with their Russian names."""

PLACE = Where(part="статус документа в МИС")


@dataclass(frozen=True, slots=True)
class Shown:
    """What the МИС answered when it was asked for the status."""

    state: str
    local_uid: str | None = None
    emdr_id: str | None = None
    codes: tuple[str, ...] = ()
    reaction: str | None = None
    """What it decided after its last refusal (`reaction` of the adapter); None: not told."""


def check_state(shown: Shown, expected: str, *, event: str) -> Iterator[Finding]:
    """Check that the state is the `expected` one after the `event`."""
    if shown.state != expected:
        yield finding(
            "STATUS-WRONG",
            where=PLACE,
            expected=STATES.get(expected, expected),
            got=STATES.get(shown.state, shown.state),
            event=event,
        )


def check_registered(shown: Shown, *, emdr_id: str, event: str) -> Iterator[Finding]:
    """Check state and emdrId of a registered document."""
    yield from check_state(shown, "registered", event=event)
    if shown.state == "registered" and shown.emdr_id != emdr_id:
        yield finding("STATUS-NO-EMDRID", where=PLACE, expected=emdr_id, got=shown.emdr_id or "нет")


def check_refused(shown: Shown, *, codes: Sequence[str], event: str) -> Iterator[Finding]:
    """Check state and shown codes of a refused document."""
    yield from check_state(shown, "refused", event=event)
    missing = sorted(set(codes) - set(shown.codes))
    if shown.state == "refused" and missing:
        yield finding(
            "STATUS-NO-ERRORS",
            where=PLACE,
            expected=", ".join(codes),
            got=", ".join(shown.codes) or "ничего",
        )


def check_second_refusal(
    shown: Shown, *, emdr_id: str, codes: Sequence[str], who: str
) -> Iterator[Finding]:
    """Check that the refusal of a second system is shown and leaves the registration as it is."""
    if shown.state != "registered":
        got = STATES.get(shown.state, shown.state)
        yield finding("CB-STAGE-LOST", where=PLACE, expected=STATES["registered"], got=got, who=who)
        return
    yield from check_registered(shown, emdr_id=emdr_id, event="регистрация в РЭМД")
    if set(codes) - set(shown.codes):
        yield finding(
            "CB-CODES-LOST",
            where=PLACE,
            expected=", ".join(codes),
            got=", ".join(shown.codes) or "ничего",
            who=who,
        )


def check_stage_told(shown: Shown) -> Iterator[Finding]:
    """Check that a document is not shown as registered while only ГИС субъекта has answered."""
    if shown.state == "registered":
        yield finding(
            "CB-STAGE-CONFUSED",
            where=PLACE,
            expected=STATES["accepted"],
            got=STATES["registered"],
        )
    else:
        yield from check_state(shown, "accepted", event="результат ГИС субъекта")


def check_unchanged(before: Shown, after: Shown) -> Iterator[Finding]:
    """Check that a repeated result changed nothing."""
    pairs = {
        "статус": (STATES.get(before.state, before.state), STATES.get(after.state, after.state)),
        "emdrId": (before.emdr_id, after.emdr_id),
        "localUid": (
            normalise_id(before.local_uid or ""),
            normalise_id(after.local_uid or ""),
        ),
    }
    for what, (was, now) in pairs.items():
        if was != now:
            yield finding("CB-DUPLICATE-CHANGED", where=PLACE, expected=was, got=now, what=what)
