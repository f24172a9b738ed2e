from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from lxml import etree

from dopusk.cases import ControlCase
from dopusk.clock import MOSCOW
from fixtures.cases import for_declaration, names
from fixtures.reference_mis import demo_declaration
from fixtures.reference_mis.document import Identity, form
from fixtures.reference_mis.xml import to_bytes

PACK = Path(__file__).parents[2] / ".." / "shared" / "data" / "semd" / "packs" / "194"
NOW = datetime(2024, 2, 15, 10, 30, tzinfo=MOSCOW)
IDENTITY = Identity("uid-1", "set-1", 3, "17", NOW)
NAMESPACES = {
    "c": "urn:hl7-org:v3",
    "identity": "urn:hl7-ru:identity",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


def made(name: str) -> ControlCase:
    return for_declaration(name, demo_declaration(), now=NOW, serial="1")


def entries(root: etree._Element, code: str) -> list[etree._Element]:
    return root.findall(f".//c:observation/c:code[@code='{code}']/..", NAMESPACES)


@pytest.mark.parametrize("name", names())
def test_documents_agree_with_the_official_schema(name: str) -> None:
    if not PACK.exists():
        pytest.skip("no official rules of kind 194 beside the project")
    schema = etree.XMLSchema(etree.parse(PACK / "xsd" / "CDA.xsd"))
    document = etree.fromstring(to_bytes(form(made(name), IDENTITY)))
    assert schema.validate(document), list(schema.error_log)


@pytest.mark.parametrize("name", names())
def test_the_findings_of_the_exam_are_in_the_document(name: str) -> None:
    case = made(name)
    root = form(case, IDENTITY)
    factors = [entry.find("c:value", NAMESPACES) for entry in entries(root, "813")]
    assert [value.get("code") for value in factors] == [f.code for f in case.exam.factors]
    conclusion = entries(root, "837")[0].find("c:value", NAMESPACES)
    assert conclusion.get("displayName") == case.exam.conclusion.name
    assert conclusion.get(f"{{{NAMESPACES['xsi']}}}type") == "CD"
    assert len(entries(root, "6020")) == (1 if case.exam.health_group else 0)
    assert len(entries(root, "10000")) == (1 if case.exam.comment else 0)
    employer = case.employer
    assert entries(root, "8085")[0].findtext("c:value", None, NAMESPACES) == (
        f"{employer.inn}/{employer.ogrn}"
    )


def test_identity() -> None:
    root = form(made("fit"), IDENTITY)
    own, versions = root.find("c:id", NAMESPACES), root.find("c:setId", NAMESPACES)
    assert own.attrib == {
        "root": "1.2.643.5.1.13.13.12.2.77.7831.100.1.1.51",
        "extension": "uid-1",
    }
    assert versions.get("root") == "1.2.643.5.1.13.13.12.2.77.7831.100.1.1.50"
    assert root.find("c:versionNumber", NAMESPACES).get("value") == "3"
    assert root.find("c:effectiveTime", NAMESPACES).get("value") == "202402151030+0300"


def test_bytes_are_utf8_with_a_prolog_and_without_a_bom() -> None:
    data = to_bytes(form(made("fit"), IDENTITY))
    assert data.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n<ClinicalDocument ')
    assert "Александров".encode() in data


def test_text_that_xml_cannot_hold_is_an_error() -> None:
    case = made("fit")
    broken = replace(case, employer=replace(case.employer, name="ООО \x00"))
    with pytest.raises(ValueError, match="XML compatible"):
        form(broken, IDENTITY)
