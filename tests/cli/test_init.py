from pathlib import Path

import pytest
from typer.testing import CliRunner

from dopusk.cli.app import app
from dopusk.declaration import load, template

cli = CliRunner()


@pytest.fixture(autouse=True)
def _in_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_writes_the_template_in_utf8(tmp_path: Path) -> None:
    result = cli.invoke(app, ["init"])
    assert result.exit_code == 0
    assert "dopusk run mis.toml" in result.stdout
    assert (tmp_path / "mis.toml").read_bytes() == template().encode()


def test_makes_the_folder(tmp_path: Path) -> None:
    assert cli.invoke(app, ["init", "проверка/мис.toml"]).exit_code == 0
    assert (tmp_path / "проверка" / "мис.toml").is_file()


def test_overwrites_only_when_asked(tmp_path: Path) -> None:
    (tmp_path / "mis.toml").write_text("моё")
    result = cli.invoke(app, ["init"])
    assert result.exit_code == 2
    assert "уже есть" in result.stderr
    assert "--force" in result.stderr
    assert (tmp_path / "mis.toml").read_text() == "моё"
    assert cli.invoke(app, ["init", "--force"]).exit_code == 0
    assert (tmp_path / "mis.toml").read_text(encoding="utf-8") == template()


def test_unwritable_place(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    result = cli.invoke(app, ["init", "file/mis.toml"])
    assert result.exit_code == 2
    assert "не записывается" in result.stderr or "уже есть" in result.stderr
    assert "Traceback" not in result.output


def test_a_training_declaration_has_nothing_left_to_fill_in(tmp_path: Path) -> None:
    result = cli.invoke(app, ["init", "--training"])
    assert result.exit_code == 0
    assert "dopusk pki new" in result.stdout
    declared = load(tmp_path / "mis.toml")
    assert declared.driver.kind == "http"
    assert [one.surname for one in declared.staff] == ["Тестов", "Образцова"]
    assert cli.invoke(app, ["pki", "new", "--out", "pki"]).exit_code == 0
