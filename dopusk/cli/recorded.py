"""Recorded runs as arguments of commands: a folder, its report.json or evidence.zip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dopusk.cli.console import fail


def read_report(path: Path) -> dict[str, Any]:
    """Return the report.json dict of a run; leaves with code 2 when there is none."""
    from reports.json_report import ReportError, read

    try:
        return read(path)
    except ReportError as error:
        fail(str(error))
