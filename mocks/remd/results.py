"""How a result is brought to the system that registered: as the plan says, whatever came out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import uuid4

from dopusk.remd.checks.values import text
from dopusk.remd.decision import ErrorItem
from mocks.faults import Action, Fault
from mocks.remd.caller import Caller, stamp
from mocks.remd.records import NOBODY, Attempt, Records
from mocks.remd.registry import Item
from mocks.traffic import Incoming
from mocks.workers import OnError, Workers

REPEAT_SECONDS = 10.0
"""Stand seconds between a result and its repetition (fault `result_twice`, a convention)."""
REGIONAL = "regional"
"""Mark of results that say nothing about the registration in РЭМД (schemas/other_is/README.md)."""
FIRST_SECONDS = 10.0
"""Real seconds for which a synchronous answer waits for its result (fault `result_first`)."""
REPEAT_AT_LEAST = 0.4
"""Real seconds: whoever watches must be able to tell the two results apart."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a registration ended with, as registerDocumentResult tells it."""

    status: str
    errors: tuple[ErrorItem, ...] = ()
    emdr_id: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    """Further values of the template: registered, created, store_till, document_status, stage."""

    @classmethod
    def registered(cls, item: Item) -> Outcome:
        """Return the outcome for a registered document."""
        details = {
            "document_status": item.status,
            "registered": stamp(item.registered),
            "created": item.created,
            "store_till": f"{item.store_till.isoformat()}+03:00",
        }
        return cls("success", (), item.emdr_id, details)

    @classmethod
    def refused(cls, errors: Iterable[ErrorItem], **details: object) -> Outcome:
        """Return the outcome for a refused document."""
        return cls("error", tuple(errors), None, details)

    def values(self, attempt: Attempt) -> dict[str, object]:
        """Return the values of registerDocumentResult for this attempt."""
        return {
            "relates_to": attempt.message_id,
            "local_uid": attempt.local_uid,
            "status": self.status,
            "kind": text(attempt.request.kind),
            "organization": text(attempt.request.organization),
            "emdr_id": self.emdr_id,
            "errors": [error.to_dict() for error in self.errors],
            **self.details,
        }


@dataclass(frozen=True, slots=True)
class Results:
    """Sends results on behalf of one service."""

    caller: Caller
    records: Records
    workers: Workers
    time_scale: float

    def begin(self, incoming: Incoming, attempt: Attempt, start: Callable[[], None]) -> None:
        """Start the work on an accepted request when its answer is sent, or before, if planned."""
        if self.applied(attempt, Action.RESULT_FIRST) is None:
            incoming.after.append(start)
            return
        start()
        attempt.told.wait(FIRST_SECONDS)

    def deliver(self, attempt: Attempt, outcome: Outcome) -> None:
        """Send the result, unless the plan loses, delays, repeats or precedes it."""

        def broken(error: BaseException) -> None:
            self.records.stand_error(error, scenario=attempt.scenario, uid=attempt.uid)

        def send() -> None:
            self._send(attempt, outcome, broken)

        def send_all() -> None:
            if unknown is not None:
                self._send(*_foreign(attempt, outcome), broken)
            send()
            if outcome.details.get("stage") != REGIONAL:
                attempt.told.set()
            if twice is not None:
                pause = (twice.seconds or REPEAT_SECONDS) / self.time_scale
                self.workers.later(max(pause, REPEAT_AT_LEAST), send, broken)

        if attempt.system is NOBODY or self.applied(attempt, Action.RESULT_LOST):
            attempt.told.set()
            return
        late = self.applied(attempt, Action.RESULT_LATE)
        twice = self.applied(attempt, Action.RESULT_TWICE)
        unknown = self.applied(attempt, Action.RESULT_UNKNOWN)
        if late is None:
            send_all()
        else:
            self.workers.later(late.seconds / self.time_scale, send_all, broken)

    def applied(self, attempt: Attempt, action: Action) -> Fault | None:
        """Return the planned fault of this kind, and write that it strikes now."""
        fault = attempt.fault(action)
        if fault is not None:
            self.records.fault(fault, attempt)
        return fault

    def _send(self, attempt: Attempt, outcome: Outcome, broken: OnError) -> None:
        self.caller.send_result(
            attempt, outcome.values(attempt), emdr_id=outcome.emdr_id, on_error=broken
        )


def _foreign(attempt: Attempt, outcome: Outcome) -> tuple[Attempt, Outcome]:
    """Return a result for a message that the МИС has never sent."""
    message, uid = str(uuid4()), str(uuid4())
    normal = message.replace("-", ""), uid.replace("-", "")
    stranger = replace(
        attempt, message_id=message, normal_id=normal[0], local_uid=uid, uid=normal[1]
    )
    number = f"{text(attempt.request.kind)}.00.00.01.999999999"
    details = {"registered": stamp(attempt.received), "document_status": "Зарегистрировано"}
    return stranger, replace(outcome, status="success", errors=(), emdr_id=number, details=details)
