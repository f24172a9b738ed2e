"""`dopusk serve`: the stand without scenarios, for work by hand."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from dopusk.cli.console import console, fail
from dopusk.verdict import ExitCode

if TYPE_CHECKING:
    from dopusk.declaration.model import Declaration


def serve(
    path: Annotated[Path, typer.Argument(metavar="MIS.TOML", help="Декларация МИС.")],
    journal: Annotated[
        Path | None,
        typer.Option(help="Файл журнала. По умолчанию dopusk-serve-<дата>-<время>.sqlite."),
    ] = None,
    variant: Annotated[
        str | None,
        typer.Option(help="Вариант подключения: какие системы имитировать. По умолчанию первый."),
    ] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Порт вместо названного в декларации.")
    ] = None,
    oms: Annotated[
        bool,
        typer.Option(
            "--oms", help="Имитировать ФЕРЗЛ и ТФОМС территорий из разделов [\\[oms]] декларации."
        ),
    ] = False,
) -> None:
    """Запустить имитацию систем варианта и держать её до Ctrl-C. Весь обмен остаётся в журнале.

    Примеры: [bold]dopusk serve mis.toml[/bold] ·
    [bold]dopusk serve mis.toml --port 8080 --journal обмен.sqlite[/bold] ·
    [bold]dopusk serve mis.toml --oms[/bold]
    """
    from dopusk.clock import Clock
    from dopusk.declaration import DeclarationError, load
    from dopusk.journal import Journal, JournalError

    try:
        declaration = load(path)
    except DeclarationError as error:
        fail(str(error))
    from dopusk.cli.candidates import choose_variants
    from dopusk.declaration.connection import SERVICES

    chosen = choose_variants(declaration, [variant] if variant else [])[0]
    if port is not None:
        declaration = replace(declaration, stand=replace(declaration.stand, port=port))
    if oms and not declaration.oms:
        fail("В декларации нет разделов [[oms]]: не сказано, ТФОМС каких территорий имитировать.")
    if not oms:
        declaration = replace(declaration, oms=())
    from dopusk.extension import wire_profile
    from dopusk.wire.profile import ProfileError

    try:
        profile = wire_profile(declaration.wire_profile)
    except ProfileError as error:
        fail(str(error))
    target = journal or Path(f"dopusk-serve-{datetime.now():%Y%m%d-%H%M%S}.sqlite")
    clock = Clock.at(declaration.as_of)
    from mocks.stand import Stand, StandStartError

    out = console()
    try:
        with (
            Journal.create(target, clock=clock, run={"command": "serve"}) as record,
            Stand(declaration, record, clock, variant=chosen, profile=profile) as stand,
            _interruption() as interrupted,
        ):
            out.print(f"Стенд слушает {stand.url}")
            for service in SERVICES[chosen]:
                url = stand.addresses[service]
                out.print(f"  {service.label + ':':13} {url}  (описание: {url}?wsdl)")
            for line in oms_lines(declaration, stand.addresses):
                out.print(line)
            out.print(f"  Управление:   {stand.url}/control/health")
            out.print(f"  Дата стенда:  {clock.today():%d.%m.%Y}")
            out.print(f"  Журнал:       {target}")
            out.print("Остановить: Ctrl-C")
            while not interrupted.wait(1):
                pass
            out.print(f"Остановлен. Записей в журнале: {record.last_seq}")
    except JournalError as error:
        fail(str(error))
    except StandStartError as error:
        fail(str(error), ExitCode.USAGE)


def oms_lines(declaration: Declaration, addresses: Mapping[str, str]) -> Iterator[str]:
    """Yield where ФЕРЗЛ and each ТФОМС are, and with what to come there."""
    if not declaration.oms:
        return
    from dopusk.tfoms.exchange import PASSWORD
    from dopusk.tfoms.territories import territory
    from mocks.ferzl.models import TOKEN

    url = addresses["ferzl"]
    yield f"  ФЕРЗЛ:        {url}  (описание: {url}?wsdl; X-Auth-Token: {TOKEN})"
    for item in declaration.oms:
        url = addresses[f"tfoms-{item.okato}"]
        yield f"  ТФОМС {item.okato}:  {url}  ({territory(item.okato).name})"
        yield f"    логин {item.login}, пароль {PASSWORD}"
        yield f"    SOAP: {url}/AuthService?wsdl, {url}/ProtService?wsdl"
        if item.folder is not None:
            yield f"    папка: {item.folder / 'inbox'} и {item.folder / 'outbox'}"


@contextmanager
def _interruption() -> Iterator[threading.Event]:
    """Yield an event that Ctrl-C, SIGTERM or (Windows) Ctrl-Break sets."""
    event = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        event.set()

    signals = [signal.SIGINT, signal.SIGTERM]
    if hasattr(signal, "SIGBREAK"):
        signals.append(signal.SIGBREAK)
    before = [signal.signal(number, stop) for number in signals]
    try:
        yield event
    finally:
        for number, handler in zip(signals, before, strict=True):
            signal.signal(number, handler)
