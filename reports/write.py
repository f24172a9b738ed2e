"""Writes the reports of a run into its folder."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dopusk.verdict.result import RunResult
from reports.files import write_atomically

FILES = MappingProxyType(
    {
        "json": "report.json",
        "html": "report.html",
        "junit": "junit.xml",
        "pdf": "report.pdf",
        "csv": "requirements.csv",
        "xlsx": "requirements.xlsx",
        "badge": "badge.svg",
    }
)
"""Name of the file of each format."""
USUAL = ("json", "html", "junit")
"""What every run writes; the other formats are drawn from report.json when they are asked for."""


def write_all(
    result: RunResult, directory: Path, *, formats: Sequence[str] = USUAL, lang: str = "ru"
) -> dict[str, Path]:
    """Write the reports of a run into its folder; return the path of each format.

    Each file is replaced as a whole. Raises OSError when the folder cannot be written.
    """
    from reports import json_report

    return write(json_report.dump(result), directory, formats, lang=lang)


def write(
    report: Mapping[str, Any], directory: Path, formats: Sequence[str], *, lang: str = "ru"
) -> dict[str, Path]:
    """Write the named formats of a report.json dict; return the path of each.

    Raises KeyError for an unknown format, OSError when the folder cannot be written and
    reports.pdf.PdfError when the PDF cannot be set.
    """
    from reports import badge, html, junit, pdf, table

    make: dict[str, Callable[[], bytes]] = {
        "json": lambda: _json(report),
        "html": lambda: html.render(report, lang=lang).encode(errors="replace"),
        "junit": lambda: junit.render(report),
        "pdf": lambda: pdf.render(report, lang=lang),
        "csv": lambda: table.render_csv(report, lang=lang),
        "xlsx": lambda: table.render_xlsx(report, lang=lang),
        "badge": lambda: badge.render(report, lang=lang).encode(errors="replace"),
    }
    return {name: write_atomically(directory / FILES[name], make[name]()) for name in formats}


def _json(report: Mapping[str, Any]) -> bytes:
    return (json.dumps(report, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")
