"""Driver that writes every action and its answer to the journal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol, TypeVar
from uuid import uuid4

from dopusk.cases import ControlCase, Person
from dopusk.drivers.base import (
    Answer,
    DocumentStatus,
    Driver,
    DriverError,
    DriverSkipped,
    ResetOptions,
    Submission,
)
from dopusk.drivers.probe import DriverUnsupported
from dopusk.drivers.registers import PolicyAnswer, RegisterDriver, RegisterStatus
from dopusk.journal.entry import Draft, Entry, Phase
from dopusk.oms import RegisterOrder, person_to_json

ACTOR = "driver"
"""Who stands in the journal as the one that acted."""

Value = TypeVar("Value")


class Appender(Protocol):
    """The part of a journal that is needed here."""

    def append(self, draft: Draft) -> Entry:
        """Write a line and return it."""
        ...


class JournaledDriver:
    """Passes actions on to `driver` and journals each with its answer, or with its error.

    An action is two lines with the same `exchange`: the request (body: JSON of the action) and
    the response (body: JSON of the answer; `note["error"]` holds the Russian text of a
    DriverError, `note["skipped"]` tells whether the operator skipped the action). `scenario` is
    asked at each action for the id to be written.
    """

    def __init__(
        self,
        driver: Driver,
        journal: Appender,
        scenario: Callable[[], str | None] = lambda: None,
    ) -> None:
        self._driver = driver
        self._journal = journal
        self._scenario = scenario

    @property
    def name(self) -> str:
        """Return the name of the driver inside."""
        return self._driver.name

    def health(self) -> Answer:
        """Ask the МИС about itself."""
        return self._act("health", {}, self._driver.health, dict)

    def reset(self, options: ResetOptions) -> None:
        """Make the МИС begin a run anew."""
        self._act("reset", options.to_json(), lambda: self._driver.reset(options), lambda _: {})

    def submit(self, case: ControlCase) -> Submission:
        """Make the МИС send a document."""
        return self._act(
            "submit",
            {"case": case.to_json()},
            lambda: self._driver.submit(case),
            Submission.to_json,
        )

    def replace(self, ref: str, case: ControlCase) -> Submission:
        """Make the МИС mend or replace a document."""
        return self._act(
            "replace",
            {"ref": ref, "case": case.to_json()},
            lambda: self._driver.replace(ref, case),
            Submission.to_json,
        )

    def status(self, ref: str) -> DocumentStatus:
        """Ask the МИС what became of a document."""
        return self._act(
            "status", {"ref": ref}, lambda: self._driver.status(ref), DocumentStatus.to_json
        )

    def policy(self, person: Person, on: date) -> PolicyAnswer:
        """Make the МИС look up a policy."""
        return self._act(
            "policy",
            {"person": person_to_json(person), "on": on.isoformat()},
            lambda: self._registers.policy(person, on),
            PolicyAnswer.to_json,
        )

    def send_register(self, order: RegisterOrder) -> Submission:
        """Make the МИС send a register."""
        return self._act(
            "send_register",
            {"order": order.to_json()},
            lambda: self._registers.send_register(order),
            Submission.to_json,
        )

    def correct_register(self, ref: str, order: RegisterOrder) -> Submission:
        """Make the МИС send what was refused again."""
        return self._act(
            "correct_register",
            {"ref": ref, "order": order.to_json()},
            lambda: self._registers.correct_register(ref, order),
            Submission.to_json,
        )

    def register_status(self, ref: str) -> RegisterStatus:
        """Ask the МИС what became of a register."""
        return self._act(
            "register_status",
            {"ref": ref},
            lambda: self._registers.register_status(ref),
            RegisterStatus.to_json,
        )

    @property
    def _registers(self) -> RegisterDriver:
        if isinstance(self._driver, RegisterDriver):
            return self._driver
        raise DriverUnsupported(f"Драйвер {self.name} не умеет обмена с ТФОМС")

    def _act(
        self,
        operation: str,
        request: Mapping[str, Any],
        act: Callable[[], Value],
        written: Callable[[Value], dict[str, Any]],
    ) -> Value:
        exchange, scenario = str(uuid4()), self._scenario()
        self._journal.append(
            Draft(
                Phase.REQUEST,
                ACTOR,
                operation,
                peer="candidate",
                exchange=exchange,
                body=_dump(request),
                scenario=scenario,
            )
        )
        body, local_uid, emdr_id = b"", None, None
        note: dict[str, Any] = {}
        try:
            value = act()
        except DriverError as error:
            note = {"error": str(error)}
            if isinstance(error, DriverSkipped):
                note["skipped"] = True
            if isinstance(error, DriverUnsupported):
                note["unsupported"] = True
            raise
        else:
            answer = written(value)
            body = _dump(answer)
            local_uid, emdr_id = answer.get("localUid"), answer.get("emdrId")
            return value
        finally:
            self._journal.append(
                Draft(
                    Phase.RESPONSE,
                    "candidate",
                    operation,
                    peer=ACTOR,
                    exchange=exchange,
                    body=body,
                    local_uid=local_uid,
                    emdr_id=emdr_id,
                    scenario=scenario,
                    note=note,
                )
            )


def _dump(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, default=str).encode()
