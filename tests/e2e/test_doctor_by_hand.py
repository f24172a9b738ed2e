"""`dopusk doctor` at a terminal: the operator opens the address that the stand names."""

from __future__ import annotations

import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from commands import ROOT

from fixtures.reference_mis import ReferenceMis, demo_declaration

if sys.platform == "win32":
    pytest.skip("нет псевдотерминала POSIX", allow_module_level=True)

import pty

DEADLINE = 60
ADDRESS = re.compile(r"обращения к (http://\S+\?wsdl)")


@pytest.mark.parametrize(
    ("opens", "words"),
    [(True, "МИС обратилась, стенд записал запрос"), (False, "обращения от МИС не было")],
)
def test_the_way_from_the_mis(tmp_path: Path, opens: bool, words: str) -> None:
    with ReferenceMis.for_demo(demo_declaration()) as mis:
        text = (ROOT / "fixtures" / "reference_mis" / "mis.toml").read_text(encoding="utf-8")
        text = text.replace("http://127.0.0.1:8090/emdr", f"{mis.url}/emdr")
        text = text.replace('kind = "http"', 'kind = "manual"').replace("wait = 10", "wait = 2")
        text = text.replace('url = "http://127.0.0.1:8090"\n', "")
        text = text.replace("port = 8080", "port = 0")
        (tmp_path / "mis.toml").write_text(text, encoding="utf-8")
        seen = converse(tmp_path, opens)
    assert words in seen
    assert "Жду обращения МИС к стенду, ещё" in seen


def converse(folder: Path, opens: bool) -> str:
    """Run the command at a pseudo-terminal; returns what it showed."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "dopusk", "doctor", "mis.toml"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "220"},
        stdin=slave,
        stdout=slave,
        stderr=slave,
    )
    os.close(slave)
    deadline, raw, answered = time.monotonic() + DEADLINE, b"", False
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
            shown = raw.decode("utf-8", "replace")
            if "п — пропустить" in shown and not answered:
                answered = True
                url = ADDRESS.search(shown)
                assert url
                if opens:
                    assert requests.get(url[1], timeout=10).status_code == 200
                os.write(master, b"\n")
        process.wait(10)
    finally:
        process.kill()
        process.wait()
        os.close(master)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", raw.decode("utf-8", "replace"))
