"""The children of a root one by one: whatever the pieces are in which the bytes come."""

from __future__ import annotations

import io
import time
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from dopusk.wire.xml_stream import StreamLimits, Trouble, XmlStreamError, stream_children

HEAD = '<?xml version="1.0" encoding="windows-1251"?>\n'


class Pieces:
    """A source that gives its bytes in pieces of these sizes, over and over."""

    def __init__(self, data: bytes, sizes: list[int]) -> None:
        self._stream = io.BytesIO(data)
        self._sizes = sizes
        self._number = 0

    def read(self, size: int = -1, /) -> bytes:
        del size
        if self._number == 0:
            self._number = 1
            return self._stream.read(100)
        self._number += 1
        return self._stream.read(self._sizes[self._number % len(self._sizes)])


def read(data: bytes, sizes: list[int] | None = None) -> list[tuple[str, str, int | None]]:
    source = Pieces(data, sizes or [1 << 16])
    return [
        (str(child.tag), "".join(map(str, child.itertext())), child.sourceline)
        for child in stream_children(source, roots=("R",), records=("A", "B"))
    ]


def test_all_children_come_in_order_with_their_lines() -> None:
    data = (HEAD + "<R>\n<A>1</A>\n<X>2</X>\n<B><A>3</A></B>\n<!-- --><Y>4</Y>\n</R>").encode()
    assert read(data) == [("A", "1", 3), ("X", "2", 4), ("B", "3", 5), ("Y", "4", 6)]


def test_an_empty_root_has_no_children() -> None:
    assert read((HEAD + "<R/>").encode()) == []


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from("ABXY"), st.text("абв<&\n ", max_size=12)), max_size=30),
    st.lists(st.integers(1, 90), min_size=1, max_size=5),
)
def test_pieces_do_not_matter(children: list[tuple[str, str]], sizes: list[int]) -> None:
    root = etree.Element("R")
    root.text = "\n"
    for name, text in children:
        child = etree.SubElement(root, name)
        etree.SubElement(child, "V").text = text
        child.tail = "\n "
    data = HEAD.encode() + etree.tostring(root, encoding="windows-1251").split(b"?>", 1)[-1]
    assert [item[:2] for item in read(data, sizes)] == children


@pytest.mark.parametrize(
    ("data", "trouble"),
    [
        (b"", Trouble.SYNTAX),
        (b"  ", Trouble.SYNTAX),
        (b"text", Trouble.SYNTAX),
        ((HEAD + "<R><A></R>").encode(), Trouble.SYNTAX),
        ((HEAD + "<R><A/></R><R/>").encode(), Trouble.SYNTAX),
        ((HEAD + "<!-- -->\n<!DOCTYPE R><R/>").encode(), Trouble.DTD),
        ((HEAD + "<S/>").encode(), Trouble.ROOT),
        (b"<R/>", Trouble.ENCODING),
        (b"\xef\xbb\xbf" + (HEAD + "<R/>").encode(), Trouble.ENCODING),
        (HEAD.encode() + "<R><A>Иванов Пётр</A></R>".encode(), Trouble.ENCODING),
        (HEAD.encode() + "<R><A>ИВАНОВ ПЁТР</A></R>".encode("cp866"), Trouble.ENCODING),
        ((HEAD + "<R>" + "<A>" * 9000).encode(), Trouble.LIMIT),
    ],
)
def test_troubles(data: bytes, trouble: Trouble) -> None:
    with pytest.raises(XmlStreamError) as caught:
        read(data)
    assert caught.value.trouble is trouble
    assert caught.value.message


def test_a_record_over_the_limit_is_not_read_on() -> None:
    data = (HEAD + "<R><A>" + "<B/>" * 100_000).encode()
    source = io.BytesIO(data)
    limits = StreamLimits(max_record=100_000)
    with pytest.raises(XmlStreamError) as caught:
        list(stream_children(source, roots=("R",), records=("A",), limits=limits))
    assert caught.value.trouble is Trouble.LIMIT
    assert source.tell() < len(data)


def test_windows_1251_in_capitals_and_small_letters_is_taken() -> None:
    text = "ТЕСТОВА ЁЛКА Пётр «кавычки» № 5 — «ЁЁ»"
    data = (HEAD + f"<R><A>{text}</A></R>").encode("cp1251")
    assert read(data) == [("A", text, 2)]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_end_in_a_trouble_or_are_read(data: bytes) -> None:
    for start in (b"", HEAD.encode(), HEAD.encode() + b"<R>"):
        with suppress(XmlStreamError):
            read(start + data, [7])


@pytest.mark.parametrize(
    "start",
    [b" " * 60_000, b"<!-- " * 12_000, b"<?a " * 15_000, b"<!---->" * 9_000, b"\n \t" * 20_000],
)
def test_a_long_start_without_a_root_is_told_at_once(start: bytes) -> None:
    began = time.process_time()
    with pytest.raises(XmlStreamError) as caught:
        list(stream_children(io.BytesIO(HEAD.encode() + start), roots=("R",), records=("A",)))
    assert caught.value.trouble is Trouble.SYNTAX
    assert time.process_time() - began < 5


def test_comments_and_instructions_before_the_root_are_passed_over() -> None:
    data = (HEAD + "<!-- a --> <?b c?>\n<!-- d -->\n<R><A/></R>").encode()
    assert [name for name, _, _ in read(data)] == ["A"]
