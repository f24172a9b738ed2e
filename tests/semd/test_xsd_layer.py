"""Schemas that libxml2 refuses: compiled by xmlschema, or the layer is not checked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from dopusk.packs import load_pack
from dopusk.semd import check as pipeline
from dopusk.semd import check_document
from dopusk.semd.located import Located
from dopusk.semd.xsd import Xsd, XsdError, check_xsd, load_xsd
from dopusk.semd.xsd_slow import SlowXsd
from dopusk.verdict import Severity, Verdict
from dopusk.wire.xml import Positions
from fixtures.documents import good
from fixtures.documents.named import NAMED

HL7 = "urn:hl7-org:v3"
SCHEMA = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{HL7}"
  xmlns="{HL7}" elementFormDefault="qualified">
  <xs:simpleType name="filled"><xs:restriction base="xs:string">
    <xs:minLength value="1"/></xs:restriction></xs:simpleType>
  <xs:simpleType name="digits"><xs:restriction base="xs:string">
    <xs:pattern value="[0-9]+"/></xs:restriction></xs:simpleType>
  <xs:complexType name="PQR"><xs:choice>
    <xs:sequence><xs:element name="low" type="filled"/><xs:element name="high"/></xs:sequence>
    <xs:sequence><xs:element name="low" type="filled"/><xs:element name="unit"/></xs:sequence>
  </xs:choice></xs:complexType>
  <xs:element name="ClinicalDocument"><xs:complexType>
    <xs:sequence>
      <xs:element name="id" type="digits"/>
      <xs:element name="code" minOccurs="0" maxOccurs="2">
        <xs:complexType><xs:attribute name="code"><xs:simpleType>
          <xs:restriction base="xs:string"><xs:enumeration value="A"/><xs:enumeration value="B"/>
          </xs:restriction></xs:simpleType></xs:attribute></xs:complexType></xs:element>
      <xs:element name="title" type="filled"/>
      <xs:element name="value" type="PQR"/>
    </xs:sequence>
    <xs:attribute name="x" use="required" fixed="1"/>
  </xs:complexType></xs:element>
</xs:schema>"""
VALUE = "<value><low>1</low><high/></value>"


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "CDA.xsd"
    path.write_text(SCHEMA)
    return path


def found(schema: Path, body: str, attributes: str = 'x="1"') -> list[Located]:
    data = f'<ClinicalDocument xmlns="{HL7}" {attributes}>{body}</ClinicalDocument>'.encode()
    tree = etree.fromstring(data).getroottree()
    return check_xsd(tree, load_xsd(schema), Positions(data), part="ЭМД")


def test_libxml2_refuses_the_schema_and_xmlschema_takes_it(schema: Path) -> None:
    with pytest.raises(XsdError, match="not determinist"):
        Xsd(schema)
    slow = load_xsd(schema)
    assert isinstance(slow, SlowXsd)
    assert slow.note is not None
    assert "проверено xmlschema" in slow.note
    assert found(schema, f"<id>1</id><title>t</title>{VALUE}") == []


@pytest.mark.parametrize(
    ("body", "attributes", "code", "expected", "got"),
    [
        (f"<id>1</id>{VALUE}", 'x="1"', "XSD-CHILD-MISSING", "title", "сразу value"),
        ("<id>1</id><title>t</title>", 'x="1"', "XSD-CHILD-MISSING", "value", None),
        (f"<title>t</title><id>1</id>{VALUE}", 'x="1"', "XSD-ORDER", "id", "title"),
        (f"<id>1</id><id>1</id><title>t</title>{VALUE}", 'x="1"', "XSD-TOO-MANY", None, "id"),
        (f"<id>q</id><title>t</title>{VALUE}", 'x="1"', "XSD-VALUE", "по образцу [0-9]+", "q"),
        (f"<id>1</id><title/>{VALUE}", 'x="1"', "XSD-VALUE", "непустой текст", ""),
        (f"<id>1</id><title>t</title>{VALUE}", "", "XSD-ATTRIBUTE-MISSING", None, None),
        (
            f"<id>1</id><title>t</title>{VALUE}",
            'x="1" y="2"',
            "XSD-ATTRIBUTE-UNKNOWN",
            None,
            None,
        ),
        (f"<id>1</id><title>t</title>{VALUE}", 'x="2"', "XSD-FIXED", "1", "2"),
        (
            f'<id>1</id><code code="C"/><title>t</title>{VALUE}',
            'x="1"',
            "XSD-VALUE",
            "одно из: A, B",
            "C",
        ),
        (f"<id>1</id><title>t</title>text{VALUE}", 'x="1"', "XSD-CONTENT", None, None),
    ],
)
def test_what_it_finds_is_said_in_the_same_words(
    schema: Path, body: str, attributes: str, code: str, expected: str | None, got: str | None
) -> None:
    (one,) = found(schema, body, attributes)
    assert one.finding.code == code
    assert one.finding.where is not None
    assert one.finding.where.line == 1
    if expected is not None:
        assert one.finding.expected == expected
    if got is not None:
        assert one.finding.got == got


def test_another_root(schema: Path) -> None:
    tree = etree.fromstring("<other/>").getroottree()
    (one,) = check_xsd(tree, load_xsd(schema), Positions(b"<other/>"), part="ЭМД")
    assert one.finding.code == "XSD-ROOT"


def test_a_place_that_is_ambiguous_is_not_judged(schema: Path) -> None:
    """Valid by the second branch: xmlschema takes the first one and is wrong."""
    second = "<value><low>1</low><unit/></value>"
    (one,) = found(schema, f"<id>1</id><title>t</title>{second}")
    assert (one.finding.code, one.finding.severity) == ("XSD-UNSURE", Severity.UNCHECKED)
    assert not one.finding.blocks()
    beside = found(schema, f"<id>q</id><title>t</title>{second}")
    assert {item.finding.code for item in beside} == {"XSD-VALUE", "XSD-UNSURE"}


def test_the_layer_says_by_what_it_judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Kind 194 with one ambiguous type beside: the document passes, its mutants do not."""
    pack = load_pack("194")
    text = pack.xsd.read_text(encoding="utf-8").replace(
        "../common", pack.root.as_posix() + "/common"
    )
    ambiguous = SCHEMA[
        SCHEMA.index('<xs:complexType name="PQR">') : SCHEMA.index('<xs:element name="Clin')
    ]
    path = tmp_path / "document.xsd"
    path.write_text(text.replace("</xs:schema>", ambiguous + "</xs:schema>"), encoding="utf-8")
    monkeypatch.setattr(pipeline, "load_pack", lambda kind: replace(pack, xsd=path))
    layers = {layer.name: layer for layer in check_document(good()).layers}
    assert layers["xsd"].status is Verdict.PASS
    assert "проверено xmlschema" in (layers["xsd"].note or "")
    mutants = [one for one in NAMED if one.expected and one.expected[0].startswith("XSD-")]
    assert len(mutants) > 5
    for mutant in mutants:
        codes = [item.code for item in check_document(mutant.build()).findings]
        assert [code for code in codes if code.startswith("XSD-")] == list(mutant.expected)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('type="digits"', 'type="nothing"'),
        ("<xs:simpleType", "<xs:nonsense/><xs:simpleType"),
        ("</xs:schema>", ""),
        ("</xs:schema>", '<xs:include schemaLocation="absent.xsd"/></xs:schema>'),
    ],
)
def test_a_broken_schema_is_no_ambiguous_one(schema: Path, old: str, new: str) -> None:
    schema.write_text(SCHEMA.replace(old, new, 1))
    with pytest.raises(XsdError, match=r"CDA\.xsd"):
        load_xsd(schema)
