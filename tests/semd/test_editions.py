"""The other editions: their good documents pass, each named mutant has exactly its findings."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from dopusk.catalogue import Catalogue
from dopusk.packs import load_pack
from dopusk.remd.decision import refusals
from dopusk.schematron import compile_schema
from dopusk.semd import DocumentReport, check_document
from dopusk.semd.xsd import load_xsd
from dopusk.verdict import Evidence, Finding, Severity, Verdict
from fixtures.documents import EDITIONS, good
from fixtures.documents.editions import FIRST, THIRD
from fixtures.documents.mutants import Mutant, mechanical

NOT_PUBLIC = Catalogue.load().not_public_dictionaries
SAMPLE = (
    Path(__file__).parents[2] / "../shared/data/semd/samples/103_synthetic_conflict.xml"
).resolve()
NAMED = {"103": FIRST, "306": THIRD}


def of_pack(report: DocumentReport) -> list[Finding]:
    return [
        item
        for layer in report.layers
        if layer.name in ("kind", "xsd", "schematron")
        for item in layer.findings
    ]


def status(report: DocumentReport, name: str) -> Verdict:
    return next(layer.status for layer in report.layers if layer.name == name)


@pytest.mark.parametrize("name", EDITIONS)
def test_good_documents_pass(name: str) -> None:
    day = {"103": date(2022, 4, 12), "306": date(2025, 12, 3)}[name]
    report = check_document(good(name), as_of=day, not_public=NOT_PUBLIC)
    assert report.kind == name
    assert {item.code for item in report.findings} <= {"NSI-NOT-PUBLIC", "NSI-NOT-HELD"}
    assert of_pack(report) == []
    assert {status(report, layer) for layer in ("kind", "xsd", "schematron")} == {Verdict.PASS}


@pytest.mark.parametrize("mutant", [*FIRST, *THIRD], ids=lambda one: f"{one.base}-{one.name}")
def test_a_named_mutant_has_exactly_its_findings(mutant: Mutant) -> None:
    found = of_pack(check_document(mutant.build()))
    assert tuple(item.code for item in found) == mutant.expected
    assert all(item.where and item.where.line and item.where.xpath for item in found)


@pytest.mark.parametrize("mutant", THIRD, ids=lambda mutant: mutant.name)
def test_what_is_inferred_only_remarks(mutant: Mutant) -> None:
    report = check_document(mutant.build())
    found = of_pack(report)
    assert {item.evidence for item in found} <= {Evidence.DERIVED}
    assert not any(item.blocks(conventions_block=True) for item in found)
    assert {status(report, layer) for layer in ("xsd", "schematron")} <= {
        Verdict.PASS,
        Verdict.REMARK,
    }
    assert refusals(found, conventions_block=True) == ()


def test_no_mechanical_mutant_of_the_inferred_kind_fails() -> None:
    """Every tenth: nothing that the inferred pack says fails a document or a candidate."""
    pack = load_pack("306")
    for number, (described, tree) in enumerate(mechanical("306")):
        if number % 10:
            continue
        report = check_document(etree.tostring(tree, xml_declaration=True, encoding="UTF-8"))
        blocking = [
            item.code
            for layer in report.layers
            if layer.name in ("xsd", "schematron")
            for item in layer.findings
            if item.blocks()
        ]
        assert blocking == [], described
    assert pack.evidence is Evidence.DERIVED


@pytest.mark.parametrize("kind", EDITIONS)
def test_every_assertion_of_an_edition_is_tripped_by_a_mutant(kind: str) -> None:
    """What it shares with kind 194 is tripped there: tests/semd/test_own_pack_mutation.py."""
    pack = load_pack(kind)
    schema = compile_schema(pack.schematron, folder=pack.root)
    own = {str(item.get("id")) for item in etree.parse(str(pack.schematron)).iter("{*}assert")}
    trees = [tree for _, tree in mechanical(kind)]
    trees += [etree.fromstring(mutant.build()).getroottree() for mutant in NAMED[kind]]
    tripped = {item.assert_id for tree in trees for item in schema.validate(tree).failures}
    assert own - tripped == set()


def test_what_the_official_pack_contradicts_itself_in_is_a_remark() -> None:
    if not SAMPLE.is_file():
        pytest.skip("no shared samples beside the project")
    found = of_pack(check_document(SAMPLE.read_bytes()))
    assert [(item.code, item.severity) for item in found] == [("SCH-У1-17-20", Severity.REMARK)] * 3
    assert all("держит сторону XSD" in item.message for item in found)


def test_the_first_edition_lets_nothing_pass_that_the_official_one_stops() -> None:
    """Aside are the rules that no document of the edition can satisfy, and the fixed version."""
    official_pack = SAMPLE.parents[1] / "packs" / "103"
    if not official_pack.is_dir():
        pytest.skip("no official rules of kind 103 beside the project")
    pack = load_pack("103")
    own = compile_schema(pack.schematron, folder=pack.root)
    own_xsd, official_xsd = load_xsd(pack.xsd), load_xsd(official_pack / "xsd" / "CDA.xsd")
    official = compile_schema(official_pack / "103.sch")
    tree = etree.fromstring(good("103")).getroottree()
    always = {item.test for item in official.validate(tree).failures}
    assert official_xsd.errors(tree) == []
    laxer = []
    for described, mutant in mechanical("103"):
        if any(item.role is None for item in own.validate(mutant).failures):
            continue
        stopped = {item.test for item in official.validate(mutant).failures} - always
        if not own_xsd.errors(mutant) and (stopped or official_xsd.errors(mutant)):
            laxer.append(described)
    assert laxer == ["alter codeSystemVersion /*/*[17]/*/*[1]"]


@pytest.mark.parametrize("kind", EDITIONS)
def test_the_exact_engine_reads_shared_rules_too(kind: str) -> None:
    for mutant in NAMED[kind]:
        found = of_pack(check_document(mutant.build(), engine="exact"))
        assert tuple(item.code for item in found) == mutant.expected, mutant.name
