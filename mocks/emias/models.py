"""Rules of the mock ГИС ЕМИАС МО."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import uuid4

from dopusk.remd.checks.emias import check_emdr_id, check_mnemonic
from dopusk.remd.checks.values import text
from dopusk.remd.directory import RegisteredSystem
from dopusk.verdict import Finding
from dopusk.wire.messages import RegisterDocument
from dopusk.wire.soap import normalise_id
from mocks.emias.exceptions import EmiasError
from mocks.relay.models import Relay
from mocks.relay.parts import Parts
from mocks.relay.passage import Passage, Target
from mocks.remd.records import NOBODY, Attempt
from mocks.remd.results import Outcome


class Emias(Relay):
    """Knows systems by their mnemonics and forwards to РЭМД, or not, as the application says."""

    label = "ЕМИАС"
    refusal = EmiasError

    def __init__(self, parts: Parts, *, remd: Target, takes_registered: bool) -> None:
        """`takes_registered`: what comes is registered in РЭМД already and named by emdrId."""
        super().__init__(parts)
        self._remd = remd
        self._takes_registered = takes_registered
        self._registrations: Mapping[str, RegisteredSystem] = {
            system.mnemonic: system
            for system in parts.directory.systems.values()
            if system.mnemonic is not None
        }

    def judge(self, request: RegisterDocument) -> list[Finding]:
        """Return what is wrong with the mnemonic."""
        declared = self.parts.declaration.mnemonic
        return check_mnemonic(request, declared) if declared else []

    def recipient(self, request: RegisterDocument, system: RegisteredSystem) -> RegisteredSystem:
        """Return the system registered under the mnemonic: its address gets the notifications."""
        return self._registrations.get(text(request.system), system)

    def examine(self, passage: Passage) -> list[Finding]:
        """Ask РЭМД for the number of a document that is said to be registered there."""
        if not self._takes_registered:
            return []
        return list(self._check_number(passage.attempt))

    def kept(self, passage: Passage) -> Outcome:
        """Return the result for a document that stays here, with its number in РЭМД if it has."""
        usual = super().kept(passage)
        number = text(passage.attempt.request.emdr_id) or None
        return Outcome(usual.status, (), number, {**usual.details, **self._dates(passage, number)})

    def work(
        self, request: RegisterDocument, body: bytes, data: bytes, scenario: str | None
    ) -> None:
        """Register a document that was made here, at the workplace of a doctor (mo-2)."""
        message_id = str(uuid4())
        attempt = Attempt(
            request=request,
            system=NOBODY,
            local_uid=text(request.local_uid),
            uid=normalise_id(text(request.local_uid)),
            message_id=message_id,
            normal_id=normalise_id(message_id),
            received=self.parts.clock.now(),
            scenario=scenario,
        )
        passage = Passage(attempt, body, data)
        self.records.decision(attempt, "formed")
        self.keep(passage)
        self.forward(passage)

    def _check_number(self, attempt: Attempt) -> Iterator[Finding]:
        number = text(attempt.request.emdr_id)
        found = None
        if number:
            found = self.parts.forwarder.find(self._remd, number, attempt.scenario)
        yield from check_emdr_id(attempt.request, known=found is not None)

    def _dates(self, passage: Passage, number: str | None) -> Mapping[str, object]:
        if number is None:
            return {}
        registered = self.parts.clock.now().isoformat(timespec="milliseconds")
        return {"registered": registered, "created": text(passage.attempt.request.created)}
