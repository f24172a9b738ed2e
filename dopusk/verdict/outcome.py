"""Verdicts of scenarios and runs, and the exit codes that follow from them."""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum, StrEnum


class Verdict(StrEnum):
    """Verdict of a step, a scenario, a requirement or a run."""

    PASS = "соответствует"
    FAIL = "не соответствует"
    REMARK = "замечание"
    SKIP = "не проверено"
    NOT_APPLICABLE = "неприменимо"
    ATTESTED = "заявлено"
    STAND_ERROR = "сбой стенда"


class ExitCode(IntEnum):
    """Exit codes of every command."""

    CONFORMANT = 0
    NOT_CONFORMANT = 1
    USAGE = 2
    STAND_ERROR = 3
    INCOMPLETE = 4


_WORST_FIRST = (
    Verdict.FAIL,
    Verdict.STAND_ERROR,
    Verdict.SKIP,
    Verdict.REMARK,
    Verdict.PASS,
    Verdict.ATTESTED,
    Verdict.NOT_APPLICABLE,
)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict that decides for the whole.

    A proven failure outweighs a stand error, which outweighs what was not checked. Of nothing at
    all nothing was checked: `не проверено`.
    """
    present = set(verdicts)
    return next((verdict for verdict in _WORST_FIRST if verdict in present), Verdict.SKIP)


def run_verdict(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the verdict of a run.

    «соответствует» only when nothing failed, nothing was skipped and nothing erred; a remark does
    not block.
    """
    verdict = worst(verdicts)
    if verdict in (Verdict.FAIL, Verdict.STAND_ERROR, Verdict.SKIP):
        return verdict
    return Verdict.PASS


def exit_code(verdict: Verdict) -> ExitCode:
    """Return the exit code of a run with this verdict."""
    return {
        Verdict.FAIL: ExitCode.NOT_CONFORMANT,
        Verdict.STAND_ERROR: ExitCode.STAND_ERROR,
        Verdict.SKIP: ExitCode.INCOMPLETE,
    }.get(verdict, ExitCode.CONFORMANT)
