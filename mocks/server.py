"""A WSGI application on a port, in a thread of its own."""

from __future__ import annotations

import logging
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
        host, port = self._address
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a full queue is no news
        try:
            self._server = create_server(
                self._app,
                map=self._map,
                host=host,
                port=port,
                threads=self._threads,
                ident=None,
                max_request_body_size=256 * 1024 * 1024,
                connection_limit=2000,
                backlog=1024,
                channel_request_lookahead=1,
                cleanup_interval=30,
            )
        except OSError as problem:
            wasyncore.close_all(self._map)
            raise ServerStartError(
                f"Стенд не может занять {host}:{port}: {problem.strerror or problem}. "
                "Освободите порт или укажите другой (stand.port в mis.toml, 0 берёт свободный)"
            ) from problem
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
        self._server.trigger.pull_trigger(lambda: wasyncore.close_all(self._map))
        self._thread.join()
        self._thread = None

    def _run(self) -> None:
        self._ready.set()
        self._server.run()


def disconnect() -> BaseException:
    """Return the exception at which the server drops a connection without an answer."""
    signal: BaseException = ClientDisconnected()
    return signal
