"""Each check of Q015 that the stand makes has been seen to answer, and clean packages give none."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from register_bases import BASES, CONTEXT, S, Z, base, controlled

from dopusk.tfoms.flk import rules
from dopusk.tfoms.flk.compiled import groups
from dopusk.tfoms.package import check_package
from dopusk.tfoms.territories import territories
from fixtures.registers import Built, build_package, mutated

TABLE = tomllib.loads((Path(__file__).parent / "q015_mutants.toml").read_text(encoding="utf-8"))
FORMAT = ("804", "901", "902", "903")
"""What F012 says where the format is broken first."""
SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "tfoms" / "samples_synth"


def ids(built: Built, **surroundings: object) -> set[str]:
    return {error.oshib for error in controlled(built, replace(CONTEXT, **surroundings))}


def changes(row: dict[str, str]) -> dict[str, str | None]:
    return {path: None if value == "—" else value for path, value in row.items()}


@pytest.mark.parametrize("name", BASES)
def test_a_clean_package_is_clean(name: str) -> None:
    assert controlled(base(name)) == []


@pytest.mark.parametrize("period", [(2019, 12), (2021, 6), (2023, 6), (2025, 2), (2026, 6)])
@pytest.mark.parametrize("kind", ["H", "ДВ4", "ДВ2", "ОПВ", "C", "T"])
def test_every_kind_is_clean_in_every_version(kind: str, period: tuple[int, int]) -> None:
    year, month = period
    assert controlled(build_package(kind, year=year, month=month)) == []


def test_every_check_has_its_mutant() -> None:
    assert set(TABLE) == {rule.id for rule in rules()}


@pytest.mark.parametrize("check", TABLE)
def test_a_mutant_trips_exactly_its_check(check: str) -> None:
    row = TABLE[check]
    mutant = mutated(
        base(row["base"]), changes(row.get("main", {})), changes(row.get("person", {}))
    )
    errors = controlled(mutant)
    assert {error.oshib for error in errors} == {check, *row.get("also", [])}
    own = next(error for error in errors if error.oshib == check)
    assert own.comment
    assert len(own.comment) <= 250
    assert own.im_pol
    assert own.file in (f"{mutant.name}.XML", f"{mutant.person_name}.XML")
    assert own.finding().code == f"Q015-{check}"


def test_a_repeated_number_of_a_record_is_told_with_the_second_one() -> None:
    (error,) = controlled(mutated(base("H"), {"ZAP[2]/N_ZAP": "1"}))
    assert (error.oshib, error.zn_pol, error.idcase) == ("003F.00.2110", "1", "2")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"SCHET/SUMMAV": "950.00"}, "900.00"),
        ({"ZGLV/SD_Z": "3"}, "2"),
        ({f"{Z}/RSLT": "313"}, "305"),
        ({"SCHET/DSCHET": "2026-07-09"}, "DSCHET<=ZGLV.DATA"),
    ],
)
def test_an_error_tells_what_was_expected(change: dict[str, str], expected: str) -> None:
    (error,) = controlled(mutated(base("H"), change))
    assert error.expected == expected


def test_the_id_of_a_part_is_the_only_one_in_its_case() -> None:
    same = mutated(base("H"), {"ZAP[2]/Z_SL/SL/SL_ID": "SL-1"})
    assert controlled(same) == []


def test_the_id_of_a_service_is_the_only_one_in_its_part() -> None:
    (error,) = controlled(mutated(base("ДВ4"), {f"{S}/USL[2]/IDSERV": "1"}))
    assert (error.oshib, error.idserv, error.sl_id) == ("003F.00.2850", "1", "SL-1")


def test_an_error_carries_the_ids_and_the_place_of_its_record() -> None:
    (error,) = controlled(mutated(base("H"), {"ZAP[2]/Z_SL/SL/USL/DS": "0"}))
    assert (error.n_zap, error.idcase, error.sl_id, error.idserv) == ("2", "2", "SL-2", "2")
    assert error.id_pac == "00000000-0000-4000-8000-000000000002"
    assert error.xpath == "/ZL_LIST/ZAP[N_ZAP='2']/Z_SL/SL/USL/DS"
    assert error.bas_el == "USL"
    assert error.line
    assert (
        b"<DS>0</DS>"
        in mutated(base("H"), {"ZAP[2]/Z_SL/SL/USL/DS": "0"}).main.splitlines()[error.line - 1]
    )


@pytest.mark.parametrize(
    ("name", "errors"),
    [
        ("HM990001S99001_23061", set()),
        ("DOM990001S99001_23061", set()),
        ("HS99001M990001_23061", set()),
        (
            "HM990001S99001_23062",
            {"006F.00.1040", "003F.00.0080", "004F.00.0250", "003F.00.3070"},
        ),
    ],
)
def test_the_samples_give_what_they_were_made_for(name: str, errors: set[str]) -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the samples of registers are not beside the project")
    person = f"LO{name[2:]}" if name.startswith("DO") else f"L{name[1:]}"
    main, people = ((SAMPLES / f"{one}.XML").read_bytes() for one in (name, person))
    found = controlled(Built(name, person, main, people, b""))
    assert {error.oshib for error in found} == errors
    assert len(found) == len(errors)


def test_performers_are_asked_for_until_they_have_an_element_of_their_own() -> None:
    gone = {f"{S}/USL/PRVS": None}
    assert ids(mutated(build_package("H", year=2021, month=6), gone)) == {"003F.00.2961"}
    assert ids(mutated(build_package("ДВ4", year=2023, month=6), gone)) == {"003F.00.2962"}
    assert (
        ids(mutated(build_package("H", year=2023, month=6), {f"{S}/USL/MR_USL_N": None})) == set()
    )


def test_a_closed_code_is_no_code() -> None:
    assert ids(mutated(base("H"), {f"{Z}/IDSP": "34"})) == {"001F.00.0230"}


def test_the_check_of_the_organization_changes_with_its_dictionary() -> None:
    stranger = {"SCHET/CODE_MO": "990009"}
    for year, check in ((2023, "001F.00.0030"), (2026, "001F.00.0031")):
        package = mutated(build_package("H", year=year), stranger)
        assert ids(package) == {check}
        assert ids(package, mo_codes=None) == set()


def test_payers_are_those_of_the_territory() -> None:
    territory = next(iter(territories().values()))
    own = build_package("H", smo=territory.smo[0])
    assert ids(own, territory=territory) == set()
    assert ids(base("H"), territory=territory) == {"001F.00.0040", "001F.00.0080"}


def test_the_file_may_not_be_of_tomorrow() -> None:
    assert ids(base("H"), today=date(2026, 7, 2)) == {"006F.00.0010", "006F.00.0020"}


def test_checks_are_compiled_once() -> None:
    assert groups("H", date(2026, 6, 1)) is groups("H", date(2026, 6, 1))


def test_files_of_treatment_take_the_common_checks_only() -> None:
    assert ids(mutated(base("C"), {f"{Z}/SUMV": "601.00", "SCHET/SUMMAV": "1201.00"})) == {
        "006F.00.0370"
    }
    assert ids(mutated(base("C"), {f"{Z}/RSLT": "101"})) == set()


@pytest.mark.parametrize("name", BASES)
def test_a_clean_package_passes_the_whole_formal_control(name: str) -> None:
    package = base(name)
    report = check_package(package.zip, f"{package.name}.ZIP", CONTEXT)
    assert report.accepted, [error.comment for error in report.errors]


@pytest.mark.parametrize("check", TABLE)
def test_the_whole_formal_control_refuses_a_mutant(check: str) -> None:
    row = TABLE[check]
    mutant = mutated(
        base(row["base"]), changes(row.get("main", {})), changes(row.get("person", {}))
    )
    report = check_package(mutant.zip, f"{mutant.name}.ZIP", CONTEXT)
    found = {error.oshib for error in report.errors}
    if report.stage == "flk":
        assert found == {check, *row.get("also", [])}
    else:
        assert found
        assert all(code in FORMAT for code in found)
