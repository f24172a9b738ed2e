"""Recorded runs as arguments of commands: a folder, its report.json or evidence.zip."""

from __future__ import annotations

import json
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dopusk.cli.console import fail

if TYPE_CHECKING:
    from dopusk.declaration.model import Declaration
    from reports.submission import Submission

NAME: Final = "evidence.zip"
JOURNAL: Final = "journal.sqlite"
REPORT: Final = "report.json"
MAX_REPORT: Final = 512 * 1024 * 1024


def read_report(path: Path) -> dict[str, Any]:
    """Return the report.json dict of a run; leaves with code 2 when there is none.

    `path` is the run's folder, its report.json or its evidence.zip. That an archive is whole is
    not looked at here (dopusk judge).
    """
    from reports.json_report import ReportError, read

    try:
        if not path.is_file() or not zipfile.is_zipfile(path):
            return read(path)
        with _opened(path) as archive:
            return read_packed(archive, path)
    except ReportError as error:
        fail(str(error))


@dataclass(frozen=True, slots=True)
class Archived:
    """What an archive of evidence says of itself."""

    problems: tuple[str, ...]
    signed: bool
    loss: tuple[str, ...]
    run: Mapping[str, Any]


def read_packed(archive: Any, path: Path) -> dict[str, Any]:
    """Return the report in an open archive; raises ReportError."""
    from dopusk.evidence.archive import EvidenceError
    from reports.json_report import ReportError, dump, load

    try:
        data = json.loads(archive.read(REPORT, MAX_REPORT))
    except (EvidenceError, ValueError, RecursionError) as error:
        raise ReportError(f"{path}: {REPORT} в архиве не читается: {error}") from error
    if not isinstance(data, dict):
        raise ReportError(f"{path}: {REPORT} в архиве — не отчёт")
    return dump(load(data))


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """Open an archive of evidence; leaves with code 2 when it is none."""
    from dopusk.evidence.archive import EvidenceError
    from dopusk.evidence.reading import Archive

    try:
        archive = Archive.open(path)
    except EvidenceError as error:
        fail(str(error))
    with archive:
        yield archive


def read_submission(path: Path, today: date) -> Submission:
    """Return what a run hands over: of a folder its evidence.zip, if there is one.

    Leaves with code 2 when nothing of it can be read.
    """
    from reports.submission import Submission

    packed = path / NAME if path.is_dir() else path
    if packed.is_file() and zipfile.is_zipfile(packed):
        return _of_archive(packed, today)
    given = Submission(read_report(path), None, today, evidence=False)
    journal = (path if path.is_dir() else path.parent) / JOURNAL
    return replace(given, declaration=declared(journal)) if journal.is_file() else given


def _of_archive(path: Path, today: date) -> Submission:
    from dopusk.evidence.archive import EvidenceError
    from dopusk.evidence.manifest import SIGNATURE
    from reports.json_report import ReportError
    from reports.submission import Submission

    with _opened(path) as archive, tempfile.TemporaryDirectory(prefix="dopusk-") as place:
        manifest, problems = archive.verify()
        journal = Path(place) / JOURNAL
        try:
            report = read_packed(archive, path)
            archive.extract(JOURNAL, journal)
        except (ReportError, EvidenceError) as error:
            told = "; ".join(str(item) for item in problems)
            fail(f"{error}. {told}" if told else str(error))
        return Submission(
            report=report,
            declaration=declared(journal),
            today=today,
            evidence=True,
            problems=tuple(str(item) for item in problems),
            signed=SIGNATURE in archive.members,
            loss=manifest.loss if manifest else (),
            suites=tuple(manifest.run.get("suites", ())) if manifest else (),
        )


def declared(journal: Path) -> Declaration | None:
    """Return the declaration that a journal holds; None when it holds none or is damaged."""
    from dopusk.declaration.json_form import DeclarationFormError
    from dopusk.evidence.archive import EvidenceError
    from dopusk.evidence.record import recorded_plan
    from dopusk.journal import Journal, JournalError

    try:
        with Journal.open(journal) as recorded:
            return recorded_plan(recorded, journal.parent).declaration
    except (JournalError, EvidenceError, DeclarationFormError):
        return None
