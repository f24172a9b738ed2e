import io
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from dopusk.cli.console import console, fail
from dopusk.verdict import ExitCode

ROOT = Path(__file__).resolve().parents[2]


def test_fail_prints_to_stderr_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    message = "mis.toml:14: [[staff]] snils: не сходится\n[bold]вторая[/bold] " + "д" * 200
    with pytest.raises(typer.Exit) as left:
        fail(message)
    assert left.value.exit_code == ExitCode.USAGE
    out, err = capsys.readouterr()
    assert (out, err) == ("", message + "\n")


def test_fail_with_another_code() -> None:
    with pytest.raises(typer.Exit) as left:
        fail("сбой", ExitCode.STAND_ERROR)
    assert left.value.exit_code == 3


def test_lines_are_not_wrapped_or_coloured_without_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    console().print("слово " * 60, style="bold red")
    assert capsys.readouterr().out == "слово " * 60 + "\n"


@pytest.mark.parametrize("encoding", ["cp1251", "ascii", "utf-8"])
def test_any_encoding_of_the_output_will_do(encoding: str) -> None:
    code = "from dopusk.cli.console import console; console().print('✓ готово №1')"
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        capture_output=True,
        check=True,
        env={**os.environ, "PYTHONIOENCODING": encoding},
    )
    text = result.stdout.decode(encoding).strip()
    assert text == "✓ готово №1".encode(encoding, "replace").decode(encoding)


def test_stream_that_cannot_be_reconfigured(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr("sys.stdout", stream)
    console().print("✓")
    assert stream.getvalue() == "✓\n"
