"""`dopusk check`: documents against every layer of rules, without a stand."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class EngineName(StrEnum):
    """Engines of Schematron."""

    FAST = "fast"
    EXACT = "exact"


def check(
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="ФАЙЛ…",
            help="Файлы СЭМД, папки с ними (*.xml, с вложенными) или образцы; пакеты реестров "
            "ТФОМС (ZIP), их файлы и протоколы ФЛК.",
        ),
    ],
    kind: Annotated[
        str | None,
        typer.Option(help="Вид по НСИ 1520, например 194. По умолчанию по templateId документа."),
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            "--as-of",
            formats=["%Y-%m-%d"],
            help="На какую дату смотреть, открыт ли вид. По умолчанию сегодня.",
        ),
    ] = None,
    engine: Annotated[
        EngineName, typer.Option(help="Чем исполнять правила Schematron.")
    ] = EngineName.FAST,
    signature: Annotated[
        list[Path] | None,
        typer.Option(
            "--signature",
            metavar="ФАЙЛ.p7s",
            help="Отсоединённая подпись документа (DER, PEM, base64); можно повторять. "
            "Документ тогда один.",
        ),
    ] = None,
    trust: Annotated[
        list[Path] | None,
        typer.Option(
            "--trust",
            metavar="ФАЙЛ",
            help="Сертификаты УЦ и списки отзыва (файл или папка); можно повторять. "
            "По умолчанию тестовая PKI стенда.",
        ),
    ] = None,
    okato: Annotated[
        str | None,
        typer.Option(
            help="Территория ОМС, куда идёт пакет реестра (ОКАТО, 5 цифр): её календарь версий, "
            "плательщики и коды ошибок. По умолчанию общие правила.",
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Одна строка JSON на файл, в порядке файлов, вместо текста."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="ФАЙЛ",
            help="Писать строки JSON в файл. Прерванная проверка с тем же файлом продолжается: "
            "неизменившиеся документы второй раз не проверяются.",
        ),
    ] = None,
    jobs: Annotated[
        int | None,
        typer.Option("--jobs", "-j", min=1, help="Сколько процессов. По умолчанию по числу ядер."),
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Каждая находка со всеми подробностями.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Код выхода 4 и тогда, когда проверено не всё.")
    ] = False,
) -> None:
    """Проверить документы СЭМД (байты, XML, вид, XSD, Schematron, НСИ, идентификаторы) и реестры.

    Пакет реестра счетов ОМС (ZIP) узнаётся по имени и содержанию: архив, имена, формат по версии,
    проверки Q015. Файл XML реестра проверяется вместе со вторым файлом пакета, если тот рядом.

    Замечания и несверенные значения документ не бракуют: «ошибок нет», код 0. «Не проверено»
    стоит там, где правила вида не выполнялись: нет пакета, файл больше предела стенда.

    Коды выхода: 0 ошибок нет; 1 есть документ, который не соответствует; 2 файл не читается или
    ошибка вызова; 3 сбой самой проверки; 4 есть документ, который не проверен (с --strict и тот,
    в котором проверено не всё); 130 прервано.

    Примеры:

    dopusk check document.xml

    dopusk check --kind 194 --as-of 2024-02-15 document.xml

    dopusk check --jobs 4 --out результаты.jsonl папка

    dopusk check --json "папка/**/*.xml" > результаты.jsonl

    dopusk check --okato 46000 HM460001S50001_26061.ZIP

    dopusk check --signature врач.p7s --signature мо.p7s --trust корни/ document.xml
    """
    from dopusk.cli.check_one import Settings
    from dopusk.cli.check_run import Options, run_check
    from dopusk.cli.console import fail
    from dopusk.clock import Clock
    from dopusk.remd.kinds import kind as known_kind

    if kind is not None and known_kind(kind) is None:
        fail(f"Вида {kind} нет в НСИ 1520. Укажите код вида, например --kind 194")
    asked = as_of.date() if as_of else None
    if okato is not None:
        from dopusk.tfoms.territories import UnknownTerritoryError, territory

        try:
            territory(okato)
        except UnknownTerritoryError as error:
            fail(f"{error}. Без --okato пакет проверяется по общим правилам")
    settings = Settings(
        now=asked or Clock().now(), kind=kind, as_of=asked, engine=engine.value, okato=okato
    )
    if signature:
        from dopusk.cli.signatures import Shown, SignedDocument, check_signed

        if len(paths) != 1 or out is not None:
            fail("С --signature проверяется один документ, без --out")
        signed = SignedDocument(paths[0], signature, trust or ())
        raise typer.Exit(check_signed(signed, settings, Shown(as_json, verbose, strict)))
    if trust:
        fail("--trust нужен вместе с --signature: без подписей проверять по нему нечего")
    options = Options(out=out, jobs=jobs, as_json=as_json, verbose=verbose, strict=strict)
    raise typer.Exit(run_check([str(path) for path in paths], settings, options))
