from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import pytest

from dopusk.cases import ControlCase
from dopusk.declaration.model import DriverSettings
from dopusk.drivers import (
    Advice,
    DocumentState,
    DriverError,
    DriverSkipped,
    ManualDriver,
    Reply,
    ResetOptions,
    Task,
    make_driver,
)
from dopusk.drivers.example import sections


@dataclass
class Scripted:
    """An operator whose answers are known beforehand."""

    replies: list[Reply] = field(default_factory=list)
    words: list[str | None] = field(default_factory=list)
    chosen: DocumentState = DocumentState.REGISTERED
    advised: str = "unseen"
    shown: list[Task] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def show(self, task: Task) -> None:
        self.shown.append(task)

    def reply(self, task: Task) -> Reply:
        return self.replies.pop(0) if self.replies else Reply.DONE

    def choose(self, question: str, choices: Mapping[str, str]) -> str:
        if "unseen" in choices:
            assert set(choices) == {*Advice, "unseen"}
            return self.advised
        assert set(choices) == set(DocumentState)
        return self.chosen.value

    def text(self, question: str, *, required: bool = False) -> str | None:
        self.asked.append(question)
        return self.words.pop(0) if self.words else None


def test_documents_are_numbered_and_the_example_is_shown(case: ControlCase) -> None:
    operator = Scripted(words=["uid-1"])
    driver = ManualDriver(operator)
    first, second = driver.submit(case), driver.submit(case)
    assert (first.ref, first.local_uid) == ("документ 1", "uid-1")
    assert (second.ref, second.local_uid) == ("документ 2", None)
    assert driver.replace(second.ref, case).ref == second.ref
    assert operator.shown[0].example == sections(case)


def test_where_to_send_is_told(case: ControlCase) -> None:
    operator = Scripted()
    driver = ManualDriver(operator)
    driver.reset(
        ResetOptions(date(2024, 2, 15), 60, "mo-3", {"emias": "http://s/emias", "remd": "http://s"})
    )
    text = "\n".join(operator.shown[0].steps)
    assert "ЕМИАС: http://s/emias; РЭМД: http://s" in text
    assert "15.02.2024" in text
    assert "минута длится 1 с" in text
    driver.submit(case)
    assert operator.shown[1].awaited == "registerDocument на http://s/emias"


def test_a_task_is_shown_again_on_request(case: ControlCase) -> None:
    operator = Scripted([Reply.REPEAT, Reply.REPEAT, Reply.DONE])
    ManualDriver(operator).submit(case)
    assert len(operator.shown) == 3


def test_a_skip_carries_its_reason(case: ControlCase) -> None:
    driver = ManualDriver(Scripted([Reply.SKIP], ["нет доступа"]))
    with pytest.raises(DriverSkipped, match=r"^нет доступа$"):
        driver.submit(case)


@pytest.mark.parametrize(
    ("state", "words", "emdr_id", "codes"),
    [
        (DocumentState.REGISTERED, ["uid", "77.1"], "77.1", []),
        (DocumentState.REFUSED, ["uid", "NO_SNILS, NO_RMIS"], None, ["NO_SNILS", "NO_RMIS"]),
        (DocumentState.REFUSED, ["uid", None], None, []),
        (DocumentState.ACCEPTED, ["uid"], None, []),
    ],
)
def test_status_is_asked_of_the_operator(
    state: DocumentState, words: list[str | None], emdr_id: str | None, codes: list[str]
) -> None:
    status = ManualDriver(Scripted(words=words, chosen=state)).status("документ 1")
    assert (status.state, status.local_uid, status.emdr_id) == (state, "uid", emdr_id)
    assert [code for code, _ in status.errors] == codes


@pytest.mark.parametrize(
    ("state", "advised", "reaction"),
    [
        (DocumentState.REFUSED, "person", Advice.PERSON),
        (DocumentState.FAILED, "none", Advice.NONE),
        (DocumentState.REFUSED, "unseen", None),
        (DocumentState.ACCEPTED, "person", None),
    ],
)
def test_the_operator_is_asked_what_the_mis_advises(
    state: DocumentState, advised: str, reaction: Advice | None
) -> None:
    operator = Scripted(chosen=state, advised=advised)
    assert ManualDriver(operator).status("документ 1").reaction is reaction


def test_the_operator_opens_the_address_of_the_stand() -> None:
    operator = Scripted()
    told = ManualDriver(operator).probe("http://stand/x")
    assert (told.status, told.failure, told.text) == (None, None, "ответ неизвестен")
    assert "откройте адрес http://stand/x" in operator.shown[0].steps[0]
    with pytest.raises(DriverSkipped, match="нет доступа"):
        ManualDriver(Scripted([Reply.SKIP], ["нет доступа"])).probe("http://stand/x")


def test_the_example_in_words(case: ControlCase) -> None:
    rows = {(part.title, name): value for part in sections(case) for name, value in part.rows}
    assert rows["Пациент", "Фамилия"] == case.patient.surname
    assert case.exam.conclusion.code in rows["Осмотр", "Заключение"]
    assert rows["Медицинская организация", "OID"] == case.facility.oid
    assert case.chairman.surname in rows["Подписывает: CHAIRMAN", "ФИО"]


def test_made_only_where_there_is_an_operator() -> None:
    settings = DriverSettings("manual")
    assert make_driver(settings, prompter=Scripted()).name == "manual"
    with pytest.raises(DriverError, match="нужен терминал"):
        make_driver(settings)
