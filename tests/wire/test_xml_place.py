from __future__ import annotations

import codecs
from typing import Any
from xml.parsers import expat

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from lxml import etree

from dopusk.wire.xml import Positions, absolute_xpath, read_xml

DATA = """<?xml version="1.0" encoding="UTF-8"?>
<!-- note --><doc xmlns="urn:x" xmlns:p="urn:p" xml:lang="ru">
  текст <item p:kind="1" code="2"/><p:item/>
  <item>
    <p:item code="3">ё</p:item>
  </item>
</doc>"""


def tree(data: bytes) -> etree._ElementTree:
    reading = read_xml(data, part="ЭМД")
    assert reading.tree is not None
    return reading.tree


def first(root: Any, path: str) -> Any:
    return root.xpath(path, namespaces={"x": "urn:x", "p": "urn:p"})[0]


@pytest.mark.parametrize(
    ("path", "place", "shown"),
    [
        ("/*", (2, 14), "/doc[1]"),
        ("//x:item", (3, 9), "/doc[1]/item[1]"),
        ("/*/p:item", (3, 36), "/doc[1]/p:item[1]"),
        ("/*/x:item[2]", (4, 3), "/doc[1]/item[2]"),
        ("//x:item/p:item", (5, 5), "/doc[1]/item[2]/p:item[1]"),
        ("//@p:kind", (3, 9), "/doc[1]/item[1]/@p:kind"),
        ("//p:item/@code", (5, 5), "/doc[1]/item[2]/p:item[1]/@code"),
        ("/*/@xml:lang", (2, 14), "/doc[1]/@xml:lang"),
        ("//p:item/text()", (5, 5), "/doc[1]/item[2]/p:item[1]/text()"),
    ],
)
def test_places_and_paths(path: str, place: tuple[int, int], shown: str) -> None:
    root = tree(DATA.encode())
    node = first(root, path)
    positions = Positions(DATA.encode())
    assert positions.of(node) == place
    assert absolute_xpath(node) == shown
    where = positions.where(node, part="ЭМД", file="a.xml")
    assert (where.line, where.column, where.xpath) == (*place, shown)
    assert str(where) == f"a.xml:{place[0]}:{place[1]} {shown}"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32-le"])
def test_places_do_not_depend_on_the_encoding(encoding: str) -> None:
    data = DATA.encode(encoding)
    root = tree(data)
    assert Positions(data).of(first(root, "//x:item/p:item")) == (5, 5)


def test_places_of_a_declared_eight_bit_document() -> None:
    data = DATA.replace("UTF-8", "windows-1251").encode("cp1251")
    assert Positions(data).of(first(tree(data), "//x:item/p:item")) == (5, 5)


def test_an_element_of_another_tree_has_no_place() -> None:
    positions = Positions(DATA.encode())
    positions.of(tree(DATA.encode()).getroot())
    with pytest.raises(KeyError):
        positions.of(etree.Element("other").makeelement("b"))


def test_a_line_far_down_keeps_its_number() -> None:
    data = codecs.BOM_UTF8 + b"<a>" + b"\n" * 100_000 + b"<b/></a>"
    assert Positions(data).of(tree(data).getroot()[0]) == (100_001, 1)


def test_what_only_looks_like_a_tag_is_passed_over() -> None:
    data = b"<?pi <x> ?>\r<!-- <y> --><a b='>\r\n'><![CDATA[<z>\n]]>\r\n<?q <r/>?><c/>&lt;d/></a>"
    found = [Positions(data).of(element) for element in tree(data).iter(etree.Element)]
    assert found == [(2, 13), (5, 11)]


_MARKUP = st.sampled_from(
    [
        "<b>",
        "</b>",
        "<c d='>'/>",
        "<!-- <e> -->",
        "<![CDATA[<f>]]>",
        "<?g <h>?>",
        "ё",
        "\n",
        "\r",
        " ",
    ]
)


@given(st.lists(_MARKUP, max_size=30).map("".join))
def test_places_are_those_of_expat(text: str) -> None:
    data = f"<a>{text}</a>".encode()
    expected = []
    parser = expat.ParserCreate("utf-8")
    parser.StartElementHandler = lambda name, attributes: expected.append(
        (parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
    )
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        assume(False)
    positions = Positions(data)
    assert [positions.of(element) for element in tree(data).iter(etree.Element)] == expected


@given(st.recursive(st.just("<a/>"), lambda inner: st.lists(inner, max_size=3).map(
    lambda parts: "<b>\n" + " ".join(parts) + "</b>"), max_leaves=12))  # fmt: skip
def test_every_path_finds_its_own_element(text: str) -> None:
    root = tree(text.encode())
    for element in root.iter():
        assert first(root, absolute_xpath(element)) is element
