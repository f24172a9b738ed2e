"""What a МИС must do after a refusal, by code of НСИ 305: schemas/remd/reactions.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from dopusk.suite import schemas
from dopusk.verdict import Evidence


class Action(StrEnum):
    """What is to be done with the refused document."""

    MEND = "mend"
    """Mend it and send a new version under a new localUid."""
    RETRY = "retry"
    """Send the same later: same localUid, new MessageID."""
    PERSON = "person"
    """Ask a person: the cause is not in the document."""

    @property
    def label(self) -> str:
        """Return the Russian words."""
        return _LABELS[self]


_LABELS: Mapping[Action, str] = {
    Action.MEND: "исправить и отправить новую версию",
    Action.RETRY: "повторить позже",
    Action.PERSON: "показать человеку",
}
_WEIGHT = (Action.RETRY, Action.MEND, Action.PERSON)
"""From the least to the most: the heaviest of several codes decides."""


class ReactionError(ValueError):
    """schemas/remd/reactions.toml does not hold what it must; the text is Russian."""


@dataclass(frozen=True, slots=True)
class Reaction:
    """What one code asks for."""

    code: str
    action: Action
    pause: float
    """Seconds, before scaling, that a repeat must wait; 0 when nothing is said of it."""
    evidence: Evidence
    source: str
    why: str


@cache
def reactions() -> Mapping[str, Reaction]:
    """Return the reaction to each code of the circuit «регистрация СЭМД».

    Raises ReactionError when a row is wrong or a code stands twice.
    """
    known: dict[str, Reaction] = {}
    for row in _data()["reactions"]:
        for code in row["codes"]:
            if code in known:
                raise ReactionError(f"reactions.toml: код {code} назван дважды")
            known[code] = _read(code, row)
    return known


@cache
def reaction_to_failure() -> Reaction:
    """Return the reaction to a failure without codes: broken connection, HTTP 5xx, SOAP Fault."""
    return _read("", _data()["failure"])


def reaction(codes: Iterable[str]) -> Reaction | None:
    """Return what a refusal with these codes asks for, None when none of them is known.

    The heaviest code decides: a repeat helps only when every code permits it.
    """
    known = [reactions()[code] for code in codes if code in reactions()]
    return max(known, key=lambda item: _WEIGHT.index(item.action), default=None)


def _data() -> Mapping[str, Any]:
    return tomllib.loads((schemas() / "remd" / "reactions.toml").read_text(encoding="utf-8"))


def _read(code: str, row: Mapping[str, Any]) -> Reaction:
    return Reaction(
        code=code,
        action=Action(row["action"]),
        pause=float(row.get("pause", 0)),
        evidence=Evidence(row["evidence"]),
        source=row["source"],
        why=row["why"],
    )
