"""Driver that answers as the МИС answered in a recorded run (`dopusk judge`)."""

from __future__ import annotations

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable
from datetime import date

from dopusk.cases import ControlCase, Person
from dopusk.drivers.base import (
    Answer,
    DocumentStatus,
    DriverError,
    DriverSkipped,
    ResetOptions,
    Submission,
)
from dopusk.drivers.journaled import ACTOR
from dopusk.drivers.probe import DriverUnsupported
from dopusk.drivers.registers import PolicyAnswer, RegisterStatus
from dopusk.journal.entry import Entry, Phase
from dopusk.oms import RegisterOrder


class ReplayDriver:
    """Gives the recorded answers of the driver, in order, by scenario and action.

    Nothing reaches a МИС. A recorded DriverError is raised again with its text; an action that
    the record does not hold raises DriverError.
    """

    def __init__(
        self, entries: Iterable[Entry], scenario: Callable[[], str | None] = lambda: None
    ) -> None:
        self._scenario = scenario
        self._answers: dict[tuple[str | None, str], deque[Entry]] = defaultdict(deque)
        for entry in entries:
            if entry.phase is Phase.RESPONSE and entry.peer == ACTOR:
                self._answers[(entry.scenario, entry.operation)].append(entry)

    @property
    def name(self) -> str:
        """Return «replay»."""
        return "replay"

    def health(self) -> Answer:
        """Return the recorded answer."""
        return self._next("health")

    def reset(self, options: ResetOptions) -> None:
        """Take the recorded answer."""
        self._next("reset")

    def submit(self, case: ControlCase) -> Submission:
        """Return the recorded answer."""
        return Submission.from_json(self._next("submit"))

    def replace(self, ref: str, case: ControlCase) -> Submission:
        """Return the recorded answer."""
        return Submission.from_json(self._next("replace"))

    def status(self, ref: str) -> DocumentStatus:
        """Return the recorded answer."""
        return DocumentStatus.from_json(self._next("status"))

    def policy(self, person: Person, on: date) -> PolicyAnswer:
        """Return the recorded answer."""
        return PolicyAnswer.from_json(self._next("policy"))

    def send_register(self, order: RegisterOrder) -> Submission:
        """Return the recorded answer."""
        return Submission.from_json(self._next("send_register"))

    def correct_register(self, ref: str, order: RegisterOrder) -> Submission:
        """Return the recorded answer."""
        return Submission.from_json(self._next("correct_register"))

    def register_status(self, ref: str) -> RegisterStatus:
        """Return the recorded answer."""
        return RegisterStatus.from_json(self._next("register_status"))

    def _next(self, operation: str) -> Answer:
        scenario = self._scenario()
        queue = self._answers.get((scenario, operation))
        if not queue:
            raise DriverError(
                f"В записи прогона нет ответа МИС на действие {operation} "
                f"(сценарий {scenario or 'не указан'}): сценарий изменился после записи"
            )
        entry = queue.popleft()
        if "error" in entry.note:
            raise _failed(entry)
        answer: Answer = json.loads(entry.body or b"{}")
        return answer


def _failed(entry: Entry) -> DriverError:
    text = str(entry.note["error"])
    if entry.note.get("unsupported"):
        return DriverUnsupported(text)
    return DriverSkipped(text) if entry.note.get("skipped") else DriverError(text)
