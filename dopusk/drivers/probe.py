"""The optional action «probe»: the МИС calls the stand from where it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from dopusk.drivers.base import Answer, DriverError
from dopusk.drivers.reach import FAILURES, Failure


class DriverUnsupported(DriverError):  # noqa: N818 - nothing went wrong
    """The adapter does not have this optional action; the text says how it answered."""


@dataclass(frozen=True, slots=True)
class ProbeAnswer:
    """What the МИС got from the address; without both fields nobody told."""

    status: int | None = None
    failure: Failure | None = None
    message: str | None = None
    """The МИС's own words about the failure."""

    @property
    def text(self) -> str:
        """Return the Russian words: «HTTP 200», or the failure with the МИС's own words."""
        if self.failure is None:
            return f"HTTP {self.status}" if self.status else "ответ неизвестен"
        return FAILURES[self.failure] + (f" ({self.message})" if self.message else "")

    @classmethod
    def from_json(cls, data: Answer) -> ProbeAnswer:
        """Return the answer of the adapter; raises ValueError in Russian.

        An unknown code of an error is taken for a broken connection.
        """
        status, error = data.get("status"), data.get("error")
        if isinstance(error, Mapping):
            code, message = error.get("code"), error.get("message")
            known = Failure(code) if code in set(Failure) else Failure.BROKEN
            return cls(failure=known, message=str(message) if message else None)
        if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
            raise ValueError("нет ни поля status с кодом HTTP, ни объекта error {code, message}")
        return cls(status=status)


@runtime_checkable
class Prober(Protocol):
    """A driver that can make the МИС call an address."""

    def probe(self, url: str) -> ProbeAnswer:
        """Make the МИС ask `url` with a plain GET; raises DriverUnsupported or DriverError."""
        ...
