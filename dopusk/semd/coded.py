"""One coded value against the dictionary that it names: the judgement, without its place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from dopusk.nsi import Dictionary, Policy

_FOLDED = str.maketrans(
    {"ё": "е", "«": '"', "»": '"', "“": '"', "”": '"', "„": '"', "–": "-", "—": "-"}
)
_SPACE = re.compile(r"\s+")


class Agreement(Enum):
    """How a code and a name agree with a dictionary."""

    FULL = "full"
    NO_CODE = "NSI-CODE"
    SPELLING = "NSI-NAME-SPELLING"
    SHORT = "NSI-NAME-SHORT"
    POST = "NSI-NAME-POST"
    OTHER_NAME = "NSI-NAME"

    @property
    def tolerable(self) -> bool:
        """Tell whether this is a difference for which no refusal is known."""
        return self in (Agreement.SPELLING, Agreement.SHORT, Agreement.POST)


@dataclass(frozen=True, slots=True)
class Judged:
    """A value as one version of the dictionary sees it."""

    agreement: Agreement
    dictionary: Dictionary
    name: str | None
    """The dictionary's name of the code; None when it has no such code."""


def judge(code: str, name: str | None, dictionary: Dictionary, policy: Policy) -> Judged:
    """Return how a code and a displayName (None when absent) agree with a dictionary."""
    official = dictionary.names.get(code)
    if official is None:
        return Judged(Agreement.NO_CODE, dictionary, None)
    if not name or name == official:
        return Judged(Agreement.FULL, dictionary, official)
    return Judged(_difference(name, official, dictionary, policy), dictionary, official)


def judge_by_others(
    code: str, name: str | None, dictionaries: Sequence[Dictionary], policy: Policy
) -> Judged | None:
    """Return the first agreement, full before tolerable, with versions other than the cited one.

    None when the value agrees with none of them: nothing can be said about it.
    """
    judged = [judge(code, name, dictionary, policy) for dictionary in dictionaries]
    full = (item for item in judged if item.agreement is Agreement.FULL)
    tolerable = (item for item in judged if item.agreement.tolerable)
    return next(full, None) or next(tolerable, None)


def _difference(name: str, official: str, dictionary: Dictionary, policy: Policy) -> Agreement:
    given, whole = _plain(name), _plain(official)
    if given == whole:
        return Agreement.SPELLING
    if len(official) > policy.long and _begins(whole, given):
        return Agreement.SHORT
    if dictionary.oid in policy.posts:
        return Agreement.POST
    return Agreement.OTHER_NAME


def _begins(whole: str, part: str) -> bool:
    """Tell whether `part` is the beginning of `whole`, cut between words."""
    part = part.rstrip(".… ")
    return bool(part) and whole.startswith(part) and not whole[len(part)].isalnum()


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text.strip().casefold()).translate(_FOLDED)
