"""What every driver can do, and the values that its actions answer with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol

from dopusk.cases import ControlCase

Answer = Mapping[str, Any]
"""A JSON object that the МИС answered with, as it came."""


class DriverError(Exception):
    """The МИС did not act or answered with something unusable: the candidate's side.

    The text is Russian and says what was asked, what came and how to mend it.
    """


class DriverSkipped(DriverError):  # noqa: N818 - nothing went wrong
    """The operator skipped the action: it is not verified, with the reason as the text."""


class DocumentState(StrEnum):
    """What the МИС says about a document (schemas/openapi/mis-adapter.yaml)."""

    PREPARED = "prepared"
    SENT = "sent"
    ACCEPTED = "accepted"
    REGISTERED = "registered"
    REFUSED = "refused"
    FAILED = "failed"

    @property
    def final(self) -> bool:
        """Tell whether the МИС will do nothing more by itself."""
        return self in (DocumentState.REGISTERED, DocumentState.REFUSED, DocumentState.FAILED)


STATE_LABELS: Mapping[DocumentState, str] = MappingProxyType(
    {
        DocumentState.PREPARED: "формируется",
        DocumentState.SENT: "отправлен",
        DocumentState.ACCEPTED: "принят к проверке",
        DocumentState.REGISTERED: "зарегистрирован",
        DocumentState.REFUSED: "отказано",
        DocumentState.FAILED: "не отправлен",
    }
)
"""Russian names of the states, for reports."""


class Advice(StrEnum):
    """What a МИС has decided about a document after its last refusal or failure."""

    MEND = "mend"
    RETRY = "retry"
    PERSON = "person"
    NONE = "none"
    """It tells its user nothing to do and does nothing by itself."""


ADVICE_LABELS: Mapping[Advice, str] = MappingProxyType(
    {
        Advice.MEND: "исправить и отправить новую версию",
        Advice.RETRY: "повторить позже",
        Advice.PERSON: "показать человеку",
        Advice.NONE: "ничего не делать",
    }
)
"""Russian names of what a МИС decides, for reports."""


@dataclass(frozen=True, slots=True)
class ResetOptions:
    """What the МИС is told before a run."""

    as_of: date | None = None
    """The stand's date; None means today."""
    time_scale: float = 1.0
    """How many times shorter the prescribed pauses are."""
    variant: str | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """Addresses of the stand's services by name: remd, gis, other_is, emias, ferzl, tfoms-46000."""
    oms: tuple[Mapping[str, Any], ...] = ()
    """How the МИС comes to each ТФОМС: okato, moCode, transport, login, password, folder, token."""

    def to_json(self) -> dict[str, Any]:
        """Return the body of POST /reset; `oms` is there only where the MO works in ОМС."""
        access = {"oms": [dict(item) for item in self.oms]} if self.oms else {}
        return {
            "asOf": self.as_of.isoformat() if self.as_of else None,
            "timeScale": self.time_scale,
            "variant": self.variant,
            "endpoints": dict(self.endpoints),
            **access,
        }


@dataclass(frozen=True, slots=True)
class Submission:
    """Answer to an action with a document."""

    ref: str
    """What the МИС calls the document; stays the same for its later versions."""
    local_uid: str | None = None
    """localUid of the version in work, when the МИС already knows it."""

    @classmethod
    def from_json(cls, data: Answer) -> Submission:
        """Return the submission that the МИС answered with; raises ValueError in Russian."""
        ref = data.get("ref")
        if isinstance(ref, int) and not isinstance(ref, bool):
            ref = str(ref)
        if not isinstance(ref, str) or not ref:
            raise ValueError("нет поля ref с обозначением документа (непустая строка)")
        return cls(ref, _text(data, "localUid"))

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {"ref": self.ref, "localUid": self.local_uid}


@dataclass(frozen=True, slots=True)
class DocumentStatus:
    """What the МИС says about the last version of a document."""

    state: DocumentState
    local_uid: str | None = None
    emdr_id: str | None = None
    errors: tuple[tuple[str, str], ...] = ()
    """(code of НСИ 99.2.305, text) as the МИС shows them to its user."""
    attempts: int | None = None
    """How many times the version was sent; None when the МИС does not tell."""
    reaction: Advice | None = None
    """What it decided after the last refusal; None when there was none or it does not tell."""

    @classmethod
    def from_json(cls, data: Answer) -> DocumentStatus:
        """Return the status that the МИС answered with; raises ValueError in Russian."""
        try:
            state = DocumentState(data.get("state", ""))
        except ValueError:
            known = ", ".join(DocumentState)
            raise ValueError(f"поле state: {data.get('state')!r}, а может быть: {known}") from None
        attempts = data.get("attempts")
        if attempts is not None and (isinstance(attempts, bool) or not isinstance(attempts, int)):
            raise ValueError(f"поле attempts: {attempts!r}, а должно быть целое число")
        return cls(
            state=state,
            local_uid=_text(data, "localUid"),
            emdr_id=_text(data, "emdrId"),
            errors=_errors(data.get("errors")),
            attempts=attempts,
            reaction=_advice(data.get("reaction")),
        )

    def to_json(self) -> dict[str, Any]:
        """Return what `from_json` reads."""
        return {
            "state": self.state.value,
            "localUid": self.local_uid,
            "emdrId": self.emdr_id,
            "errors": [{"code": code, "message": message} for code, message in self.errors],
            "attempts": self.attempts,
            "reaction": self.reaction.value if self.reaction else None,
        }


class Driver(Protocol):
    """Makes the МИС act; every method raises DriverError when it did not."""

    @property
    def name(self) -> str:
        """Return how the driver is called in reports: «http http://127.0.0.1:8090»."""
        ...

    def health(self) -> Answer:
        """Return what the МИС says about itself: status, product, version."""
        ...

    def reset(self, options: ResetOptions) -> None:
        """Make the МИС begin a run anew."""
        ...

    def submit(self, case: ControlCase) -> Submission:
        """Make the МИС form, sign and send a document for the case."""
        ...

    def replace(self, ref: str, case: ControlCase) -> Submission:
        """Make the МИС mend or replace the document by another case."""
        ...

    def status(self, ref: str) -> DocumentStatus:
        """Return what the МИС says about the document."""
        ...


def _text(data: Answer, name: str) -> str | None:
    value = data.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise ValueError(f"поле {name}: {value!r}, а должна быть строка")
    return value


def _advice(value: object) -> Advice | None:
    if value is None:
        return None
    try:
        return Advice(str(value))
    except ValueError:
        raise ValueError(f"поле reaction: {value!r}, а может быть: {', '.join(Advice)}") from None


def _errors(value: object) -> tuple[tuple[str, str], ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        raise ValueError("поле errors: должен быть список объектов {code, message}")
    return tuple((str(item.get("code", "")), str(item.get("message", ""))) for item in value)
