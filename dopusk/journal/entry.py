"""What one line of the journal holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Phase(StrEnum):
    """What kind of line it is."""

    REQUEST = "request"
    RESPONSE = "response"
    EVENT = "event"
    """Not a message: a decision of the stand, an action of the driver, a mark of the runner."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A line to be appended."""

    phase: Phase
    actor: str
    """Who sent it or did it: candidate, remd, gis, other_is, emias, tfoms, driver, runner."""
    operation: str
    """registerDocument, getDocumentFile, sendRegisterDocumentResult, decision, submit …"""
    peer: str | None = None
    """Whom it was sent to; None for events."""
    exchange: str | None = None
    """Id shared by a request and its response."""
    url: str | None = None
    status: int | None = None
    """HTTP status of a response; None when no answer came."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    message_id: str | None = None
    """Normalised MessageID (dopusk.wire.soap.normalise_id)."""
    relates_to: str | None = None
    local_uid: str | None = None
    emdr_id: str | None = None
    scenario: str | None = None
    """Id of the scenario on whose behalf the stand or the runner acted, where that is known."""
    note: Mapping[str, Any] = field(default_factory=dict)
    """JSON-ready details: findings of a decision, text of a transport error, applied fault."""


@dataclass(frozen=True, slots=True)
class Entry(Draft):
    """A line that the journal holds."""

    seq: int = 0
    """Position in the journal, from 1, without gaps."""
    at: datetime = datetime.min
    """Real time (UTC) when it was appended."""
    stand_at: datetime = datetime.min
    """The same moment by the stand's calendar."""
