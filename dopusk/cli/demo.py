"""`dopusk demo`: the reference МИС through the scenarios, so that a report can be seen at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from dopusk.cli.console import console, fail
from dopusk.cli.options import Key, MaskEvidence, NoEvidence, NoMask, NoPdf, Verbose
from dopusk.verdict import ExitCode

if TYPE_CHECKING:
    from fixtures.reference_mis.behaviour import Defect

READY = ("fed-1", "fed-2", "fed-3", "fed-4", "mo-1", "mo-2", "mo-3")
"""Variants whose scenarios exist."""


def demo(
    variant: Annotated[
        list[str] | None,
        typer.Option(
            help="Вариант подключения; можно повторять. По умолчанию все, с дефектом — те, где "
            "он виден."
        ),
    ] = None,
    defect: Annotated[
        str | None, typer.Option(help="Включить дефект эталонной МИС (см. --list-defects).")
    ] = None,
    ips: Annotated[
        bool,
        typer.Option(
            "--ips", help="Через ИПС: сообщения подписаны. Для дефектов ips-… включается само."
        ),
    ] = False,
    oms: Annotated[
        bool,
        typer.Option("--oms", help="С обменом ТФОМС и ФЕРЗЛ. Для дефектов ОМС включается само."),
    ] = False,
    list_defects: Annotated[
        bool, typer.Option("--list-defects", help="Показать дефекты и находки, которые их ловят.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(help="Папка результатов. По умолчанию dopusk-run-<дата>-<время>."),
    ] = None,
    scenario: Annotated[
        list[str] | None,
        typer.Option(help="Только сценарии с таким обозначением; можно повторять."),
    ] = None,
    wait: Annotated[float | None, typer.Option(help="Сколько секунд ждать сообщения МИС.")] = None,
    expected: Annotated[
        Path | None,
        typer.Option(
            metavar="ФАЙЛ",
            help="Известные несоответствия (docs/expected.md): меняют только код выхода.",
        ),
    ] = None,
    key: Key = None,
    no_pdf: NoPdf = False,
    no_evidence: NoEvidence = False,
    no_mask: NoMask = False,
    mask_evidence: MaskEvidence = False,
    verbose: Verbose = False,
) -> None:
    """Показать работу стенда на эталонной МИС: сценарии, находки, протокол.

    Примеры: [bold]dopusk demo[/bold] · [bold]dopusk demo --defect bom[/bold] ·
    [bold]dopusk demo --variant fed-3 --oms --out протокол[/bold]
    """

    from fixtures.reference_mis import defects

    if list_defects:
        _show_defects(defects.DEFECTS.values())
        return
    if defect is not None and defect not in defects.DEFECTS:
        fail(f"Дефекта {defect} нет. Список: dopusk demo --list-defects", ExitCode.USAGE)
    known = None if defect is None else defects.DEFECTS[defect]
    usual = READY if known is None else known.variants or ("fed-3",)
    unknown = [name for name in variant or [] if name not in READY]
    if unknown:
        fail(f"Варианта {unknown[0]} нет. Есть: {', '.join(READY)}", ExitCode.USAGE)
    from dopusk.cli.candidates import ReferenceCandidate, with_wait
    from dopusk.cli.known import expected_of
    from dopusk.cli.listeners import TerminalListener
    from dopusk.cli.masking import shows_masks
    from dopusk.cli.packing import credential_of
    from dopusk.cli.session import Session
    from dopusk.declaration.model import Variant
    from fixtures.reference_mis import demo_declaration

    via_ips = ips or (known is not None and known.ips)
    with_oms = oms or (known is not None and known.of_oms)
    declared = replace(with_wait(demo_declaration(oms=with_oms), wait), via_ips=via_ips)
    session = Session(
        declaration=declared,
        candidate=ReferenceCandidate(declared, defect),
        variants=tuple(Variant(name) for name in variant or usual),
        out=out,
        listener=TerminalListener(console(), verbose=verbose),
        only=tuple(scenario or ()),
        expected=expected_of(expected),
        mask=shows_masks(no_mask, mask_evidence),
        mask_evidence=mask_evidence,
        key=credential_of(key),
        pdf=not no_pdf,
        evidence=not no_evidence,
    )
    raise typer.Exit(session.run())


def _show_defects(known: Iterable[Defect]) -> None:
    table = Table("Дефект", "Что делает МИС", "Находка", box=None, pad_edge=False)
    for item in known:
        table.add_row(item.name, item.title, item.finding)
    console().print(table)
