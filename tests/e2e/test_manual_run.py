"""A run in which an operator at a terminal acts; here a program types for the operator."""

from __future__ import annotations

import json
import os
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from commands import ROOT, Finished

from dopusk.journal import Entry, Journal, Phase
from fixtures.reference_mis import ReferenceMis, demo_declaration

if sys.platform == "win32":
    pytest.skip("нет псевдотерминала POSIX", allow_module_level=True)

import pty

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
DEADLINE = 90


class Operator:
    """Does in the reference МИС what the stand asks, through its adapter, and types the answers.

    `replies` are typed at the first tasks instead of Enter, by the operation asked for.
    """

    def __init__(self, mis: str, journal: Path, replies: dict[str, list[str]]) -> None:
        self.mis, self.journal, self.replies = mis, journal, replies
        self.seen = ""
        self.uid = ""
        self.ref = ""
        self.status: dict[str, Any] = {}

    def answer(self, question: str) -> str:
        if "Enter — сделано" in question:
            return self._task()
        if "localUid" in question:
            return self.uid
        if "Номер в РЭМД" in question:
            return self.status.get("emdrId") or ""
        if "Коды ошибок" in question:
            return ", ".join(error["code"] for error in self.status["errors"])
        if "Почему пропускаете" in question:
            return "нет стенда тестового контура"
        if "Что МИС предлагает" in question:
            return str(["mend", "retry", "person", "none"].index(self.status["reaction"]) + 1)
        if "Состояние" in question:
            states = ["prepared", "sent", "accepted", "registered", "refused", "failed"]
            return str(states.index(self.status["state"]) + 1)
        raise AssertionError(question)

    def _task(self) -> str:
        asked = self._asked()
        waiting = self.replies.get(asked.operation)
        if waiting:
            return waiting.pop(0)
        task = json.loads(asked.body)
        if asked.operation == "reset":
            requests.post(f"{self.mis}/reset", json=task, timeout=10).raise_for_status()
        elif asked.operation == "submit":
            self._take(requests.post(f"{self.mis}/documents", json=task, timeout=10))
        elif asked.operation == "status":
            self._look()
        return ""

    def _asked(self) -> Entry:
        with Journal.open(self.journal) as journal:
            return journal.entries(actor="driver", phase=Phase.REQUEST)[-1]

    def _take(self, answer: requests.Response) -> None:
        answer.raise_for_status()
        self.ref, self.uid = answer.json()["ref"], answer.json()["localUid"]

    def _look(self) -> None:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            self.status = requests.get(f"{self.mis}/documents/{self.ref}", timeout=10).json()
            if self.status["state"] in ("registered", "refused", "failed"):
                return
        raise AssertionError(self.status)


Run = Callable[..., tuple[Finished, Operator]]


@pytest.fixture
def by_hand(tmp_path: Path) -> Run:
    out = tmp_path / "out"

    def run(*options: str, replies: dict[str, list[str]] | None = None) -> Any:
        text = (ROOT / "fixtures" / "reference_mis" / "mis.toml").read_text(encoding="utf-8")
        with ReferenceMis.for_demo(demo_declaration()) as mis:
            text = text.replace("http://127.0.0.1:8090/emdr", f"{mis.url}/emdr")
            text = text.replace('kind = "http"', 'kind = "manual"')
            text = text.replace('url = "http://127.0.0.1:8090"\n', "")
            path = tmp_path / "mis.toml"
            path.write_text(text.replace("port = 8080", "port = 0"), encoding="utf-8")
            operator = Operator(mis.url, out / "journal.sqlite", replies or {})
            command = ["run", str(path), "--variant", "fed-3", "--out", str(out), *options]
            code = _converse(command, operator)
        return Finished(code, operator.seen, out), operator

    return run


def _converse(arguments: list[str], operator: Operator) -> int:
    """Run the command at a pseudo-terminal and let the operator answer its questions."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "dopusk", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "220"},
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    deadline = time.monotonic() + DEADLINE
    raw, answered = b"", 0
    try:
        while time.monotonic() < deadline:
            if not select.select([master], [], [], 0.2)[0]:
                continue
            try:
                chunk = os.read(master, 65536)
            except OSError:
                break
            if not chunk:
                break
            raw += chunk
            operator.seen = ESCAPES.sub("", raw.decode("utf-8", "replace"))
            question = operator.seen[answered:]
            if question.endswith(": ") and _is_question(question):
                answered = len(operator.seen)
                os.write(master, (operator.answer(question) + "\n").encode())
        return process.wait(10)
    finally:
        process.kill()
        process.wait()
        os.close(master)


def _is_question(text: str) -> bool:
    last = text.rstrip().splitlines()[-1]
    words = (
        "Enter — сделано",
        "localUid",
        "Номер в РЭМД",
        "Коды ошибок",
        "Почему",
        "Состояние",
        "Что МИС",
    )
    return last.startswith(words)


def test_an_operator_carries_the_mis_through(by_hand: Run) -> None:
    done, operator = by_hand(
        "--scenario", "success", "--scenario", "refused-sync", replies={"submit": ["о", "ой"]}
    )
    verdicts = {item["id"]: item["verdict"] for item in done.report["scenarios"]}
    assert set(verdicts.values()) <= {"соответствует", "замечание"}, done.report["findings"]
    assert len(verdicts) == 2
    assert done.code == 4, "what was not run is not verified"
    assert done.report["candidate"]["driver"] == "manual"
    assert "Подготовьте МИС к варианту fed-3" in operator.seen
    assert operator.seen.count("Зарегистрируйте документ 1") == 2, "shown again on request"
    assert "Ответа такого нет" in operator.seen
    assert "Контрольный пример" in operator.seen
    assert "СНИЛС" in operator.seen


def test_a_skipped_action_is_not_verified(by_hand: Run) -> None:
    done, _ = by_hand("--scenario", "success", replies={"submit": ["п"]})
    (scenario,) = done.report["scenarios"]
    assert scenario["verdict"] == "не проверено"
    (found,) = [item for item in done.report["findings"] if item["code"] == "MANUAL-SKIPPED"]
    assert "нет стенда тестового контура" in found["message"]
    assert done.code == 4


def test_a_skipped_status_is_not_verified(by_hand: Run) -> None:
    done, _ = by_hand("--scenario", "success", replies={"status": ["п"]})
    (scenario,) = done.report["scenarios"]
    assert scenario["verdict"] == "не проверено", done.text
    assert [item["verdict"] for item in scenario["steps"]].count("не проверено") == 1


def test_what_is_awaited_is_counted_down(by_hand: Run) -> None:
    done, operator = by_hand("--scenario", "success", "--wait", "3", replies={"submit": [""]})
    assert done.failures == {"WAIT-NO-REQUEST"}
    counted = re.findall(r"жду: registerDocument от МИС .*?, ещё (\d) с", operator.seen)
    assert {"1", "2"} <= set(counted), "no countdown"


def test_without_a_terminal(tmp_path: Path, dopusk: Callable[..., Finished]) -> None:
    text = (ROOT / "fixtures" / "reference_mis" / "mis.toml").read_text(encoding="utf-8")
    path = tmp_path / "mis.toml"
    path.write_text(text.replace('kind = "http"', 'kind = "manual"'), encoding="utf-8")
    done = dopusk("run", path)
    assert done.code == 2
    assert "терминала нет" in done.text
