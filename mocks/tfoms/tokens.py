"""Tokens of one mock ТФОМС: who has logged in, and until when."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from dopusk.tfoms.exchange import TOKEN_MINUTES
from mocks.tfoms.exceptions import TokenError

LEAST_SECONDS = 60.0
"""A token lives this long in real time, however fast the stand's time runs: so the pace of a
machine never changes an outcome. Faults end it earlier."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token that was given out."""

    value: str
    mo_code: str
    seconds: float
    """Real seconds that it lives."""


class Tokens:
    """Gives out tokens and knows them again. Thread-safe."""

    def __init__(self, time_scale: float, now: Callable[[], float] = time.monotonic) -> None:
        self._seconds = max(TOKEN_MINUTES * 60 / time_scale, LEAST_SECONDS)
        self._now = now
        self._lock = threading.Lock()
        self._known: dict[str, tuple[Token, float]] = {}

    def issue(self, mo_code: str) -> Token:
        """Return a new token."""
        token = Token(uuid4().hex, mo_code, self._seconds)
        with self._lock:
            self._known[token.value] = token, self._now() + self._seconds
        return token

    def check(self, value: str) -> Token:
        """Return the token with this value; raises TokenError."""
        with self._lock:
            known = self._known.get(value)
        if known is None:
            raise TokenError(expired=False)
        token, until = known
        if self._now() >= until:
            raise TokenError(expired=True)
        return token

    def expire(self, value: str) -> None:
        """End a token before its time."""
        with self._lock:
            if value in self._known:
                self._known[value] = self._known[value][0], self._now()

    def clear(self) -> None:
        """Forget all tokens."""
        with self._lock:
            self._known.clear()
