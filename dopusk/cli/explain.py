"""`dopusk explain`: what a code of a finding or of РЭМД means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from dopusk.cli.console import console, fail

if TYPE_CHECKING:
    from dopusk.findings import Explanation


def explain(
    codes: Annotated[list[str], typer.Argument(help="Коды находок или РЭМД (НСИ 305).")],
    as_json: Annotated[bool, typer.Option("--json", help="Вывести JSON.")] = False,
) -> None:
    """Объяснить код находки: что не так, отчего бывает, что делать, на чём правило стоит.

    Примеры: [bold]dopusk explain SIG-DIGEST[/bold] ·
    [bold]dopusk explain SCH-У1-3 Q015-001F.00.0070[/bold] ·
    [bold]dopusk explain NO_DOCUMENT_KIND_ON_DATE --json[/bold]

    Все коды с пояснениями: docs/findings.md.
    """
    from dopusk.findings import UnknownCodeError
    from dopusk.findings import explain as explained

    try:
        known = [explained(code) for code in codes]
    except UnknownCodeError as error:
        hint = f" Похожие: {', '.join(error.similar)}." if error.similar else ""
        fail(f"Кода «{error.code}» нет.{hint} Все коды: docs/findings.md")
    if as_json:
        data = {"codes": [item.to_dict() for item in known]}
        console().print_json(data=data, ensure_ascii=False, highlight=False)
        return
    for number, item in enumerate(known):
        _show(item, first=number == 0)


def _show(item: Explanation, *, first: bool) -> None:
    out = console()
    if not first:
        out.print()
    out.print(Text.assemble((item.code, "bold"), f"  {item.title}"))
    answer = item.remd
    rows = [
        ("что не так", item.meaning),
        ("правило", item.rule),
        ("отчего", item.cause),
        ("что делать", item.cure),
        ("итог", f"{item.effect} ({item.evidence})"),
        ("источник", item.source),
        ("РЭМД", f"№{answer.id} {answer.code} — {answer.text}" if answer else None),
        ("после него", answer.action if answer else None),
        ("где правило", item.found_in),
    ]
    for name, value in rows:
        if value:
            out.print(Text.assemble((f"  {name + ':':<13}", "dim"), value))
