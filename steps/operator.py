"""What a scenario does when an action failed, or when the operator skipped it."""

from __future__ import annotations

from typing import NoReturn

from dopusk.drivers import DriverError, DriverSkipped
from dopusk.journal import Phase
from dopusk.verdict import Finding, finding
from steps.trial import Track, Trial


def give_up(trial: Trial, error: DriverError, failed: Finding) -> NoReturn:
    """Give up after an action: `failed` says what the МИС did not do.

    An action that the operator skipped is not verified, and nobody's fault.
    """
    if isinstance(error, DriverSkipped):
        trial.block(_skipped(error))
    trial.block(failed)


def recall_skip(trial: Trial, track: Track) -> None:
    """Give up where a recorded run shows that the operator skipped the question of the status."""
    answers = trial.view.entries(operation="status", phase=Phase.RESPONSE, after=track.since)
    if answers and answers[-1].note.get("skipped"):
        trial.block(_skipped(answers[-1].note["error"]))


def _skipped(reason: object) -> Finding:
    return finding("MANUAL-SKIPPED", reason=reason)
