"""Writes the reports of a run into its folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from dopusk.verdict.result import RunResult
from reports.files import write_atomically

FILES = {"json": "report.json", "html": "report.html", "junit": "junit.xml"}
"""Name of the file of each format."""


def write_all(result: RunResult, directory: Path, *, lang: str = "ru") -> dict[str, Path]:
    """Write report.json, report.html and junit.xml; return the path of each format.

    Each file is replaced as a whole. Raises OSError when the folder cannot be written.
    """
    from reports import json_report

    return write(json_report.dump(result), directory, tuple(FILES), lang=lang)


def write(
    report: Mapping[str, Any], directory: Path, formats: Sequence[str], *, lang: str = "ru"
) -> dict[str, Path]:
    """Write the named formats of a report.json dict; return the path of each.

    Raises KeyError for an unknown format and OSError when the folder cannot be written.
    """
    from reports import html, junit

    make: dict[str, Callable[[], bytes]] = {
        "json": lambda: _json(report),
        "html": lambda: html.render(report, lang=lang).encode(errors="replace"),
        "junit": lambda: junit.render(report),
    }
    return {name: write_atomically(directory / FILES[name], make[name]()) for name in formats}


def _json(report: Mapping[str, Any]) -> bytes:
    return (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")
