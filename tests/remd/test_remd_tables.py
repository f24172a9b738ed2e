from datetime import date
from pathlib import Path

import pytest

from dopusk.remd.errors import UnknownErrorCodeError, remd_error, remd_errors
from dopusk.remd.kinds import PatientInfo, kind, kinds, role, roles
from dopusk.remd.table import TableError, read_table
from dopusk.verdict import rules


def test_all_codes_of_the_dictionary_are_known() -> None:
    assert len(remd_errors()) == 127
    assert remd_error("NO_SNILS").id == 22


def test_wire_spelling_of_recipient_codes_is_understood() -> None:
    error = remd_error("RECIPIENT_INFO_MISMATCH")
    assert error.code == "RECEPIENT_INFO_MISMATCH"
    assert error.wire == "RECIPIENT_INFO_MISMATCH"


def test_unknown_code_is_refused() -> None:
    with pytest.raises(UnknownErrorCodeError):
        remd_error("DOCUMENT_NOT_FOUND")


def test_temporary_codes_are_in_the_dictionary() -> None:
    assert remd_error("RATE_LIMIT").temporary
    assert not remd_error("NO_SNILS").temporary


def test_every_rule_names_a_code_of_the_dictionary() -> None:
    named = {row.remd for row in rules().values() if row.remd}
    assert named <= set(remd_errors())


def test_kind_of_the_exam_conclusion() -> None:
    second = kind("194")
    assert second is not None
    assert second.patient_info is PatientInfo.OPTIONAL
    assert second.mo_sign
    assert second.template == "1.2.643.5.1.13.13.15.47.2"


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2023, 7, 30), False),
        (date(2023, 7, 31), True),
        (date(2024, 6, 30), True),
        (date(2024, 7, 1), False),
    ],
)
def test_registration_window_includes_both_ends(day: date, is_open: bool) -> None:
    second = kind("194")
    assert second is not None
    assert second.open_on(day) is is_open
    assert second.window == "с 31.07.2023 по 30.06.2024"


def test_open_kind_has_no_last_day() -> None:
    first = kind("103")
    assert first is not None
    assert first.open_on(date(2099, 1, 1))


def test_later_records_admit_what_they_do_not_know() -> None:
    later = kind("330")
    assert later is not None
    assert later.mo_sign is None
    assert later.patient_info is None


def test_all_kinds_load() -> None:
    assert len(kinds()) == 300
    assert sum(1 for row in kinds().values() if row.series_required) == 19
    assert [row.code for row in kinds().values() if row.mo_sign is False] == ["8"]


def test_roles_by_mnemonic_and_number() -> None:
    assert role("AUTHOR") == role("19") == "AUTHOR"
    assert role("27") is None
    assert len(roles()) == 29


def test_broken_table_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "kinds.csv"
    broken.write_text("code;name\n1;a;b\n", encoding="utf-8")
    with pytest.raises(TableError, match="kinds"):
        read_table(broken)
    with pytest.raises(TableError, match="Не читается"):
        read_table(tmp_path / "absent.csv")
