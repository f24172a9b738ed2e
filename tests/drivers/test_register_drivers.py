"""Policies and registers through every driver: asked, answered, lacking, replayed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from served import served

from dopusk.clock import Clock
from dopusk.drivers import (
    CaseStatus,
    CommandDriver,
    DriverError,
    DriverSkipped,
    DriverUnsupported,
    Exclusion,
    HttpDriver,
    JournaledDriver,
    ManualDriver,
    PackageStatus,
    PolicyAnswer,
    RegisterError,
    RegisterState,
    RegisterStatus,
    ReplayDriver,
    Reply,
    Submission,
    Task,
)
from dopusk.drivers.base import Answer, DocumentStatus, ResetOptions
from dopusk.journal import Journal
from dopusk.oms import RegisterOrder
from fixtures.orders import for_territory
from fixtures.reference_mis import demo_declaration

DECLARED = demo_declaration(oms=True)
NOW = Clock.at(DECLARED.as_of).now()
ORDER = for_territory("employer-paid", DECLARED, DECLARED.oms[0], now=NOW, serial=7)
PERSON, DAY = ORDER.services[0].patient, ORDER.services[0].ended

POLICY = {"found": True, "status": "Действующий", "enp": "1", "validFrom": "2020-01-02"}
STATUS = {
    "ref": "R1",
    "state": "mek-passed",
    "packages": [
        {
            "name": "HM1",
            "state": "mek-passed",
            "errors": [{"code": "904", "field": "RSLT", "nZap": 2, "comment": "…"}],
            "cases": [{"serviceId": "7-1", "oplata": 3, "sum": "10.50", "reasons": ["216"]}],
        }
    ],
    "excluded": [{"serviceId": "7-2", "reason": "платит работодатель"}],
}
READ = RegisterStatus(
    RegisterState.MEK_PASSED,
    (
        PackageStatus(
            "HM1",
            RegisterState.MEK_PASSED,
            (RegisterError("904", "RSLT", "2", "…"),),
            (CaseStatus("7-1", "3", Decimal("10.50"), ("216",)),),
        ),
    ),
    (Exclusion("7-2", "платит работодатель"),),
)
ANSWERS: Mapping[str, tuple[int, Any]] = {
    "POST /policies": (200, POLICY),
    "POST /registers": (202, {"ref": "R1"}),
    "POST /registers/R1/corrections": (202, {"ref": "R1"}),
    "GET /registers/R1": (200, STATUS),
}


@contextmanager
def adapter(answers: Mapping[str, tuple[int, Any]]) -> Iterator[tuple[str, list[Any]]]:
    """Serve an adapter of these answers; yields its address and the bodies that it got."""
    got: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            got.append(json.loads(self.rfile.read(length) or b"null"))
            status, body = answers.get(f"{self.command} {self.path}", (404, {}))
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = answer  # noqa: N815 - names that http.server looks for

        def log_message(self, format: str, *args: object) -> None:
            pass

    with served(Handler) as url:
        yield url, got


def test_an_adapter_answers_every_action() -> None:
    with adapter(ANSWERS) as (url, got):
        driver = HttpDriver(url)
        answer = driver.policy(PERSON, DAY)
        assert answer == PolicyAnswer(True, "Действующий", "1", valid_from=date(2020, 1, 2))
        assert driver.send_register(ORDER) == Submission("R1")
        assert driver.correct_register("R1", ORDER) == Submission("R1")
        assert driver.register_status("R1") == READ
        driver.close()
    assert got[0]["on"] == DAY.isoformat()
    assert got[0]["person"]["policy_number"] == PERSON.policy_number
    sent = RegisterOrder.from_json(got[1]["order"])
    assert [item.policy for item in sent.services] == [None, None]


@pytest.mark.parametrize("status", [404, 405, 501])
def test_an_adapter_without_registers_says_so(status: int) -> None:
    with adapter(dict.fromkeys(ANSWERS, (status, {}))) as (url, _):
        driver = HttpDriver(url)
        for act in (
            lambda: driver.policy(PERSON, DAY),
            lambda: driver.send_register(ORDER),
            lambda: driver.correct_register("R1", ORDER),
        ):
            with pytest.raises(DriverUnsupported, match=str(status)):
                act()
        with pytest.raises(DriverError):
            driver.register_status("R1")
        driver.close()


@pytest.mark.parametrize(
    ("build", "data", "words"),
    [
        (PolicyAnswer.from_json, {}, "нет поля found"),
        (PolicyAnswer.from_json, {"found": True, "validTo": "завтра"}, "дата ГГГГ-ММ-ДД"),
        (PolicyAnswer.from_json, {"found": True, "enp": []}, "должна быть строка"),
        (RegisterStatus.from_json, {"state": "lost"}, "поле state"),
        (RegisterStatus.from_json, {"state": "sent", "packages": 1}, "список объектов"),
        (RegisterStatus.from_json, {"state": "sent", "excluded": [{}]}, "нет поля serviceId"),
        (CaseStatus.from_json, {"serviceId": "1", "sum": "много"}, "сумма в рублях"),
        (CaseStatus.from_json, {"serviceId": "1", "sum": "NaN"}, "сумма в рублях"),
        (CaseStatus.from_json, {"serviceId": "1", "reasons": "216"}, "список кодов"),
    ],
)
def test_an_answer_of_another_shape_is_told(
    build: Callable[[Answer], object], data: Answer, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        build(data)


PROGRAM = """
import json, sys
task = json.load(sys.stdin.buffer)
answers = json.loads({answers!r})
if task["action"] in answers:
    sys.stdout.buffer.write(json.dumps(answers[task["action"]]).encode())
"""


def _program(folder: Path, answers: Mapping[str, Any]) -> CommandDriver:
    program = folder / "adapter.py"
    program.write_text(PROGRAM.format(answers=json.dumps(answers)), encoding="utf-8")
    return CommandDriver([sys.executable, str(program)])


def test_a_program_answers_every_action(tmp_path: Path) -> None:
    ref = {"ref": "R1"}
    driver = _program(
        tmp_path,
        {
            "policy": POLICY,
            "send_register": ref,
            "correct_register": ref,
            "register_status": STATUS,
        },
    )
    assert driver.policy(PERSON, DAY).found
    assert driver.send_register(ORDER).ref == "R1"
    assert driver.correct_register("R1", ORDER).ref == "R1"
    assert driver.register_status("R1") == READ


def test_a_program_without_registers_says_nothing(tmp_path: Path) -> None:
    with pytest.raises(DriverUnsupported, match="ничего не ответила"):
        _program(tmp_path, {}).send_register(ORDER)


class Operator:
    """An operator whose answers are known beforehand."""

    def __init__(self, chosen: list[str], words: list[str | None], reply: Reply) -> None:
        self.chosen, self.words, self._reply = chosen, words, reply
        self.shown: list[Task] = []

    def show(self, task: Task) -> None:
        self.shown.append(task)

    def reply(self, task: Task) -> Reply:
        return self._reply

    def choose(self, question: str, choices: Mapping[str, str]) -> str:
        answer = self.chosen.pop(0)
        assert answer in choices
        return answer

    def text(self, question: str, *, required: bool = False) -> str | None:
        return self.words.pop(0) if self.words else None


def test_an_operator_tells_of_policies() -> None:
    operator = Operator(["Временный", ""], ["1", "50001", "01.02.2024", "когда-то"], Reply.DONE)
    driver = ManualDriver(operator)
    expected = PolicyAnswer(True, "Временный", "1", "50001", date(2024, 2, 1), None)
    assert driver.policy(PERSON, DAY) == expected
    assert driver.policy(PERSON, DAY) == PolicyAnswer(found=False)
    assert f"{DAY:%d.%m.%Y}" in operator.shown[0].steps[0]


def test_an_operator_tells_of_registers() -> None:
    chosen = ["mek-failed", "3", ""]
    words = ["HM1", "904, 902", "10,50", "216 211", "платит работодатель"]
    operator = Operator(chosen, list(words), Reply.DONE)
    driver = ManualDriver(operator)
    ref = driver.send_register(ORDER).ref
    assert operator.shown[0].example[0].title == "Реестр"
    shown = driver.register_status(ref)
    assert shown.state is RegisterState.MEK_FAILED
    assert shown.packages == (
        PackageStatus(
            "HM1",
            RegisterState.MEK_FAILED,
            (RegisterError("904"), RegisterError("902")),
            (CaseStatus(ORDER.services[0].id, "3", Decimal("10.50"), ("216", "211")),),
        ),
    )
    assert shown.excluded == (Exclusion(ORDER.services[1].id, "платит работодатель"),)
    assert driver.correct_register(ref, ORDER).ref == ref


def test_an_operator_may_skip() -> None:
    driver = ManualDriver(Operator([], ["нет доступа"], Reply.SKIP))
    with pytest.raises(DriverSkipped, match="нет доступа"):
        driver.send_register(ORDER)


class WithoutRegisters:
    """A driver of documents only."""

    name = "documents"

    def health(self) -> Answer:
        return {}

    def reset(self, options: ResetOptions) -> None:
        pass

    def submit(self, case: object) -> Submission:
        return Submission("1")

    def replace(self, ref: str, case: object) -> Submission:
        return Submission("1")

    def status(self, ref: str) -> DocumentStatus:
        raise DriverError("нет")


def test_a_recorded_run_gives_the_same_answers(tmp_path: Path) -> None:
    clock = Clock.at(DECLARED.as_of)
    with Journal.create(tmp_path / "journal.sqlite", clock=clock, run={}) as journal:
        with adapter(ANSWERS) as (url, _):
            driver = JournaledDriver(HttpDriver(url), journal)
            live = (
                driver.policy(PERSON, DAY),
                driver.send_register(ORDER),
                driver.correct_register("R1", ORDER),
                driver.register_status("R1"),
            )
        lacking = JournaledDriver(WithoutRegisters(), journal)
        with pytest.raises(DriverUnsupported, match="не умеет обмена"):
            lacking.send_register(ORDER)
        kept = RegisterOrder.from_json(
            json.loads(journal.entries(actor="driver", operation="send_register")[0].body)["order"]
        )
        assert kept == ORDER, "the journal knows the policies, the МИС does not"
        replay = ReplayDriver(journal.entries())
        again = (
            replay.policy(PERSON, DAY),
            replay.send_register(ORDER),
            replay.correct_register("R1", ORDER),
            replay.register_status("R1"),
        )
        assert again == live
        with pytest.raises(DriverUnsupported, match="не умеет обмена"):
            replay.send_register(ORDER)
