"""What `dopusk judge` does with an archive: verify, judge again, compare."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dopusk.cli.packing import JOURNAL, REPORT, SUITES
from dopusk.cli.unjudged import without_unjudged
from dopusk.evidence import manifest as rows
from dopusk.evidence.archive import EvidenceError
from dopusk.evidence.comparison import Difference, compare
from dopusk.evidence.fingerprints import differences, file_digest, other_rules
from dopusk.evidence.manifest import Manifest
from dopusk.evidence.reading import Archive, Problem
from dopusk.evidence.record import FILES
from dopusk.evidence.signing import SignatureState, SignatureVerdict, check_signature
from dopusk.extension import Extension, ExtensionError
from dopusk.journal import Journal, JournalError
from dopusk.signature import TrustStore
from dopusk.signature.trust import TrustError

if TYPE_CHECKING:
    from dopusk.cli.replay import Judgement

MAX_REPORT: Final = 512 * 1024 * 1024


class JudgeError(ValueError):
    """The archive cannot be judged here; the text is Russian and says what to do."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of an archive."""

    archive: Path
    sha256: str
    manifest: Manifest | None
    problems: tuple[Problem, ...]
    signature: SignatureVerdict
    environment: tuple[str, ...] = ()
    """Russian sentences: what judges otherwise here than where the run was."""
    differences: tuple[Difference, ...] = ()
    report: Mapping[str, Any] | None = None
    """report.json of the judgement; None when the archive was not whole, and so not judged."""
    unjudged: tuple[str, ...] = ()
    """Ids of scenarios that masked evidence cannot be judged by."""

    @property
    def same(self) -> bool:
        """Tell whether the archive is whole, its signature holds and the verdict is the same."""
        whole = not self.problems and self.signature.state is not SignatureState.INVALID
        return whole and self.report is not None and not self.differences

    def to_dict(self) -> dict[str, Any]:
        """Return a JSON-ready dict."""
        signed = self.signature
        about = self.manifest.run if self.manifest else {}
        return {
            "archive": str(self.archive),
            "sha256": self.sha256,
            "same": self.same,
            "run": dict(about),
            "problems": [{"member": item.member, "text": item.text} for item in self.problems],
            "signature": {
                "state": signed.state.value,
                "signer": signed.signer,
                "issuer": signed.issuer,
                "signed_at": signed.signed_at.isoformat() if signed.signed_at else None,
                "test_trust": signed.test_trust,
                "problems": list(signed.problems),
            },
            "loss": list(self.manifest.loss) if self.manifest else [],
            "environment": list(self.environment),
            "reported": about.get("verdict"),
            "judged": self.report["verdict"] if self.report else None,
            "scenarios": len(self.report["scenarios"]) if self.report else 0,
            "unjudged": list(self.unjudged),
            "differences": [
                {"what": item.what, "reported": item.reported, "judged": item.judged}
                for item in self.differences
            ],
        }


def judge_archive(path: Path, *, trust: Sequence[Path] = (), allow_code: bool = False) -> Judged:
    """Verify an archive and, when it is whole, judge its run again.

    `trust` are certificates for the signature instead of the run's own; steps written in Python
    that came with --suite run only when `allow_code`. Raises EvidenceError when the file is no
    archive, JudgeError when it is whole but cannot be judged here.
    """
    with Archive.open(path) as archive, tempfile.TemporaryDirectory(prefix="dopusk-") as place:
        manifest, problems = archive.verify()
        folder = Path(place)
        digest = file_digest(path)
        if manifest is None or problems:
            state = _signature(archive, folder, trust) if manifest else _unsigned()
            return Judged(path, digest, manifest, problems, state)
        _extract(archive, manifest, folder)
        signature = _signature(archive, folder, trust)
        code = [item.name for item in manifest.members if _is_code(item.name)]
        if code and not allow_code:
            raise JudgeError(
                f"В архиве есть код шагов из --suite ({', '.join(code)}), повторный суд его "
                "выполнит. Просмотрите его и повторите с опцией --allow-code"
            )
        report = _report(archive)
        again = _judge(manifest, folder)
        alike = not other_rules(manifest.fingerprints, again.fingerprints)
        try:
            drawn = _drawn(report, again, folder)
            unjudged: tuple[str, ...] = ()
            was, now = report, drawn
            if manifest.loss:
                was, now, unjudged = without_unjudged(report, drawn)
            told = compare(was, now, texts=alike and not manifest.loss)
        except (KeyError, TypeError, IndexError, AttributeError) as error:
            raise JudgeError(f"{REPORT} в архиве — не протокол этой версии: {error}") from None
        if manifest.run.get("verdict") != report.get("verdict"):
            verdicts = (str(report.get("verdict")), str(manifest.run.get("verdict")))
            told.append(Difference(f"итог в {rows.NAME}", *verdicts))
        return Judged(
            path,
            digest,
            manifest,
            problems,
            signature,
            environment=tuple(differences(manifest.fingerprints, again.fingerprints)),
            differences=tuple(told),
            unjudged=unjudged,
            report=drawn,
        )


def _judge(manifest: Manifest, folder: Path) -> Judgement:
    from dopusk.cli.replay import judge_again
    from steps.trial import LaunchError, StandError

    try:
        extensions = list(_extensions(folder))
        with Journal.open(folder / JOURNAL) as journal:
            journal.check()
            return judge_again(journal, folder, extensions)
    except (EvidenceError, JournalError, ExtensionError, TrustError) as error:
        raise JudgeError(f"Прогон не судится заново: {error}") from None
    except (LaunchError, StandError) as error:
        raise JudgeError(f"Сценарии не проведены: {error}") from None
    except (KeyError, ValueError) as error:
        raise JudgeError(f"Журнал в архиве неполон: {error}") from None


def _drawn(report: Mapping[str, Any], again: Judgement, folder: Path) -> dict[str, Any]:
    """Return the judgement as a report.json dict, masked as the run's own report is."""
    from dopusk.cli.masking import run_masker
    from reports import json_report
    from reports.masked import is_masked, mask_report

    judged = json_report.dump(again.result)
    if is_masked(report):
        judged = mask_report(judged, run_masker(folder, judged, again.declaration.staff))
    plain: dict[str, Any] = json.loads(json.dumps(judged, ensure_ascii=False))
    return plain


def _report(archive: Archive) -> dict[str, Any]:
    try:
        data = json.loads(archive.read(REPORT, MAX_REPORT))
    except (ValueError, RecursionError) as error:
        raise JudgeError(f"{REPORT} в архиве не читается: {error}") from None
    if not isinstance(data, dict):
        raise JudgeError(f"{REPORT} в архиве — не протокол")
    return data


def _extract(archive: Archive, manifest: Manifest, folder: Path) -> None:
    for member in manifest.members:
        if member.name == JOURNAL or member.name.startswith((f"{FILES}/", f"{SUITES}/")):
            archive.extract(member.name, folder / member.name)


def _extensions(folder: Path) -> Iterator[Extension]:
    suites = folder / SUITES
    numbered = sorted(suites.iterdir(), key=lambda item: int(item.name)) if suites.is_dir() else []
    for item in numbered:
        yield Extension.read(item)


def _is_code(name: str) -> bool:
    return name.startswith(f"{SUITES}/") and name.endswith(".py")


def _unsigned() -> SignatureVerdict:
    return SignatureVerdict(SignatureState.ABSENT)


def _signature(archive: Archive, folder: Path, trust: Sequence[Path]) -> SignatureVerdict:
    if rows.SIGNATURE not in archive.members:
        return _unsigned()
    try:
        store = TrustStore.load(trust) if trust else TrustStore.test_pki()
        return check_signature(
            archive.read(rows.NAME),
            archive.read(rows.SIGNATURE),
            store,
            datetime.now(UTC),
        )
    except (TrustError, EvidenceError) as error:
        raise JudgeError(str(error)) from None
