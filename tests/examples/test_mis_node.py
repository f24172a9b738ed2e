"""The МИС in Node.js (examples/mis-node): its own tests, and the stand's verdict on it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
MIS = ROOT / "examples" / "mis-node"
DEADLINE = 120
DECLARED = (MIS / "mis.toml").read_text(encoding="utf-8")
VARIANTS = tomllib.loads(DECLARED)["connection"]["variants"]


def node_version(node: str) -> tuple[int, ...]:
    text = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in text.strip().lstrip("v").split("."))


@pytest.fixture(scope="session")
def node() -> str:
    found = shutil.which("node")
    if found is None:
        pytest.skip("нет Node.js: пример МИС на нём не запустить")
    if node_version(found) < (18, 3):
        pytest.skip("нужен Node.js 18.3 или новее")
    return found


@pytest.fixture(scope="module")
def url(node: str) -> Iterator[str]:
    """The МИС on a free port."""
    command = [node, str(MIS / "main.js"), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        watch = threading.Timer(DEADLINE, process.kill)
        watch.start()
        try:
            line = process.stdout.readline()
            watch.cancel()
            assert line.startswith("МИС слушает "), line
            yield line.split()[-1]
        finally:
            watch.cancel()
            process.kill()


def test_its_own_tests_pass(node: str) -> None:
    done = subprocess.run(
        [node, "--test"], cwd=MIS, capture_output=True, encoding="utf-8", timeout=DEADLINE
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("variant", VARIANTS)
def test_it_conforms(url: str, variant: str, tmp_path: Path) -> None:
    declaration = tmp_path / "mis.toml"
    text = DECLARED.replace("http://127.0.0.1:8091", url).replace("port = 8081", "port = 0")
    declaration.write_text(text, encoding="utf-8")
    out = tmp_path / "out"
    done = subprocess.run(
        [sys.executable, "-m", "dopusk", "run", declaration, "--variant", variant, "--out", out],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    report: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert report["verdict"] == "соответствует"
    assert report["scenarios"]


def test_it_reaches_the_stand(url: str, tmp_path: Path) -> None:
    declaration = tmp_path / "mis.toml"
    text = DECLARED.replace("http://127.0.0.1:8091", url).replace("port = 8081", "port = 0")
    declaration.write_text(text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "dopusk", "doctor", declaration, "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=DEADLINE,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    checks = {item["name"]: item for item in json.loads(done.stdout)["checks"]}
    assert "МИС обратилась, стенд записал запрос" in checks["Путь от МИС к стенду"]["detail"]


def openssl(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    program = shutil.which("openssl")
    if program is None:
        pytest.skip("нет OpenSSL")
    return subprocess.run(
        [program, *arguments], capture_output=True, encoding="utf-8", timeout=DEADLINE
    )


@pytest.mark.parametrize("name", ["author-7831", "mo-4321", "curve-tc26-512-A"])
def test_openssl_accepts_its_signatures(node: str, name: str, tmp_path: Path) -> None:
    if "[ available ]" not in openssl("engine", "-t", "gost").stdout:
        pytest.skip("у OpenSSL нет gost engine (Debian: libengine-gost-openssl)")
    trust = ROOT / "fixtures" / "pki" / "trust"
    anchors, document, container = (tmp_path / part for part in ("ca.pem", "doc.xml", "doc.p7s"))
    anchors.write_text((trust / "root.pem").read_text() + (trust / "issuing.pem").read_text())
    document.write_bytes("<документ/>".encode())
    credential = ROOT / "fixtures" / "pki" / "credentials" / f"{name}.pem"
    script = Path(__file__).with_name("sign_with_node.mjs")
    subprocess.run([node, script, MIS, credential, document, container], check=True)
    verify = ("cms", "-verify", "-cades", "-engine", "gost", "-binary", "-inform", "DER")
    given = ("-in", container, "-content", document, "-CAfile", anchors, "-purpose", "any")
    done = openssl(*verify, *given, "-out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    document.write_bytes("<документ />".encode())
    assert openssl(*verify, *given, "-out", tmp_path / "out").returncode != 0


def test_settings_and_declaration_agree() -> None:
    declared = tomllib.loads(DECLARED)
    connection = declared["connection"]
    config = json.loads((MIS / "config.json").read_text(encoding="utf-8"))
    assert connection["client_entity_id"] == config["clientEntityId"]
    assert connection["mnemonic"] == config["mnemonic"]
    address = f"http://{config['host']}:{config['port']}"
    assert declared["driver"]["url"] == address
    assert (
        connection["callback_url"] == connection["file_service_url"] == f"{address}/emdr/callback"
    )
    assert config["service"].startswith(f"http://127.0.0.1:{declared['stand']['port']}/")


def test_it_needs_nothing_but_node() -> None:
    package = json.loads((MIS / "package.json").read_text(encoding="utf-8"))
    assert package["engines"]["node"] == ">=18.3"
    assert not {"dependencies", "devDependencies"} & package.keys()
