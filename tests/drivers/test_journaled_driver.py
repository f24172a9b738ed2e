from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from dopusk.cases import ControlCase
from dopusk.clock import Clock
from dopusk.drivers import (
    Answer,
    DocumentState,
    DocumentStatus,
    DriverError,
    DriverSkipped,
    JournaledDriver,
    ReplayDriver,
    ResetOptions,
    Submission,
)
from dopusk.journal import Journal, Phase


@dataclass
class ObedientMis:
    states: list[DocumentState] = field(default_factory=list)
    name: str = "obedient"

    def health(self) -> Answer:
        return {"status": "ok"}

    def reset(self, options: ResetOptions) -> None:
        pass

    def submit(self, case: ControlCase) -> Submission:
        return Submission("1", "uid-1")

    def replace(self, ref: str, case: ControlCase) -> Submission:
        return Submission(ref, "uid-2")

    def status(self, ref: str) -> DocumentStatus:
        if not self.states:
            raise DriverError("МИС молчит")
        return DocumentStatus(self.states.pop(0), "uid-1", "194.77.24.02.000000001")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", clock=Clock(), run={}) as journal:
        yield journal


def act(driver: JournaledDriver | ReplayDriver, case: ControlCase) -> list[object]:
    driver.reset(ResetOptions())
    return [
        driver.health(),
        driver.submit(case),
        driver.replace("1", case),
        driver.status("1"),
        driver.status("1"),
        outcome(lambda: driver.status("1")),
    ]


def outcome(call: Callable[[], object]) -> object:
    try:
        return call()
    except DriverError as error:
        return str(error)


def test_a_skip_is_replayed_as_a_skip(journal: Journal) -> None:
    class Skipping(ObedientMis):
        def status(self, ref: str) -> DocumentStatus:
            raise DriverSkipped("нет доступа")

    with pytest.raises(DriverSkipped):
        JournaledDriver(Skipping(), journal).status("1")
    with pytest.raises(DriverSkipped, match="нет доступа"):
        ReplayDriver(journal.entries()).status("1")


def test_actions_and_answers_are_journaled(journal: Journal, case: ControlCase) -> None:
    mis = ObedientMis([DocumentState.ACCEPTED, DocumentState.REGISTERED])
    driver = JournaledDriver(mis, journal, lambda: "fed-3/success")
    act(driver, case)
    entries = list(journal.entries())
    assert [(entry.phase, entry.operation) for entry in entries[:4]] == [
        (Phase.REQUEST, "reset"),
        (Phase.RESPONSE, "reset"),
        (Phase.REQUEST, "health"),
        (Phase.RESPONSE, "health"),
    ]
    assert {entry.scenario for entry in entries} == {"fed-3/success"}
    submit, answer = entries[4:6]
    assert submit.actor == "driver"
    assert submit.exchange == answer.exchange
    assert ControlCase.from_json(json.loads(submit.body)["case"]) == case
    assert (answer.local_uid, json.loads(answer.body)["ref"]) == ("uid-1", "1")
    assert entries[-3].emdr_id == "194.77.24.02.000000001"
    assert entries[-1].note == {"error": "МИС молчит"}
    assert entries[-1].body == b""


def test_replay_answers_as_recorded(journal: Journal, case: ControlCase) -> None:
    mis = ObedientMis([DocumentState.ACCEPTED, DocumentState.REGISTERED])
    recorded = act(JournaledDriver(mis, journal, lambda: "a"), case)
    assert act(ReplayDriver(journal.entries(), lambda: "a"), case) == recorded


def test_replay_does_not_mix_scenarios(journal: Journal, case: ControlCase) -> None:
    JournaledDriver(ObedientMis(), journal, lambda: "a").submit(case)
    replay = ReplayDriver(journal.entries(), lambda: "b")
    with pytest.raises(DriverError, match="нет ответа МИС на действие submit"):
        replay.submit(case)


def test_replay_ends_with_the_record(journal: Journal, case: ControlCase) -> None:
    JournaledDriver(ObedientMis(), journal).submit(case)
    replay = ReplayDriver(journal.entries())
    replay.submit(case)
    with pytest.raises(DriverError, match="нет ответа"):
        replay.submit(case)
