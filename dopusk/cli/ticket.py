"""`dopusk ticket`: the application to СТП of ЕМИАС, written and checked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from dopusk.cli.console import error_console, fail
from dopusk.verdict import ExitCode
from dopusk.wording import os_reason

if TYPE_CHECKING:
    from dopusk.declaration.model import Declaration, Variant
    from dopusk.verdict import Finding

MAX_BYTES = 1 << 20
"""Largest text that is read as an application."""


def ticket(
    path: Annotated[Path, typer.Argument(metavar="MIS.TOML", help="Декларация МИС.")],
    out: Annotated[
        Path | None, typer.Option(help="Куда записать заявку. По умолчанию на экран.")
    ] = None,
    check: Annotated[
        Path | None, typer.Option(help="Проверить готовый текст заявки вместо того, чтобы писать.")
    ] = None,
    variant: Annotated[
        str | None, typer.Option(help="mo-1 или mo-3, если в декларации есть оба.")
    ] = None,
) -> None:
    """Написать заявку в СТП ЕМИАС на подключение МИС или проверить готовую.

    Код выхода 0, если заявку можно отправлять, 1, если в ней есть ошибки, 2, если её не составить.

    Примеры: [bold]dopusk ticket mis.toml --out заявка.txt[/bold] ·
    [bold]dopusk ticket mis.toml --check заявка.txt[/bold]
    """
    from dopusk.declaration import DeclarationError, load
    from dopusk.ticket import TicketError, check_application, compose, read, render

    try:
        declared = load(path)
        application = compose(declared, _variant(declared, variant))
    except (DeclarationError, TicketError) as error:
        fail(str(error))
    text = render(application) if check is None else _read(check)
    found = check_application(read(text), application)
    if check is None and out is None:
        typer.echo(text, nl=False)
    elif out is not None:
        _write(out, text)
        error_console().print(f"Записано: {out}", markup=False)
    _show(found)
    raise typer.Exit(ExitCode.NOT_CONFORMANT if found else ExitCode.CONFORMANT)


def _variant(declaration: Declaration, asked: str | None) -> Variant:
    from dopusk.ticket import FORWARDING, TicketError

    declared = [item for item in declaration.variants if item in FORWARDING]
    if asked is not None:
        chosen = [item for item in declared if item == asked]
        if not chosen:
            known = ", ".join(declared) or "ни одного"
            raise TicketError(
                f"Варианта {asked} с заявкой в СТП в декларации нет; объявлено: {known}"
            )
        return chosen[0]
    if not declared:
        raise TicketError(
            f"Заявку в СТП подают для {' и '.join(FORWARDING)}, а в декларации "
            f"{', '.join(declaration.variants)}: добавьте вариант в variants раздела [connection]"
        )
    if len(declared) > 1:
        raise TicketError(
            "В декларации и mo-1, и mo-3, а отправка в ФРЭМД у них разная: выберите --variant"
        )
    return declared[0]


def _read(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        fail(f"{path} не читается: {os_reason(error)}")
    if len(data) > MAX_BYTES:
        fail(f"{path}: больше {MAX_BYTES >> 20} МиБ, это не заявка")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        fail(f"{path} не в UTF-8; сохраните текст заявки в UTF-8")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        fail(f"{path} не записывается: {os_reason(error)}")


def _show(found: Iterable[Finding]) -> None:
    listed = list(found)
    out = error_console()
    for item in listed:
        out.print(Text.assemble((item.code, "bold red"), f"  {item.message}"))
        if item.cure:
            out.print(Text(f"  → {item.cure}", style="red"))
    if not listed:
        out.print("Заявка составлена верно, её можно отправлять.", style="green")
