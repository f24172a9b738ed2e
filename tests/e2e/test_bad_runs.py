"""Runs that cannot succeed end in clear words and the right exit code."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from commands import ROOT, Command

from fixtures.reference_mis import ReferenceMis, demo_declaration

REFERENCE = ROOT / "fixtures" / "reference_mis" / "mis.toml"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def declaration(folder: Path, *, mis: int, stand: int) -> Path:
    """Write the reference МИС's declaration with other ports."""
    text = REFERENCE.read_text(encoding="utf-8").replace(":8090", f":{mis}")
    text = text.replace("port = 8080", f"port = {stand}")
    path = folder / "mis.toml"
    path.write_text(text, encoding="utf-8")
    return path


FED_3 = ("--variant", "fed-3")


def test_run_of_a_mis_over_http(dopusk: Command, tmp_path: Path) -> None:
    with ReferenceMis.for_demo(demo_declaration()) as mis:
        port = int(mis.url.rsplit(":", 1)[-1])
        done = dopusk("run", declaration(tmp_path, mis=port, stand=free_port()), *FED_3)
    assert done.code == 0, done.text


def test_unreachable_mis(dopusk: Command, tmp_path: Path) -> None:
    done = dopusk("run", declaration(tmp_path, mis=free_port(), stand=free_port()))
    assert done.code == 2
    assert "dopusk doctor" in done.text


def test_occupied_port(dopusk: Command, tmp_path: Path) -> None:
    with socket.socket() as taken, ReferenceMis.for_demo(demo_declaration()) as mis:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        own = int(mis.url.rsplit(":", 1)[-1])
        done = dopusk("run", declaration(tmp_path, mis=own, stand=port))
    assert done.code == 2
    assert str(port) in done.text


def test_mis_that_never_sends(dopusk: Command) -> None:
    done = dopusk("demo", "--defect", "never-sends", "--scenario", "success", "--wait", "1")
    assert done.code == 1
    assert done.failures == {"WAIT-NO-REQUEST"}


def test_filled_template_is_accepted_and_an_empty_one_is_not(
    dopusk: Command, tmp_path: Path
) -> None:
    assert dopusk("init", out=False).code == 0
    done = dopusk("run", tmp_path / "mis.toml")
    assert done.code == 2
    assert "mis.toml:" in done.text


@pytest.mark.parametrize(
    ("line", "wrong", "says"),
    [
        ('deployment = "on-premises"', 'deployment = "moon"', "deployment"),
        ('kinds = ["194"]', 'kinds = ["9999"]', "kinds"),
        ('vendor = "Проект «Допуск»"', "", "vendor"),
        ('kind = "http"', 'kind = "telepathy"', "kind"),
    ],
)
def test_wrong_field_is_named_with_its_line(
    dopusk: Command, tmp_path: Path, line: str, wrong: str, says: str
) -> None:
    text = REFERENCE.read_text(encoding="utf-8")
    assert line in text
    path = tmp_path / "mis.toml"
    path.write_text(text.replace(line, wrong, 1), encoding="utf-8")
    done = dopusk("run", path)
    assert done.code == 2
    assert says in done.text
    assert "mis.toml:" in done.text
