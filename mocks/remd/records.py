"""What the mock РЭМД writes to the journal besides messages: decisions, faults, its own errors."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from dopusk.journal.entry import Draft, Phase
from dopusk.remd.decision import ErrorItem
from dopusk.remd.directory import RegisteredSystem
from dopusk.verdict import Finding
from dopusk.wire.messages import RegisterDocument
from dopusk.wire.soap import normalise_id
from mocks.faults import Action, Fault, Stage
from mocks.outgoing import Call
from mocks.traffic import Appender, Incoming

ACTOR = "remd"
BY_CANDIDATE = "candidate"
BY_PLAN = "fault plan"


NOBODY = RegisteredSystem("", "", None, frozenset(), "", "")
"""Stands where no other system is to be asked or told: the sender is unknown, or there is none."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One registerDocument on its way through the stages."""

    request: RegisterDocument
    system: RegisteredSystem
    local_uid: str
    """As it came."""
    uid: str | None
    """Normalised, as the journal has it."""
    message_id: str
    """As it came."""
    normal_id: str | None
    """Normalised, as the journal has it."""
    received: datetime
    scenario: str | None
    faults: tuple[Fault, ...] = ()
    told: threading.Event = field(default_factory=threading.Event)
    """Set when the result has been sent for the first time, or lost as planned."""

    def fault(self, action: Action, stage: Stage | None = None) -> Fault | None:
        """Return the planned fault of this kind that strikes the attempt."""
        return next(
            (
                item
                for item in self.faults
                if item.action is action and (stage is None or item.stage is stage)
            ),
            None,
        )


class Records:
    """Writes events of one service."""

    def __init__(self, journal: Appender, actor: str = ACTOR) -> None:
        self._journal = journal
        self._actor = actor

    def decision(
        self,
        attempt: Attempt,
        stage: str,
        *,
        findings: Iterable[Finding] = (),
        errors: Iterable[ErrorItem] = (),
        emdr_id: str | None = None,
        cause: str = BY_CANDIDATE,
        at: str | None = None,
    ) -> None:
        """Write what was decided on a document: sync, accepted, stage1 …, registered, refused.

        `sync` is a refusal in the sync answer, `accepted` is written only when there is something
        to remark; `at` names the stage at which a refusal fell.
        """
        note = {
            "stage": stage,
            "findings": [item.to_dict() for item in findings],
            "errors": [item.to_dict() for item in errors],
            "emdr_id": emdr_id,
            "cause": cause,
        }
        if at is not None:
            note["at"] = at
        self._journal.append(
            Draft(
                Phase.EVENT,
                self._actor,
                "decision",
                message_id=attempt.normal_id,
                local_uid=attempt.uid,
                emdr_id=emdr_id,
                scenario=attempt.scenario,
                note=note,
            )
        )

    def demanded(
        self,
        emdr_id: str,
        local_uid: str,
        scenario: str | None,
        findings: Iterable[Finding],
        errors: Iterable[ErrorItem],
    ) -> None:
        """Write how a registered document was given out: decision with stage `demand`."""
        self._journal.append(
            Draft(
                Phase.EVENT,
                self._actor,
                "decision",
                local_uid=normalise_id(local_uid),
                emdr_id=emdr_id,
                scenario=scenario,
                note={
                    "stage": "demand",
                    "findings": [item.to_dict() for item in findings],
                    "errors": [item.to_dict() for item in errors],
                    "emdr_id": emdr_id,
                    "cause": BY_CANDIDATE,
                },
            )
        )

    def fault(self, fault: Fault, subject: Attempt | Incoming | Call) -> None:
        """Write that a planned fault was applied."""
        self._journal.append(
            Draft(
                Phase.EVENT,
                self._actor,
                "fault",
                message_id=normalise_id(subject.message_id) if subject.message_id else None,
                local_uid=subject.uid if isinstance(subject, Attempt) else subject.local_uid,
                scenario=subject.scenario,
                note={"fault": fault.to_dict()},
            )
        )

    def note(self, operation: str, scenario: str | None, **note: object) -> None:
        """Write an event that is about no single document."""
        self._journal.append(
            Draft(Phase.EVENT, self._actor, operation, scenario=scenario, note=dict(note))
        )

    def stand_error(
        self, error: BaseException, *, scenario: str | None = None, uid: str | None = None
    ) -> None:
        """Write that the stand itself failed: nothing that the candidate can be blamed for."""
        where = traceback.extract_tb(error.__traceback__)[-1:]
        place = f" ({where[0].name}, строка {where[0].lineno})" if where else ""
        self._journal.append(
            Draft(
                Phase.EVENT,
                self._actor,
                "stand-error",
                local_uid=uid,
                scenario=scenario,
                note={
                    "error": f"Сбой стенда: {type(error).__name__}: {error}{place}",
                    "traceback": "".join(traceback.format_exception(error)),
                },
            )
        )
