"""Decisions on a document, alike in РЭМД and in every relay: written down, and told to the МИС."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dopusk.remd.decision import ErrorItem, official, refusals
from dopusk.verdict import Finding
from mocks.faults import Action, Fault, Stage
from mocks.remd.records import BY_CANDIDATE, BY_PLAN, Attempt, Records
from mocks.remd.results import Outcome, Results
from mocks.traffic import Incoming


@dataclass(frozen=True, slots=True)
class Decisions:
    """Decides on behalf of one service."""

    records: Records
    results: Results
    conventions_block: bool

    def refusals(self, found: Iterable[Finding]) -> tuple[ErrorItem, ...]:
        """Return the errors that the findings lead to."""
        return refusals(found, conventions_block=self.conventions_block)

    def sync_by_plan(self, attempt: Attempt) -> tuple[ErrorItem, ...]:
        """Record the refusal that is planned for the synchronous answer; return its errors."""
        planned = self._strikes(attempt, Stage.SYNC)
        if planned is None:
            return ()
        self.records.decision(attempt, "sync", errors=(planned,), cause=BY_PLAN)
        return (planned,)

    def call_refused_by_plan(
        self, incoming: Incoming, faults: Iterable[Fault]
    ) -> tuple[ErrorItem, ...]:
        """Return the planned errors of a call that registers nothing; record that they strike."""
        for fault in faults:
            if fault.action is Action.REMD_ERROR and fault.code is not None:
                self.records.fault(fault, incoming)
                return (official(fault.code, fault.text),)
        return ()

    def refused_by_plan(self, attempt: Attempt, stage: Stage) -> bool:
        """Refuse at a later stage when that is planned; tell whether it was."""
        planned = self._strikes(attempt, stage)
        if planned is None:
            return False
        self.refuse(attempt, (planned,), at=stage.value, cause=BY_PLAN)
        return True

    def passes(self, attempt: Attempt, stage: str, found: Iterable[Finding]) -> bool:
        """Record what a stage found; refuse and return False when it may not go on."""
        found = list(found)
        errors = self.refusals(found)
        if errors:
            self.refuse(attempt, errors, at=stage, findings=found)
            return False
        self.records.decision(attempt, stage, findings=found)
        return True

    def refuse(
        self,
        attempt: Attempt,
        errors: tuple[ErrorItem, ...],
        *,
        at: str,
        findings: Iterable[Finding] = (),
        cause: str = BY_CANDIDATE,
    ) -> None:
        """Record a refusal of an accepted request and send it as the result."""
        self.records.decision(
            attempt, "refused", findings=findings, errors=errors, cause=cause, at=at
        )
        self.results.deliver(attempt, Outcome.refused(errors))

    def broken(self, attempt: Attempt, error: BaseException) -> None:
        """Record that the stand itself failed, and do not leave the МИС waiting."""
        self.records.stand_error(error, scenario=attempt.scenario, uid=attempt.uid)
        self.results.deliver(attempt, Outcome.refused([official("RUNTIME_ERROR")]))

    def _strikes(self, attempt: Attempt, stage: Stage) -> ErrorItem | None:
        fault = attempt.fault(Action.REMD_ERROR, stage)
        if fault is None or fault.code is None:
            return None
        self.records.fault(fault, attempt)
        return official(fault.code, fault.text)
