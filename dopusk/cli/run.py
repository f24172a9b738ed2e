"""`dopusk run`: the candidate's МИС through the scenarios of its variants."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dopusk.cli.console import console, fail
from dopusk.cli.options import Key, MaskEvidence, NoEvidence, NoMask, NoPdf, Verbose
from dopusk.verdict import ExitCode

if TYPE_CHECKING:
    from dopusk.cli.listeners import TerminalListener
    from dopusk.cli.prompter import TerminalPrompter
    from dopusk.declaration.model import Declaration


def run(
    declaration: Annotated[Path, typer.Argument(help="Декларация МИС, см. dopusk init.")],
    variant: Annotated[
        list[str] | None,
        typer.Option(help="Вариант подключения; можно повторять. По умолчанию все из декларации."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Папка результатов. По умолчанию dopusk-run-<дата>-<время>."),
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option(
            help="Только сценарии с таким обозначением (например rate-limit); можно повторять. "
            "Для отладки: прочее останется непроверенным."
        ),
    ] = None,
    wait: Annotated[
        float | None,
        typer.Option(help="Сколько секунд ждать сообщения МИС (по умолчанию из mis.toml)."),
    ] = None,
    oms: Annotated[
        bool,
        typer.Option(
            "--oms",
            help="Прогон вместе с обменом ТФОМС: в mis.toml должны быть разделы [\\[oms]]. "
            "Когда они есть, обмен проверяется и без этой опции.",
        ),
    ] = False,
    suite: Annotated[
        list[Path] | None,
        typer.Option(
            help="Папка со своими сценариями, шагами, профилем обмена или требованиями "
            "(docs/suites.md); можно повторять. Шаги из неё — код, который будет выполнен."
        ),
    ] = None,
    expected: Annotated[
        Path | None,
        typer.Option(
            metavar="ФАЙЛ",
            help="Известные несоответствия с причиной и сроком (docs/expected.md): меняют только "
            "код выхода, протокол остаётся прежним.",
        ),
    ] = None,
    key: Key = None,
    no_pdf: NoPdf = False,
    no_evidence: NoEvidence = False,
    no_mask: NoMask = False,
    mask_evidence: MaskEvidence = False,
    verbose: Verbose = False,
    no_allure: Annotated[
        bool, typer.Option("--no-allure", help="Не писать результаты для Allure.")
    ] = False,
) -> None:
    """Провести МИС по сценариям её варианта подключения и составить протокол.

    Примеры: [bold]dopusk run mis.toml[/bold] ·
    [bold]dopusk run mis.toml --variant fed-3 --out протокол[/bold] ·
    [bold]dopusk run mis.toml --scenario rate-limit --wait 120 -v[/bold] ·
    [bold]dopusk run mis.toml --expected known.toml[/bold]

    Коды выхода: 0 соответствует, 1 не соответствует, 2 ошибка декларации или запуска,
    3 сбой стенда, 4 проверено не всё.
    """
    from dopusk.cli.known import expected_of
    from dopusk.cli.masking import shows_masks
    from dopusk.cli.packing import credential_of
    from dopusk.cli.session import Session
    from dopusk.declaration import DeclarationError, load
    from dopusk.extension import Extension, ExtensionError, whole_catalogue

    try:
        extensions = [Extension.read(folder) for folder in suite or ()]
        declared = load(declaration, whole_catalogue(extensions))
    except (DeclarationError, ExtensionError) as error:
        fail(str(error), ExitCode.USAGE)
    if oms and not declared.oms:
        fail(
            f"{declaration}: для --oms нужны разделы [[oms]] (docs/oms.md)",
            ExitCode.USAGE,
        )
    from dopusk.cli.candidates import DeclaredCandidate, choose_variants, with_wait
    from dopusk.cli.listeners import TerminalListener

    declared = with_wait(declared, wait)
    listener = TerminalListener(console(), verbose=verbose)
    session = Session(
        declaration=declared,
        candidate=DeclaredCandidate(declared, _prompter(declared, listener)),
        variants=choose_variants(declared, variant or []),
        out=out,
        listener=listener,
        allure=not no_allure,
        only=tuple(scenario or ()),
        extensions=extensions,
        expected=expected_of(expected),
        mask=shows_masks(no_mask, mask_evidence),
        mask_evidence=mask_evidence,
        key=credential_of(key),
        pdf=not no_pdf,
        evidence=not no_evidence,
    )
    raise typer.Exit(session.run())


def _prompter(declaration: Declaration, listener: TerminalListener) -> TerminalPrompter | None:
    """Return who speaks with the operator; leaves with code 2 when there is no terminal."""
    if declaration.driver.kind != "manual":
        return None
    from dopusk.cli.prompter import TerminalPrompter

    if not sys.stdin.isatty() or not listener.console.is_terminal:
        fail(
            'driver.kind = "manual": задания выполняет оператор, а терминала нет. '
            "Запустите dopusk run в терминале",
            ExitCode.USAGE,
        )
    return TerminalPrompter(listener.console, listener.aside, declaration.stand.wait)
