"""The format of the files: each error of F012 901–905 has a file that trips exactly it."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hostile import with_main, with_persons
from lxml import etree

from dopusk.suite import schemas
from dopusk.tfoms.context import PackageContext, PackageReport
from dopusk.tfoms.dialect import spoken
from dopusk.tfoms.errors import FlkError
from dopusk.tfoms.package import cases, check_package, head
from dopusk.tfoms.structure import Structure
from dopusk.tfoms.tables import block, form_of, version_key
from dopusk.tfoms.territories import Dialect, territory
from fixtures.registers.build import Built, build_package


def control(built: Built, data: bytes) -> PackageReport:
    return check_package(data, f"{built.name}.ZIP", PackageContext())


def codes(report: PackageReport) -> list[str]:
    return [item.code for item in report.findings]


@pytest.mark.parametrize("kind", ["H", "ДВ4", "ДВ2", "ОПВ", "C", "T"])
@pytest.mark.parametrize("year", [2020, 2022, 2023, 2024, 2025, 2026])
def test_clean_packages_of_every_kind_and_version_pass(kind: str, year: int) -> None:
    built = build_package(kind, year=year)
    report = control(built, built.zip)
    assert codes(report) == []
    assert report.accepted
    assert report.notes == ()


MAIN_ERRORS: Mapping[str, tuple[bytes, bytes, str, str]] = {
    "order": (
        b"<USL_OK>3</USL_OK>\n      <VIDPOM>12</VIDPOM>",
        b"<VIDPOM>12</VIDPOM><USL_OK>3</USL_OK>",
        "901",
        "USL_OK",
    ),
    "twice": (b"<IDSP>29</IDSP>", b"<IDSP>29</IDSP><IDSP>29</IDSP>", "901", "IDSP"),
    "of another family": (b"<C_ZAB>1</C_ZAB>", b"<DS_ONK>0</DS_ONK>", "901", "DS_ONK"),
    "empty": (b"<FOR_POM>3</FOR_POM>", b"<FOR_POM></FOR_POM>", "902", "FOR_POM"),
    "empty though optional": (b"<ED_COL>1.00</ED_COL>", b"<ED_COL/>", "902", "ED_COL"),
    "no such day": (b"<DATE_IN>2026-06-10<", b"<DATE_IN>2026-06-31<", "903", "DATE_IN"),
    "letters in a number": (b"<PRVS>76</PRVS>", b"<PRVS>76a</PRVS>", "903", "PRVS"),
    "elements in a value": (b"<PRVS>76</PRVS>", b"<PRVS><A/></PRVS>", "903", "PRVS"),
    "duplicate case": (b"<IDCASE>2</IDCASE>", b"<IDCASE>1</IDCASE>", "905", "IDCASE"),
    "name inside": (
        b"<FILENAME>HM990001S99001_26061<",
        b"<FILENAME>HM990001S99001_26069<",
        "804",
        "FILENAME",
    ),
}


@pytest.mark.parametrize("case", MAIN_ERRORS)
def test_an_error_of_the_main_file(case: str) -> None:
    before, after, code, field = MAIN_ERRORS[case]
    built = build_package("H")
    assert before in built.main
    report = control(built, with_main(built, built.main.replace(before, after, 1)))
    assert [(error.oshib, error.im_pol) for error in report.errors] == [(code, field)]
    (error,) = report.errors
    assert error.file == f"{built.name}.XML"
    assert error.line
    assert report.stage == "format"


def test_an_error_names_its_record() -> None:
    built = build_package("H")
    second = built.main.rindex(b"<KOL_USL>1.00")
    main = built.main[:second] + b"<KOL_USL></KOL_USL>" + built.main[second + 23 :]
    report = control(built, with_main(built, main))
    (error,) = report.errors
    assert (error.n_zap, error.idcase, error.sl_id, error.idserv) == ("2", "2", "SL-2", "2")
    assert error.bas_el == "USL"
    assert error.xpath == "/ZL_LIST/ZAP[2]/Z_SL[1]/SL[1]/USL[1]/KOL_USL[1]"
    assert main.split(b"\n")[(error.line or 0) - 1].strip().startswith(b"<KOL_USL>")
    (found,) = report.findings
    assert "N_ZAP 2, IDCASE 2" in found.message
    assert found.cure


@pytest.mark.parametrize("name", ["PACIENT", "Z_SL", "SL"])
def test_a_missing_block(name: str) -> None:
    built = build_package("H", cases=1)
    root = etree.fromstring(built.main)
    for element in list(root.iter(name)):
        parent = element.getparent()
        assert parent is not None
        parent.remove(element)
    main = etree.tostring(root, xml_declaration=True, encoding="windows-1251")
    report = control(built, with_main(built, main))
    assert {(error.oshib, error.im_pol) for error in report.errors} == {("901", name)}


@pytest.mark.parametrize("name", ["ZGLV", "SCHET", "ZAP"])
def test_a_missing_child_of_the_root(name: str) -> None:
    built = build_package("H", cases=1)
    root = etree.fromstring(built.main)
    for element in root.findall(name):
        root.remove(element)
    main = etree.tostring(root, xml_declaration=True, encoding="windows-1251")
    report = control(built, with_main(built, main))
    assert [(error.oshib, error.im_pol) for error in report.errors] == [("901", name)]


def test_a_file_in_a_namespace_is_refused() -> None:
    built = build_package("H")
    main = built.main.replace(b"<ZL_LIST>", b'<ZL_LIST xmlns="urn:a">')
    report = control(built, with_main(built, main))
    assert {error.oshib for error in report.errors} == {"901"}


def test_a_stranger_is_an_error_only_where_the_table_is_known_whole() -> None:
    old, new = build_package("H", year=2020), build_package("H", year=2026)
    for built in (old, new):
        main = built.main.replace(b"<NOVOR>", b"<REGION_X>1</REGION_X><NOVOR>", 1)
        report = control(built, with_main(built, main))
        if built is old:
            assert [(error.oshib, error.im_pol) for error in report.errors] == [("901", "REGION_X")]
        else:
            assert report.accepted
            assert any("REGION_X" in note for note in report.notes)


def test_a_person_that_comes_twice_is_905() -> None:
    built = build_package("H", cases=1)
    at = built.person.index(b"<PERS>")
    record = built.person[at : built.person.index(b"</PERS>") + 7]
    person = built.person.replace(b"</PERS_LIST>", record + b"</PERS_LIST>")
    report = control(built, with_persons(built, person))
    assert [(error.oshib, error.im_pol) for error in report.errors] == [("905", "ID_PAC")]
    assert report.errors[0].id_pac


def test_filename1_names_the_main_file() -> None:
    built = build_package("H")
    person = built.person.replace(b"<FILENAME1>H", b"<FILENAME1>C")
    report = control(built, with_persons(built, person))
    assert [(error.oshib, error.im_pol) for error in report.errors] == [("804", "FILENAME1")]


def test_stream_of_cases_and_head() -> None:
    built = build_package("H", cases=3)
    zglv, schet = head(built.zip)
    assert zglv.findtext("FILENAME") == built.name
    assert schet.findtext("CODE_MO") == "990001"
    assert [zap.findtext("N_ZAP") for zap in cases(built.zip)] == ["1", "2", "3"]


def test_what_the_caller_checks_itself_is_not_said_twice() -> None:
    zap = etree.fromstring("<ZAP><N_ZAP>x</N_ZAP><PACIENT><A/></PACIENT></ZAP>")
    alone = list(Structure("ZL_LIST", "H", "3.1").child(zap))
    shared = list(Structure("ZL_LIST", "H", "3.1", covered={"004F.00.0190"}).child(zap))
    assert [error.oshib for error in alone if error.im_pol == "N_ZAP"] == ["903"]
    assert not [error for error in shared if error.im_pol == "N_ZAP"]


@pytest.mark.parametrize(
    ("text", "right", "wrong"),
    [
        ("N8", ("1", "12345678"), ("", "123456789", "1.0", "-1", "١")),
        ("N4-4", ("2026",), ("26", "20261")),
        ("N15.2", ("0.00", "123456789012345.99"), ("1", "1,00", "1.0", "1234567890123456.00")),
        ("T3-5", ("3.1", "10.11"), ("31", "10.111")),
        ("T5", ("a", "abcde"), ("", "abcdef")),
        ("D", ("2026-02-28",), ("28.02.2026", "2026-02-30", "20260228", "2026-2-3")),
    ],
)
def test_forms(text: str, right: tuple[str, ...], wrong: tuple[str, ...]) -> None:
    form = form_of(text)
    assert all(map(form.fits, right))
    assert not any(map(form.fits, wrong))
    assert form.words


def test_every_table_is_readable_in_every_version() -> None:
    assert {path.stem for path in (schemas() / "tfoms" / "structure").glob("*.toml")} == {
        "zl_list",
        "pers_list",
    }
    for version in ("2.1", "3.0", "3.1", "3.2", "4.0", "5.0", "5.1", "6.0"):
        for family in "HCTX":
            table = block("ZL_LIST", family, version)
            assert [row.name for row in table.required] == ["ZGLV", "SCHET", "ZAP"]
    assert block("PERS_LIST", "L", "3.2").rows["PERS"].block is not None
    assert version_key("") == version_key("5") == version_key("a.b") == ()
    with pytest.raises(ValueError, match="unknown type"):
        form_of("X")


@pytest.mark.parametrize(
    ("oshib", "value", "kind"),
    [
        ("001F.00.0040", "1", "904"),
        ("002F.00.0080", "7", "804"),
        ("004F.00.0250", "1", "903"),
        ("006F.00.1040", "1", "804"),
        ("003F.00.2220", None, "901"),
        ("003F.00.0080", "1", "804"),
        ("003F.00.2110", "1", "905"),
        ("901", None, "901"),
    ],
)
def test_codes_of_a_territory_that_speaks_f012(oshib: str, value: str | None, kind: str) -> None:
    error = FlkError(oshib, "Слова", zn_pol=value)
    assert spoken(error, Dialect.F012).oshib == kind
    assert spoken(error, Dialect.Q015) is error


def test_a_report_for_a_territory_is_in_its_codes() -> None:
    built = build_package("H", smo="78001")
    main = built.main.replace(b"<SUMMAV>900.00", b"<SUMMAV>901.00")
    data = with_main(built, main)
    report = check_package(data, f"{built.name}.ZIP", PackageContext(territory("40000")))
    assert codes(report) == ["F012-804"]
    assert "006F.00.1040" in report.errors[0].comment
