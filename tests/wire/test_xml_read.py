from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dopusk.wire.xml import XmlLimits, read_xml, too_big

PROLOG = '<?xml version="1.0" encoding="UTF-8"?>\n'
CLEAN = f"{PROLOG}<документ><поле>значение</поле></документ>".encode()
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "ха">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><a>&j;</a>"
)


def codes(data: bytes, **options: object) -> list[str]:
    reading = read_xml(data, part="ЭМД", prolog=True, **options)  # type: ignore[arg-type]
    return [item.code for item in reading.findings]


def readable(data: bytes) -> bool:
    return read_xml(data, part="ЭМД").tree is not None


def test_clean_document_is_read_without_findings() -> None:
    reading = read_xml(CLEAN, part="ЭМД", prolog=True)
    assert reading.findings == ()
    assert reading.tree is not None
    assert reading.tree.getroot().tag == "документ"


@pytest.mark.parametrize(
    ("data", "code", "read_on"),
    [
        (b"", "BYTES-EMPTY", False),
        (b" \r\n\t", "BYTES-EMPTY", False),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "BYTES-PDF", False),
        (b"PK\x03\x04 a zip", "BYTES-NOT-XML", False),
        (codecs.BOM_UTF8 + CLEAN, "BYTES-BOM", True),
        (CLEAN.decode().encode("utf-16"), "BYTES-ENCODING", True),
        (CLEAN.decode().encode("utf-16-be"), "BYTES-ENCODING", True),
        (CLEAN.decode().encode("utf-32"), "BYTES-ENCODING", True),
        (
            CLEAN.replace(b"UTF-8", b"windows-1251").decode().encode("cp1251"),
            "BYTES-ENCODING",
            True,
        ),
        (CLEAN.replace(b"UTF-8", b"utf-7"), "BYTES-ENCODING", False),
        (CLEAN.replace(b"UTF-8", b"zlib"), "BYTES-ENCODING", False),
        (CLEAN.decode().encode("cp1251"), "BYTES-NOT-UTF8", False),
        (CLEAN.removeprefix(PROLOG.encode()), "BYTES-NO-PROLOG", True),
        (CLEAN[:-4], "BYTES-NOT-UTF8", False),
        (PROLOG.encode() + b"<a><b>", "XML-SYNTAX", False),
        (CLEAN + b"<b/>", "XML-SYNTAX", False),
        (PROLOG.encode() + b"<a>&foo;</a>", "XML-SYNTAX", False),
        (PROLOG.encode() + b"<p:a/>", "XML-SYNTAX", False),
        (PROLOG.encode() + b"<a>" * 201 + b"</a>" * 201, "XML-TOO-DEEP", False),
        (PROLOG.encode() + b"<a>" * 5000, "XML-TOO-DEEP", False),
        (PROLOG.encode() + b"<a>" + b"x" * 10_500_000 + b"</a>", "XML-HUGE-TEXT", False),
        (PROLOG.encode() + b"<a>" + b"<b/>" * 700_000 + b"</a>", "XML-TOO-MANY-NODES", False),
        (PROLOG.encode() + b'<!DOCTYPE a SYSTEM "http://example.org/a.dtd"><a/>', "XML-DTD", False),
        (PROLOG.encode() + b"<!-- x --><?y z?>\n<!DOCTYPE a []><a/>", "XML-DTD", False),
        (BOMB.encode(), "XML-DTD", False),
    ],
)
def test_each_fault_has_its_own_finding(data: bytes, code: str, read_on: bool) -> None:
    assert codes(data) == [code]
    assert readable(data) is read_on


def test_doctype_is_seen_in_utf_16_too() -> None:
    assert codes(BOMB.encode("utf-16")) == ["BYTES-ENCODING", "XML-DTD"]


def test_two_hundred_levels_are_not_too_deep() -> None:
    assert readable(b"<a>" * 200 + b"</a>" * 200)


def test_comments_without_end_before_the_root_are_scanned_once() -> None:
    assert codes(PROLOG.encode() + b"<!--" * 100_000 + b"<a/>") == ["XML-SYNTAX"]


def test_many_spaces_and_comments_before_the_root_are_read() -> None:
    data = PROLOG.encode() + b" " * 1_000_000 + b"<!-- c -->" * 10_000 + b"<a/>"
    assert readable(data)


def test_size_is_bounded() -> None:
    limits = XmlLimits(max_bytes=100)
    assert codes(CLEAN + b" " * 100, limits=limits) == ["BYTES-TOO-BIG"]
    assert too_big(200 * 2**20, part="ЭМД").got == "200.0 МиБ"


def test_no_external_entity_is_opened(tmp_path: object) -> None:
    secret = f'{PROLOG}<!DOCTYPE a [<!ENTITY s SYSTEM "file:///etc/hostname">]><a>&s;</a>'
    assert read_xml(secret.encode(), part="ЭМД").tree is None


def test_place_of_broken_syntax_is_given_in_words() -> None:
    (found,) = read_xml("<a>\n  <б>текст</в>\n</a>".encode(), part="ЭМД").findings
    assert (found.where.line, found.code) == (2, "XML-SYNTAX")  # type: ignore[union-attr]
    assert "закрывающий тег не соответствует" in found.message


def test_bytes_of_windows_1251_are_shown_as_words() -> None:
    data = f"{PROLOG}<a>\nФамилия: Пробников</a>".encode("cp1251")
    (found,) = read_xml(data, part="ЭМД").findings
    assert found.where is not None
    assert (found.where.line, found.where.column) == (3, 1)
    assert "windows-1251: «Фамилия: Пробников" in found.message


@given(st.binary(max_size=400))
def test_any_bytes_give_a_tree_or_findings(data: bytes) -> None:
    reading = read_xml(data, part="ЭМД", prolog=True)
    assert (reading.tree is not None) or reading.findings


PIECES = (b"<a>", b"</a>", b"<b c='1'/>", b"<!--", b"-->", b"<!DOCTYPE a [", b"]>", b"&x;")
MORE = (b"<![CDATA[", b"]]>", b"<?p ?>", b"\xff", b"\xef\xbb\xbf", b"text", "ё".encode())


@given(st.lists(st.sampled_from(PIECES + MORE), max_size=14))
def test_shuffled_markup_never_raises(pieces: list[bytes]) -> None:
    reading = read_xml(b"".join(pieces), part="ЭМД")
    if reading.tree is not None:
        assert reading.tree.docinfo.internalDTD is None


@given(st.integers(0, len(CLEAN) - 1), st.binary(max_size=3))
def test_a_damaged_document_never_raises(at: int, junk: bytes) -> None:
    read_xml(CLEAN[:at] + junk + CLEAN[at + 1 :], part="ЭМД")
