"""`dopusk diff`: what changed between two runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from dopusk.cli.console import console
from dopusk.verdict import ExitCode

if TYPE_CHECKING:
    from reports.comparison import Changed, ChangedFinding, Comparison

_RUN = "Папка прогона, её report.json или evidence.zip."
_NAME = 90
"""Characters of a requirement's text that a line shows."""


def diff(
    before: Annotated[Path, typer.Argument(metavar="БЫЛО", help=_RUN, show_default=False)],
    after: Annotated[Path, typer.Argument(metavar="СТАЛО", help=_RUN, show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Вывести JSON.")] = False,
) -> None:
    """Сравнить два прогона: что сломано, исправлено, появилось, исчезло.

    Сравниваются сценарии (вариант и обозначение), требования и находки (правило и место, без
    значений). Сбой стенда кандидату в вину не ставится. Отличия в условиях прогонов (версия стенда,
    правила, дата) названы отдельно.

    Коды выхода: 0 ничего не сломано, 1 что-то сломано, 2 прогон не читается.

    Примеры: [bold]dopusk diff прогон-вчера/ прогон-сегодня/[/bold] ·
    [bold]dopusk diff было/evidence.zip стало/report.json --json[/bold]
    """
    from dopusk.cli.recorded import read_report
    from reports.comparison import compare

    found = compare(read_report(before), read_report(after))
    out = console()
    if as_json:
        out.print_json(data=found.to_dict(), ensure_ascii=False, highlight=False)
    else:
        _show(found, out)
    raise typer.Exit(ExitCode.NOT_CONFORMANT if found.broken else ExitCode.CONFORMANT)


def _show(found: Comparison, out: Console) -> None:
    was, now = found.before["verdict"], found.after["verdict"]
    out.print(f"Было: {found.before['id']}, {was}", markup=False)
    out.print(f"Стало: {found.after['id']}, {now}", markup=False)
    if found.conditions:
        out.print("\nУсловия прогонов отличаются:", style="bold")
        for item in found.conditions:
            text = f"  {item.what}: {item.before or 'нет'} → {item.after or 'нет'}"
            out.print(text, markup=False, soft_wrap=True)
    _show_changed("Сценарии", found.scenarios, out)
    _show_changed("Требования", found.requirements, out)
    _show_findings(found.findings, out)
    out.print()
    if found.broken:
        out.print("Есть то, что сломалось.", style="bold red")
    else:
        out.print("Ничего не сломалось.", style="bold green")


def _show_changed(title: str, items: Sequence[Changed], out: Console) -> None:
    from reports.comparison import Change, by_change

    out.print(f"\n{title}: {_counts(items)}", style="bold", markup=False)
    for kind in Change:
        if kind is Change.SAME:
            continue
        for item in by_change(items, kind):
            verdicts = f"{item.before or 'не было'} → {item.after or 'нет'}"
            label = Text(f"  {kind}: ", style=_STYLES[kind])
            name = item.name if len(item.name) <= _NAME else f"{item.name[:_NAME]}…"
            out.print(label + Text(f"{item.id} «{name}»: {verdicts}"), soft_wrap=True)


def _show_findings(items: Sequence[ChangedFinding], out: Console) -> None:
    from reports.comparison import Change

    out.print(f"\nНаходки: {_counts(items)}", style="bold", markup=False)
    for kind in Change:
        for item in items:
            if item.change is not kind or kind is Change.SAME:
                continue
            first = "; ".join(item.scenarios[:2])
            more = f" и ещё {len(item.scenarios) - 2}" if len(item.scenarios) > 2 else ""
            told = f"{item.code} {item.message}" + (f" [{item.place}]" if item.place else "")
            label = Text(f"  {kind}: ", style=_STYLES[kind])
            out.print(label + Text(f"{told}. Сценарии: {first}{more}"), soft_wrap=True)


def _counts(items: Sequence[Changed] | Sequence[ChangedFinding]) -> str:
    from reports.comparison import Change

    made = [(kind, sum(item.change is kind for item in items)) for kind in Change]
    return ", ".join(f"{kind} {count}" for kind, count in made if count) or "нет"


_STYLES = {
    "сломано": "bold red",
    "исправлено": "green",
    "изменилось": "yellow",
    "появилось": "cyan",
    "исчезло": "dim",
}
