"""What a relay answers instead of a result."""

from __future__ import annotations

from collections.abc import Sequence

from dopusk.remd.decision import ErrorItem


class RelayError(Exception):
    """A business refusal of the relay itself: `status` error with items of НСИ 305."""

    def __init__(self, errors: Sequence[ErrorItem]) -> None:
        super().__init__("; ".join(f"{item.code}: {item.message}" for item in errors))
        self.errors = tuple(errors)


class UnknownMessageError(Exception):
    """A result came for a message that the relay has not sent."""


class UnknownDocumentError(Exception):
    """A file was asked for that the relay does not know."""


class BadMessageError(Exception):
    """The message cannot be dispatched: a SOAP fault of the sender."""
