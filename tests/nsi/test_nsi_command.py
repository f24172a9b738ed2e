"""`dopusk nsi`: import, list, look into, forget; every refusal is a word and exit code 2."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dopusk.cli.app import app
from dopusk.nsi import library
from dopusk.nsi.library import imported_dictionaries
from fixtures.documents import good

PAYERS = "1.2.643.5.1.13.13.11.1039"
GENDERS = "1.2.643.5.1.13.13.11.1040"
ROWS = [{"ID": "8", "NAME": "Средства организаций"}]


def run(*words: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["nsi", *(str(word) for word in words)])
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result.output


@pytest.fixture
def export(tmp_path: Path) -> Path:
    file = tmp_path / f"{PAYERS}_5.2.json"
    file.write_text(json.dumps(ROWS), encoding="utf-8")
    return file


def test_an_import_is_listed_shown_and_forgotten(export: Path) -> None:
    assert PAYERS not in run("list")
    said = run("add", export, "--name", "Источники оплаты медицинской помощи")
    assert f"Импортирован справочник {PAYERS} версии 5.2" in said
    assert str(imported_dictionaries()) in said
    assert f"{PAYERS}  5.2  импорт  строк 1  Источники оплаты" in run("list")
    shown = run("show", PAYERS)
    assert "8\tСредства организаций" in shown
    assert "откуда: Импорт файла" in shown
    assert library().knows(PAYERS)
    assert "удалён" in run("remove", PAYERS, "5.2")
    assert not library().knows(PAYERS)
    assert PAYERS not in run("list")


def test_json_is_for_programs(export: Path) -> None:
    run("add", export)
    rows = {row["oid"]: row for row in json.loads(run("list", "--json"))}
    assert (rows[PAYERS]["origin"], rows[GENDERS]["origin"]) == ("imported", "own")
    shown = json.loads(run("show", GENDERS, "--json"))
    assert shown["names"] == {"1": "Мужской", "2": "Женский", "3": "Неопределенный"}
    assert shown["version"] == "2.1"


def test_one_row_is_shown_by_its_code() -> None:
    lines = run("show", GENDERS, "--code", "2").splitlines()
    assert lines[-1] == "2\tЖенский"
    assert "1\tМужской" not in lines


def test_an_import_of_an_own_version_says_so(export: Path) -> None:
    added = run("add", export, "--oid", GENDERS, "--version", "2.1")
    assert "Эта версия есть и на стенде" in added
    assert "Заменён" in run("add", export, "--oid", GENDERS, "--version", "2.1")
    assert "8\tСредства" in run("show", GENDERS, "--version", "2.1")
    run("add", export, "--oid", GENDERS, "--version", "2.2")
    assert "другие версии: 2.1" in run("show", GENDERS)


def test_known_columns_are_used(tmp_path: Path) -> None:
    file = tmp_path / "1.2.643.5.1.13.13.99.2.285_1.3.csv"
    file.write_text("ID;CODE;NAME\n1;N;Обычный\n", encoding="cp1251")
    assert "код — CODE, имя — NAME" in run("add", file)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "none.json"), "не читается"),
        (("show", PAYERS), "dopusk nsi add"),
        (("show", GENDERS, "--version", "9"), "Есть: 2.1"),
        (("show", GENDERS, "--code", "77"), "Кода «77»"),
        (("remove", GENDERS, "2.1"), "не импортирован"),
        (("remove", "../x", "2.1"), "Нужны OID и версия"),
    ],
)
def test_a_refusal_is_a_word_and_exit_code_2(words: tuple[str, ...], said: str) -> None:
    assert said in run(*words, code=2)


def test_a_spoilt_import_is_a_word(export: Path) -> None:
    run("add", export)
    (file,) = imported_dictionaries().iterdir()
    file.write_text("{")
    for words in (("list",), ("show", PAYERS)):
        assert "испорчен" in run(*words, code=2)
    run("remove", PAYERS, "5.2")


def test_check_says_what_is_not_held_and_only_strict_minds(tmp_path: Path) -> None:
    document = tmp_path / "good.xml"
    document.write_bytes(good())
    for words, code in (((), 0), (("--strict",), 4)):
        result = CliRunner().invoke(app, ["check", "--as-of", "2024-03-11", *words, str(document)])
        assert result.exit_code == code, result.output
        assert "NSI-NOT-HELD" in result.output
        assert PAYERS in result.output


def test_check_shows_what_blocks_first_and_remarks_last(tmp_path: Path) -> None:
    document = tmp_path / "bad.xml"
    data = good().replace("Врач-профпатолог".encode(), b"X", 1).replace(b'"417"', b'"9417"')
    document.write_bytes(data)
    result = CliRunner().invoke(app, ["check", "--as-of", "2024-03-11", str(document)])
    order = [result.output.index(code) for code in ("NSI-CODE", "NSI-NOT-HELD", "NSI-NAME-POST")]
    assert order == sorted(order)
    assert result.exit_code == 1
