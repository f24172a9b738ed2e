"""`dopusk check-submission`: what a reviewer would send the protocol back for."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from dopusk.cli.console import console
from dopusk.clock import Clock
from dopusk.verdict import ExitCode, Severity


def check_submission(
    submission: Annotated[
        Path,
        typer.Argument(
            metavar="ПРОТОКОЛ",
            help="evidence.zip, папка прогона или report.json.",
            show_default=False,
        ),
    ],
    today: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="День, когда протокол подают: на него смотрят сроки документов и редакций. "
            "По умолчанию сегодня.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Вывести JSON.")] = False,
) -> None:
    """Сказать заранее, за что протокол вернут: документы, пропуски, условия прогона, улики.

    Смотрит, что заявленные документы есть и в сроке, всё проверено, сбоев стенда нет, судили МИС
    разработчика официальными правилами, в настоящем времени и с настоящими корневыми
    сертификатами. Сам итог не пересматривает: это делает dopusk judge.

    Коды выхода: 0 возвращать не за что, 1 вернут, 2 протокол не читается.

    Примеры: [bold]dopusk check-submission прогон/evidence.zip[/bold] ·
    [bold]dopusk check-submission прогон/ --today 2027-01-15[/bold] ·
    [bold]dopusk check-submission прогон/evidence.zip --json[/bold]
    """
    from dopusk.cli.recorded import read_submission
    from reports.submission import review

    day = today.date() if today else Clock().now().date()
    given = read_submission(submission, day)
    found = review(given)
    errors = [item for item in found if item.severity is Severity.ERROR]
    if as_json:
        data = {
            "run": given.report["id"],
            "today": day.isoformat(),
            "returned": bool(errors),
            "findings": [item.to_dict() for item in found],
        }
        typer.echo(json.dumps(data, ensure_ascii=False, indent=1))
        raise typer.Exit(ExitCode.NOT_CONFORMANT if errors else ExitCode.CONFORMANT)
    out = console()
    out.print(f"Прогон {given.report['id']}, подача {day:%d.%m.%Y}", markup=False)
    for title, items in (("Вернут:", errors), ("Спросят:", found[len(errors) :])):
        if items:
            out.print(f"\n{title}", style="bold")
        for item in items:
            colour = "red" if item.severity is Severity.ERROR else "yellow"
            out.print(Text.assemble((f"  {item.code} ", colour), item.message), soft_wrap=True)
            out.print(Text(f"    Что делать: {item.cure}", style="dim"), soft_wrap=True)
    out.print()
    if errors:
        out.print(f"Причин для возврата: {len(errors)}.", style="bold red")
    else:
        out.print("Возвращать не за что.", style="bold green")
    raise typer.Exit(ExitCode.NOT_CONFORMANT if errors else ExitCode.CONFORMANT)
