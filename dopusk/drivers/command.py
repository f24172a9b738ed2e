"""Driver that runs a program for each action: JSON on its stdin, JSON from its stdout."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from dopusk.cases import ControlCase, Person
from dopusk.drivers.answers import MAX_ANSWER, excerpt, parse_object, read_value
from dopusk.drivers.base import Answer, DocumentStatus, DriverError, ResetOptions, Submission
from dopusk.drivers.probe import DriverUnsupported, ProbeAnswer
from dopusk.drivers.registers import PolicyAnswer, RegisterStatus, for_mis
from dopusk.oms import RegisterOrder, person_to_json

KILL_WAIT = 5.0
"""Seconds to wait for a killed program to disappear."""


class ProgramFailedError(DriverError):
    """The program ended with an exit code other than 0."""


class CommandDriver:
    """Makes the МИС act through a program of the vendor.

    The program gets one JSON object, `{"action": "submit", "case": {…}}`, and answers with what
    the adapter API answers with for the same action; an exit code other than 0 is a failure whose
    words are taken from stderr. Actions: health, reset, submit, replace, status; probe, policy,
    send_register, correct_register and register_status need not be known: the program then says
    nothing. No shell is involved. `timeout` bounds one action, in seconds; after it the program
    and its children are killed.
    """

    def __init__(
        self, command: Sequence[str], timeout: float = 30.0, cwd: Path | None = None
    ) -> None:
        if not command:
            raise DriverError("Не задана программа: заполните поле command раздела [driver]")
        self._command = tuple(command)
        self._timeout = timeout
        self._cwd = cwd

    @property
    def name(self) -> str:
        """Return «command PROGRAM ARGUMENTS»."""
        return "command " + " ".join(self._command)

    def health(self) -> Answer:
        """Run the action health."""
        return self._call("health", {})

    def reset(self, options: ResetOptions) -> None:
        """Run the action reset; its answer may be empty."""
        self._call("reset", options.to_json(), empty=True)

    def submit(self, case: ControlCase) -> Submission:
        """Run the action submit."""
        answer = self._call("submit", {"case": case.to_json()})
        return read_value(Submission.from_json, answer, self._action("submit"))

    def replace(self, ref: str, case: ControlCase) -> Submission:
        """Run the action replace."""
        answer = self._call("replace", {"ref": ref, "case": case.to_json()})
        return read_value(Submission.from_json, answer, self._action("replace"))

    def status(self, ref: str) -> DocumentStatus:
        """Run the action status."""
        answer = self._call("status", {"ref": ref})
        return read_value(DocumentStatus.from_json, answer, self._action("status"))

    def probe(self, url: str) -> ProbeAnswer:
        """Run the action probe; a program that fails or says nothing does not have it."""
        try:
            answer = self._optional("probe", {"url": url})
        except ProgramFailedError as error:
            raise DriverUnsupported(str(error)) from None
        return read_value(ProbeAnswer.from_json, answer, self._action("probe"))

    def policy(self, person: Person, on: date) -> PolicyAnswer:
        """Run the action policy; a program that says nothing does not have it, nor the rest."""
        fields = {"person": person_to_json(person), "on": on.isoformat()}
        answer = self._optional("policy", fields)
        return read_value(PolicyAnswer.from_json, answer, self._action("policy"))

    def send_register(self, order: RegisterOrder) -> Submission:
        """Run the action send_register."""
        answer = self._optional("send_register", {"order": for_mis(order)})
        return read_value(Submission.from_json, answer, self._action("send_register"))

    def correct_register(self, ref: str, order: RegisterOrder) -> Submission:
        """Run the action correct_register."""
        answer = self._optional("correct_register", {"ref": ref, "order": for_mis(order)})
        return read_value(Submission.from_json, answer, self._action("correct_register"))

    def register_status(self, ref: str) -> RegisterStatus:
        """Run the action register_status."""
        answer = self._optional("register_status", {"ref": ref})
        return read_value(RegisterStatus.from_json, answer, self._action("register_status"))

    def _optional(self, action: str, fields: Mapping[str, Any]) -> Answer:
        """Run an action that a program need not know; DriverUnsupported when it says nothing."""
        answer = self._call(action, fields, empty=True)
        if not answer:
            raise DriverUnsupported(f"{self._action(action)}: программа ничего не ответила")
        return answer

    def _action(self, action: str) -> str:
        return f"{self._command[0]}, действие {action}"

    def _call(self, action: str, fields: Mapping[str, Any], *, empty: bool = False) -> Answer:
        title = self._action(action)
        request = json.dumps({"action": action, **fields}, ensure_ascii=False).encode()
        # Files, not pipes: a grandchild that keeps a pipe open must not hold the driver.
        with (
            tempfile.TemporaryFile() as stdin,
            tempfile.TemporaryFile() as stdout,
            tempfile.TemporaryFile() as stderr,
        ):
            stdin.write(request)
            stdin.seek(0)
            code = self._run(title, stdin.fileno(), stdout.fileno(), stderr.fileno())
            stdout.seek(0)
            stderr.seek(0)
            raw = stdout.read(MAX_ANSWER + 1)
            words = stderr.read(4096)
        if code:
            text = f"{title}: программа завершилась с кодом {code}: {excerpt(words)}"
            raise ProgramFailedError(text)
        if len(raw) > MAX_ANSWER:
            raise DriverError(
                f"{title}: ответ больше {MAX_ANSWER >> 20} МиБ, начинается с {excerpt(raw)}"
            )
        if empty and not raw.strip():
            return {}
        return parse_object(raw, title)

    def _run(self, title: str, stdin: int, stdout: int, stderr: int) -> int:
        try:
            process = subprocess.Popen(  # noqa: S603 - the operator's own program, no shell
                self._command,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                cwd=self._cwd,
                start_new_session=sys.platform != "win32",
            )
        except FileNotFoundError:
            raise DriverError(
                f"Программа {self._command[0]} не найдена. Проверьте поле command раздела [driver]"
            ) from None
        except OSError as error:
            raise DriverError(f"Программа {self._command[0]} не запускается: {error}") from None
        try:
            return process.wait(self._timeout)
        except subprocess.TimeoutExpired:
            raise DriverError(
                f"{title}: программа не ответила за {self._timeout:g} с и остановлена"
            ) from None
        finally:
            if process.poll() is None:
                _kill_tree(process)


def _kill_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill the program with its children: by process group, on Windows by taskkill."""
    if sys.platform == "win32":
        taskkill = Path(os.environ.get("SYSTEMROOT", r"C:\Windows")) / "System32" / "taskkill.exe"
        subprocess.run(  # noqa: S603 - a fixed system program
            [str(taskkill), "/F", "/T", "/PID", str(process.pid)], check=False, capture_output=True
        )
    else:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    try:
        process.wait(KILL_WAIT)
    except subprocess.TimeoutExpired:
        process.kill()
