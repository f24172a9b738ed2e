from __future__ import annotations

import json
import sys
import threading
import time
from pathlib import Path

import pytest

from dopusk.cases import ControlCase
from dopusk.drivers import (
    CommandDriver,
    DocumentState,
    DriverError,
    DriverUnsupported,
    Failure,
    ResetOptions,
)

ECHO = """
import json, sys
request = json.load(sys.stdin)
answers = {
    "health": {"status": "ok"},
    "submit": {"ref": "1", "localUid": request.get("case", {}).get("id")},
    "replace": {"ref": request.get("ref")},
    "status": {"state": "registered", "emdrId": "194.77.24.02.000000001"},
}
if request["action"] in answers:
    json.dump(answers[request["action"]], sys.stdout)
"""


def program(folder: Path, text: str, timeout: float = 20.0) -> CommandDriver:
    script = folder / "mis.py"
    script.write_text(text, encoding="utf-8")
    return CommandDriver((sys.executable, str(script)), timeout, folder)


def test_every_action(tmp_path: Path, case: ControlCase) -> None:
    driver = program(tmp_path, ECHO)
    assert driver.health() == {"status": "ok"}
    driver.reset(ResetOptions())
    assert driver.submit(case).local_uid == case.id
    assert driver.replace("1", case).ref == "1"
    assert driver.status("1").state is DocumentState.REGISTERED


def test_the_case_travels_in_utf8(tmp_path: Path, case: ControlCase) -> None:
    text = (
        "import sys, pathlib; pathlib.Path('got').write_bytes(sys.stdin.buffer.read()); print('{}')"
    )
    driver = program(tmp_path, text)
    with pytest.raises(DriverError, match="нет поля ref"):
        driver.submit(case)
    got = json.loads((tmp_path / "got").read_bytes())
    assert got == {"action": "submit", "case": case.to_json()}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("import sys; sys.stderr.write('no licence'); sys.exit(3)", "кодом 3: «no licence»"),
        ("print('done')", "не JSON"),
        ("", "пустой ответ"),
        ("print('[1]')", "не объектом"),
        ("print(' ' * (2 << 20))", "больше 1 МиБ"),
    ],
)
def test_bad_programs(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DriverError) as failed:
        program(tmp_path, text).health()
    assert words in str(failed.value)


def test_a_hanging_program_is_killed_with_its_children(tmp_path: Path) -> None:
    text = f"""
import subprocess, sys, time
child = "import time, pathlib; time.sleep(1.5); pathlib.Path('survived').touch()"
subprocess.Popen([sys.executable, "-c", child], cwd={str(tmp_path)!r})
time.sleep(60)
"""
    began = time.monotonic()
    with pytest.raises(DriverError, match="не ответила за 1 с"):
        program(tmp_path, text, timeout=1.0).health()
    assert time.monotonic() - began < 10
    deadline = time.monotonic() + 1.2
    while time.monotonic() < deadline and not (tmp_path / "survived").exists():
        threading.Event().wait(0.05)
    assert not (tmp_path / "survived").exists()


def test_a_program_that_does_not_exist() -> None:
    with pytest.raises(DriverError, match="не найдена"):
        CommandDriver(("/no/such/program",)).health()


def test_no_program() -> None:
    with pytest.raises(DriverError, match="Не задана программа"):
        CommandDriver(())


def test_the_program_calls_the_stand(tmp_path: Path) -> None:
    text = "import json, sys; json.dump({'status': len(json.load(sys.stdin)['url'])}, sys.stdout)"
    assert program(tmp_path, text).probe("u" * 200).status == 200
    text = """print('{"error": {"code": "refused", "message": "no"}}')"""
    assert program(tmp_path, text).probe("u").failure is Failure.REFUSED


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (ECHO, "ничего не ответила"),
        ("import sys; sys.exit('KeyError: probe')", "кодом 1: «KeyError: probe»"),
    ],
)
def test_a_program_that_does_not_know_probe(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(DriverUnsupported, match=words):
        program(tmp_path, text).probe("http://stand/x")


def test_a_program_that_answers_probe_with_garbage(tmp_path: Path) -> None:
    with pytest.raises(DriverError, match="нет ни поля status"):
        program(tmp_path, "print('{\"ok\": 1}')").probe("http://stand/x")
