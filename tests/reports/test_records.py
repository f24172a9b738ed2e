from __future__ import annotations

import base64
import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sample_run
from hypothesis import given
from hypothesis import strategies as st

from dopusk.journal.entry import Entry, Phase
from reports.records import BODY_LIMIT, GLANCE_LIMIT, cut, decode, record, records, shorten

PACKED = base64.b64encode(sample_run.DOCUMENT.encode()).decode()


def entry(body: bytes, seq: int = 7, **more) -> Entry:
    now = datetime(2024, 3, 14, 9, 30, tzinfo=UTC)
    fields = {
        "phase": Phase.RESPONSE,
        "actor": "candidate",
        "operation": "getDocumentFile",
        "peer": "remd",
        "status": 200,
        "body": body,
        "seq": seq,
        "at": now,
        "stand_at": now,
    }
    return Entry(**{**fields, **more})


def test_long_base64_is_shortened_and_named_by_its_digest():
    text = shorten(f"<data>{PACKED}</data>")
    assert len(text) < 140
    assert f"[base64, {len(sample_run.DOCUMENT.encode())} байт, sha256 " in text


def test_base64_in_lines_keeps_the_number_of_lines():
    lines = base64.encodebytes(bytes(1000)).decode()
    text = f"<a>\n<data>{lines}</data>\n<b/></a>"
    assert shorten(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    "text", ["<a>короткий</a>", "a" * 64, "слово " * 100, "0123456789abcdef" * 8]
)
def test_what_is_not_long_base64_stays(text):
    assert shorten(text) == text


def test_a_document_is_unpacked_only_when_asked_for():
    body = f"<soap><data>{PACKED}</data></soap>".encode()
    assert "documents" not in record(entry(body)).note
    documents = record(entry(body), documents=True).note["documents"]
    assert documents == [{"part": "ЭМД", "text": sample_run.DOCUMENT}]


def test_documents_are_unpacked_where_a_step_with_findings_looked():
    scenario = sample_run.mixed().scenarios[2]
    looked = scenario.steps[3].messages
    body = f"<soap><data>{PACKED}</data></soap>".encode()
    made = records([entry(body, seq=looked[0]), entry(body, seq=9999)], [scenario])
    assert ["documents" in item.note for item in made] == [True, False]


@pytest.mark.parametrize(
    ("data", "content_type", "shown"),
    [
        ("<a>Щ</a>".encode(), "", "<a>Щ</a>"),
        ("\ufeff<a/>".encode(), "", "<a/>"),
        ("<a>Щ</a>".encode("cp1251"), "text/xml; charset=windows-1251", "<a>Щ</a>"),
        ('<?xml version="1.0" encoding="windows-1251"?><a>Щ</a>'.encode("cp1251"), "", "Щ"),
        (b"\xff\xfe<a/>", "text/xml; charset=nonsense", "<a/>"),
        (b"abc\x01", "", "abc\ufffd"),
        (b"abc", "text/plain; charset=rot13", "abc"),
    ],
)
def test_bytes_are_shown_as_text_whatever_they_are(data, content_type, shown):
    assert shown in decode(data, content_type)


def test_binary_data_is_named_and_not_shown():
    assert decode(b"%PDF-1.7 ...").startswith("[двоичные данные, 12 байт")


@given(st.binary(max_size=300), st.text(max_size=30))
def test_any_bytes_can_be_shown(data, content_type):
    decode(data, content_type).encode()


def test_a_long_body_is_cut_and_says_so():
    made = record(entry(("слово " * 20_000).encode()))
    assert len(made.body) < BODY_LIMIT + 100
    assert made.body.endswith("целиком в журнале")
    assert made.size == 20_000 * len("слово ".encode())
    assert cut("abc", 3) == "abc"


def test_an_entry_keeps_its_correlation_and_address():
    made = record(replace(entry(b""), url="http://127.0.0.1/emdr", message_id="m", local_uid="l"))
    assert (made.message_id, made.local_uid, made.note["url"]) == (
        "m", "l", "http://127.0.0.1/emdr",
    )  # fmt: skip
    assert made.at == "2024-03-14T09:30:00.000+00:00"


def _archive(name: str, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return out.getvalue()


REGISTER = '<?xml version="1.0" encoding="windows-1251"?>\n<FLK_P><COMMENT>{}</COMMENT></FLK_P>'


def test_a_register_in_an_archive_is_shown_in_russian():
    data = _archive("HM500432.XML", REGISTER.format("Нет полиса").encode("cp1251"))
    document = {"part": "HM500432.XML", "text": REGISTER.format("Нет полиса")}
    assert record(entry(body=data)).note["documents"] == [document]
    text = b"<a>" + base64.b64encode(data) + b"</a>"
    assert record(entry(body=text)).note["documents"] == [document]


def test_an_archive_that_swells_is_read_to_the_bound():
    long = REGISTER.format("щ" * 50_000_000).encode("cp1251")
    shown = record(entry(body=_archive("L.XML", long))).note["documents"][0]["text"]
    assert len(shown) < GLANCE_LIMIT + 100
    assert shown.endswith(f"всего {len(long)} байт — целиком в журнале")


@pytest.mark.parametrize("spoil", [lambda d: d[:40], lambda d: d[:60] + b"\xff" * 9 + d[69:]])
def test_a_broken_archive_gives_no_document(spoil):
    data = spoil(_archive("HM.XML", REGISTER.format("текст " * 20).encode("cp1251")))
    assert "documents" not in record(entry(body=data)).note
