"""The registration after the sync answer: stage 1, getDocumentFile, stage 2, result."""

from __future__ import annotations

from dataclasses import dataclass

from dopusk.clock import Clock
from dopusk.remd.checks import Fingerprint, check_file_answer
from dopusk.remd.checks.values import text
from dopusk.remd.directory import Directory
from dopusk.wire.profile import WireProfile
from mocks.faults import Action, Stage
from mocks.remd.caller import Caller
from mocks.remd.decisions import Decisions
from mocks.remd.exceptions import NotUniqueError
from mocks.remd.judge import Judge
from mocks.remd.records import Attempt, Records
from mocks.remd.registry import Item, Registry
from mocks.remd.results import Outcome, Results
from mocks.traffic import Incoming
from mocks.workers import Workers


@dataclass(frozen=True, slots=True)
class Flow:
    """Takes accepted requests through the stages, in the workers of the stand."""

    registry: Registry
    directory: Directory
    judge: Judge
    caller: Caller
    records: Records
    workers: Workers
    clock: Clock
    profile: WireProfile
    results: Results
    decisions: Decisions

    def begin(self, incoming: Incoming, attempt: Attempt) -> None:
        """Start the stages of an accepted request in the background."""
        self.results.begin(incoming, attempt, lambda: self._submit(attempt))

    def _submit(self, attempt: Attempt) -> None:
        self.workers.submit(
            lambda: self._run(attempt), lambda error: self.decisions.broken(attempt, error)
        )

    def _run(self, attempt: Attempt) -> None:
        if not self._stage1(attempt):
            return
        data = self._fetch(attempt)
        if data is None:
            return
        twice = self.results.applied(attempt, Action.FILE_TWICE)
        if twice is not None and self._fetch(attempt) is None:
            return
        if self._stage2(attempt, data):
            self._register(attempt, data)

    def _stage1(self, attempt: Attempt) -> bool:
        if self.decisions.refused_by_plan(attempt, Stage.STAGE1):
            return False
        found = self.judge.stage1(
            attempt.request,
            system=attempt.system,
            registry=self.registry,
            now=attempt.received,
        )
        return self.decisions.passes(attempt, "stage1", found)

    def _fetch(self, attempt: Attempt) -> bytes | None:
        request = attempt.request
        answer, message_id = self.caller.get_file(
            attempt.system,
            local_uid=attempt.local_uid,
            kind=text(request.kind),
            organization=text(request.organization),
            document_number=text(request.document_number) or None,
            scenario=attempt.scenario,
        )
        judged = check_file_answer(answer, request, message_id=message_id, profile=self.profile)
        if not self.decisions.passes(attempt, "file", judged.findings):
            return None
        return judged.data

    def _stage2(self, attempt: Attempt, data: bytes) -> bool:
        if self.decisions.refused_by_plan(attempt, Stage.STAGE2):
            return False
        found = self.judge.stage2(
            data, attempt.request, received=attempt.received, now=self.clock.now()
        )
        return self.decisions.passes(attempt, "stage2", found)

    def _register(self, attempt: Attempt, data: bytes) -> None:
        request = attempt.request
        organization = self.directory.organization(text(request.organization))
        region = (organization.region if organization else "").strip()[-2:].rjust(2, "0")
        draft = Item(
            emdr_id="",
            system=attempt.system.client_entity_id,
            local_uid=attempt.local_uid,
            kind=text(request.kind),
            organization=text(request.organization),
            document_number=text(request.document_number) or None,
            created=text(request.created),
            registered=self.clock.now(),
            patient_snils=text(request.patient.snils) or None if request.patient else None,
            file=Fingerprint.of(data),
            scenario=attempt.scenario,
        )
        replaced = tuple(
            text(link.target)
            for link in request.associations
            if text(link.type) in self.profile.replace_types
        )
        try:
            item = self.registry.add(draft, region=region, replaces=replaced)
        except NotUniqueError as refused:
            self.decisions.refuse(attempt, refused.errors, at="registration")
            return
        self.records.decision(attempt, "registered", emdr_id=item.emdr_id)
        self.results.deliver(attempt, Outcome.registered(item))
