"""`dopusk serve` as a process: it answers, journals, and stops when told to."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from typer.testing import CliRunner

from dopusk.cli.app import app
from dopusk.cli.serve import oms_lines
from dopusk.declaration import load
from dopusk.journal import Journal
from dopusk.tfoms.exchange import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
cli = CliRunner()


@pytest.fixture
def served(declared: Path, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running stand and its address."""
    command = [sys.executable, "-m", "dopusk", "serve", str(declared)]
    process = subprocess.Popen(
        [*command, "--port", "0", "--journal", str(tmp_path / "j.sqlite")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONUNBUFFERED": "1"},
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
    )
    assert process.stdout is not None
    first = process.stdout.readline()
    match = re.search(r"http://\S+", first)
    assert match, first
    yield process, match[0]
    if process.poll() is None:
        process.kill()
    process.wait(30)
    process.stdout.close()


def test_answers_until_interrupted(served: tuple[subprocess.Popen[str], str]) -> None:
    process, url = served
    assert requests.get(f"{url}/control/health", timeout=10).status_code == 200
    process.send_signal(getattr(signal, "CTRL_BREAK_EVENT", signal.SIGINT))
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Остановлен. Записей в журнале:" in output


def test_killed_stand_leaves_a_journal_with_all_it_answered(
    served: tuple[subprocess.Popen[str], str], tmp_path: Path
) -> None:
    process, url = served
    answered = 0
    for _ in range(20):
        answer = requests.post(f"{url}/remd/emdr", data=b"<not-soap/>", timeout=10)
        answered += bool(answer.content)
    process.kill()
    process.wait(30)
    with Journal.open(tmp_path / "j.sqlite") as journal:
        journal.check()
        requests_held = [e for e in journal.entries() if e.phase == "request"]
        responses_held = [e for e in journal.entries() if e.phase == "response"]
    assert answered == 20
    assert [e.body for e in requests_held] == [b"<not-soap/>"] * 20
    assert len(responses_held) == 20


def test_wrong_declaration(tmp_path: Path) -> None:
    result = cli.invoke(app, ["serve", str(tmp_path / "mis.toml")])
    assert result.exit_code == 2
    assert "создайте его: dopusk init" in result.stderr


def test_journal_is_not_overwritten(declared: Path, tmp_path: Path) -> None:
    (tmp_path / "j.sqlite").write_text("чужое")
    result = cli.invoke(app, ["serve", str(declared), "--journal", str(tmp_path / "j.sqlite")])
    assert result.exit_code == 2
    assert "файл уже есть" in result.stderr
    assert (tmp_path / "j.sqlite").read_text() == "чужое"


def test_occupied_port(declared: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        arguments = ["--port", port, "--journal", str(tmp_path / "j.sqlite")]
        result = cli.invoke(app, ["serve", str(declared), *arguments])
    assert result.exit_code == 2
    assert port in result.stderr


OMS = """
[[oms]]
okato = "46000"
mo_code = "500001"
transport = "rest"

[[oms]]
okato = "45000"
mo_code = "770001"
transport = "folder"
folder = "обмен"
"""


def test_the_circuit_of_oms_is_printed(declared: Path) -> None:
    declared.write_text(declared.read_text(encoding="utf-8") + OMS, encoding="utf-8")
    known = load(declared)
    addresses = {
        "ferzl": "http://stand/ferzl/x",
        "tfoms-46000": "http://stand/tfoms/46000",
        "tfoms-45000": "http://stand/tfoms/45000",
    }
    text = "\n".join(oms_lines(known, addresses))
    assert all(address in text for address in addresses.values())
    assert "http://stand/tfoms/46000/ProtService?wsdl" in text
    assert PASSWORD in text
    assert str(declared.parent / "обмен" / "inbox") in text


def test_oms_needs_territories(declared: Path) -> None:
    result = cli.invoke(app, ["serve", str(declared), "--oms"])
    assert result.exit_code == 2
    assert "[[oms]]" in result.output
