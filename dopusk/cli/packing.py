"""Packs the results of a finished run into evidence.zip."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from dopusk.cli.console import fail
from dopusk.declaration.model import Declaration
from dopusk.evidence.archive import Source, write_evidence
from dopusk.evidence.fingerprints import extension_files
from dopusk.evidence.manifest import Manifest
from dopusk.evidence.record import Attachments, recorded_form
from dopusk.evidence.signing import sign_manifest
from dopusk.extension import Extension
from dopusk.journal import Journal
from dopusk.masking import Masker, People
from dopusk.masking.evidence import mask_journal
from dopusk.masking.standins import StandIns
from dopusk.signature.credential import Credential, CredentialError, load_credential
from dopusk.verdict.result import RunResult

NAME: Final = "evidence.zip"
JOURNAL: Final = "journal.sqlite"
REPORT: Final = "report.json"
DECLARATION: Final = "declaration.json"
SUITES: Final = "suites"
"""Folder of the archive for what was given with --suite, a numbered folder each."""


def pack_run(
    out: Path,
    result: RunResult,
    declaration: Declaration,
    reports: Sequence[Path],
    *,
    extensions: Sequence[Extension] = (),
    credential: Credential | None = None,
    hidden: People | None = None,
) -> Manifest:
    """Write evidence.zip into the folder of a run and return its manifest.

    `reports` are files of the folder that belong to it. Values of `hidden` people are replaced in
    the journal and the declaration for good; the manifest says what that takes away. Raises
    EvidenceError, JournalError or OSError.
    """
    attached = Attachments.of(declaration)
    form = json.dumps(recorded_form(declaration), ensure_ascii=False, indent=1)
    with tempfile.TemporaryDirectory(prefix="dopusk-") as place:
        single = Path(place) / JOURNAL
        # Opened to write, the journal leaves no files of its WAL behind.
        with Journal.open(out / JOURNAL, writer=True) as journal:
            journal.export(single)
            recorded = dict(journal.run)
        loss: tuple[str, ...] = ()
        if hidden is not None:
            masker = Masker(hidden, StandIns())
            masked = Path(place) / "masked.sqlite"
            loss = mask_journal(single, masked, masker).sentences()
            single, form = masked, masker.text(form)
        sources = [
            Source(JOURNAL, single),
            Source(DECLARATION, f"{form}\n".encode()),
            *(Source(path.name, path) for path in reports),
            *attached.sources(),
            *_suites(extensions),
        ]
        return write_evidence(
            out / NAME,
            sources,
            run=_about(result, extensions),
            fingerprints=recorded["fingerprints"],
            loss=loss,
            sign=None
            if credential is None
            else lambda text: sign_manifest(text, credential, datetime.now(UTC)),
        )


def credential_of(path: Path | None) -> Credential | None:
    """Return what signs the evidence; leaves with code 2 when the file cannot be used."""
    if path is None:
        return None
    try:
        return load_credential(path)
    except CredentialError as error:
        fail(str(error))


def _about(result: RunResult, extensions: Sequence[Extension]) -> dict[str, Any]:
    return {
        "id": result.id,
        "started": result.started,
        "finished": result.finished,
        "command": result.command,
        "stand_version": result.stand_version,
        "variants": list(result.variants),
        "oms": result.oms,
        "as_of": result.as_of,
        "verdict": str(result.verdict),
        "exit_code": int(result.exit_code),
        "suites": [item.folder.name for item in extensions],
    }


def _suites(extensions: Sequence[Extension]) -> list[Source]:
    return [
        Source(f"{SUITES}/{number}/{file.relative_to(extension.folder).as_posix()}", file)
        for number, extension in enumerate(extensions, 1)
        for file in extension_files(extension)
    ]
