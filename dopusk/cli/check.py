"""`dopusk check`: documents against every layer of rules, without a stand."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from dopusk.verdict import ExitCode


class EngineName(StrEnum):
    """Engines of Schematron."""

    FAST = "fast"
    EXACT = "exact"


def check(
    paths: Annotated[
        list[Path], typer.Argument(metavar="ФАЙЛ…", help="Файлы СЭМД или папки с ними (*.xml).")
    ],
    kind: Annotated[
        str | None,
        typer.Option(help="Вид по НСИ 1520, например 194. По умолчанию по templateId документа."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            formats=["%Y-%m-%d"],
            help="На какую дату смотреть, открыт ли вид. По умолчанию сегодня.",
        ),
    ] = None,
    engine: Annotated[
        EngineName, typer.Option(help="Чем исполнять правила Schematron.")
    ] = EngineName.FAST,
    as_json: Annotated[
        bool, typer.Option("--json", help="Одна строка JSON на файл вместо текста.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Код выхода 4, если проверены не все слои.")
    ] = False,
) -> None:
    """Проверить документы СЭМД: байты, XML, вид, XSD, Schematron, НСИ, идентификаторы.

    Коды выхода: 0 соответствует, 1 не соответствует, 2 файл не читается или ошибка вызова,
    4 проверены не все слои (только с --strict).

    Примеры:

    dopusk check document.xml

    dopusk check --kind 194 --as-of 2024-02-15 document.xml

    dopusk check --json папка > результаты.jsonl
    """
    from dopusk.cli.check_view import json_line, plain_lines, summary
    from dopusk.clock import Clock
    from dopusk.remd.kinds import kind as known_kind
    from dopusk.semd import check_file
    from dopusk.verdict import Verdict

    _forgive_encoding()
    if kind is not None and known_kind(kind) is None:
        _refuse(f"Вида {kind} нет в НСИ 1520. Укажите код вида, например --kind 194")
    now: datetime | date = as_of.date() if as_of else Clock().now()
    day = now.date() if isinstance(now, datetime) else now
    verdicts: list[Verdict] = []
    unreadable = 0
    for path in _files(paths):
        try:
            report = check_file(path, kind=kind, as_of=day, engine=engine.value, now=now)
        except OSError as error:
            unreadable += 1
            _complain(f"{path}: не читается ({error.strerror or error})")
            continue
        verdicts.append(report.verdict)
        if as_json:
            typer.echo(json_line(str(path), report))
        else:
            for line in plain_lines(str(path), report):
                typer.echo(line)
    if not as_json:
        typer.echo(summary(verdicts, unreadable))
    raise typer.Exit(_exit_code(verdicts, unreadable, strict=strict))


def _forgive_encoding() -> None:
    """Let an output that cannot show a letter show «?» instead of breaking off."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    """Return the files to check: a folder stands for the *.xml under it. Exits with 2."""
    for path in paths:
        if path.is_dir():
            inside = sorted(item for item in path.rglob("*") if item.suffix.lower() == ".xml")
            if not inside:
                _refuse(f"{path}: в папке нет файлов *.xml")
            yield from inside
        elif path.is_file():
            yield path
        elif path.exists():
            _refuse(f"{path}: это не обычный файл")
        else:
            _refuse(f"{path}: нет такого файла")


def _refuse(text: str) -> NoReturn:
    _complain(text)
    raise typer.Exit(ExitCode.USAGE)


def _complain(text: str) -> None:
    typer.secho(text, fg=typer.colors.RED, err=True)


def _exit_code(verdicts: Sequence[str], unreadable: int, *, strict: bool) -> ExitCode:
    from dopusk.verdict import Verdict

    if Verdict.FAIL in verdicts:
        return ExitCode.NOT_CONFORMANT
    if unreadable:
        return ExitCode.USAGE
    if strict and Verdict.SKIP in verdicts:
        return ExitCode.INCOMPLETE
    return ExitCode.CONFORMANT
