"""`dopusk report`: draws the reports of a finished run again from its report.json."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from dopusk.cli.console import console, fail


class Format(StrEnum):
    """Formats that can be drawn again."""

    HTML = "html"
    JUNIT = "junit"
    JSON = "json"
    PDF = "pdf"
    CSV = "csv"
    XLSX = "xlsx"
    BADGE = "badge"
    ALL = "all"


class Language(StrEnum):
    """Languages of the labels."""

    RU = "ru"
    EN = "en"


def report(
    run_dir: Annotated[
        Path, typer.Argument(help="Папка прогона или её report.json.", show_default=False)
    ],
    format: Annotated[
        list[Format] | None,
        typer.Option("--format", "-f", help="Что составить; можно повторять.", show_default="all"),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Папка для файлов.", show_default="папка прогона"),
    ] = None,
    lang: Annotated[
        Language, typer.Option("--lang", help="Язык подписей; сами находки всегда по-русски.")
    ] = Language.RU,
    no_mask: Annotated[
        bool,
        typer.Option(
            "--no-mask", help="Показать персональные данные, если они есть в report.json прогона."
        ),
    ] = False,
) -> None:
    """Составить протокол заново по report.json: без МИС, стенда и сети.

    Примеры: [bold]dopusk report прогон/[/bold] ·
    [bold]dopusk report прогон/ --format pdf --lang en --out отчёт/[/bold]
    """

    from dopusk.cli.masking import run_masker
    from reports import json_report, pdf, write
    from reports.masked import is_masked, mask_report

    try:
        data = json_report.read(run_dir)
    except json_report.ReportError as error:
        fail(str(error))
    if not no_mask:
        data = mask_report(data, run_masker(run_dir if run_dir.is_dir() else None, data))
    elif is_masked(data):
        fail("Данные в report.json уже скрыты масками. Покажет их прогон с --no-mask")
    folder = out or (run_dir if run_dir.is_dir() else run_dir.parent)
    asked = format or [Format.ALL]
    names = [str(item) for item in Format if item is not Format.ALL
             and (item in asked or Format.ALL in asked)]  # fmt: skip
    try:
        paths = write(data, folder, names, lang=str(lang))
    except pdf.PdfError as error:
        fail(str(error))
    except OSError as error:
        fail(f"Не удалось записать отчёт в {folder}: {error.strerror}")
    for path in paths.values():
        console().print(str(path), markup=False, highlight=False, soft_wrap=True)
