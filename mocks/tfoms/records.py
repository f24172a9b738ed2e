"""What a mock ТФОМС writes to the journal: messages of the folder, states, decisions, faults."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from dopusk.journal.entry import Draft, Phase
from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.exchange import Operation, State
from dopusk.tfoms.protocol import FIELDS
from dopusk.verdict import Finding
from mocks.faults import Fault
from mocks.remd.records import BY_CANDIDATE, Records
from mocks.tfoms.packages import Package
from mocks.traffic import CANDIDATE, Appender

ACTOR = "tfoms"
MOST_RECORDED = 1000
"""Errors, findings and cases that one decision keeps in the journal; the files have them all."""


class TfomsRecords(Records):
    """Writes lines of one territory."""

    def __init__(self, journal: Appender, okato: str) -> None:
        super().__init__(journal, ACTOR)
        self._okato = okato

    def state(self, package: Package, state: State) -> None:
        """Write that a package has come into a state."""
        self._event(package, "state", state=state.value)

    def decided(
        self,
        package: Package,
        stage: str,
        state: State,
        *,
        errors: Iterable[FlkError] = (),
        findings: Iterable[Finding] = (),
        cause: str = BY_CANDIDATE,
        **more: Any,
    ) -> None:
        """Write what was decided on a package: stage package, format, flk or mek."""
        self._event(
            package,
            "decision",
            stage=stage,
            state=state.value,
            errors=[row(item) for item in islice(errors, MOST_RECORDED)],
            findings=[item.to_dict() for item in islice(findings, MOST_RECORDED)],
            cause=cause,
            **more,
        )

    def struck(self, fault: Fault, package: Package) -> None:
        """Write that a planned fault was applied to a package."""
        self._event(package, "fault", fault=fault.to_dict())

    def file(
        self, operation: Operation, name: str, body: bytes, package: Package, *, inbox: bool
    ) -> None:
        """Write a file that was taken from the inbox, or put into the outbox."""
        sides = (CANDIDATE, ACTOR) if inbox else (ACTOR, CANDIDATE)
        place = "inbox" if inbox else "outbox"
        self._journal.append(
            Draft(
                Phase.REQUEST,
                sides[0],
                operation.value,
                peer=sides[1],
                url=f"folder:/tfoms/{self._okato}/{place}/{name}",
                body=body,
                local_uid=package.name,
                scenario=package.scenario,
                note={"okato": self._okato, "transport": "folder", "file": name},
            )
        )

    def _event(self, package: Package, operation: str, **note: Any) -> None:
        self._journal.append(
            Draft(
                Phase.EVENT,
                ACTOR,
                operation,
                message_id=package.id,
                local_uid=package.name,
                scenario=package.scenario,
                note={"okato": self._okato, "package": package.name, **note},
            )
        )


def row(error: FlkError) -> dict[str, str]:
    """Return an error as its PR has it: element → value."""
    values = ((element, getattr(error, attribute)) for element, attribute, _ in FIELDS)
    return {element: value for element, value in values if value is not None}
