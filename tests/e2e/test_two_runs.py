"""Two runs at the same time, each with its own МИС and stand, know nothing of each other."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from candidate import ENVIRONMENT, running_mis

from dopusk.journal import Entry, Journal

DEADLINE = 240
EVERY = os.environ.get("DOPUSK_SWEEP") == "full"
SOME = ("success", "new-version", "results-crossed", "result-foreign", "connection-reset")
"""Scenarios of the usual run; all of both variants where DOPUSK_SWEEP=full is set."""


@dataclass(frozen=True)
class Finished:
    """What a run left behind."""

    code: int
    text: str
    report: dict[str, Any]
    entries: list[Entry]

    @property
    def addresses(self) -> set[str]:
        """Host and port of everybody who was called."""
        return {urlsplit(item.url).netloc for item in self.entries if item.url} - {""}

    @property
    def ids(self) -> set[str]:
        """Identifiers of messages and documents, normalised."""
        found = {item.message_id for item in self.entries} | {e.local_uid for e in self.entries}
        return {item for item in found if item}

    @property
    def everything(self) -> str:
        """All that was recorded, as a text in which identifiers can be looked for."""
        parts = [json.dumps(self.report, ensure_ascii=False)]
        for item in self.entries:
            parts += [item.url or "", json.dumps(item.note, ensure_ascii=False, default=str)]
            parts += [*item.headers.values(), item.body.decode("utf-8", "replace")]
        return "\n".join(parts).replace("-", "").lower()


def start(folder: Path, *arguments: str | Path) -> subprocess.Popen[str]:
    folder.mkdir()
    options = [] if EVERY else [part for name in SOME for part in ("--scenario", name)]
    return subprocess.Popen(
        [sys.executable, "-m", "dopusk", *map(str, arguments), *options, "--out", folder / "out"],
        cwd=folder,
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )


def finish(process: subprocess.Popen[str], folder: Path) -> Finished:
    text, _ = process.communicate(timeout=DEADLINE)
    out = folder / "out"
    assert (out / "report.json").exists(), text
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    with Journal.open(out / "journal.sqlite") as journal:
        journal.check()
        return Finished(process.returncode, text, report, journal.entries())


def test_two_runs_at_once_do_not_disturb_each_other(tmp_path: Path) -> None:
    with running_mis(tmp_path) as (declaration, _):
        places = tmp_path / "run", tmp_path / "demo"
        processes = (
            start(places[0], "run", declaration, "--variant", "fed-1"),
            start(places[1], "demo", "--variant", "mo-3"),
        )
        try:
            one, other = (finish(*pair) for pair in zip(processes, places, strict=True))
        finally:
            for process in processes:
                process.kill()
                process.communicate()
    for run, variant in ((one, "fed-1"), (other, "mo-3")):
        assert run.code == (0 if EVERY else 4), run.text
        assert {item["variant"] for item in run.report["scenarios"]} == {variant}
        verdicts = {item["verdict"] for item in run.report["scenarios"]}
        assert verdicts <= {"соответствует", "замечание"}, run.text
    assert max(run.entries[0].at for run in (one, other)) < min(
        run.entries[-1].at for run in (one, other)
    ), "the runs did not overlap"
    for run, stranger in ((one, other), (other, one)):
        assert run.ids
        assert run.addresses
        text = stranger.everything
        assert [item for item in run.ids if item in text] == []
        assert [item for item in run.addresses if item in text] == []
