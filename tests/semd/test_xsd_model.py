from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from dopusk.semd.xsd_model import Explained, Fault, explain, model_of, value_types

SCHEMA = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:a"
    xmlns="urn:a" elementFormDefault="qualified">
  <xs:element name="root"><xs:complexType><xs:sequence>
    <xs:element name="first"/>
    <xs:element name="maybe" minOccurs="0" maxOccurs="2"/>
    <xs:element name="second"/>
    <xs:choice minOccurs="0"><xs:element name="left"/><xs:element name="right"/></xs:choice>
    <xs:element name="value" type="Any" minOccurs="0" maxOccurs="unbounded"/>
    <xs:element name="last"/>
  </xs:sequence></xs:complexType></xs:element>
  <xs:complexType name="Any"/>
  <xs:complexType name="Pair"><xs:complexContent><xs:extension base="Any"><xs:sequence>
    <xs:element name="low"/><xs:element name="high"/>
  </xs:sequence></xs:extension></xs:complexContent></xs:complexType>
</xs:schema>"""
XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("schema") / "a.xsd"
    file.write_text(SCHEMA, encoding="utf-8")
    return file


def ask(schema: Path, inside: str, name: str, expected: str) -> Explained | None:
    root = etree.fromstring(f'<root xmlns="urn:a" xmlns:b="urn:b" {XSI}>{inside}</root>')
    (element,) = list(root.iter(f"{{*}}{name}"))[-1:]
    return explain(model_of(schema), element, [f"{{urn:a}}{item}" for item in expected.split()])


@pytest.mark.parametrize(
    ("inside", "name", "expected", "fault", "said"),
    [
        ("<first/><other/>", "other", "maybe second", Fault.UNKNOWN, "maybe second"),
        ("<first/><b:second/>", "second", "maybe second", Fault.NAMESPACE, "second"),
        ("<first/><last/>", "last", "maybe second", Fault.MISSING, "second"),
        ("<second/><last/>", "second", "first", Fault.MISSING, "first"),
        ("<second/><first/>", "second", "first", Fault.ORDER, "first"),
        ("<first/><second/><maybe/>", "maybe", "left right last", Fault.ORDER, "left right last"),
        ("<first/><maybe/><maybe/><maybe/>", "maybe", "second", Fault.TOO_MANY, "second"),
        ("<first/><second/><second/>", "second", "last", Fault.TOO_MANY, "last"),
        (
            '<first/><second/><value xsi:type="Pair"><high/></value>',
            "high",
            "low",
            Fault.MISSING,
            "low",
        ),
    ],
)
def test_why_an_element_is_refused(
    schema: Path, inside: str, name: str, expected: str, fault: Fault, said: str
) -> None:
    found = ask(schema, inside, name, expected)
    assert found is not None
    names = [name.removeprefix("{urn:a}") for name in found.expected]
    assert (found.fault, " ".join(names)) == (fault, said)


@pytest.mark.parametrize("inside", ["<b:x><y/></b:x>", "<first><x><y/></x></first>"])
def test_a_parent_that_the_schema_does_not_describe(schema: Path, inside: str) -> None:
    assert ask(schema, inside, "y", "z") is None


def test_the_root_has_no_parent(schema: Path) -> None:
    assert explain(model_of(schema), etree.fromstring("<root/>"), []) is None


def test_a_schema_that_cannot_be_read(tmp_path: Path) -> None:
    file = tmp_path / "b.xsd"
    root = etree.fromstring('<root xmlns="urn:a"><x/></root>')
    file.write_text("<xs:schema", encoding="utf-8")
    assert explain(model_of(file), root[0], []) is None
    assert model_of(tmp_path / "absent.xsd") is None


def test_types_that_a_value_may_have(schema: Path) -> None:
    root = etree.fromstring(f'<root xmlns="urn:a" {XSI}><value/><other/></root>')
    assert value_types(model_of(schema), root[0]) == ("Any", "Pair")
    assert value_types(model_of(schema), root[1]) == ()
