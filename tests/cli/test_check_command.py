from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dopusk.cli.app import app
from dopusk.semd import LAYERS
from fixtures.documents import good

ROOT = Path(__file__).parents[2]
PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>\n'
BOMB = PROLOG + b'<!DOCTYPE a [<!ENTITY x "y"><!ENTITY z "&x;&x;&x;&x;&x;&x;">]><a>&z;</a>'
DAY = ("--as-of", "2024-03-11")


def check(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "good.xml").write_bytes(good())
    (tmp_path / "bad.xml").write_bytes(good().replace(b'code="ru-RU"', b'code="en"'))
    return tmp_path


def test_a_good_document(folder: Path) -> None:
    result = check(*DAY, folder / "good.xml")
    assert result.exit_code == 0
    assert "good.xml, вид 194: ошибок нет (не проверено 3)" in result.stdout
    assert "Файлов" not in result.stdout
    assert "ошибка" not in result.stdout
    assert "\x1b[" not in result.stdout


def test_today_the_closed_kind_is_a_remark(folder: Path) -> None:
    result = check(folder / "good.xml")
    assert result.exit_code == 0
    assert "замечание DOC-KIND-CLOSED 2:1" in result.stdout
    assert "NO_DOCUMENT_KIND_ON_DATE" in result.stdout


def test_a_bad_document_is_explained(folder: Path) -> None:
    result = check(*DAY, folder / "bad.xml")
    assert result.exit_code == 1
    for words in (
        "ошибка SCH-У1-9-1 11:3",
        "где: /ClinicalDocument[1]/languageCode[1]",
        'получено: code="en"',
        "основание: Schematron пакета вида 194 редакции 2, У1-9-1 [профиль]",
        "как исправить:",
    ):
        assert words in result.stdout


def test_json_lines(folder: Path) -> None:
    result = check(*DAY, "--json", folder / "good.xml", folder / "bad.xml")
    assert result.exit_code == 1
    first, second = (json.loads(line) for line in result.stdout.splitlines())
    assert first["kind"] == "194"
    assert [layer["name"] for layer in first["layers"]] == list(LAYERS)
    assert {item["severity"] for item in first["findings"]} <= {"unchecked"}
    (found,) = [item for item in second["findings"] if item["severity"] == "error"]
    assert (found["code"], found["where"]["line"]) == ("SCH-У1-9-1", 11)
    assert second["file"].endswith("bad.xml")


def test_a_folder_stands_for_its_documents(folder: Path) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "third.XML").write_bytes(good("194-oms"))
    (folder / "deep" / "note.txt").write_text("not a document")
    result = check(*DAY, folder)
    assert result.exit_code == 1
    assert "Файлов: 3 за " in result.stdout
    assert re.search(r"^  не соответствует +1$", result.stdout, re.M)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "BYTES-EMPTY"),
        (b"%PDF-1.7", "BYTES-PDF"),
        (b"\xef\xbb\xbf" + good(), "BYTES-BOM"),
        (good().decode().encode("cp1251", "replace"), "BYTES-NOT-UTF8"),
        (
            good().decode().replace("UTF-8", "windows-1251", 1).encode("cp1251", "replace"),
            "BYTES-ENCODING",
        ),
        (PROLOG + b"<!DOCTYPE a><a/>", "XML-DTD"),
        (BOMB, "XML-DTD"),
        (good()[:9000].rsplit(b"<", 1)[0], "XML-SYNTAX"),
        (PROLOG + b"<a/>", "DOC-NOT-CDA"),
        (bytes(range(256)), "BYTES-NOT-UTF8"),
    ],
)
def test_bad_input_has_a_finding_and_no_traceback(tmp_path: Path, data: bytes, code: str) -> None:
    file = tmp_path / "файл.xml"
    file.write_bytes(data)
    result = check(*DAY, file)
    assert result.exit_code == 1
    assert code in result.stdout
    assert "Traceback" not in result.output
    assert not result.exception or isinstance(result.exception, SystemExit)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("no-such.xml",), "no-such.xml: нет такого файла"),
        (("--kind", "abc", "x.xml"), "Вида abc нет в НСИ 1520"),
        (("--as-of", "вчера", "x.xml"), "вчера"),
        ((), "ФАЙЛ"),
    ],
)
def test_wrong_calls(arguments: tuple[str, ...], words: str) -> None:
    result = check(*arguments)
    assert result.exit_code == 2
    assert words in result.output


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    result = check(tmp_path)
    assert result.exit_code == 2
    assert "нет файлов *.xml" in result.output


def test_a_document_without_rules_for_its_kind_is_not_judged(tmp_path: Path) -> None:
    file = tmp_path / "other.xml"
    other_kind = good().replace(b"1.2.643.5.1.13.13.15.47.2", b"1.2.643.5.1.13.13.15.155.1")
    file.write_bytes(other_kind.replace(b'"5.2"', b'"5.1"'))
    result = check(*DAY, file)
    assert result.exit_code == 4
    assert "other.xml, вид 313: не проверено (" in result.stdout
    assert "Нет пакета правил для вида 313" in result.stdout


def test_values_that_were_not_compared_matter_with_strict(folder: Path) -> None:
    assert check(*DAY, folder / "good.xml").exit_code == 0
    assert check(*DAY, "--strict", folder / "good.xml").exit_code == 4


def test_help_has_examples() -> None:
    result = check("--help")
    assert result.exit_code == 0
    assert "dopusk check document.xml" in result.stdout


def test_a_file_larger_than_the_memory_is_not_read(tmp_path: Path) -> None:
    pytest.importorskip("resource", reason="no way to limit memory on this system")
    file = tmp_path / "big.xml"
    with file.open("wb") as stream:
        stream.write(PROLOG + b"<a>")
        stream.truncate(8 * 2**30)
    program = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30))\n"
        "from dopusk.cli import main\n"
        "sys.argv[1:] = ['check', sys.argv[1]]\n"
        "main()"
    )
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-c", program, str(file)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert "BYTES-TOO-BIG" in done.stdout


def test_json_is_escaped_where_the_output_cannot_show_letters(tmp_path: Path) -> None:
    file = tmp_path / "файл.xml"
    file.write_bytes(good())
    done = subprocess.run(
        [sys.executable, "-m", "dopusk", "check", *DAY, "--json", str(file)],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        check=True,
    )
    assert done.stdout.isascii()
    assert json.loads(done.stdout)["file"] == str(file)
