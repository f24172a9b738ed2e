from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import pytest
import requests
from fake_remd import Trial

from dopusk.declaration import load
from dopusk.drivers import DriverError, HttpDriver
from fixtures.reference_mis import MisConfig, ReferenceMis, demo_declaration
from fixtures.reference_mis.__main__ import main
from fixtures.reference_mis.declaration import TEMPLATE
from fixtures.reference_mis.scheduler import Scheduler

ROOT = Path(__file__).parents[2]


def test_the_declaration_agrees_with_the_test_pki() -> None:
    declared = load(TEMPLATE)
    facts = tomllib.loads((ROOT / "fixtures" / "pki" / "pki.toml").read_text(encoding="utf-8"))
    people = {row["snils"]: row for row in facts["staff"]}
    organizations = {row["oid"]: row for row in facts["organizations"]}
    assert set(people) == {person.snils for person in declared.staff}
    for person in declared.staff:
        row = people[person.snils]
        names = (person.surname, person.name, person.patronymic)
        assert names == (row["surname"], row["name"], row["patronymic"])
        assert list(person.roles) == row["roles"]
    for mo in declared.organizations:
        row = organizations[mo.oid]
        assert (mo.name, mo.ogrn, mo.inn) == (row["name"], row["ogrn"], row["inn"])


def test_the_addresses_are_where_it_serves() -> None:
    with ReferenceMis.for_demo(demo_declaration()) as mis:
        declared = mis.declaration
        assert declared.driver.url == mis.url
        assert declared.callback_url == declared.file_service_url == f"{mis.url}/emdr/callback"
        assert HttpDriver(mis.url).health()["status"] == "ok"
    with pytest.raises(DriverError, match="не принимает соединение"):
        HttpDriver(mis.url).health()


def test_two_of_them_do_not_disturb_each_other() -> None:
    declared = demo_declaration()
    with ReferenceMis.for_demo(declared) as one, ReferenceMis.for_demo(declared) as other:
        assert one.url != other.url


def test_a_taken_port() -> None:
    threads = set(threading.enumerate())
    with socket.create_server(("127.0.0.1", 0)) as taken:
        config = MisConfig("id", port=taken.getsockname()[1])
        with pytest.raises(OSError, match=r"in use|Only one usage"):
            ReferenceMis(demo_declaration(), config).start()
    assert set(threading.enumerate()) <= threads


def test_stopping_leaves_no_threads(trial: Trial) -> None:
    trial.driver.submit(trial.case())
    trial.remd.wait()
    trial.mis.stop()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("mis")]


def test_wrong_methods_and_paths_have_the_shape_of_errors(trial: Trial) -> None:
    for method, path, status in (("GET", "/reset", 405), ("GET", "/no-such", 404)):
        answer = requests.request(method, trial.mis.url + path, timeout=5)
        assert answer.status_code == status
        assert set(answer.json()["error"]) == {"code", "message"}


def test_the_program_serves_until_it_is_stopped(tmp_path: Path) -> None:
    mis_toml = tmp_path / "mis.toml"
    text = TEMPLATE.read_text(encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    mis_toml.write_text(text.replace(":8090", f":{port}"), encoding="utf-8")
    command = [sys.executable, "-m", "fixtures.reference_mis", "--mis", str(mis_toml)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, cwd=ROOT, encoding="utf-8", env=_utf8()
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert re.search(rf"http://127\.0\.0\.1:{port}$", line.strip())
            assert HttpDriver(f"http://127.0.0.1:{port}").health()["status"] == "ok"
        finally:
            process.kill()


def _utf8() -> dict[str, str]:
    return {**os.environ, "PYTHONIOENCODING": "utf-8"}


def test_the_program_lists_its_defects(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list-defects"]) == 0
    assert "bom: В начале файла" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--defect", "no-such"], "Дефекта no-such нет"),
        (["--mis", "no-such.toml"], "no-such.toml"),
    ],
)
def test_bad_usage(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert words in capsys.readouterr().err


def test_jobs_run_in_time_and_are_forgotten() -> None:
    scheduler = Scheduler(2)
    done: list[str] = []
    finished = threading.Event()
    scheduler.later(0.05, lambda: done.append("second"))
    scheduler.soon(lambda: done.append("first"))
    scheduler.later(30, lambda: done.append("never"))
    scheduler.later(0.1, finished.set)
    assert finished.wait(5)
    assert done == ["first", "second"]
    scheduler.forget()
    scheduler.close()
    scheduler.soon(lambda: done.append("after"))
    assert done == ["first", "second"]


def test_a_broken_job_is_told_about(caplog: pytest.LogCaptureFixture) -> None:
    scheduler = Scheduler(1)
    scheduler.soon(lambda: [][0])
    finished = threading.Event()
    scheduler.later(0.01, finished.set)
    assert finished.wait(5)
    scheduler.close()
    assert "a job of the МИС broke" in caplog.text
