"""What `dopusk doctor` looks at between the stand and the МИС, in both directions."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit
from uuid import uuid4

from dopusk.cli.examination import Check, State
from dopusk.clock import Clock
from dopusk.declaration.connection import receivers
from dopusk.declaration.model import Declaration, Variant
from dopusk.drivers.base import DriverError, DriverSkipped
from dopusk.drivers.factory import make_driver
from dopusk.drivers.manual import Prompter
from dopusk.drivers.probe import ProbeAnswer, Prober
from dopusk.drivers.reach import PROBE_SECONDS, Failure, reach

if TYPE_CHECKING:
    from dopusk.journal import Entry, Journal

WAY_BACK: Final = "Путь от МИС к стенду"

CURES: Final[Mapping[Failure, str]] = MappingProxyType(
    {
        Failure.REFUSED: "Запустите сервис МИС или поправьте порт в {field} файла mis.toml.",
        Failure.TIMEOUT: "Сервис не отвечает или пакеты не пропускает сетевой экран: откройте порт "
        "и проверьте адрес в {field} файла mis.toml.",
        Failure.DNS: "Исправьте имя узла в {field} файла mis.toml или добавьте его в DNS (hosts) "
        "машины стенда.",
        Failure.UNREACHABLE: "Проверьте сеть и VPN между стендом и МИС и адрес в {field}.",
        Failure.TLS: "Стенд должен доверять сертификату МИС; или укажите в {field} адрес http://.",
        Failure.GARBAGE: "На этом порту другая служба: поправьте порт в {field} файла mis.toml.",
        Failure.BROKEN: "Сервис закрыл соединение: посмотрите его журнал; https нельзя спрашивать "
        "как http, проверьте {field}.",
        Failure.ADDRESS: "Исправьте {field} в mis.toml: нужен адрес http://узел:порт/путь.",
    }
)
"""What mends each failure on the way from the stand to the МИС."""

CURES_BACK: Final[Mapping[Failure, str]] = MappingProxyType(
    {
        Failure.REFUSED: "С машины МИС этот адрес ведёт не к стенду: поставьте host и port раздела "
        "[stand] так, чтобы МИС видела стенд (127.0.0.1 — это сама машина МИС или её контейнер).",
        Failure.TIMEOUT: "Пакеты до стенда не доходят: откройте его порт в сетевом экране.",
        Failure.DNS: "МИС не знает такого имени: поставьте в host раздела [stand] адрес IP.",
        Failure.UNREACHABLE: "Машина МИС не видит сеть стенда: проверьте маршрут и VPN.",
        Failure.TLS: "Стенд отвечает по http: уберите https и разбор TLS на пути от МИС.",
        Failure.GARBAGE: "По этому адресу МИС отвечает не стенд: проверьте порт и прокси.",
        Failure.BROKEN: "Что-то на пути (прокси, сетевой экран) рвёт соединение: пропустите его.",
        Failure.ADDRESS: "Адаптер не понял адрес: он должен взять url из запроса как есть.",
    }
)
"""What mends each failure on the way from the МИС to the stand."""


@dataclass(frozen=True, slots=True)
class Operator:
    """Who opens an address by hand, and how the countdown of the stand is shown."""

    prompter: Prompter
    waiting: Callable[[float], None]
    """Shows how many seconds the stand still waits."""


def connection(declaration: Declaration, operator: Operator | None = None) -> Iterator[Check]:
    """Look at the МИС from the stand's side, and at the stand from the side of the МИС."""
    yield driver_check(declaration)
    yield address("Сервис обратных вызовов", "callback_url", declaration.callback_url)
    yield address("Сервис файлов", "file_service_url", declaration.file_service_url)
    yield way_back(declaration, operator)


def driver_check(declaration: Declaration) -> Check:
    """Tell whether the МИС can be made to act."""
    name = "Управление МИС"
    if declaration.driver.kind == "manual":
        return Check("МИС", name, State.GOOD, "manual: действует оператор")
    try:
        driver = make_driver(declaration.driver, cwd=declaration.path.parent)
        answer = driver.health()
    except DriverError as error:
        advice = "Запустите МИС и её адаптер; настройки — в разделе [driver] файла mis.toml."
        return Check("МИС", name, State.BAD, str(error), advice)
    told = ", ".join(f"{key}: {value}" for key, value in answer.items())
    return Check("МИС", name, State.GOOD, f"{driver.name} — {told or 'отвечает'}")


def address(name: str, field: str, url: str, seconds: float = PROBE_SECONDS) -> Check:
    """Ask an address: any HTTP answer shows that somebody listens there."""
    reached = reach(url, seconds)
    if reached.failure is not None:
        advice = CURES[reached.failure].format(field=field)
        return Check("МИС", name, State.BAD, f"{url}: {reached.text}", advice)
    if reached.status == 404:
        hint = (
            f"Сервис отвечает на GET кодом 404: проверьте путь в {field}, если SOAP тоже его даёт."
        )
        return Check("МИС", name, State.WARNING, f"{url}: HTTP 404", hint)
    return Check("МИС", name, State.GOOD, f"{url}: {reached.text}")


def way_back(declaration: Declaration, operator: Operator | None = None) -> Check:
    """Have the МИС call the stand, which serves meanwhile at its declared address.

    Where the МИС cannot be made to do so, only the addresses are judged, and the check says it.
    """
    judged = by_address(declaration)
    variant = next((item for item in declaration.variants if receivers(item)), None)
    if variant is None:
        return judged
    try:
        driver = make_driver(
            declaration.driver, declaration.path.parent, operator.prompter if operator else None
        )
    except DriverError as error:
        return _only_address(judged, str(error))
    if not isinstance(driver, Prober):
        return _only_address(judged, f"{driver.name} не умеет probe")
    from dopusk.journal import JournalError
    from mocks.stand import StandStartError

    try:
        with _serving(declaration, variant) as (url, journal):
            check = _call(driver, url, journal, judged, declaration.stand.wait, operator)
    except StandStartError as error:
        return Check("МИС", WAY_BACK, State.BAD, str(error), "Освободите адрес стенда.")
    except JournalError as error:
        return _only_address(judged, error.reason)
    if check.state is State.GOOD and judged.state is State.WARNING:
        return replace(
            check,
            state=judged.state,
            detail=f"{check.detail}; но {judged.detail}",
            advice=judged.advice,
        )
    return check


def by_address(declaration: Declaration) -> Check:
    """Tell whether the МИС can find the stand by the address on which it listens."""
    host, port = declaration.stand.host, declaration.stand.port
    far = [
        url
        for url in (declaration.callback_url, declaration.file_service_url)
        if not _is_local(urlsplit(url).hostname or "")
    ]
    if far and _is_local(host):
        advice = (
            "Поставьте host в разделе [stand] в адрес этой машины, видимый МИС (0.0.0.0 годится, "
            "только если адрес стенда задан в настройках самой МИС)."
        )
        detail = f"МИС на другой машине ({far[0]}), а стенд слушает только {host}"
        return Check("МИС", WAY_BACK, State.BAD, detail, advice)
    if port == 0 and declaration.driver.kind != "http":
        advice = "Назначьте port в разделе [stand]: без адаптера МИС не узнает случайный порт."
        return Check("МИС", WAY_BACK, State.WARNING, "порт стенда каждый раз новый", advice)
    shown = f"http://{host}:{port}" if port else f"http://{host}:<порт из вызова /reset>"
    services = [item for variant in declaration.variants for item in receivers(variant)]
    if not services:
        return Check("МИС", WAY_BACK, State.GOOD, "не нужен: МО работает в ГИС ЕМИАС")
    addresses = ", ".join(f"{shown}/{item}/emdr" for item in dict.fromkeys(services))
    return Check("МИС", WAY_BACK, State.GOOD, f"МИС обращается к {addresses}")


@contextmanager
def _serving(declaration: Declaration, variant: Variant) -> Iterator[tuple[str, Journal]]:
    """Serve the stand; yields the address to call, and what comes there.

    A program is told an address that nobody else knows; a person has to type it.
    """
    from dopusk.journal import Journal
    from mocks.stand import Stand

    clock = Clock.at(declaration.as_of)
    with (
        tempfile.TemporaryDirectory(prefix="dopusk-") as place,
        Journal.create(Path(place) / "journal.sqlite", clock=clock, run={}) as journal,
        Stand(declaration, journal, clock, variant=variant) as stand,
    ):
        secret = "" if declaration.driver.kind == "manual" else f"&probe={uuid4().hex}"
        yield f"{stand.entry_url}?wsdl{secret}", journal


def _call(
    driver: Prober,
    url: str,
    journal: Journal,
    judged: Check,
    wait: float,
    operator: Operator | None,
) -> Check:
    try:
        told = driver.probe(url)
    except DriverSkipped as error:
        return _only_address(judged, f"оператор пропустил: {error}")
    except DriverError as error:
        return _only_address(judged, str(error))
    if operator is None:
        return _verdict(url, told, came=any(_is_call(url, entry) for entry in journal.entries()))
    operator.waiting(wait)
    found = journal.wait_for(
        lambda entry: _is_call(url, entry), after=0, timeout=wait, tick=operator.waiting
    )
    return _verdict(url, told, came=found is not None)


def _verdict(url: str, told: ProbeAnswer, *, came: bool) -> Check:
    where = url.split("?", 1)[0]
    if came and told.failure is not None:
        detail = f"{where}: запрос МИС дошёл до стенда, а ответ до МИС нет: {told.text}"
        return Check("МИС", WAY_BACK, State.BAD, detail, CURES_BACK[told.failure])
    if came and told.status not in (None, 200):
        advice = "Между МИС и стендом стоит прокси: пусть она ходит к стенду прямо."
        detail = f"{where}: стенд ответил HTTP 200, а МИС получила {told.text}"
        return Check("МИС", WAY_BACK, State.WARNING, detail, advice)
    if came:
        detail = f"{where}: МИС обратилась, стенд записал запрос"
        return Check("МИС", WAY_BACK, State.GOOD, detail)
    if told.failure is not None:
        detail = f"{where}: МИС до стенда не дошла: {told.text}"
        return Check("МИС", WAY_BACK, State.BAD, detail, CURES_BACK[told.failure])
    if told.status is not None:
        detail = f"{where}: МИС получила {told.text}, но не от стенда: к нему никто не обращался"
        advice = CURES_BACK[Failure.GARBAGE]
        return Check("МИС", WAY_BACK, State.BAD, detail, advice)
    advice = CURES_BACK[Failure.REFUSED]
    return Check("МИС", WAY_BACK, State.BAD, f"{where}: обращения от МИС не было", advice)


def _only_address(judged: Check, reason: str) -> Check:
    """Return the judgement of the addresses, saying that it is no more than that."""
    by_hand = (
        "Проверьте руками: на стенде dopusk serve mis.toml, на машине МИС откройте адрес стенда с "
        "?wsdl (curl) — должно прийти описание службы. Или добавьте в адаптер действие probe "
        "(schemas/openapi/mis-adapter.yaml)."
    )
    detail = f"{judged.detail}. Проверено только по адресу: {reason}"
    state = State.WARNING if judged.state is State.GOOD else judged.state
    advice = f"{judged.advice} {by_hand}" if judged.advice else by_hand
    return Check("МИС", WAY_BACK, state, detail, advice)


def _is_call(url: str, entry: Entry) -> bool:
    """Tell whether the entry is a request from outside to the address that was told."""
    query = urlsplit(url).query
    return entry.actor == "candidate" and urlsplit(entry.url or "").query == query


def _is_local(host: str) -> bool:
    return host == "localhost" or host == "::1" or host.startswith("127.")
