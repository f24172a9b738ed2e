"""The benchmark of the mock РЭМД still measures what it says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_small_run_gives_all_figures() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.bench_remd", "--requests", "20", "--flow", "3"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    for figure in ("static answer", "mock РЭМД", "ratio to the static answer", "documents/s"):
        assert figure in done.stdout
