from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ROOT, Command, Finished

DEADLINE = 600


@pytest.fixture
def dopusk(tmp_path: Path) -> Command:
    """Runs the command line in a process of its own, in an empty folder."""

    def run(*arguments: str | Path, out: bool = True) -> Finished:
        folder = tmp_path / "out"
        extra = ["--out", str(folder)] if out else []
        done = subprocess.run(
            [sys.executable, "-m", "dopusk", *map(str, arguments), *extra],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONUTF8": "1"},
            capture_output=True,
            encoding="utf-8",
            timeout=DEADLINE,
        )
        text = done.stdout + done.stderr
        assert "Traceback (most recent call last)" not in text, text
        return Finished(done.returncode, text, folder)

    return run
