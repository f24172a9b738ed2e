"""Masks the results of a run before they are written: reports and files of Allure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dopusk.cli.console import fail
from dopusk.masking import Masker, People, read_entry, read_findings, read_staff

if TYPE_CHECKING:
    from dopusk.declaration.model import Employee

JOURNAL: Final = "journal.sqlite"
_KEPT_OF_ALLURE: Final = frozenset(
    {"uuid", "historyId", "testCaseId", "fullName", "status", "stage", "source", "type", "labels"}
)


def shows_masks(no_mask: bool, mask_evidence: bool) -> bool:
    """Return whether reports are masked; leaves with code 2 when the options contradict."""
    if no_mask and mask_evidence:
        fail("--no-mask и --mask-evidence спорят: отчёты лежат в архиве улик. Уберите --no-mask")
    return not no_mask


def run_masker(
    folder: Path | None, report: Mapping[str, Any], staff: Iterable[Employee] = ()
) -> Masker:
    """Return the masker of a run; see `run_people`."""
    return Masker(run_people(folder, report, staff))


def run_people(
    folder: Path | None, report: Mapping[str, Any], staff: Iterable[Employee] = ()
) -> People:
    """Return the people of a run: of its declaration, its journal and its report.

    The journal of the folder is read where it is: a report cuts long messages. Without one the
    bodies, notes and findings of the report (a report.json dict) tell who is to be masked.
    """
    from dopusk.journal import Journal, JournalError

    people = People()
    read_staff(people, staff)
    try:
        if folder is None or not (folder / JOURNAL).is_file():
            read_report(people, report)
            return people
        # Opened to write, the journal leaves no files of its WAL behind.
        with Journal.open(folder / JOURNAL, writer=True) as journal:
            for entry in journal.stream():
                read_entry(people, entry)
        read_findings(people, report["findings"])
    except JournalError:
        read_report(people, report)
    return people


def read_report(people: People, report: Mapping[str, Any]) -> None:
    """Note the persons whom a report.json dict shows."""
    from dopusk.masking.reading import read_data, read_text

    for message in report["messages"]:
        read_text(people, message["body"])
        note = message["note"] or {}
        for document in note.get("documents", ()):
            read_text(people, str(document.get("text")))
        read_data(people, note)
    read_findings(people, report["findings"])


def mask_allure(folder: Path, masker: Masker) -> None:
    """Rewrite the files of Allure in the folder with masks; raises OSError."""
    for file in folder.iterdir() if folder.is_dir() else ():
        before = file.read_bytes()
        text = before.decode("utf-8", errors="replace")
        after = _masked(text, masker) if file.suffix == ".json" else masker.text(text)
        if after != text:
            file.write_bytes(after.encode("utf-8", errors="replace"))


def _masked(text: str, masker: Masker) -> str:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return masker.text(text)
    masked = masker.data(data, _KEPT_OF_ALLURE)
    return text if masked == data else json.dumps(masked, ensure_ascii=False)
