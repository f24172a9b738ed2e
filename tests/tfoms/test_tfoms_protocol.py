from __future__ import annotations

import zipfile
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dopusk.tfoms import protocol
from dopusk.tfoms.errors import FlkError

NAME = "HM990001S99001_23061"
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "data" / "tfoms" / "samples_synth"
ERROR = FlkError(
    "003F.00.0080",
    "Серия полиса — только у полиса старого образца",
    im_pol="SPOLIS",
    zn_pol="1234",
    nschet="00001",
    bas_el="PACIENT",
    n_zap="2",
    id_pac="00000000-0000-4000-8000-000000000002",
    idcase="2",
    sl_id="SL-2",
    idserv="1",
)


def codes(data: bytes, package: str | None = None) -> list[str]:
    return [item.code for item in protocol.check_protocol(data, package=package)]


def test_what_is_written_is_read() -> None:
    data = protocol.write(NAME, [ERROR, FlkError("803", "Нет файла")])
    assert data.startswith(b'<?xml version="1.0" encoding="windows-1251"?>')
    assert "Серия".encode("cp1251") in data
    reading = protocol.read(data)
    assert reading.findings == ()
    read = reading.protocol
    assert read is not None
    assert (read.fname, read.fname_i) == (f"V{NAME}", NAME)
    bare = tuple(replace(item, line=None) for item in read.errors)
    assert bare == (ERROR, FlkError("803", "Нет файла"))
    assert not read.passed


def test_a_protocol_without_errors_says_that_the_package_passed() -> None:
    read = protocol.read(protocol.write(NAME, [])).protocol
    assert read is not None
    assert read.passed


def test_values_are_cut_and_cleaned() -> None:
    long = FlkError("902", "я" * 300, zn_pol="a\x00\ud800\u65e5" + "b" * 200, im_pol="F" * 30)
    read = protocol.read(protocol.write(NAME, [long])).protocol
    assert read is not None
    (error,) = read.errors
    assert len(error.comment) == 250
    assert error.im_pol == "F" * 20
    assert error.zn_pol is not None
    assert error.zn_pol.startswith("a\ufffd\ufffd\u65e5b")
    assert len(error.zn_pol) == 100


def test_the_archive_is_named_after_the_package() -> None:
    data = protocol.packed(NAME, protocol.write(NAME, []))
    assert zipfile.ZipFile(BytesIO(data)).namelist() == [f"V{NAME}.XML"]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (protocol.write(NAME, []), []),
        (b"<FLK/>", ["FLKP-ROOT"]),
        (protocol.write(NAME, [], encoding="utf-8"), ["FLKP-ENCODING"]),
        (b"<FLK_P/>", ["FLKP-ENCODING", "FLKP-NO-NAME", "FLKP-NO-NAME"]),
        (protocol.write(NAME, [FlkError("x1", "?")]), ["FLKP-OSHIB"]),
        (protocol.write(NAME, [], named="HM990001S99001_23062"), ["FLKP-OTHER-PACKAGE"]),
        (protocol.write(NAME, []).replace(b"<FNAME>V", b"<FNAME>X"), ["FLKP-FNAME"]),
        (protocol.write(NAME, []).lower().replace(b"flk_p", b"FLK_P"), ["FLKP-NO-NAME"] * 2),
        (b"", ["BYTES-EMPTY"]),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><FLK_P>&b;</FLK_P>", ["XML-DTD"]),
        (protocol.write(NAME, [ERROR])[:-20], ["XML-NOT-CLOSED"]),
        (b"<a>" * 30 + b"</a>" * 30, ["XML-TOO-DEEP"]),
    ],
)
def test_each_trouble_has_its_finding(data: bytes, expected: list[str]) -> None:
    found = codes(data, NAME)
    if expected == ["XML-NOT-CLOSED"]:
        assert found[0].startswith("XML-")
    else:
        assert found == expected


def test_other_spellings_are_read() -> None:
    data = protocol.write(NAME, [ERROR]).replace(b"IDSERV", b"ID_SERV")
    read = protocol.read(data).protocol
    assert read is not None
    assert read.errors[0].idserv == "1"


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_never_crash_the_reader(data: bytes) -> None:
    reading = protocol.read(data)
    assert reading.protocol is not None or reading.findings


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_damaged_protocol_never_crashes_the_reader(data: st.DataObject) -> None:
    good = bytearray(protocol.write(NAME, [ERROR, FlkError("803", "Нет файла")]))
    for _ in range(data.draw(st.integers(1, 8))):
        at = data.draw(st.integers(0, len(good) - 1))
        good[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(good)))
    reading = protocol.read(bytes(good[:cut]))
    assert reading.protocol is not None or reading.findings
    protocol.check_protocol(bytes(good[:cut]), package=NAME)


_texts = st.text(min_size=1, max_size=40).filter(lambda text: text.strip() == text)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(_texts, _texts, st.none() | _texts), max_size=5))
def test_any_values_come_through(rows: list[tuple[str, str, str | None]]) -> None:
    errors = [FlkError("902", text, zn_pol=value, bas_el=parent) for text, value, parent in rows]
    reading = protocol.read(protocol.write(NAME, errors))
    assert reading.protocol is not None
    assert len(reading.protocol.errors) == len(errors)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_protocols_of_the_samples_are_read(number: int) -> None:
    path = SAMPLES / f"VHM990001S99001_2306{number}.XML"
    if not path.is_file():
        pytest.skip("нет примеров ../shared/data/tfoms/samples_synth")
    assert codes(path.read_bytes(), f"HM990001S99001_2306{number}") == []
    read = protocol.read(path.read_bytes()).protocol
    assert read is not None
    assert len(read.errors) == {1: 0, 2: 4, 3: 1}[number]
