"""`dopusk init`: a new mis.toml to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dopusk.cli.console import console, fail
from dopusk.wording import os_reason


def init(
    path: Annotated[Path, typer.Argument(help="Куда записать декларацию.")] = Path("mis.toml"),
    force: Annotated[
        bool, typer.Option("--force", help="Переписать файл, если он уже есть.")
    ] = False,
    training: Annotated[
        bool,
        typer.Option(
            "--training",
            help="Заполнить всё учебной МО и вымышленными людьми: останется поправить адреса МИС.",
        ),
    ] = False,
) -> None:
    """Записать заготовку декларации МИС с пояснениями.

    Примеры: [bold]dopusk init[/bold] · [bold]dopusk init проверка/mis.toml[/bold] ·
    [bold]dopusk init --training[/bold]
    """
    from dopusk.declaration.template import template, training_declaration

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(training_declaration() if training else template())
    except FileExistsError:
        fail(f"{path} уже есть. Чтобы переписать его: dopusk init {path} --force")
    except OSError as error:
        fail(f"{path} не записывается: {os_reason(error)}")
    out = console()
    out.print(f"Записано: {path}", markup=False)
    if training:
        out.print("Дальше: поправьте адреса МИС и возьмите ключи учебных людей", markup=False)
        out.print(f"  dopusk pki new --declaration {path} --out pki", markup=False)
    else:
        out.print("Дальше: заполните места <заполните: …>, затем", markup=False)
    out.print(f"  dopusk doctor {path}", markup=False)
    out.print(f"  dopusk run {path}", markup=False)
