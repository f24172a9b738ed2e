"""Whatever comes as a package gives a code of F012 or a refusal of the stand, never a traceback."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import pytest
from hostile import clean, declaring, encrypted, unknown_method, with_main, with_persons, zipped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from dopusk.tfoms.context import PackageContext, PackageReport
from dopusk.tfoms.package import check_package

BUILT = clean()
NAME = f"{BUILT.name}.ZIP"
MAIN, PERSONS = f"{BUILT.name}.XML", f"{BUILT.person_name}.XML"
HEAD = b'<?xml version="1.0" encoding="windows-1251"?>\n'
MIB = 1024 * 1024


def control(data: bytes, name: str = NAME) -> PackageReport:
    return check_package(data, name, PackageContext())


def codes(report: PackageReport) -> list[str]:
    return [item.code for item in report.findings]


def test_the_clean_package_passes() -> None:
    report = control(BUILT.zip)
    assert report.accepted
    assert (report.stage, report.cases, report.persons) == ("flk", 2, 2)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(b"", "F012-801", id="empty"),
        pytest.param(b"hello", "F012-801", id="not a zip"),
        pytest.param(BUILT.main, "F012-801", id="xml without an archive"),
        pytest.param(BUILT.zip[:-40], "F012-801", id="cut off"),
        pytest.param(encrypted(BUILT), "F012-801", id="encrypted"),
        pytest.param(unknown_method(BUILT), "F012-801", id="method"),
        pytest.param(zipped([]), "F012-803", id="no members"),
        pytest.param(zipped([(MAIN, BUILT.main)]), "F012-803", id="no persons"),
        pytest.param(zipped([(PERSONS, BUILT.person)]), "F012-803", id="no main file"),
        pytest.param(
            zipped([(MAIN, BUILT.main), (PERSONS, BUILT.person), ("a.txt", b"1")]),
            "F012-803",
            id="three files",
        ),
        pytest.param(zipped([(NAME, BUILT.zip)]), "F012-803", id="nested"),
        pytest.param(
            zipped([(f"../../{MAIN}", BUILT.main), (PERSONS, BUILT.person)]),
            "F012-802",
            id="traversal",
        ),
        pytest.param(
            zipped([(f"C:\\{MAIN}", BUILT.main), (PERSONS, BUILT.person)]),
            "F012-802",
            id="drive",
        ),
        pytest.param(
            zipped([(f"dir/{MAIN}", BUILT.main), (f"dir/{PERSONS}", BUILT.person)]),
            "F012-802",
            id="folder",
        ),
        pytest.param(declaring(BUILT, 2**31), "FLK-LIMIT", id="2 GB declared"),
        pytest.param(
            with_main(BUILT, HEAD + b"<ZL_LIST>" + b" " * (64 * MIB)), "FLK-LIMIT", id="bomb"
        ),
    ],
)
def test_an_archive_that_is_not_a_package(data: bytes, code: str) -> None:
    report = control(data)
    assert codes(report) == [code]
    assert not report.accepted


def test_a_member_that_comes_twice() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = zipped([(MAIN, BUILT.main), (MAIN, BUILT.main), (PERSONS, BUILT.person)])
    assert codes(control(data)) == ["F012-803"]


def test_a_damaged_member() -> None:
    at = BUILT.zip.index(b"PK\3\4") + 100
    data = BUILT.zip[:at] + b"\xff\xff\xff\xff" + BUILT.zip[at + 4 :]
    assert codes(control(data)) == ["F012-801"]


def test_a_list_of_a_million_names_is_not_read() -> None:
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 65535, 65535, 400 * MIB, 0, 0)
    tracemalloc.start()
    report = control(b"\0" * 100 + end)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert codes(report) == ["FLK-LIMIT"]
    assert peak < 10 * MIB


ENTITIES = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;">]>'


@pytest.mark.parametrize(
    ("main", "words"),
    [
        pytest.param(b"", "пуст", id="empty"),
        pytest.param(b"\0\1\2\3", "не XML", id="bytes"),
        pytest.param(BUILT.main[:-200], "обрывается", id="truncated"),
        pytest.param(HEAD + ENTITIES + b"<ZL_LIST>&c;</ZL_LIST>", "DOCTYPE", id="entities"),
        pytest.param(HEAD + b"<ZL_LIST>&nbsp;</ZL_LIST>", "необъявленная", id="entity"),
        pytest.param(HEAD + b"<FLK_P/>", "корневой элемент FLK_P", id="another root"),
        pytest.param(BUILT.main.replace(b"windows-1251", b"utf-8"), "utf-8", id="declared utf-8"),
        pytest.param(b"\xef\xbb\xbf" + BUILT.main, "BOM", id="bom"),
        pytest.param(BUILT.main.split(b"\n", 1)[1], "encoding", id="undeclared"),
        pytest.param(BUILT.main.decode("cp1251").encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param(HEAD + b"<ZL_LIST>\x98</ZL_LIST>", "не в объявленной", id="no such letter"),
    ],
)
def test_a_main_file_that_cannot_be_read(main: bytes, words: str) -> None:
    report = control(with_main(BUILT, main))
    assert codes(report) == ["F012-901"]
    assert words in report.errors[0].comment
    assert report.errors[0].file == MAIN
    assert report.stage == "format"


@pytest.mark.parametrize("codec", ["utf-8", "cp866"])
def test_letters_in_another_encoding_than_declared(codec: str) -> None:
    person = BUILT.person.decode("cp1251").encode(codec)
    report = control(with_persons(BUILT, person))
    assert codes(report) == ["F012-901"]
    assert "windows-1251, а буквы записаны" in report.errors[0].comment
    assert report.errors[0].file == PERSONS


def test_deep_nesting_is_a_limit_of_the_stand() -> None:
    main = HEAD + b"<ZL_LIST>" + b"<A>" * 20_000
    assert codes(control(with_main(BUILT, main))) == ["FLK-LIMIT"]


def test_one_endless_record_does_not_fill_the_memory(tmp_path: Path) -> None:
    del tmp_path
    noise = b"".join(b"<A%d/>" % number for number in range(1_200_000))
    report = control(with_main(BUILT, HEAD + b"<ZL_LIST><ZAP>" + noise))
    assert codes(report) == ["FLK-LIMIT"]


def test_a_register_broken_everywhere_gives_a_bounded_report() -> None:
    record = b"<ZAP>" + b"<N_ZAP/>" * 200 + b"</ZAP>"
    main = BUILT.main.replace(b"</ZL_LIST>", record * 300 + b"</ZL_LIST>")
    report = control(with_main(BUILT, main))
    assert len(report.errors) == 10_000
    assert any("дальше файл не читался" in note for note in report.notes)


def test_a_record_broken_all_over_ends_the_reading() -> None:
    record = b"<ZAP>" + b"".join(b"<A%d/>" % number for number in range(5000)) + b"</ZAP>"
    main = BUILT.main.replace(b"</SCHET>", b"</SCHET>" + record * 50)
    report = control(with_main(BUILT, main))
    assert len(report.errors) == 1000
    assert report.cases == 0


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_answered(data: bytes) -> None:
    assert control(data).findings


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_package_with_changed_bytes_is_answered(data: st.DataObject) -> None:
    changed = bytearray(BUILT.zip)
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(changed) - 1))
        changed[place] = data.draw(st.integers(0, 255))
    report = control(bytes(changed))
    assert all(item.message for item in report.findings)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_main_file_with_changed_bytes_is_answered(data: st.DataObject) -> None:
    changed = bytearray(BUILT.main)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(changed) - 1))
        piece = data.draw(
            st.sampled_from([b"<", b">", b"/", b"", b"\xd0\x98", b"</SL>", b"9" * 40])
        )
        changed[place : place + data.draw(st.integers(0, 12))] = piece
    report = control(with_main(BUILT, bytes(changed)))
    assert all(item.message for item in report.findings)


ODD = ("²", "٣", "1e5", "9" * 5000, "-1", "0000-00-00", "NaN", "Infinity", "{x}", "%s", "1_000")


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("which", ["main", "person"])
def test_an_odd_value_anywhere_is_answered(odd: str, which: str) -> None:
    built = clean(kind="ОПВ", cases=1)
    root = etree.fromstring(built.main if which == "main" else built.person)
    for leaf in [element for element in root.iter() if len(element) == 0]:
        kept, leaf.text = leaf.text, odd
        data = etree.tostring(root, xml_declaration=True, encoding="windows-1251")
        package = (with_main if which == "main" else with_persons)(built, data)
        report = check_package(package, f"{built.name}.ZIP", PackageContext())
        assert all(item.message for item in report.findings)
        leaf.text = kept
