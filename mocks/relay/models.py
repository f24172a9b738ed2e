"""State and rules of a relay: takes a document, fetches its file, passes it on, brings results."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import partial

from lxml import etree

from dopusk.remd.checks import check_coarse, check_file_answer
from dopusk.remd.checks.values import date_time, text
from dopusk.remd.decision import ErrorItem, official
from dopusk.remd.directory import RegisteredSystem
from dopusk.verdict import Finding
from dopusk.wire.messages import (
    FileRequest,
    RegisterDocument,
    RegistrationResult,
    SearchRegistryItem,
)
from dopusk.wire.soap import normalise_id
from mocks.faults import Action, Fault, Stage
from mocks.relay.admission import Admission
from mocks.relay.exceptions import RelayError, UnknownDocumentError, UnknownMessageError
from mocks.relay.parts import Parts
from mocks.relay.passage import Passage, Target
from mocks.remd.decisions import Decisions
from mocks.remd.records import NOBODY
from mocks.remd.results import Outcome
from mocks.traffic import Incoming
from mocks.workers import Task


class Relay:
    """One relay of a stand. Thread-safe; the services differ in what they override."""

    label = ""
    """Russian name of the service."""
    refusal = RelayError
    """What its refusals are."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.profile = parts.profile
        self.records = parts.records
        block = parts.declaration.stand.conventions_block
        self._decisions = Decisions(parts.records, parts.results, block)
        self._admission = Admission(parts)
        self._lock = threading.Lock()
        self._passages: dict[str, Passage] = {}
        self._sent: dict[str, tuple[Passage, Target]] = {}

    def close(self) -> None:
        """Close the connections."""
        self.parts.caller.outgoing.close()

    def reset(self) -> None:
        """Forget every document and message."""
        with self._lock:
            self._passages.clear()
            self._sent.clear()
        self._admission.reset()

    # What the services override.

    def judge(self, request: RegisterDocument) -> list[Finding]:
        """Return what this service finds wrong with a request beyond the federal profile."""
        return []

    def recipient(self, request: RegisterDocument, system: RegisteredSystem) -> RegisteredSystem:
        """Return the system that is asked for the file and told the result."""
        return system

    def examine(self, passage: Passage) -> list[Finding]:
        """Return what this service finds wrong in its own full check of an accepted request."""
        return []

    def targets(self, passage: Passage) -> tuple[Target, ...]:
        """Return where this document is passed on."""
        return self.parts.targets

    def kept(self, passage: Passage) -> Outcome:
        """Return the result for a document that goes nowhere from here."""
        return Outcome("success", details={"document_status": f"Принято: {self.label}"})

    # What comes in.

    def register(
        self, incoming: Incoming, request: RegisterDocument, faults: tuple[Fault, ...]
    ) -> None:
        """Accept a document; raises RelayError for a refusal in the synchronous answer."""
        system, found = self._admission.identify(incoming)
        found += [*check_coarse(request), *self.judge(request)]
        recipient = self.recipient(request, system) if system else None
        attempt = self._admission.attempt(incoming, request, recipient, faults)
        planned = self._decisions.sync_by_plan(attempt)
        if planned:
            raise self.refusal(planned)
        errors = self._decisions.refusals(found)
        if errors or system is None:
            errors = errors or (official("NO_RMIS"),)
            self.records.decision(attempt, "sync", findings=found, errors=errors)
            raise self.refusal(errors)
        self.records.decision(attempt, "accepted", findings=found)
        assert incoming.envelope is not None
        passage = Passage(attempt, etree.tostring(incoming.envelope.body, encoding="utf-8"))
        self.parts.results.begin(incoming, attempt, lambda: self.begin(passage))

    def begin(self, passage: Passage) -> None:
        """Start the way of an accepted document, in the background."""
        self.keep(passage)
        self._submit(passage, lambda: self._run(passage))

    def keep(self, passage: Passage) -> None:
        """Remember a document, so that its file can be asked for."""
        with self._lock:
            self._passages[normalise_id(passage.attempt.local_uid)] = passage

    def search(
        self, incoming: Incoming, request: SearchRegistryItem, faults: tuple[Fault, ...]
    ) -> list[Mapping[str, object]]:
        """Return the sender's registered documents that agree with all given criteria.

        Raises RelayError for a refusal.
        """
        planned = self._decisions.call_refused_by_plan(incoming, faults)
        if planned:
            raise self.refusal(planned)
        system, found = self._admission.identify(incoming)
        errors = self._decisions.refusals(found)
        if errors or system is None:
            raise self.refusal(errors or (official("NO_RMIS"),))
        with self._lock:
            passages = tuple(self._passages.values())
        items = [p.shown() for p in passages if p.attempt.system == system and p.registered]
        return [item for item in items if _agrees(item, request)]

    def file(self, request: FileRequest, scenario: str | None) -> bytes:
        """Return the file of a document; a registered one is asked of the МИС anew.

        Raises UnknownDocumentError, and RelayError when the МИС does not give the file.
        """
        with self._lock:
            passage = self._passages.get(normalise_id(text(request.local_uid)))
        if passage is None or passage.file is None:
            raise UnknownDocumentError
        if not text(request.emdr_id) or passage.attempt.system is NOBODY:
            return passage.file
        data, found = self._ask(passage, emdr_id=text(request.emdr_id), scenario=scenario)
        if data is None:
            raise self.refusal(self._decisions.refusals(found) or (official("MIS_ERROR"),))
        return data

    def take(self, result: RegistrationResult) -> None:
        """Take a result of a target and bring it to the МИС; raises UnknownMessageError."""
        with self._lock:
            known = self._sent.get(normalise_id(result.relates_to or ""))
            if known is None:
                raise UnknownMessageError
            passage, target = known
            if target.service in passage.results:
                return
            passage.results[target.service] = result
        self._submit(passage, lambda: self._bring(passage, target, result))

    # The way of a document.

    def _run(self, passage: Passage) -> None:
        attempt = passage.attempt
        if self._decisions.refused_by_plan(attempt, Stage.STAGE1):
            return
        if not self._decisions.passes(attempt, "stage1", self.examine(passage)):
            return
        if not self._fetch(passage):
            return
        twice = self.parts.results.applied(attempt, Action.FILE_TWICE)
        if twice is not None and not self._fetch(passage):
            return
        if not self._decisions.refused_by_plan(attempt, Stage.STAGE2):
            self.forward(passage)

    def forward(self, passage: Passage) -> None:
        """Pass a document on whose file is here; without targets it stays and that is the end."""
        targets = self.targets(passage)
        for target in targets:
            self._submit(passage, partial(self._pass_on, passage, target))
        if not targets:
            outcome = self.kept(passage)
            self.records.decision(passage.attempt, "kept", emdr_id=outcome.emdr_id)
            self.parts.results.deliver(passage.attempt, outcome)

    def _pass_on(self, passage: Passage, target: Target) -> None:
        def sent(message_id: str) -> None:
            with self._lock:
                self._sent[message_id] = (passage, target)

        def refused(errors: tuple[ErrorItem, ...]) -> None:
            self._deliver(passage, target, Outcome.refused(errors))

        self.parts.forwarder.register(
            passage,
            target,
            sent=sent,
            refused=refused,
            on_error=lambda error: self._broken(passage, error),
        )

    def _bring(self, passage: Passage, target: Target, result: RegistrationResult) -> None:
        errors = tuple(ErrorItem(code, words) for code, words in result.errors)
        details = {
            "document_status": result.document_status,
            "registered": result.registered if result.emdr_id else None,
            "created": result.created if result.emdr_id else None,
            "store_till": result.store_till if result.emdr_id else None,
        }
        outcome = Outcome(result.status or "error", errors, result.emdr_id, details)
        self._deliver(passage, target, outcome)

    def _deliver(self, passage: Passage, target: Target, outcome: Outcome) -> None:
        self.records.decision(
            passage.attempt,
            "returned",
            errors=outcome.errors,
            emdr_id=outcome.emdr_id,
            at=target.service,
        )
        details = {**outcome.details, "stage": target.stage}
        told = Outcome(outcome.status, outcome.errors, outcome.emdr_id, details)
        self.parts.results.deliver(passage.attempt, told)

    def _fetch(self, passage: Passage) -> bool:
        data, found = self._ask(passage, emdr_id=None, scenario=passage.attempt.scenario)
        if not self._decisions.passes(passage.attempt, "file", found):
            return False
        passage.file = data
        return data is not None

    def _ask(
        self, passage: Passage, *, emdr_id: str | None, scenario: str | None
    ) -> tuple[bytes | None, list[Finding]]:
        attempt, request = passage.attempt, passage.attempt.request
        answer, message_id = self.parts.caller.get_file(
            attempt.system,
            local_uid=attempt.local_uid,
            kind=text(request.kind),
            organization=text(request.organization),
            document_number=text(request.document_number) or None,
            emdr_id=emdr_id,
            scenario=scenario,
        )
        judged = check_file_answer(
            answer, None if emdr_id else request, message_id=message_id, profile=self.profile
        )
        return judged.data, list(judged.findings)

    def _submit(self, passage: Passage, task: Task) -> None:
        self.parts.workers.submit(task, lambda error: self._broken(passage, error))

    def _broken(self, passage: Passage, error: BaseException) -> None:
        self._decisions.broken(passage.attempt, error)


def _agrees(item: Mapping[str, object], request: SearchRegistryItem) -> bool:
    registered = date_time(str(item["registered"] or ""))
    begin, end = date_time(text(request.begin)), date_time(text(request.end))
    if registered is None:
        return False
    return (
        (begin is None or registered >= begin)
        and (end is None or registered <= end)
        and text(request.organization) in ("", item["organization"])
        and text(request.kind) in ("", item["kind"])
    )
