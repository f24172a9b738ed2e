"""State and rules of the mock РЭМД: what each operation does."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from dopusk.clock import Clock
from dopusk.remd.checks import check_file_answer, check_same_file, sender
from dopusk.remd.checks.values import date_time, text
from dopusk.remd.decision import ErrorItem, official
from dopusk.remd.directory import Directory, RegisteredSystem
from dopusk.verdict import Finding
from dopusk.wire.messages import ByEmdrId, RegisterDocument, SearchRegistryItem
from dopusk.wire.profile import WireProfile
from dopusk.wire.soap import Envelope
from mocks.faults import Fault
from mocks.ips import Ips
from mocks.remd.caller import Caller
from mocks.remd.exceptions import RegistryItemNotFoundError, RemdError, SoapFaultError
from mocks.remd.flow import Flow
from mocks.remd.judge import Judge
from mocks.remd.records import NOBODY, Attempt, Records
from mocks.remd.registry import Item, Registry
from mocks.traffic import CANDIDATE, Incoming


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent a message, and what was found about how it was sent."""

    system: RegisteredSystem | None
    findings: tuple[Finding, ...]
    errors: tuple[ErrorItem, ...]
    distrusted: bool = False
    """The message needed a signature and ИПС does not let it pass: nothing more is read of it."""


class Remd:
    """The mock РЭМД of one stand. Thread-safe; nothing is shared between stands."""

    def __init__(
        self,
        *,
        directory: Directory,
        registry: Registry,
        judge: Judge,
        flow: Flow,
        caller: Caller,
        records: Records,
        clock: Clock,
        profile: WireProfile,
        ips: Ips | None = None,
    ) -> None:
        self.profile = profile
        self.directory = directory
        self.registry = registry
        self.records = records
        self._judge = judge
        self._flow = flow
        self._caller = caller
        self._clock = clock
        self._ips = ips
        self._decisions = flow.decisions
        self._lock = threading.Lock()
        self._message_ids: dict[str, set[str]] = {}

    def reset(self) -> None:
        """Forget registered documents and seen messages."""
        self.registry.clear()
        with self._lock:
            self._message_ids.clear()

    def identify(self, incoming: Incoming) -> Sender:
        """Judge the transport of a message and tell who sent it.

        Through ИПС, `incoming.envelope` holds from now on only what the signature proves.
        """
        assert incoming.envelope is not None
        signature: tuple[Finding, ...] = ()
        if self._ips is not None and incoming.actor == CANDIDATE:
            proof = self._ips.prove(incoming.body, incoming.envelope)
            signature = proof.findings
            if proof.envelope is None or self._ips.refuses(signature):
                return Sender(None, signature, (), distrusted=True)
            incoming.envelope = proof.envelope
        system = sender(incoming.envelope, self.directory)
        repeated = self._is_repeated(system, incoming.message_id)
        found = [
            *incoming.findings,
            *signature,
            *self._judge.transport(incoming.envelope, incoming.headers, repeated=repeated),
        ]
        return Sender(system, tuple(found), self._decisions.refusals(found))

    def register(
        self,
        incoming: Incoming,
        request: RegisterDocument,
        known: Sender,
        faults: tuple[Fault, ...],
    ) -> None:
        """Accept a request for registration; raises RemdError or SoapFaultError for a sync refusal.

        The stages begin when the answer has been sent.
        """
        assert incoming.envelope is not None
        attempt = self._attempt(incoming, incoming.envelope, request, known, faults)
        planned = self._decisions.sync_by_plan(attempt)
        if planned:
            raise RemdError(planned)
        if known.distrusted:
            self.records.decision(attempt, "sync", findings=known.findings)
            raise _distrust(known)
        found = [*known.findings, *self._judge.coarse(request)]
        errors = self._decisions.refusals(found)
        if errors or known.system is None:
            errors = errors or (official("NO_RMIS"),)
            self.records.decision(attempt, "sync", findings=found, errors=errors)
            raise RemdError(errors)
        if found:
            self.records.decision(attempt, "accepted", findings=found)
        self._flow.begin(incoming, attempt)

    def refuse_by_plan(self, incoming: Incoming, faults: tuple[Fault, ...]) -> None:
        """Raise the RemdError that is planned for a call that registers nothing."""
        planned = self._decisions.call_refused_by_plan(incoming, faults)
        if planned:
            raise RemdError(planned)

    def seal(self, envelope: bytes) -> bytes:
        """Return an answer as it goes out: signed when the МИС works through ИПС."""
        return envelope if self._ips is None else self._ips.seal(envelope)

    def search(self, request: SearchRegistryItem, known: Sender) -> list[Item]:
        """Return the sender's own documents that agree with all given criteria."""
        system = self._admit(known)
        begin, end = date_time(text(request.begin)), date_time(text(request.end))
        wanted = (
            (text(request.organization), "organization"),
            (text(request.kind), "kind"),
            (text(request.patient_snils), "patient_snils"),
        )
        return [
            item
            for item in self.registry.of_system(system.client_entity_id)
            if (begin is None or item.registered >= begin)
            and (end is None or item.registered <= end)
            and all(not value or getattr(item, name) == value for value, name in wanted)
        ]

    def get(self, request: ByEmdrId, known: Sender) -> Item:
        """Return a document by its number; raises RegistryItemNotFoundError."""
        self._admit(known)
        item = self.registry.find(text(request.emdr_id))
        if item is None:
            raise RegistryItemNotFoundError
        return item

    def demand_content(self, request: ByEmdrId, known: Sender, incoming: Incoming) -> None:
        """Take an order for a file; it is fetched and sent when the answer has been sent."""
        item = self.get(request, known)
        system = self._admit(known)
        header = incoming.envelope.header if incoming.envelope else None
        relates = header.message_id.value if header and header.message_id else ""

        def deliver() -> None:
            data, errors = self._fetch(item, incoming.scenario)
            self._caller.send_file(
                system,
                item,
                data,
                relates_to=relates,
                errors=errors,
                scenario=incoming.scenario,
                on_error=broken,
            )

        def broken(error: BaseException) -> None:
            self.records.stand_error(error, scenario=incoming.scenario)

        incoming.after.append(lambda: self._caller.workers.submit(deliver, broken))

    def demand(self, emdr_id: str, scenario: str | None = None) -> None:
        """Let another system demand a registered document: its keeper is asked for the file.

        Raises RegistryItemNotFoundError; the rest happens in the background.
        """
        item = self.registry.find(emdr_id)
        if item is None:
            raise RegistryItemNotFoundError
        self.records.note("demand", scenario, emdr_id=emdr_id, local_uid=item.local_uid)
        self._caller.workers.submit(
            lambda: self._demanded(item, scenario),
            lambda error: self.records.stand_error(error, scenario=scenario),
        )

    def _demanded(self, item: Item, scenario: str | None) -> None:
        self._fetch(item, scenario)

    def _fetch(
        self, item: Item, scenario: str | None
    ) -> tuple[bytes | None, tuple[ErrorItem, ...]]:
        """Ask the keeper of a registered document for its file and compare it."""
        keeper = self.directory.systems[item.system]
        answer, message_id = self._caller.get_file(
            keeper,
            local_uid=item.local_uid,
            kind=item.kind,
            organization=item.organization,
            document_number=item.document_number,
            emdr_id=item.emdr_id,
            scenario=scenario,
        )
        judged = check_file_answer(answer, message_id=message_id, profile=self.profile)
        found = list(judged.findings)
        if judged.data is not None:
            found.extend(check_same_file(item.file, judged.data, emdr_id=item.emdr_id))
        errors = self._decisions.refusals(found)
        self.records.demanded(item.emdr_id, item.local_uid, scenario, found, errors)
        return (None if errors else judged.data), errors

    def _admit(self, known: Sender) -> RegisteredSystem:
        if known.distrusted:
            raise _distrust(known)
        if known.errors:
            raise RemdError(known.errors)
        if known.system is None:
            raise RemdError([official("NO_RMIS")])
        return known.system

    def _attempt(
        self,
        incoming: Incoming,
        envelope: Envelope,
        request: RegisterDocument,
        known: Sender,
        faults: tuple[Fault, ...],
    ) -> Attempt:
        header = envelope.header
        return Attempt(
            request=request,
            system=known.system or NOBODY,
            local_uid=text(request.local_uid),
            uid=incoming.local_uid,
            message_id=text(header.message_id),
            normal_id=incoming.message_id,
            received=self._clock.now(),
            scenario=incoming.scenario,
            faults=faults,
        )

    def _is_repeated(self, system: RegisteredSystem | None, message_id: str | None) -> bool:
        if system is None or message_id is None:
            return False
        with self._lock:
            seen = self._message_ids.setdefault(system.client_entity_id, set())
            repeated = message_id in seen
            seen.add(message_id)
        return repeated


def _distrust(known: Sender) -> SoapFaultError:
    """Return the fault of WS-Security 1.1 §12; what ИПС really answers is not public."""
    reason = next((item.message for item in known.findings), "")
    return SoapFaultError(f"ИПС не принимает сообщение (wsse:FailedCheck). {reason}")
