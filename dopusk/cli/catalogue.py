"""`dopusk catalogue`: the requirements and what shows each of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from dopusk.cli.console import console, fail
from dopusk.verdict import ExitCode
from dopusk.wording import os_reason

if TYPE_CHECKING:
    from dopusk.catalogue import Coverage, Requirement


def catalogue(
    variant: Annotated[
        str | None, typer.Option(help="Только требования варианта: fed-1 … fed-4, mo-1 … mo-3.")
    ] = None,
    oms: Annotated[
        bool, typer.Option("--oms", help="С вариантом: добавить требования к работе в ОМС.")
    ] = False,
    ips: Annotated[
        bool, typer.Option("--ips", help="С вариантом: добавить требования к работе через ИПС.")
    ] = False,
    markdown: Annotated[
        Path | None, typer.Option(help="Записать таблицу покрытия в файл (docs/coverage.md).")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Вывести JSON.")] = False,
) -> None:
    """Показать требования, их источники и то, чем каждое проверяется.

    Примеры: [bold]dopusk catalogue[/bold] · [bold]dopusk catalogue --variant fed-3[/bold] ·
    [bold]dopusk catalogue --json[/bold] ·
    [bold]dopusk catalogue --markdown docs/coverage.md[/bold]
    """
    from dopusk.catalogue import Catalogue, CatalogueError, coverage, coverage_page, discover
    from dopusk.declaration.model import Variant

    try:
        known = Catalogue.load()
    except CatalogueError as error:
        fail(str(error), ExitCode.STAND_ERROR)
    chosen = known.all
    if variant is not None:
        if variant not in set(Variant):
            fail(f"Варианта {variant} нет. Есть: {', '.join(Variant)}")
        chosen = known.requirements(Variant(variant), oms, via_ips=ips)
    covered = coverage(known, discover())
    if markdown is not None:
        _write(markdown, coverage_page(known, covered))
        return
    if as_json:
        rows = [_row(item, covered) for item in chosen]
        console().print_json(data={"requirements": rows}, ensure_ascii=False, highlight=False)
        return
    _show(chosen, covered)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        fail(f"{path} не записывается: {os_reason(error)}")
    console().print(f"Записано: {path}", markup=False)


def _row(item: Requirement, covered: Coverage) -> dict[str, Any]:
    return {
        "id": item.id,
        "source": item.source,
        "clause": item.clause,
        "text": item.text,
        "level": item.level.value,
        "variants": [code.value for code in item.variants],
        "verification": item.verification.value,
        "bearer": item.bearer,
        "condition": item.condition.value if item.condition else None,
        "reason": item.reason,
        "scenarios": [scenario.id for scenario in covered.scenarios[item.id]],
    }


def _show(chosen: tuple[Requirement, ...], covered: Coverage) -> None:
    out = console()
    for item in chosen:
        found = len(covered.scenarios[item.id])
        colour = "yellow" if item.tested and not found else ""
        out.print(Text.assemble((f"{item.id}  ", "bold"), (_means(item, found), colour)))
        variants = "все варианты" if len(item.variants) == 7 else " ".join(item.variants)
        out.print(Text(f"  {item.text}"))
        out.print(Text(f"  {item.source}, {item.clause}; {item.level}; {variants}", style="dim"))
    bare = [item.id for item in covered.unshown if item in chosen]
    out.print(f"\nВсего требований: {len(chosen)}, без сценария: {len(bare)}")
    if bare:
        out.print(f"Нет сценария: {', '.join(bare)}", style="yellow")


def _means(item: Requirement, found: int) -> str:
    """Return in words what shows the requirement: scenarios, a document or both."""
    means = [f"сценариев: {found}" if found else "сценария нет"] if item.tested else []
    if item.attested:
        means.append("документ кандидата")
    if item.reason:
        means.insert(0, "делать ничего не надо")
    return " + ".join(means)
