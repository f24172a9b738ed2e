"""A WSGI application on a port, in a thread of its own."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Any

from waitress import create_server, wasyncore
from waitress.channel import ClientDisconnected

App = Callable[..., Iterable[bytes]]


class ServerStartError(RuntimeError):
    """The port cannot be listened on; the text says which and why."""


class Server:
    """Serves an application from `start` to `stop`; port 0 takes a free one."""

    def __init__(self, app: App, *, host: str, port: int, threads: int = 4) -> None:
        self._app = app
        self._address = (host, port)
        self._threads = threads
        self._map: dict[int, Any] = {}
        self._server: Any = None
        self._thread: threading.Thread | None = None
        self._ready = threading.Event()

    def start(self) -> None:
        """Listen; connections are taken when this returns. Raises ServerStartError."""
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a full queue is no news
        self._server = create_server(
            self._app,
            map=self._map,
            sockets=[_bind(*self._address)],
            threads=self._threads,
            ident=None,
            max_request_body_size=256 * 1024 * 1024,
            connection_limit=2000,
            backlog=1024,
        )
        self._thread = threading.Thread(target=self._run, name=f"stand-{self.port}", daemon=True)
        self._thread.start()
        self._ready.wait()

    @property
    def port(self) -> int:
        """Return the port that is listened on."""
        return int(self._server.effective_port)

    @property
    def url(self) -> str:
        """Return the base address, without a slash at the end."""
        host = self._address[0]
        shown = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host  # noqa: S104
        return f"http://{f'[{shown}]' if ':' in shown else shown}:{self.port}"

    def stop(self) -> None:
        """Stop listening, let requests under way end, end the threads."""
        if self._thread is None:
            return
        self._server.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        woken = threading.Event()

        def close() -> None:
            woken.wait()  # the loop may be awake already: the trigger is closed after it was used
            wasyncore.close_all(self._map)

        self._server.trigger.pull_trigger(close)
        woken.set()
        self._thread.join()
        self._thread = None

    def _run(self) -> None:
        self._ready.set()
        self._server.run()


def _bind(host: str, port: int) -> socket.socket:
    """Return a socket that nobody else listens on; IPv4 first where a name means both."""
    listener: socket.socket | None = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = min(found, key=lambda item: item[0])
        listener = socket.socket(family, kind, protocol)
        exclusive = getattr(socket, "SO_EXCLUSIVEADDRUSE", None)  # Windows shares ports else
        listener.setsockopt(
            socket.SOL_SOCKET, socket.SO_REUSEADDR if exclusive is None else exclusive, 1
        )
        listener.bind(address)
    except (OSError, OverflowError) as problem:
        if listener is not None:
            listener.close()
        reason = getattr(problem, "strerror", None) or problem
        raise ServerStartError(
            f"Стенд не может занять {host}:{port}: {reason}. Освободите порт "
            "или укажите другой адрес (stand.host, stand.port в mis.toml; 0 берёт свободный порт)"
        ) from problem
    return listener


def disconnect() -> BaseException:
    """Return the exception at which the server drops a connection without an answer."""
    signal: BaseException = ClientDisconnected()
    return signal
