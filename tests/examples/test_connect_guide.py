"""docs/connect.md: the programs that it shows work with the drivers that it shows them for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dopusk.cases import ControlCase
from dopusk.declaration import load
from dopusk.drivers.base import DocumentState, Driver, ResetOptions
from dopusk.drivers.command import CommandDriver
from dopusk.drivers.http import HttpDriver
from dopusk.drivers.probe import Prober
from dopusk.verdict.rule import rules
from fixtures.cases import for_declaration

NOW = datetime(2024, 2, 15, 9, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "connect.md").read_text(encoding="utf-8")
OVER_HTTP, PROGRAM = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
SERVE = """
from werkzeug.serving import make_server
server = make_server("127.0.0.1", 0, app)
print(server.server_port, flush=True)
server.serve_forever()
"""
MYMIS = """
def start_run(options):
    assert options["timeScale"] == 60
def send(case):
    return {"ref": case["id"], "localUid": "uid"}
def send_version(ref, case):
    return {"ref": ref}
def status(ref):
    return {"ref": ref, "state": "accepted", "errors": []}
def call(url):
    return {"status": 200} if url else None
"""


@pytest.fixture
def case() -> ControlCase:
    declared = load(ROOT / "examples" / "mis-node" / "mis.toml")
    return for_declaration("fit", declared, now=NOW, serial="1")


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "mymis.py").write_text(MYMIS, encoding="utf-8")
    path = tmp_path / "adapter.py"
    path.write_text(PROGRAM, encoding="utf-8")
    return path


@pytest.fixture
def url(program: Path) -> Iterator[str]:
    server = program.with_name("server.py")
    server.write_text(OVER_HTTP + SERVE, encoding="utf-8")
    with subprocess.Popen(
        [sys.executable, server],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env={**os.environ, "PYTHONUTF8": "1"},
    ) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{process.stdout.readline().strip()}"
        finally:
            process.kill()


def drive(driver: Driver, case: ControlCase) -> None:
    assert driver.health()["status"] == "ok"
    driver.reset(ResetOptions(time_scale=60))
    submission = driver.submit(case)
    assert (submission.ref, submission.local_uid) == (case.id, "uid")
    assert driver.replace(submission.ref, case).ref == case.id
    assert driver.status(case.id).state is DocumentState.ACCEPTED
    assert isinstance(driver, Prober)
    assert driver.probe("http://127.0.0.1:9/remd/emdr?wsdl").status == 200


def test_the_adapter_over_http(url: str, case: ControlCase) -> None:
    driver = HttpDriver(url)
    try:
        drive(driver, case)
    finally:
        driver.close()


def test_the_program(program: Path, case: ControlCase) -> None:
    drive(CommandDriver([sys.executable, str(program)], cwd=program.parent), case)


def test_every_code_that_it_names_exists() -> None:
    stumbles = GUIDE.split("## Обо что спотыкаются")[1]
    named = set(re.findall(r"`([A-Z]+(?:-[A-Z0-9]+)+)`", stumbles))
    assert named
    assert named <= rules().keys()


def test_every_place_that_it_points_to_exists() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", GUIDE):
        assert (ROOT / "docs" / target).exists(), target
