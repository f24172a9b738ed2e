from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sample_run

from dopusk import __version__
from dopusk.declaration.model import Attestation, Variant
from dopusk.verdict import Severity, Verdict, rules
from fixtures.reference_mis import demo_declaration
from reports import json_report
from reports.submission import Submission, review

TODAY = date(2024, 3, 14)
DOCUMENT = Attestation(
    "FED-3.1", "Заключение", "У-4", date(2024, 1, 15), date(2027, 1, 15), Path("scan.pdf")
)


@pytest.fixture
def given() -> Submission:
    """A submission that nobody would send back."""
    report = json_report.dump(sample_run.mixed())
    scenarios = [item for item in report["scenarios"] if item["verdict"] == Verdict.PASS]
    named = {item["id"] for item in scenarios}
    requirement = {
        **report["requirements"][0],
        "verdict": str(Verdict.PASS),
        "verification": "T",
        "scenarios": sorted(named),
    }
    attested = {
        **requirement,
        "id": "FED-3.1",
        "verification": "A",
        "verdict": str(Verdict.ATTESTED),
        "note": "Заключение",
        "scenarios": [],
    }
    report |= {
        "scenarios": scenarios,
        "requirements": [requirement, attested],
        "blocking": [],
        "time_scale": 1.0,
        "stand_version": __version__,
        "as_of": TODAY.isoformat(),
        "variants": ["fed-3"],
        "candidate": {**report["candidate"], "conventions_block": False},
        "rules": [
            {"what": "правила 194", "kind": "194", "source": "Минздрав", "evidence": "профиль"}
        ],
    }
    declared = replace(
        demo_declaration(),
        attestations=(DOCUMENT,),
        variants=(Variant.FED_3,),
        trust_anchors=(Path("root.cer"),),
    )
    return Submission(report, declared, TODAY, evidence=True, signed=True)


def codes(given: Submission) -> list[str]:
    return [item.code for item in review(given)]


def changed(given: Submission, **report: Any) -> Submission:
    return replace(given, report={**copy.deepcopy(given.report), **report})


def attested(given: Submission, **document: Any) -> Submission:
    assert given.declaration is not None
    one = replace(DOCUMENT, **document)
    return replace(given, declaration=replace(given.declaration, attestations=(one,)))


def test_a_good_submission_is_not_sent_back(given):
    assert codes(given) == []


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"expires": date(2024, 3, 13)}, "SUB-ATTESTATION-EXPIRED"),
        ({"expires": date(2024, 3, 14)}, "SUB-ATTESTATION-SOON"),
        ({"expires": date(2024, 4, 13)}, "SUB-ATTESTATION-SOON"),
        ({"issued": date(2024, 3, 15)}, "SUB-ATTESTATION-FUTURE"),
        ({"file": None}, "SUB-ATTESTATION-FILE"),
    ],
)
def test_documents_are_judged_on_the_day_of_submission(given, document, code):
    assert codes(attested(given, **document)) == [code]


def test_of_several_documents_the_best_decides(given):
    late = replace(DOCUMENT, expires=date(2024, 3, 1))
    declared = replace(given.declaration, attestations=(late, DOCUMENT))
    assert codes(replace(given, declaration=declared)) == []


def test_a_missing_document(given):
    rows = copy.deepcopy(given.report["requirements"])
    rows[1] |= {"verdict": str(Verdict.SKIP), "note": "документ не заявлен"}
    without = replace(given, declaration=replace(given.declaration, attestations=()))
    assert codes(changed(without, requirements=rows)) == ["SUB-ATTESTATION-MISSING"]


@pytest.mark.parametrize(
    ("verdict", "code"),
    [
        (Verdict.FAIL, "SUB-FAILED"),
        (Verdict.SKIP, "SUB-UNCHECKED"),
        (Verdict.STAND_ERROR, "SUB-STAND-ERROR"),
    ],
)
def test_bad_scenarios_and_requirements(given, verdict, code):
    scenarios = copy.deepcopy(given.report["scenarios"])
    scenarios[0]["verdict"] = str(verdict)
    assert codes(changed(given, scenarios=scenarios)) == [code]
    rows = copy.deepcopy(given.report["requirements"])
    rows[0]["verdict"] = str(verdict)
    assert codes(changed(given, requirements=rows)) == [code]


def test_conditions_of_the_run(given):
    assert codes(changed(given, time_scale=600.0)) == ["SUB-TIME-SCALE"]
    assert codes(changed(given, stand_version="0.0.1")) == ["SUB-VERSION"]
    assert codes(changed(given, blocking=["Проведены не все сценарии: 5"])) == ["SUB-PARTIAL"]
    candidate = {**given.report["candidate"], "conventions_block": True}
    assert codes(changed(given, candidate=candidate)) == ["SUB-CONVENTIONS-BLOCK"]
    candidate = {"vendor": "Проект «Допуск»", "product": "Эталонная МИС", "version": "1.0"}
    assert codes(changed(given, candidate=candidate)) == ["SUB-REFERENCE-MIS"]


def test_conditions_of_the_declaration(given):
    declared = given.declaration
    test_pki = replace(given, declaration=replace(declared, trust_anchors=()))
    assert codes(test_pki) == ["SUB-TEST-PKI"]
    more = replace(given, declaration=replace(declared, variants=(Variant.FED_1, Variant.FED_3)))
    assert codes(more) == ["SUB-VARIANTS"]


def test_editions_and_packs(given):
    assert codes(changed(given, as_of="2026-01-01")) == ["SUB-EDITION"]
    late = attested(replace(given, today=date(2026, 1, 1)))
    assert codes(late) == ["SUB-EDITION-TODAY"]
    (row,) = given.report["rules"]
    convention = [{**row, "evidence": "соглашение стенда"}]
    assert codes(changed(given, rules=convention)) == ["SUB-CONVENTION-PACK"]
    own = [{**row, "source": "Собственный пакет стенда по …"}]
    assert codes(changed(given, rules=own)) == ["SUB-OWN-PACK"]


def test_a_requirement_that_rests_on_broken_conventions(given):
    report = copy.deepcopy(dict(given.report))
    number = next(n for n, f in enumerate(report["findings"]) if f["evidence"] != "профиль")
    report["findings"][number] |= {"severity": "error", "blocks": False}
    report["scenarios"][0]["steps"][0]["findings"] = [number]
    report["requirements"][0]["verdict"] = str(Verdict.REMARK)
    assert codes(replace(given, report=report)) == ["SUB-CONVENTION-BREACH"]


def test_the_archive(given):
    assert codes(replace(given, evidence=False)) == ["SUB-NO-EVIDENCE"]
    assert codes(replace(given, signed=False)) == ["SUB-UNSIGNED"]
    assert codes(replace(given, problems=("journal.sqlite: другой",))) == ["SUB-TAMPERED"]
    assert codes(replace(given, loss=("подписи не пересуживаются",))) == ["SUB-LOSS"]
    assert codes(replace(given, suites=("регион",))) == ["SUB-SUITES"]


def test_reasons_to_return_come_first_and_each_has_a_cure(given):
    found = review(replace(given, evidence=False, suites=("регион",)))
    assert [item.severity for item in found] == [Severity.ERROR, Severity.REMARK]
    assert all(item.cure for item in found)


def test_every_rule_of_the_subject_is_used():
    source = Path(json_report.__file__).with_name("submission.py").read_text(encoding="utf-8")
    named = [code for code, row in rules().items() if row.subject == "submission"]
    assert named
    assert [code for code in named if f'"{code}"' not in source] == []
