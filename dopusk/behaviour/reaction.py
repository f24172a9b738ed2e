"""Whether a МИС decided about a refused document what the refusal asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dopusk.behaviour.status import PLACE, STATES, Shown
from dopusk.remd.reactions import Action, Reaction, reaction, reaction_to_failure
from dopusk.verdict import Evidence, Finding, finding

GOING_ON = frozenset({"prepared", "sent", "accepted", "registered"})
"""States of a document that a МИС has not given up."""

ADVICE = {**{action.value: action.label for action in Action}, "none": "ничего не делать"}
"""Values of `reaction` of the adapter (schemas/openapi/mis-adapter.yaml) in Russian."""


def check_reaction(codes: Sequence[str], shown: Shown, *, repeated: int) -> Iterator[Finding]:
    """Check what a МИС decided after a refusal with these НСИ 305 codes.

    No codes stand for a failure without any: broken connection, HTTP 5xx, SOAP Fault. `shown` is
    its status, `repeated` how many times the document came again since. That a document is sent
    again which must be mended, and that its state is right, other checks see
    (`check_no_retry_after_refusal`, `check_refused`).
    """
    asked = reaction(codes) if codes else reaction_to_failure()
    if asked is None:
        return
    told = shown.reaction
    if asked.action is Action.RETRY:
        going_on = shown.state in GOING_ON
        if repeated and not going_on:
            return  # the repetition was refused too: what the МИС tells is about that refusal
        if told not in (None, "retry") or (told is None and not going_on):
            urgent = asked.evidence is Evidence.PROFILE
            yield _wrong("REACT-GAVE-UP-ASKED" if urgent else "REACT-GAVE-UP", asked, codes, shown)
    elif told is None:
        yield _wrong("REACT-UNTOLD", asked, codes, shown)
    elif told == "retry":
        yield _wrong("REACT-RETRIES", asked, codes, shown)
    elif told == "none" or (asked.action is Action.PERSON and told == "mend"):
        yield _wrong("REACT-NO-PERSON", asked, codes, shown)


def _wrong(code: str, asked: Reaction, codes: Sequence[str], shown: Shown) -> Finding:
    told = ADVICE.get(shown.reaction, shown.reaction) if shown.reaction else None
    return finding(
        code,
        where=PLACE,
        expected=asked.action.label,
        got=told or STATES.get(shown.state, shown.state),
        after=f"отказа {', '.join(codes)}" if codes else "сбоя связи",
        why=asked.why,
    )
