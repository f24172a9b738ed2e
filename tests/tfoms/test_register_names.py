"""Names of packages and person files, and VERSION by month."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dopusk.tfoms.context import PackageContext
from dopusk.tfoms.kinds import is_package_name
from dopusk.tfoms.names import main_name, parse_name
from dopusk.tfoms.package import check_package
from dopusk.tfoms.territories import territory
from dopusk.tfoms.versions import accepted_versions

_PARTY = st.one_of(
    st.from_regex(r"M[0-9]{6}", fullmatch=True),
    st.from_regex(r"S[0-9]{5}", fullmatch=True),
    st.from_regex(r"T[0-9]{2}", fullmatch=True),
)
_NAMES = st.builds(
    lambda data, one, two, year, month, number: f"{data}{one}{two}_{year:02d}{month:02d}{number}",
    st.sampled_from(["H", "C", "T", "DP", "DV", "DO", "DS", "DU", "DF", "DA", "DB"]),
    _PARTY,
    _PARTY,
    st.integers(10, 40),
    st.integers(1, 12),
    st.integers(1, 999_999),
)


@pytest.mark.parametrize(
    ("text", "family", "disp", "persons"),
    [
        ("HM990001S99001_23061", "H", None, "LM990001S99001_23061"),
        ("CM990001S99001_23061", "C", None, "LCM990001S99001_23061"),
        ("TM990001T50_23061", "T", None, "LTM990001T50_23061"),
        ("DPM990001S99001_23061", "X", "ДВ4", "LPM990001S99001_23061"),
        ("DVM990001S99001_23061", "X", "ДВ2", "LVM990001S99001_23061"),
        ("DOM990001S99001_23061", "X", "ОПВ", "LOM990001S99001_23061"),
        ("HS99001M990001_2306123", "H", None, "LS99001M990001_2306123"),
    ],
)
def test_parts_of_a_name(text: str, family: str, disp: str | None, persons: str) -> None:
    name = parse_name(text)
    assert name is not None
    assert (name.family, name.disp, name.person_name) == (family, disp, persons)
    assert (name.year, name.month) == (2023, 6)
    assert name.from_mo is (name.sender_kind == "M")
    assert name.protocol_name == f"V{text}"


@given(_NAMES)
def test_the_person_file_leads_back_to_the_main_one(text: str) -> None:
    name = parse_name(text)
    assert name is not None
    assert main_name(name.person_name) == text
    assert parse_name(name.person_name) is None
    assert is_package_name(f"{text}.zip")


@given(st.text(max_size=40))
def test_any_text_is_a_name_or_not(text: str) -> None:
    name = parse_name(text)
    assert name is None or name.text == text
    main_name(text)
    report = check_package(b"", f"{text}.ZIP", PackageContext())
    assert [error.oshib for error in report.errors] in (["801"], ["802"])


@pytest.mark.parametrize(
    ("file", "cure"),
    [
        ("НM990001S99001_23061.ZIP", "кириллицы"),
        ("hm990001s99001_23061.zip", "строчные"),
        ("HM990001S99001_23131.ZIP", None),
        ("HM99001S99001_23061.ZIP", None),
        ("VHM990001S99001_23061.ZIP", None),
    ],
)
def test_a_wrong_name_is_802_and_the_cure_names_what_is_alike(file: str, cure: str | None) -> None:
    report = check_package(b"", file, PackageContext())
    (error,) = report.errors
    assert (error.oshib, report.stage, report.name) == ("802", "package", None)
    if cure:
        assert error.cure is not None
        assert cure in error.cure
        assert "HM990001S99001_23061.ZIP" in error.cure


def test_a_name_that_was_registered_before_is_805() -> None:
    context = PackageContext(registered=lambda name: name == "HM990001S99001_23061")
    report = check_package(b"", "HM990001S99001_23061.ZIP", context)
    assert [item.code for item in report.findings] == ["F012-805"]


@pytest.mark.parametrize(
    ("family", "year", "month", "versions"),
    [
        ("H", 2018, 3, ("2.1",)),
        ("H", 2018, 5, ("3.0",)),
        ("H", 2020, 1, ("3.1",)),
        ("H", 2023, 6, ("3.2",)),
        ("X", 2023, 6, ("3.1",)),
        ("C", 2024, 3, ("4.0", "3.2")),
        ("T", 2024, 12, ("3.1",)),
        ("X", 2025, 1, ("5.0",)),
        ("T", 2025, 7, ("5.1",)),
        ("H", 2026, 1, ("5.1", "6.0")),
        ("C", 2026, 1, ("5.1",)),
        ("L", 2019, 10, ("3.1",)),
        ("L", 2019, 11, ("3.2",)),
        ("L", 2026, 6, ("3.2",)),
        ("H", 2005, 1, ()),
    ],
)
def test_version_by_month(family: str, year: int, month: int, versions: tuple[str, ...]) -> None:
    assert accepted_versions(family, year, month) == versions


def test_the_calendar_of_a_territory_decides_alone() -> None:
    own = territory("18000")
    assert accepted_versions("H", 2026, 1, own) == ("6.0",)
    assert accepted_versions("C", 2026, 1, own) == ("5.1",)
