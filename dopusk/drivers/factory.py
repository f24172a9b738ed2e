"""Makes the driver that a declaration asks for."""

from __future__ import annotations

from pathlib import Path

from dopusk.declaration.model import DriverSettings
from dopusk.drivers.base import Driver, DriverError
from dopusk.drivers.command import CommandDriver
from dopusk.drivers.http import HttpDriver
from dopusk.drivers.manual import ManualDriver, Prompter


def make_driver(
    settings: DriverSettings, cwd: Path | None = None, prompter: Prompter | None = None
) -> Driver:
    """Return the driver of these settings.

    `cwd` is the folder of the declaration: a command runs there. `prompter` speaks with the
    operator. Raises DriverError for a kind that is not known or lacks what it needs.
    """
    if settings.kind == "http":
        if not settings.url:
            raise DriverError('Для driver.kind = "http" нужен адрес адаптера: поле url')
        return HttpDriver(settings.url, settings.timeout)
    if settings.kind == "command":
        return CommandDriver(settings.command, settings.timeout, cwd)
    if settings.kind == "manual":
        if prompter is None:
            raise DriverError(
                'Для driver.kind = "manual" нужен терминал, за которым сидит оператор'
            )
        return ManualDriver(prompter)
    raise DriverError(
        f"driver.kind = {settings.kind!r}: такого способа нет, есть http, command и manual"
    )
