"""What breaks the XSD is said in Russian: what, where, expected, got."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from lxml import etree

from dopusk.packs import load_pack
from dopusk.semd.xsd import check_xsd, load_xsd
from dopusk.verdict import Finding
from dopusk.wire.xml import Positions
from fixtures.documents import GOOD, good
from fixtures.documents.mutants import mechanical, serialise

OFFICIAL = Path(__file__).parents[3] / "shared" / "data" / "semd" / "packs" / "194" / "xsd"
ENGLISH = re.compile(r"\b(is|not|the|of|are|allowed|expected)\b")


def schema(which: str) -> Path:
    if which == "own":
        return load_pack("194").xsd
    if not OFFICIAL.is_dir():
        pytest.skip("no official schema of kind 194 beside the project")
    return OFFICIAL / "CDA.xsd"


def check(data: bytes, path: Path) -> list[Finding]:
    tree = etree.fromstring(data).getroottree()
    return [item.finding for item in check_xsd(tree, load_xsd(path), Positions(data), part="ЭМД")]


def changed(old: str, new: str) -> bytes:
    text = good().decode()
    assert re.search(old, text), old
    return re.sub(old, new, text, count=1).encode()


@pytest.mark.parametrize("which", ["own", "official"])
@pytest.mark.parametrize(
    ("old", "new", "code", "message", "expected", "got"),
    [
        (
            r"(<typeId [^>]*/>)\s*(<templateId [^>]*/>)",
            r"\2\1",
            "XSD-ORDER",
            "Элемент templateId стоит не на своём месте в ClinicalDocument: здесь ожидается typeId",
            "typeId",
            "templateId",
        ),
        (
            r"<title>.*?</title>\s*<effectiveTime",
            "<effectiveTime",
            "XSD-CHILD-MISSING",
            "В ClinicalDocument не хватает элемента: title",
            "title",
            "сразу effectiveTime",
        ),
        (
            r"<languageCode",
            "<lang/><languageCode",
            "XSD-ELEMENT-UNKNOWN",
            "В элементе ClinicalDocument не бывает элемента lang: здесь может стоять languageCode",
            "languageCode",
            "lang",
        ),
        (
            r"<languageCode",
            '<languageCode xmlns="urn:x"/><languageCode',
            "XSD-NAMESPACE",
            "Элемент languageCode в ClinicalDocument записан в пространстве имён urn:x, "
            "а должен быть в urn:hl7-org:v3",
            "urn:hl7-org:v3",
            "urn:x",
        ),
        (
            r"(<languageCode [^>]*/>)",
            r"\1\1",
            "XSD-TOO-MANY",
            "Элемент languageCode повторён в ClinicalDocument больше допустимого: "
            "дальше ожидается setId",
            "setId",
            "languageCode",
        ),
        (
            r"<languageCode ",
            '<languageCode colour="1" ',
            "XSD-ATTRIBUTE-UNKNOWN",
            "У элемента languageCode не может быть атрибута colour",
            None,
            None,
        ),
        (
            r'(<confidentialityCode [^>]*?)codeSystem="[^"]*"',
            r"\1",
            "XSD-ATTRIBUTE-MISSING",
            "У элемента confidentialityCode нет обязательного атрибута codeSystem",
            None,
            None,
        ),
        (
            r'(<realmCode code)="RU"',
            r'\1="US"',
            "XSD-FIXED",
            "Атрибут code элемента realmCode равен «US», а должен быть «RU»",
            "RU",
            "US",
        ),
        (
            r'(<id root=)"[^"]*"',
            r'\1"один"',
            "XSD-VALUE",
            None,
            None,
            "один",
        ),
        (
            r"(<realmCode [^>]*?)/>",
            r"\1>Россия</realmCode>",
            "XSD-CONTENT",
            "В элементе realmCode не может быть такого содержимого (элемент должен быть пустым)",
            None,
            None,
        ),
        (
            r"<recordTarget>",
            "<recordTarget>текст",
            "XSD-CONTENT",
            "В элементе recordTarget не может быть такого содержимого "
            "(текст прямо внутри не допускается, только вложенные элементы)",
            None,
            None,
        ),
        (
            r'(<value [^>]*?)xsi:type="CD"',
            r"\1",
            "XSD-TYPE",
            "Значение value: xsi:type «нет» не указан или неизвестен схеме",
            None,
            "нет",
        ),
    ],
)  # fmt: skip
def test_typical_errors(
    which: str, old: str, new: str, code: str, message: str | None,
    expected: str | None, got: str | None,
) -> None:  # fmt: skip
    found = check(changed(old, new), schema(which))
    (one,) = [item for item in found if item.code == code]
    assert message is None or one.message == message
    assert one.got == got
    assert expected is None or one.expected == expected
    assert one.where is not None
    assert one.where.line is not None
    assert (one.where.xpath or "").startswith("/ClinicalDocument[1]")
    assert not english(one)


def english(item: Finding) -> bool:
    return any(ENGLISH.search(text) for text in (item.message, item.expected or ""))


def mutants() -> Iterator[tuple[str, bytes]]:
    """Every fifth mechanical mutant, so that each kind of change and node comes."""
    for name in GOOD:
        for number, (described, tree) in enumerate(mechanical(name)):
            if number % 5 == 0:
                yield described, serialise(tree.getroot())


@pytest.mark.parametrize("which", ["own", "official"])
def test_no_mutant_is_explained_in_english_or_not_at_all(which: str) -> None:
    path = schema(which)
    said = [(described, item) for described, data in mutants() for item in check(data, path)]
    assert len({item.code for _, item in said}) >= 8
    unsaid = [
        (described, item.message, item.expected)
        for described, item in said
        if item.code in ("XSD-OTHER", "XSD-UNEXPECTED") or english(item)
    ]
    assert unsaid == []
