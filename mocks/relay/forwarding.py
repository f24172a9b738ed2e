"""A relay's registerDocument to the next system, repeated after temporary failures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import uuid4

from dopusk.remd.decision import ErrorItem, official
from dopusk.wire.messages import RegistryItem, RegistryItems
from dopusk.wire.profile import WireProfile
from dopusk.wire.soap import normalise_id, read_envelope, write_envelope
from mocks.outgoing import Answer, Call, Outgoing
from mocks.relay.passage import Passage, Target
from mocks.workers import OnError, Workers

REGISTER = "registerDocument"
GET_ITEM = "getRegistryItem"
TEMPORARY = frozenset({"RATE_LIMIT", "INTERNAL_ERROR", "RUNTIME_ERROR"})
"""Codes of НСИ 305 after which a relay sends again by itself (convention)."""

Sent = Callable[[str], None]
"""Told the MessageID before a message is sent, so that its result finds the passage."""
Refused = Callable[[tuple[ErrorItem, ...]], None]


@dataclass(frozen=True, slots=True)
class Forwarder:
    """Speaks for one relay with the systems behind it."""

    outgoing: Outgoing
    workers: Workers
    profile: WireProfile
    client_entity_id: str
    """GUID of the relay itself."""
    time_scale: float

    def register(
        self, passage: Passage, target: Target, *, sent: Sent, refused: Refused, on_error: OnError
    ) -> None:
        """Send the document on; `refused` is told of a refusal in the synchronous answer."""
        timing = self.profile.timing
        self._attempt(
            passage, target, [*timing.callback_backoff], sent=sent, refused=refused, broken=on_error
        )

    def find(self, target: Target, emdr_id: str, scenario: str | None) -> RegistryItem | None:
        """Return what the target tells of a registered document; None when it knows none."""
        body = self.profile.render("getRegistryItemRequest", emdr_id=emdr_id)
        answer = self.outgoing.call(self._call(target, GET_ITEM, body, scenario, None, emdr_id))
        envelope, _ = read_envelope(answer.body, part=GET_ITEM)
        message = self.profile.read(envelope.body) if envelope else None
        if not isinstance(message, RegistryItems):
            return None
        return next((item for item in message.items if item.emdr_id == emdr_id), None)

    def _attempt(
        self,
        passage: Passage,
        target: Target,
        pauses: list[float],
        *,
        sent: Sent,
        refused: Refused,
        broken: OnError,
    ) -> None:
        attempt = passage.attempt
        call = self._call(target, REGISTER, passage.body, attempt.scenario, attempt.uid, None)
        sent(normalise_id(call.message_id))
        errors = self._errors(self.outgoing.call(call), target)
        if not errors:
            return
        codes = {item.code for item in errors}
        if not codes <= TEMPORARY or not pauses:
            refused(errors)
            return
        pause = self.profile.timing.rate_limit_pause if "RATE_LIMIT" in codes else pauses[0]
        self.workers.later(
            pause / self.time_scale,
            lambda: self._attempt(
                passage, target, pauses[1:], sent=sent, refused=refused, broken=broken
            ),
            broken,
        )

    def _errors(self, answer: Answer, target: Target) -> tuple[ErrorItem, ...]:
        """Return why a synchronous answer is no acceptance; empty when it is one."""
        if answer.status is None or not 200 <= answer.status < 300:
            why = answer.error or f"HTTP {answer.status}"
            return (official("RUNTIME_ERROR", f"{target.label} не отвечает: {why}"),)
        envelope, _ = read_envelope(answer.body, part=REGISTER)
        if envelope is None or envelope.is_fault:
            return (official("RUNTIME_ERROR", f"{target.label}: ответ не разобран"),)
        told = self.profile.read_acknowledgement(envelope.body)
        if told.succeeded:
            return ()
        items = tuple(ErrorItem(code, text) for code, text in told.errors)
        return items or (official("RUNTIME_ERROR"),)

    def _call(
        self,
        target: Target,
        operation: str,
        body: bytes,
        scenario: str | None,
        uid: str | None,
        emdr_id: str | None,
    ) -> Call:
        message_id = str(uuid4())
        envelope = write_envelope(
            body,
            message_id=message_id,
            action=operation,
            to=self.outgoing.address(target.url),
            client_entity_id=self.client_entity_id,
        )
        return Call(
            url=target.url,
            operation=operation,
            body=envelope,
            message_id=message_id,
            local_uid=uid,
            emdr_id=emdr_id,
            scenario=scenario,
        )
