"""The benchmark of registers still measures what it says, on a register without errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_small_run_gives_all_figures() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.bench_registers", "--cases", "30", "--kind", "ОПВ"],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        env=None,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr + done.stdout
    assert "30 cases, 0 errors, stage flk" in done.stdout
    for figure in ("iterparse", "cases/s", "ratio to iterparse"):
        assert figure in done.stdout
