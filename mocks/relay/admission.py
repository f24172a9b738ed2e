"""Who sends a message to a relay, whether it may, and what its refusals are made of."""

from __future__ import annotations

import threading

from dopusk.remd.checks import check_transport, sender
from dopusk.remd.checks.values import text
from dopusk.remd.directory import RegisteredSystem
from dopusk.verdict import Finding
from dopusk.wire.messages import RegisterDocument
from mocks.faults import Fault
from mocks.relay.parts import Parts
from mocks.remd.records import NOBODY, Attempt
from mocks.traffic import Incoming


class Admission:
    """Knows the systems and the messages of one relay. Thread-safe."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._lock = threading.Lock()
        self._message_ids: set[tuple[str, str]] = set()

    def reset(self) -> None:
        """Forget the messages."""
        with self._lock:
            self._message_ids.clear()

    def identify(self, incoming: Incoming) -> tuple[RegisteredSystem | None, list[Finding]]:
        """Return who sent a message and what is wrong with how it was sent."""
        envelope = incoming.envelope
        assert envelope is not None
        parts = self._parts
        system = sender(envelope, parts.directory)
        found = check_transport(
            envelope,
            incoming.headers,
            parts.declaration,
            directory=parts.directory,
            profile=parts.profile,
            repeated=self._is_repeated(system, incoming.message_id),
        )
        return system, [*incoming.findings, *found]

    def attempt(
        self,
        incoming: Incoming,
        request: RegisterDocument,
        recipient: RegisteredSystem | None,
        faults: tuple[Fault, ...],
    ) -> Attempt:
        """Return the attempt that a message is; `recipient` is told its result."""
        header = incoming.envelope.header if incoming.envelope else None
        return Attempt(
            request=request,
            system=recipient or NOBODY,
            local_uid=text(request.local_uid),
            uid=incoming.local_uid,
            message_id=text(header.message_id) if header else "",
            normal_id=incoming.message_id,
            received=self._parts.clock.now(),
            scenario=incoming.scenario,
            faults=faults,
        )

    def _is_repeated(self, system: RegisteredSystem | None, message_id: str | None) -> bool:
        if system is None or message_id is None:
            return False
        key = (system.client_entity_id, message_id)
        with self._lock:
            known = key in self._message_ids
            self._message_ids.add(key)
        return known
