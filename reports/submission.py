"""What a reviewer would send a protocol back for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from dopusk import __version__
from dopusk.declaration.model import Attestation, Declaration
from dopusk.remd.kinds import kind as known_kind
from dopusk.verdict import Evidence, Finding, Severity, Verdict, finding
from dopusk.verdict.expected import PARTLY

SOON: Final = timedelta(days=30)
"""A document that expires within this time is remarked."""
REFERENCE: Final = ("Проект «Допуск»", "Эталонная МИС")
"""Vendor and product of the demo's МИС (fixtures/reference_mis)."""


@dataclass(frozen=True, slots=True)
class Submission:
    """What was handed over."""

    report: Mapping[str, Any]
    """A report.json dict."""
    declaration: Declaration | None
    """As the run used it; None when only the report is there."""
    today: date
    evidence: bool
    """Whether there is an evidence.zip."""
    problems: Sequence[str] = ()
    """What is wrong with the archive."""
    signed: bool = False
    loss: Sequence[str] = ()
    """What masking took out of the evidence."""
    suites: Sequence[str] = ()


def review(given: Submission) -> list[Finding]:
    """Return why a reviewer would send the submission back (errors), and what he would ask.

    Blocking findings of the МИС are not repeated one by one: each bad scenario and requirement is.
    """
    found = [
        *_archive(given),
        *_candidate(given),
        *_verdicts(given.report),
        *_conditions(given),
        *_attestations(given),
        *_rules(given),
    ]
    return sorted(found, key=lambda item: item.severity is not Severity.ERROR)


def _archive(given: Submission) -> Iterator[Finding]:
    for problem in given.problems:
        yield finding("SUB-TAMPERED", what=problem)
    if not given.evidence:
        yield finding("SUB-NO-EVIDENCE")
    elif not given.signed:
        yield finding("SUB-UNSIGNED")
    for sentence in given.loss:
        yield finding("SUB-LOSS", what=sentence)


def _candidate(given: Submission) -> Iterator[Finding]:
    candidate = given.report["candidate"]
    names = (candidate.get("vendor"), candidate.get("product"))
    if names == REFERENCE:
        yield finding("SUB-REFERENCE-MIS", got=f"{candidate['product']} {candidate['version']}")


def _verdicts(report: Mapping[str, Any]) -> Iterator[Finding]:
    codes = {
        Verdict.FAIL: "SUB-FAILED",
        Verdict.SKIP: "SUB-UNCHECKED",
        Verdict.STAND_ERROR: "SUB-STAND-ERROR",
    }
    for item in report["scenarios"]:
        code = codes.get(Verdict(item["verdict"]))
        if code:
            yield finding(code, what=f"сценарий «{item['name']}»", id=item["id"])
    for row in report["requirements"]:
        code = codes.get(Verdict(row["verdict"]))
        if code is None:
            continue
        if row["verification"] == "A" and row["verdict"] == Verdict.SKIP:
            continue  # The document itself is told of.
        yield finding(code, what=f"требование «{row['text']}»", id=row["id"])
    for text in report["blocking"]:
        if text.startswith((PARTLY, "Прогон прерван")):
            yield finding("SUB-PARTIAL", what=text)


def _conditions(given: Submission) -> Iterator[Finding]:
    report, declared = given.report, given.declaration
    if report["time_scale"] != 1:
        yield finding("SUB-TIME-SCALE", got=f"{report['time_scale']:g}")
    said = report["candidate"].get("declaration") or {}
    anchors = declared.trust_anchors if declared else said.get("trust_anchors")
    if anchors is not None and not anchors:
        yield finding("SUB-TEST-PKI")
    if report["candidate"].get("conventions_block"):
        yield finding("SUB-CONVENTIONS-BLOCK")
    if declared:
        missing = set(declared.variants) - set(report["variants"])
        if missing:
            wanted = ", ".join(variant.value for variant in declared.variants)
            yield finding("SUB-VARIANTS", expected=wanted, got=", ".join(report["variants"]))
    if given.suites:
        yield finding("SUB-SUITES", got=", ".join(given.suites))
    if report["stand_version"] != __version__:
        yield finding("SUB-VERSION", expected=__version__, got=report["stand_version"])


def _attestations(given: Submission) -> Iterator[Finding]:
    """Yield what is wrong with the declared documents today: the run judged them on its own day."""
    rows = [row for row in given.report["requirements"] if "A" in row["verification"]]
    for row in rows:
        declared = [
            item
            for item in (given.declaration.attestations if given.declaration else ())
            if item.requirement == row["id"]
        ]
        if declared:
            yield from _best(declared, given.today)
        elif row["verdict"] == Verdict.SKIP and row["note"]:
            yield finding("SUB-ATTESTATION-MISSING", id=row["id"], what=row["note"])


def _best(declared: Sequence[Attestation], today: date) -> list[Finding]:
    """Return what is wrong with the best of the documents for one requirement."""
    judged = [list(_document(item, today)) for item in declared]
    return min(judged, key=lambda found: [item.severity is Severity.ERROR for item in found])


def _document(item: Attestation, today: date) -> Iterator[Finding]:
    name, text = item.requirement, f"{item.document} № {item.number}"
    if item.issued > today:
        got = f"{item.issued:%d.%m.%Y}"
        yield finding("SUB-ATTESTATION-FUTURE", got=got, id=name, what=text)
    if item.expires is not None and item.expires <= today + SOON:
        late = item.expires < today
        code = "SUB-ATTESTATION-EXPIRED" if late else "SUB-ATTESTATION-SOON"
        yield finding(code, got=f"{item.expires:%d.%m.%Y}", id=name, what=text)
    if item.file is None:
        yield finding("SUB-ATTESTATION-FILE", id=name, what=text)


def _rules(given: Submission) -> Iterator[Finding]:
    report = given.report
    for row in report["rules"]:
        code = row.get("kind")
        if not code:
            continue
        if row.get("evidence") not in (None, Evidence.PROFILE):
            yield finding("SUB-CONVENTION-PACK", what=row["what"], got=row["evidence"])
        if str(row.get("source", "")).startswith("Собственный пакет"):
            yield finding("SUB-OWN-PACK", what=row["what"])
        yield from _edition(str(code), date.fromisoformat(report["as_of"]), given.today)
    for requirement in report["requirements"]:
        codes = _conventions(report, requirement)
        if requirement["verdict"] == Verdict.REMARK and codes:
            yield finding("SUB-CONVENTION-BREACH", id=requirement["id"], got=", ".join(codes))


def _edition(code: str, as_of: date, today: date) -> Iterator[Finding]:
    kind = known_kind(code)
    if kind is None:
        return
    if not kind.open_on(as_of):
        yield finding("SUB-EDITION", id=code, expected=kind.window, got=f"{as_of:%d.%m.%Y}")
    if not kind.open_on(today):
        yield finding("SUB-EDITION-TODAY", id=code, expected=kind.window, got=f"{today:%d.%m.%Y}")


def _conventions(report: Mapping[str, Any], requirement: Mapping[str, Any]) -> list[str]:
    """Return the codes of broken conventions in the scenarios of a requirement."""
    codes: dict[str, None] = {}
    for scenario in report["scenarios"]:
        if scenario["id"] not in requirement["scenarios"]:
            continue
        for step in scenario["steps"]:
            for number in step["findings"]:
                item = report["findings"][number]
                broken = item["severity"] == Severity.ERROR
                if broken and item["evidence"] != Evidence.PROFILE and not item["blocks"]:
                    codes[item["code"]] = None
    return list(codes)
