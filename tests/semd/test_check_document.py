from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dopusk.catalogue import Catalogue
from dopusk.packs import load_pack
from dopusk.semd import LAYERS, DocumentReport, check_document, check_file, check_kind
from dopusk.semd import check as pipeline
from dopusk.verdict import Evidence, Finding, Severity, Verdict
from dopusk.wire.xml import XmlLimits
from fixtures.documents import GOOD, good
from fixtures.documents.mutants import Mutant
from fixtures.documents.named import NAMED

NOT_PUBLIC = Catalogue.load().not_public_dictionaries
SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "data" / "semd" / "samples"


def sample(name: str) -> Path:
    if not SAMPLES.is_dir():
        pytest.skip("no shared samples beside the project")
    return SAMPLES / name


def judged(report: DocumentReport) -> tuple[Finding, ...]:
    """Return what the layers of bytes, XML and the pack found; НСИ has tests of its own."""
    return tuple(
        item
        for layer in report.layers
        if layer.name not in ("nsi", "identifiers")
        for item in layer.findings
    )


def statuses(report: DocumentReport) -> dict[str, Verdict]:
    assert tuple(layer.name for layer in report.layers) == LAYERS
    return {layer.name: layer.status for layer in report.layers}


@pytest.mark.parametrize("name", GOOD)
def test_good_documents_pass_every_layer(name: str) -> None:
    report = check_document(good(name), as_of=date(2024, 3, 11), not_public=NOT_PUBLIC)
    assert {item.code for item in report.findings} == {"NSI-NOT-PUBLIC"}
    found = statuses(report)
    assert found.pop("nsi") is Verdict.REMARK
    assert set(found.values()) == {Verdict.PASS}
    assert (report.kind, report.verdict) == ("194", Verdict.REMARK)


def test_shared_sample_passes() -> None:
    report = check_file(sample("194_synthetic.xml"))
    assert judged(report) == ()
    assert not any(item.blocks() for item in report.findings)


def test_shared_bad_sample_has_its_three_defects_and_no_other() -> None:
    report = check_file(sample("194_synthetic_bad.xml"))
    root = "/ClinicalDocument[1]"
    entry = f"{root}/component[1]/structuredBody[1]/component[1]/section[1]/entry[7]"
    found = [
        (item.where.line, item.where.column, item.where.xpath, item.got)
        for item in report.findings
        if item.where and item.blocks()
    ]
    assert found == [
        (11, 1, f"{root}/languageCode[1]", 'code="en"'),
        (19, 426, f"{root}/recordTarget[1]/patientRole[1]/addr[1]/postalCode[1]", "10100"),
        (39, 208, f"{entry}/observation[1]/value[1]", 'code="5"'),
    ]
    assert report.verdict is Verdict.FAIL


@pytest.mark.parametrize("mutant", NAMED, ids=lambda mutant: mutant.name)
def test_a_named_mutant_has_exactly_its_findings(mutant: Mutant) -> None:
    report = check_document(mutant.build())
    assert tuple(item.code for item in judged(report)) == mutant.expected


@pytest.mark.parametrize("mutant", NAMED, ids=lambda mutant: mutant.name)
def test_every_finding_says_where_and_what_to_do(mutant: Mutant) -> None:
    for item in check_document(mutant.build(), file="a.xml").findings:
        assert item.where is not None
        assert item.where.file == "a.xml"
        assert item.where.xpath
        assert item.where.line
        assert item.cure
        assert "None" not in item.message


def test_a_closed_kind_is_a_remark() -> None:
    report = check_document(good(), as_of=date(2024, 7, 1))
    assert [item.code for item in judged(report)] == ["DOC-KIND-CLOSED"]
    assert report.findings[0].remd == "NO_DOCUMENT_KIND_ON_DATE"
    assert statuses(report)["kind"] is Verdict.REMARK
    open_still = check_document(good(), as_of=date(2024, 6, 30))
    assert statuses(open_still)["kind"] is Verdict.PASS


def test_a_bom_fails_its_layer_and_the_others_still_run() -> None:
    report = check_document(b"\xef\xbb\xbf" + good())
    assert [item.code for item in judged(report)] == ["BYTES-BOM"]
    found = statuses(report)
    assert found.pop("bytes") is Verdict.FAIL
    assert found.pop("nsi") is Verdict.SKIP
    assert set(found.values()) == {Verdict.PASS}


def test_unread_bytes_leave_the_other_layers_unchecked() -> None:
    report = check_document(b"<a>")
    assert statuses(report) == {
        "bytes": Verdict.REMARK,
        "xml": Verdict.FAIL,
        "kind": Verdict.SKIP,
        "xsd": Verdict.SKIP,
        "schematron": Verdict.SKIP,
        "nsi": Verdict.SKIP,
        "identifiers": Verdict.SKIP,
    }
    assert all(layer.note for layer in report.layers if layer.status is Verdict.SKIP)
    assert report.document is None


def test_another_root_is_no_semd() -> None:
    report = check_document(b'<?xml version="1.0"?><ClinicalDocument/>')
    assert [item.code for item in report.findings] == ["DOC-NOT-CDA"]
    assert statuses(report)["schematron"] is Verdict.SKIP


def test_expected_kind_decides_and_the_difference_is_found() -> None:
    report = check_document(good(), kind="313")
    assert [item.code for item in judged(report)] == ["DOC-KIND-OTHER"]
    assert check_kind(check_document(good()), "194") == []
    assert [item.code for item in check_kind(check_document(good()), "313")] == ["DOC-KIND-OTHER"]


def test_an_unknown_template_with_a_given_kind_is_judged_by_that_kind() -> None:
    data = good().replace(b"1.2.643.5.1.13.13.15.47.2", b"1.2.3")
    report = check_document(data, kind="194")
    assert [item.code for item in judged(report)] == ["DOC-KIND-UNKNOWN", "SCH-У1-3-1"]


def test_no_layer_is_run_twice_as_two_findings() -> None:
    """The XSD and the rules both see a wrong fixed value: one finding, two failed layers."""
    report = check_document(good().replace(b'code="ru-RU"', b'code="en"'))
    assert [item.code for item in judged(report)] == ["SCH-У1-9-1"]
    assert statuses(report)["xsd"] is Verdict.FAIL


def test_derived_packs_only_remark(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = replace(load_pack("194"), evidence=Evidence.DERIVED)
    monkeypatch.setattr(pipeline, "load_pack", lambda kind: pack)
    report = check_document(good().replace(b'code="ru-RU"', b'code="en"'))
    assert [item.blocks() for item in judged(report)] == [False]
    assert statuses(report)["schematron"] is Verdict.REMARK


def test_a_broken_pack_leaves_its_layers_unchecked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    xsd, rules = tmp_path / "a.xsd", tmp_path / "a.sch"
    xsd.write_text(
        "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:nonsense/></xs:schema>"
    )
    rules.write_text("<not-a-schema/>")
    pack = replace(load_pack("194"), xsd=xsd, schematron=rules)
    monkeypatch.setattr(pipeline, "load_pack", lambda kind: pack)
    report = check_document(good())
    assert [item.code for item in judged(report)] == ["XSD-NOT-RUN", "SCH-NOT-RUN"]
    assert {item.severity for item in judged(report)} == {Severity.UNCHECKED}
    assert report.verdict is Verdict.SKIP


def test_rules_that_meet_nothing_are_not_passed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    rules = tmp_path / "a.sch"
    rules.write_text(
        "<schema xmlns='http://purl.oclc.org/dsdl/schematron' queryBinding='xslt2'><pattern>"
        "<rule context='Other'><assert test='false()'>x</assert></rule></pattern></schema>"
    )
    monkeypatch.setattr(
        pipeline, "load_pack", lambda kind: replace(load_pack(kind), schematron=rules)
    )
    report = check_document(good())
    assert [item.code for item in judged(report)] == ["SCH-NOT-FIRED"]
    assert statuses(report)["schematron"] is Verdict.SKIP


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "big.xml"
    with file.open("wb") as stream:
        stream.truncate(100 * 2**20)
    report = check_file(file)
    assert [item.code for item in report.findings] == ["BYTES-TOO-BIG"]
    assert report.verdict is Verdict.SKIP
    assert not report.judged


def test_limits_can_be_given(tmp_path: Path) -> None:
    report = check_document(good(), limits=XmlLimits(max_depth=5))
    assert [item.code for item in report.findings] == ["XML-TOO-DEEP"]
    assert (report.verdict, report.judged) == (Verdict.SKIP, False)


def test_a_document_with_a_prefix_is_judged_alike() -> None:
    """Without a default namespace xsi:type="ST" names no type: that alone is wrong then."""
    text = good().decode()
    text = text.replace('xmlns="urn:hl7-org:v3"', 'xmlns:v3="urn:hl7-org:v3"')
    text = re.sub(r"<(/?)(?=[A-Za-z]+[ />])", r"<\1v3:", text)
    report = check_document(text.replace("ru-RU", "en").encode())
    assert {item.code for item in judged(report)} == {"XSD-TYPE", "SCH-У1-9-1"}
    paths = [item.where.xpath for item in judged(report) if item.where]
    assert paths[-1] == "/v3:ClinicalDocument[1]/v3:languageCode[1]"


def test_a_document_of_another_kind_is_one_finding() -> None:
    report = check_document(good(), kind="103")
    assert [item.code for item in report.findings if item.blocks()] == ["DOC-KIND-OTHER"]
    skipped = {layer.name for layer in report.layers if layer.status is Verdict.SKIP}
    assert {"xsd", "schematron"} <= skipped
