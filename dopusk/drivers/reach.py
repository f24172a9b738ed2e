"""Asks an address for anything at all, and tells in words why nothing came."""

from __future__ import annotations

import errno
import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

import requests

PROBE_SECONDS = 5.0
"""How long an address may take to answer."""


class Failure(StrEnum):
    """Why an address gave no HTTP answer; the values stand in the adapter API (POST /probe)."""

    REFUSED = "refused"
    TIMEOUT = "timeout"
    DNS = "dns"
    UNREACHABLE = "unreachable"
    TLS = "tls"
    GARBAGE = "garbage"
    BROKEN = "broken"
    ADDRESS = "address"


FAILURES: Mapping[Failure, str] = MappingProxyType(
    {
        Failure.REFUSED: "в соединении отказано, на этом порту никто не отвечает",
        Failure.TIMEOUT: "нет ответа за отведённое время",
        Failure.DNS: "имя узла не разрешается",
        Failure.UNREACHABLE: "до узла нет маршрута",
        Failure.TLS: "соединение TLS не установлено: сертификату нет доверия или это не TLS",
        Failure.GARBAGE: "там отвечают, но не по HTTP",
        Failure.BROKEN: "соединение оборвано без ответа",
        Failure.ADDRESS: "это не адрес http:// или https://",
    }
)
"""What each failure is in Russian."""

_NO_ROUTE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, 10051, 10065})
"""errno of a host that cannot be reached; the last two are those of Windows."""


@dataclass(frozen=True, slots=True)
class Reached:
    """What an address answered with."""

    status: int | None = None
    """HTTP status; None when there was none."""
    failure: Failure | None = None
    """Why there was none."""

    @property
    def text(self) -> str:
        """Return the Russian words: «HTTP 200» or the failure."""
        return FAILURES[self.failure] if self.failure else f"HTTP {self.status}"


def reach(url: str, timeout: float = PROBE_SECONDS) -> Reached:
    """Make a plain GET without proxies and redirects; any HTTP answer counts.

    `timeout` bounds, in seconds, the connection and each wait for data.
    """
    session = requests.Session()
    session.trust_env = False
    try:
        with (
            session,
            session.get(url, timeout=timeout, allow_redirects=False, stream=True) as answer,
        ):
            return Reached(status=answer.status_code)
    except requests.Timeout:
        return Reached(failure=Failure.TIMEOUT)
    except requests.exceptions.SSLError:
        return Reached(failure=Failure.TLS)
    except (
        requests.exceptions.InvalidURL,
        requests.exceptions.InvalidSchema,
        requests.exceptions.MissingSchema,
    ):
        return Reached(failure=Failure.ADDRESS)
    except requests.RequestException as error:
        return Reached(failure=_failure(error))
    except (UnicodeError, ValueError):
        return Reached(failure=Failure.ADDRESS)


def _failure(error: BaseException) -> Failure:
    behind = list(_behind(error, set()))
    for kind, failure in (
        (socket.gaierror, Failure.DNS),
        (ConnectionRefusedError, Failure.REFUSED),
        (ssl.SSLError, Failure.TLS),
        (ConnectionError, Failure.BROKEN),
        (http.client.HTTPException, Failure.GARBAGE),
    ):
        if any(isinstance(item, kind) for item in behind):
            return failure
    if any(isinstance(item, OSError) and item.errno in _NO_ROUTE for item in behind):
        return Failure.UNREACHABLE
    return Failure.BROKEN


def _behind(error: BaseException, seen: set[int]) -> Iterator[BaseException]:
    """Yield an error and all from which it came: they hang on causes, reasons and arguments."""
    if id(error) in seen:
        return
    seen.add(id(error))
    yield error
    for item in (error.__cause__, error.__context__, getattr(error, "reason", None), *error.args):
        if isinstance(item, BaseException):
            yield from _behind(item, seen)
