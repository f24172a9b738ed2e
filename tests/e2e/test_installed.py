"""The wheel holds the whole suite and works without the checkout."""

from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys
from pathlib import Path

import pytest

FOLDERS = ("features", "steps", "mocks", "fixtures", "schemas", "reports")


def test_installed_command_runs_away_from_the_checkout(tmp_path: Path) -> None:
    try:
        files = importlib.metadata.files("dopusk") or []
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("dopusk is not installed in this environment")
    inside = {Path(str(file)).parts[:3] for file in files}
    if ("dopusk", "suite", "features") not in inside:
        pytest.skip("dopusk is installed in place, not as a wheel")
    assert {("dopusk", "suite", name) for name in FOLDERS} <= inside
    tops = {parts[0] for parts in inside if not parts[0].endswith(".dist-info")}
    assert tops <= {"dopusk", "..", "__pycache__"}, "no generic names in site-packages"
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [sys.executable, "-m", "dopusk", "demo", "--scenario", "success", "--out", "out"],
        cwd=tmp_path,
        env={**environment, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 4, done.stdout + done.stderr
    assert (tmp_path / "out" / "report.html").is_file()
