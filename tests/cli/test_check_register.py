"""`dopusk check` on packages of registers, their files and protocols."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dopusk.cli.app import app
from dopusk.tfoms.protocol import packed, write
from fixtures.registers.build import Built, build_package, pack

SAMPLES = Path(__file__).parents[3] / "shared" / "data" / "tfoms" / "samples_synth"
FOUR = {
    "Q015-003F.00.0080",
    "Q015-003F.00.3070",
    "Q015-004F.00.0250",
    "Q015-006F.00.1040",
}


def check(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


def records(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.fixture
def built() -> Built:
    return build_package("ОПВ")


@pytest.fixture
def package(tmp_path: Path, built: Built) -> Path:
    path = tmp_path / f"{built.name}.ZIP"
    path.write_bytes(built.zip)
    return path


def test_a_clean_package(package: Path) -> None:
    result = check(package, "--as-of", "2026-07-10")
    assert result.exit_code == 0, result.stdout
    assert "реестр X: случаев 2, персон 2, сумма 4600.00: ошибок нет" in result.stdout


def test_json_of_a_package(package: Path) -> None:
    (record,) = records(check(package, "--json", "--as-of", "2026-07-10"))
    assert record["verdict"] == "соответствует"
    assert record["judged"] is True
    assert record["register"] == {
        "what": "package",
        "package": package.stem,
        "family": "X",
        "cases": 2,
        "persons": 2,
        "total": "4600.00",
    }
    assert [layer["name"] for layer in record["layers"]] == ["package", "format", "flk"]  # type: ignore[attr-defined]
    assert record["findings"] == []


def test_a_package_with_an_error_of_a_check(package: Path, built: Built) -> None:
    package.write_bytes(_changed(built, b"<SUMMAV>4600.00", b"<SUMMAV>4700.00"))
    result = check(package, "--as-of", "2026-07-10")
    assert result.exit_code == 1
    assert "ошибка Q015-006F.00.1040" in result.stdout
    assert "получено: 4700.00" in result.stdout
    assert "как исправить:" in result.stdout


def test_a_broken_format_stops_the_checks(package: Path, built: Built) -> None:
    package.write_bytes(_changed(built, b"<VBR>0</VBR>", b"<VBR></VBR>"))
    result = check(package, "--as-of", "2026-07-10")
    assert result.exit_code == 1
    assert "ошибка F012-902" in result.stdout
    assert "дальше не проверялось: ФЛК" in result.stdout
    assert "N_ZAP 1" in result.stdout


def test_codes_of_a_territory(package: Path) -> None:
    result = check(package, "--as-of", "2026-07-10", "--okato", "40000")
    assert result.exit_code == 1
    assert "F012-904" in result.stdout
    assert "001F.00.0040" in result.stdout


def test_an_unknown_territory(package: Path) -> None:
    result = check(package, "--okato", "99999")
    assert result.exit_code == 2
    assert "46000" in result.output


def test_a_file_of_a_package_is_checked_with_the_other_one(tmp_path: Path, built: Built) -> None:
    main = tmp_path / f"{built.name}.XML"
    persons = tmp_path / f"{built.person_name}.XML"
    main.write_bytes(built.main)
    alone = check(main, "--as-of", "2026-07-10")
    assert alone.exit_code == 0
    assert "не проверено" in alone.stdout
    assert built.person_name in alone.stdout
    assert check(main, "--strict", "--as-of", "2026-07-10").exit_code == 4
    persons.write_bytes(built.person)
    for path in (main, persons):
        both = check(path, "--as-of", "2026-07-10")
        assert both.exit_code == 0
        assert "случаев 2, персон 2" in both.stdout
        assert "не проверено" not in both.stdout


def test_a_file_that_is_misnamed(tmp_path: Path, built: Built) -> None:
    path = tmp_path / "register.xml"
    path.write_bytes(built.main)
    result = check(path)
    assert result.exit_code == 1
    assert "F012-802" in result.stdout


def test_an_archive_that_is_no_package(tmp_path: Path) -> None:
    path = tmp_path / "HM990001S99001_26061.ZIP"
    path.write_bytes(b"nothing")
    result = check(path)
    assert result.exit_code == 1
    assert "F012-801" in result.stdout


def test_a_limit_of_the_stand_is_not_the_candidates_fault(package: Path) -> None:
    data = bytearray(package.read_bytes())
    at = data.index(b"PK\1\2") + 24
    data[at : at + 4] = (2**31).to_bytes(4, "little")
    package.write_bytes(data)
    result = check(package)
    assert result.exit_code == 4
    assert "FLK-LIMIT" in result.stdout
    assert "2048 МиБ" in result.stdout


def test_a_protocol(tmp_path: Path, built: Built) -> None:
    path = tmp_path / f"V{built.name}.ZIP"
    path.write_bytes(packed(built.name, write(built.name, ())))
    result = check(path)
    assert result.exit_code == 0
    assert "протокол ФЛК: ошибок нет" in result.stdout
    path.write_bytes(packed(built.name, write(built.name, (), named="HM990001S99001_26012")))
    assert "FLKP-OTHER-PACKAGE" in check(path).stdout


def test_packages_in_a_folder_are_found_by_name(package: Path) -> None:
    package.with_name("other.zip").write_bytes(b"")
    (record,) = records(check(package.parent, "--json", "--as-of", "2026-07-10"))
    assert record["file"] == str(package)


def test_an_interrupted_check_does_not_judge_a_package_again(package: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    for _ in range(2):
        result = check(package, "--as-of", "2026-07-10", "--out", out)
        assert result.exit_code == 0
    assert "Прежних результатов: 1" in result.stdout


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="образцов ../shared/data/tfoms нет")
def test_the_official_yardstick() -> None:
    for path in sorted(SAMPLES.glob("*.ZIP")):
        (record,) = records(check(path, "--json"))
        codes = [item["code"] for item in record["findings"]]  # type: ignore[attr-defined]
        if path.name == "HM990001S99001_23062.ZIP":
            assert len(codes) == 4
            assert set(codes) == FOUR
        else:
            assert codes == []
            assert record["verdict"] == "соответствует"


def _changed(built: Built, before: bytes, after: bytes) -> bytes:
    assert before in built.main
    main = built.main.replace(before, after, 1)
    return pack([(f"{built.name}.XML", main), (f"{built.person_name}.XML", built.person)])


def test_a_document_in_an_archive_that_is_named_xml_is_no_register(tmp_path: Path) -> None:
    path = tmp_path / "document.xml"
    path.write_bytes(b"PK\3\4" + b"\0" * 40)
    result = check(path)
    assert result.exit_code == 1
    assert "F012" not in result.stdout
    assert "BYTES-" in result.stdout
