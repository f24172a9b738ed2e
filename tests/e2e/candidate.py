"""The reference МИС as a candidate: a process of its own that `dopusk run` drives over HTTP."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commands import ROOT

TEMPLATE = ROOT / "fixtures" / "reference_mis" / "mis.toml"
TERRITORY = re.compile(r"^\[\[oms\]\]\n(?:\w+ = .*\n)+", re.MULTILINE)
DEADLINE = 60
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT), "NO_COLOR": "1", "PYTHONUTF8": "1"}


@contextmanager
def running_mis(folder: Path, *, oms: bool = False) -> Iterator[tuple[Path, str]]:
    """Start the МИС on a free port; yields a declaration that names its address, and the address.

    The stand of the declaration takes a free port, too. Its territories of ОМС are left out
    unless they are asked for.
    """
    text = TEMPLATE.read_text(encoding="utf-8")
    if not oms:
        text = TERRITORY.sub("", text)
    command = [sys.executable, "-u", "-m", "fixtures.reference_mis", "--port", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        watch = threading.Timer(DEADLINE, process.kill)
        watch.start()
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            watch.cancel()
            assert line.startswith("Эталонная МИС: "), line
            url = line.split()[-1]
            declaration = folder / "mis.toml"
            own = text.replace("http://127.0.0.1:8090", url).replace("port = 8080", "port = 0")
            declaration.write_text(own, encoding="utf-8")
            yield declaration, url
        finally:
            watch.cancel()
            process.kill()
