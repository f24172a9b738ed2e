"""`dopusk judge`: verifies evidence.zip and judges its run again, offline."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from dopusk.cli.console import console, fail
from dopusk.verdict import ExitCode

if TYPE_CHECKING:
    from dopusk.cli.judgement import Judged

Line = Callable[[str, str | None], None]

SHOWN = 20
"""Differences that the terminal shows; --json has all."""


def judge(
    evidence: Annotated[
        Path, typer.Argument(help="Архив evidence.zip из папки прогона.", show_default=False)
    ],
    trust: Annotated[
        list[Path] | None,
        typer.Option(
            help="Корневой сертификат для подписи архива (PEM, DER или папка); можно повторять. "
            "По умолчанию — тестовая PKI стенда."
        ),
    ] = None,
    allow_code: Annotated[
        bool,
        typer.Option(
            "--allow-code",
            help="Выполнить шаги на Python, которые были в прогоне с --suite. Они чужие: сначала "
            "просмотрите suites/ в архиве.",
        ),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="Папка для протокола повторного суда.", show_default=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Ответ в JSON.")] = False,
) -> None:
    """Проверить архив улик и судить прогон заново: без сети и без МИС.

    Сверяет каждый байт с manifest.json и подпись, проводит те же сценарии по записанному журналу
    и сравнивает с протоколом.

    Примеры: [bold]dopusk judge прогон/evidence.zip[/bold] ·
    [bold]dopusk judge evidence.zip --trust корень.cer --json[/bold] ·
    [bold]dopusk judge evidence.zip --out повторный-суд[/bold]

    Коды выхода: 0 протокол подтверждён (каким бы ни был итог прогона), 1 архив изменён или
    итог другой, 2 это не архив или судить нельзя.
    """
    from dopusk.cli.judgement import JudgeError, judge_archive
    from dopusk.evidence.archive import EvidenceError

    try:
        judged = judge_archive(evidence, trust=trust or (), allow_code=allow_code)
    except (EvidenceError, JudgeError) as error:
        fail(str(error), ExitCode.USAGE)
    if out is not None and judged.report is not None:
        _write(judged.report, out)
    if as_json:
        typer.echo(json.dumps(judged.to_dict(), ensure_ascii=False, indent=1))
    else:
        _show(judged, console())
    raise typer.Exit(0 if judged.same else 1)


def _write(report: Mapping[str, Any], out: Path) -> None:
    import reports

    try:
        reports.write(report, out, reports.USUAL)
    except OSError as error:
        fail(f"Не удалось записать протокол в {out}: {error.strerror}")


def _show(judged: Judged, terminal: Console) -> None:
    def line(text: str, style: str | None) -> None:
        terminal.print(text, style=style, markup=False, highlight=False, soft_wrap=True)

    line(f"Архив {judged.archive}, SHA-256 {judged.sha256}", None)
    for problem in judged.problems:
        line(f"  ✗ {problem}", "red")
    _show_signature(judged, line)
    if judged.problems:
        line("Архив изменён: протоколу верить нельзя, заново он не судился.", "bold red")
        return
    assert judged.manifest is not None
    line(f"Файлов {len(judged.manifest.members)}: все такие, какими их записал прогон.", None)
    for sentence in judged.manifest.loss:
        line(f"  ! {sentence}", "yellow")
    for sentence in judged.environment:
        line(f"  ! Судили по другому: {sentence}", "yellow")
    for difference in judged.differences[:SHOWN]:
        line(f"  ✗ {difference}", "red")
    if len(judged.differences) > SHOWN:
        line(f"  … и ещё {len(judged.differences) - SHOWN}, все — с опцией --json", None)
    _conclude(judged, line)


def _show_signature(judged: Judged, line: Line) -> None:
    from dopusk.evidence.signing import SignatureState

    signed = judged.signature
    if signed.state is SignatureState.ABSENT:
        line("Подписи нет: архив мог составить кто угодно.", "yellow")
        return
    when = f", {signed.signed_at:%d.%m.%Y %H:%M:%S} UTC" if signed.signed_at else ""
    whose = f"{signed.signer or 'подписант неизвестен'} (УЦ: {signed.issuer or 'неизвестен'}){when}"
    good = signed.state is SignatureState.VALID
    line(f"Подпись {signed.state.value}: {whose}", None if good else "red")
    for problem in signed.problems:
        line(f"  ✗ {problem}", "red")
    if signed.test_trust:
        line("  Доверие — тестовая PKI стенда: её ключи опубликованы.", "yellow")


def _conclude(judged: Judged, line: Line) -> None:
    assert judged.report is not None
    verdict = judged.report["verdict"]
    counted = f"сценариев {len(judged.report['scenarios'])}"
    if judged.unjudged and not judged.differences:
        whole = len(judged.report["scenarios"])
        left = whole - len(judged.unjudged)
        line(f"Расхождений нет, подтверждено сценариев {left} из {whole}.", "bold")
        names = ", ".join(judged.unjudged)
        line(f"По обезличенным уликам заново не судятся: {names}.", "yellow")
        return
    if not judged.differences:
        line(f"Итог тот же: {verdict.upper()} ({counted}).", "bold")
        return
    line(f"Протокол не подтверждён: повторный суд даёт «{verdict}» ({counted}).", "bold red")
    if not judged.environment:
        line("Стенд и правила те же, что при прогоне: протокол не следует из журнала.", "red")
