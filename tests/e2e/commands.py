"""What the end-to-end tests know of a command that ran."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("--wait", "4", "--no-pdf", "--no-evidence")
"""Options of a demo run that is only asked for its verdicts."""


@dataclass(frozen=True)
class Finished:
    """A command that ran to its end."""

    code: int
    text: str
    out: Path

    @property
    def report(self) -> dict[str, Any]:
        data: dict[str, Any] = json.loads((self.out / "report.json").read_text(encoding="utf-8"))
        return data

    @property
    def failures(self) -> set[str]:
        """Codes of the findings that fail the candidate."""
        blocking = self.report["candidate"]["conventions_block"]
        marks = {"профиль", "соглашение стенда"} if blocking else {"профиль"}
        return {
            item["code"]
            for item in self.report["findings"]
            if item["severity"] == "error" and item["evidence"] in marks
        }


Command = Callable[..., Finished]
