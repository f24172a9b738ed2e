"""How the services of one stand reach each other over HTTP and are known to each other."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import compare_digest, token_hex
from typing import Any

HEADER = "Dopusk-Caller"
"""HTTP header by which a service of the stand names itself; nobody outside knows the word in it."""


ENVIRON_KEY = "HTTP_DOPUSK_CALLER"
"""The same header as WSGI has it."""


class Inside:
    """Addresses and names among the services of one stand.

    An address that is a path («/remd/emdr») belongs to the stand itself. Calls to such addresses
    are journaled by the service that takes them, all others by the one that makes them.
    """

    def __init__(self) -> None:
        self._word = token_hex(16)
        self.base = ""
        """Base address of the stand, known when it listens."""

    def owns(self, url: str) -> bool:
        """Tell whether an address belongs to this stand."""
        return url.startswith("/")

    def address(self, url: str) -> str:
        """Return the full address."""
        return self.base + url if self.owns(url) else url

    def headers(self, url: str, actor: str) -> Mapping[str, str]:
        """Return what a call of `actor` to this address must carry."""
        return {HEADER: f"{self._word} {actor}"} if self.owns(url) else {}

    def caller(self, environ: Mapping[str, Any]) -> str | None:
        """Return the service that made a request, None when it came from outside."""
        word, _, actor = str(environ.get(ENVIRON_KEY, "")).partition(" ")
        return actor if actor and compare_digest(word.encode(), self._word.encode()) else None
