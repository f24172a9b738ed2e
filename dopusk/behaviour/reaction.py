"""Whether a МИС did with a refused document what the code of the refusal asks for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dopusk.remd.reactions import Action, reaction
from dopusk.verdict import Evidence, Finding, finding

WAITING = frozenset({"prepared", "sent", "accepted"})
"""States in which a МИС still works on a document by itself."""


def check_reaction(
    codes: Sequence[str], *, state: str, repeated: int, reregistered: bool = False
) -> Iterator[Finding]:
    """Check the state that a МИС shows after a refusal and what it sent since.

    `state` is that of the adapter (schemas/openapi/mis-adapter.yaml), `repeated` how many times
    the same localUid came after the refusal, `reregistered` says that a repeat succeeded. The
    adapter has no state «a person is needed»: for codes that ask for mending or for a person it
    must show a refusal; which of the two it told its user is not seen.
    """
    asked = reaction(codes)
    if asked is None:
        return
    listed = ", ".join(codes)
    if asked.action is Action.RETRY:
        gave_up = not repeated and state not in WAITING and not reregistered
        code = "REACT-GAVE-UP"
        if gave_up and asked.evidence is Evidence.PROFILE:
            code = "REACT-GAVE-UP-ASKED"
        if gave_up:
            yield finding(code, codes=listed, got=state, expected=asked.action.label, why=asked.why)
    elif repeated:
        yield finding(
            "REACT-REPEATED", codes=listed, got=repeated, expected=asked.action.label, why=asked.why
        )
    elif state in WAITING:
        yield finding(
            "REACT-UNSETTLED", codes=listed, got=state, expected=asked.action.label, why=asked.why
        )
