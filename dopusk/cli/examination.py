"""What `dopusk doctor` looks at: each check is a small function that returns what it saw."""

from __future__ import annotations

import platform
import socket
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from dopusk.clock import Clock
from dopusk.declaration.model import Declaration
from dopusk.verdict import Verdict
from dopusk.wording import os_reason

PACKAGES: Final = (
    "allure-pytest",
    "asn1crypto",
    "faker",
    "flask",
    "gherkin-official",
    "jinja2",
    "lxml",
    "pytest",
    "pytest-bdd",
    "python-stdnum",
    "requests",
    "rich",
    "saxonche",
    "typer",
    "typst",
    "urllib3",
    "waitress",
    "xlsxwriter",
    "xmlschema",
)
"""What the project needs (pyproject.toml)."""

_SAMPLE: Final = bytes(64 * 1024)
_VERIFICATIONS: Final = 5


class State(StrEnum):
    """How a check ended."""

    GOOD = "ok"
    WARNING = "warning"
    """Works, but worth knowing."""
    BAD = "bad"
    """A run would not work."""


@dataclass(frozen=True, slots=True)
class Check:
    """What one check saw."""

    group: str
    name: str
    state: State
    detail: str
    advice: str | None = None


def environment() -> Iterator[Check]:
    """Look at Python, the packages and the GOST provider."""
    yield _python()
    yield _packages()
    yield _gost()


def machine(declaration: Declaration | None) -> Iterator[Check]:
    """Look at the rule packs, declared documents, the folder of results and the stand's port."""
    day = Clock.at(declaration.as_of if declaration else None).today()
    for kind in declaration.kinds if declaration else ("194",):
        yield _pack(kind, day if declaration else None)
    yield _journal(Path.cwd())
    if declaration is not None:
        yield _port(declaration.stand.host, declaration.stand.port)
        yield _attestations(declaration)


def _python() -> Check:
    state = State.GOOD if sys.version_info >= (3, 11) else State.BAD
    detail = f"{platform.python_version()}, {platform.system()} {platform.machine()}"
    advice = None if state is State.GOOD else "Нужен Python 3.11 или новее."
    return Check("Среда", "Python", state, detail, advice)


def _packages() -> Check:
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        advice = f"pip install {' '.join(missing)}"
        return Check("Среда", "Пакеты", State.BAD, f"нет: {', '.join(missing)}", advice)
    return Check("Среда", "Пакеты", State.GOOD, ", ".join(found))


def _gost() -> Check:
    from dopusk.gost import provider
    from dopusk.gost.provider import SIGNATURE_DIGEST, SIGNATURE_KEY, SIGNATURE_VALUE

    gost = provider()
    began = time.perf_counter()
    gost.hash(_SAMPLE, 256)
    hashed = time.perf_counter()
    verified = [
        gost.verify(SIGNATURE_KEY, SIGNATURE_DIGEST, SIGNATURE_VALUE) for _ in range(_VERIFICATIONS)
    ]
    ended = time.perf_counter()
    speed = len(_SAMPLE) / 1e6 / max(hashed - began, 1e-9)
    one = (ended - hashed) * 1000 / _VERIFICATIONS
    detail = f"{gost.name}: Стрибог {speed:.3g} МБ/с, проверка подписи {one:.2g} мс"
    if not all(verified):
        advice = "Библиотека считает неверно; обновите её или уберите, стенд возьмёт свою."
        return Check("Среда", "ГОСТ", State.BAD, f"{detail}; самопроверка не прошла", advice)
    if "Python" in gost.name:
        advice = "Работает, но медленно: поставьте libgcrypt (≥ 1.7) и OpenSSL (≥ 1.1.1)."
        return Check("Среда", "ГОСТ", State.WARNING, detail, advice)
    return Check("Среда", "ГОСТ", State.GOOD, detail)


def _pack(kind: str, day: date | None) -> Check:
    """Tell whether there are rules for the kind and, given a day, whether it is open then."""
    from dopusk.packs import PackError, load_pack

    name = f"Правила вида {kind}"
    try:
        pack = load_pack(kind)
    except PackError as error:
        return Check("Стенд", name, State.BAD, str(error), "Уберите вид из kinds в mis.toml.")
    detail = f"редакция {pack.edition}, {pack.source}"
    end = pack.window_end
    if day is not None and (day < pack.window_start or (end is not None and day > end)):
        until = f" по {end:%d.%m.%Y}" if end else ""
        window = f"вид регистрируют с {pack.window_start:%d.%m.%Y}{until}"
        advice = "РЭМД откажет: поставьте as_of в mis.toml в этот срок."
        detail = f"{window}, а дата стенда {day:%d.%m.%Y}"
        return Check("Стенд", name, State.WARNING, detail, advice)
    return Check("Стенд", name, State.GOOD, detail)


def _attestations(declaration: Declaration) -> Check:
    """Tell which documents of the declared variants are missing or out of date."""
    from dopusk.catalogue import Catalogue, attestation_verdicts

    name = "Заявленные документы"
    judged = attestation_verdicts(Catalogue.load(), declaration, Clock().today()).values()
    lacking = [item for item in judged if item.verdict is not Verdict.ATTESTED]
    if lacking:
        detail = "; ".join(f"{item.requirement.id}: {item.note}" for item in lacking)
        advice = "Прогон пойдёт, но итог будет «не проверено», пока этих документов нет."
        return Check("Стенд", name, State.WARNING, detail, advice)
    return Check("Стенд", name, State.GOOD, f"в порядке: {len(judged)}")


def _journal(folder: Path) -> Check:
    from dopusk.journal import Draft, Journal, JournalError, Phase

    name = "Журнал"
    advice = "Запустите стенд в папке на местном диске, где вы можете писать."
    try:
        with (
            tempfile.TemporaryDirectory(prefix="dopusk-", dir=folder) as place,
            Journal.create(Path(place) / "journal.sqlite", clock=Clock(), run={}) as journal,
        ):
            journal.append(Draft(Phase.EVENT, "doctor", "probe"))
    except JournalError as error:
        return Check("Стенд", name, State.BAD, error.reason, advice)
    except OSError as error:
        return Check("Стенд", name, State.BAD, f"{folder}: {os_reason(error)}", advice)
    return Check("Стенд", name, State.GOOD, f"пишется в {folder}")


def _port(host: str, port: int) -> Check:
    name = "Порт"
    shown = f"{host}:{port}" if port else f"{host}, любой свободный"
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.create_server((host, port), family=family):
            pass
    except socket.gaierror:
        advice = "Поправьте host в разделе [stand] файла mis.toml."
        return Check("Стенд", name, State.BAD, f"{shown}: такого адреса нет", advice)
    except OSError as error:
        advice = "Освободите порт или назначьте другой: port в разделе [stand] файла mis.toml."
        return Check("Стенд", name, State.BAD, f"{shown}: {os_reason(error)}", advice)
    return Check("Стенд", name, State.GOOD, shown)
