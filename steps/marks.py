"""Marks that the runner leaves in the journal: where each step and scenario ended."""

from __future__ import annotations

from dataclasses import dataclass, field

from dopusk.journal import Journal


@dataclass(slots=True)
class Marks:
    """Journal numbers of one scenario's marks."""

    steps: dict[int, int] = field(default_factory=dict)
    """By the number of the step, from 0; steps that were not executed have none."""
    end: int | None = None


def read_marks(journal: Journal) -> dict[str, Marks]:
    """Return the marks of a recorded journal by scenario, in one reading of it."""
    found: dict[str, Marks] = {}
    for entry in journal.stream(actor="runner"):
        marks = found.setdefault(entry.scenario or "", Marks())
        if entry.operation == "step-end":
            marks.steps[entry.note["step"]] = entry.seq
        elif entry.operation == "scenario-end":
            marks.end = entry.seq
    return found
