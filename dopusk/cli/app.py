"""The command line: which commands there are, and what happens to an interruption."""

from __future__ import annotations

from typing import Annotated

import typer

from dopusk import __version__
from dopusk.cli.catalogue import catalogue
from dopusk.cli.check import check
from dopusk.cli.check_submission import check_submission
from dopusk.cli.demo import demo
from dopusk.cli.diff import diff
from dopusk.cli.doctor import doctor
from dopusk.cli.explain import explain
from dopusk.cli.init import init
from dopusk.cli.judge import judge
from dopusk.cli.nsi import nsi_app
from dopusk.cli.pack import pack_app
from dopusk.cli.pki import pki_app
from dopusk.cli.report import report
from dopusk.cli.run import run
from dopusk.cli.serve import serve
from dopusk.cli.ticket import ticket

app = typer.Typer(
    name="dopusk",
    help="Допуск: проверка МИС перед подключением к ЕГИСЗ на стенде из имитаций РЭМД и ЕМИАС.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

for command in (
    demo,
    init,
    doctor,
    serve,
    run,
    judge,
    check,
    report,
    diff,
    catalogue,
    explain,
    ticket,
):
    app.command()(command)
app.command("check-submission")(check_submission)
app.add_typer(nsi_app, name="nsi")
app.add_typer(pack_app, name="pack")
app.add_typer(pki_app, name="pki")


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"dopusk {__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Показать версию и выйти."
        ),
    ] = False,
) -> None:
    """Проверка МИС перед подключением к ЕГИСЗ.

    Начните с [bold]dopusk demo[/bold]: эталонная МИС пройдёт сценарии и появится протокол.
    Для своей МИС: [bold]dopusk init[/bold], заполните mis.toml, затем
    [bold]dopusk run mis.toml[/bold].
    """
