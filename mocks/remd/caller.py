"""Calls of a service to a МИС: for a file, with a result, with a demanded file."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from dopusk.remd.checks import FileAnswer
from dopusk.remd.decision import ErrorItem
from dopusk.remd.directory import RegisteredSystem
from dopusk.wire.names import WSA_ANONYMOUS
from dopusk.wire.profile import WireProfile
from dopusk.wire.soap import normalise_id, write_envelope
from mocks.ips import Ips
from mocks.outgoing import Answer, Call, Outgoing
from mocks.remd.records import Attempt
from mocks.remd.registry import Item
from mocks.workers import OnError, Workers

RESULT = "sendRegisterDocumentResult"
GET_FILE = "getDocumentFile"
SEND_FILE = "sendDocumentFile"


def stamp(moment: datetime) -> str:
    """Return a time as РЭМД writes it, with milliseconds and zone."""
    return moment.isoformat(timespec="milliseconds")


@dataclass(frozen=True, slots=True)
class Caller:
    """Sends the messages of one service and repeats what was not taken."""

    outgoing: Outgoing
    workers: Workers
    profile: WireProfile
    time_scale: float
    version: str = "1.2"
    """SOAP version of what is sent: the profile of callbacks is not public."""
    ips: Ips | None = None
    """Signs what goes to a МИС that works through ИПС."""

    def get_file(
        self,
        system: RegisteredSystem,
        *,
        local_uid: str,
        kind: str,
        organization: str,
        document_number: str | None,
        emdr_id: str | None = None,
        scenario: str | None = None,
    ) -> tuple[FileAnswer, str]:
        """Ask the МИС for a file; return its answer and the MessageID of the question."""
        body = self.profile.render(
            "getDocumentFileRequest",
            local_uid=local_uid,
            kind=kind,
            organization=organization,
            document_number=document_number,
            emdr_id=emdr_id,
        )
        call = self._call(
            system.file_service_url,
            GET_FILE,
            body,
            timeout=self.profile.timing.file_timeout,
            local_uid=local_uid,
            emdr_id=emdr_id,
            scenario=scenario,
        )
        answer = self.outgoing.call(call)
        return _file_answer(answer), call.message_id

    def send_result(
        self,
        attempt: Attempt,
        values: Mapping[str, object],
        *,
        emdr_id: str | None,
        on_error: OnError,
    ) -> None:
        """Send the result of a registration; repeat it while the МИС does not take it."""
        body = self.profile.render("registerDocumentResult", **values)

        def make() -> Call:
            return self._call(
                attempt.system.callback_url,
                RESULT,
                body,
                timeout=self.profile.timing.callback_timeout,
                relates_to=attempt.normal_id,
                local_uid=attempt.local_uid,
                emdr_id=emdr_id,
                scenario=attempt.scenario,
            )

        self._deliver(make, self._pauses(), on_error)

    def send_file(
        self,
        system: RegisteredSystem,
        item: Item,
        data: bytes | None,
        *,
        relates_to: str,
        errors: Iterable[ErrorItem],
        scenario: str | None,
        on_error: OnError,
    ) -> None:
        """Send the file that demandContent asked for, or why there is none."""
        body = self.profile.render(
            "sendDocumentFileRequest",
            relates_to=relates_to,
            emdr_id=item.emdr_id,
            local_uid=item.local_uid,
            status="error" if data is None else "success",
            data=None if data is None else base64.b64encode(data).decode("ascii"),
            errors=[error.to_dict() for error in errors],
        )

        def make() -> Call:
            return self._call(
                system.callback_url,
                SEND_FILE,
                body,
                timeout=self.profile.timing.callback_timeout,
                relates_to=normalise_id(relates_to),
                local_uid=item.local_uid,
                emdr_id=item.emdr_id,
                scenario=scenario,
            )

        self._deliver(make, self._pauses(), on_error)

    def _pauses(self) -> list[float]:
        return [pause / self.time_scale for pause in self.profile.timing.callback_backoff]

    def _deliver(self, make: Callable[[], Call], pauses: list[float], on_error: OnError) -> None:
        if self.outgoing.call(make()).delivered or not pauses:
            return
        self.workers.later(pauses[0], lambda: self._deliver(make, pauses[1:], on_error), on_error)

    def _call(
        self,
        url: str,
        operation: str,
        body: bytes,
        *,
        timeout: float,
        relates_to: str | None = None,
        local_uid: str | None = None,
        emdr_id: str | None = None,
        scenario: str | None = None,
    ) -> Call:
        message_id = str(uuid4())
        envelope = write_envelope(
            body,
            version=self.version,
            message_id=message_id,
            action=operation,
            to=self.outgoing.address(url),
            reply_to=WSA_ANONYMOUS if self.ips else None,
            relates_to=relates_to,
        )
        if self.ips is not None:
            envelope = self.ips.seal(envelope)
        return Call(
            url=url,
            operation=operation,
            body=envelope,
            message_id=message_id,
            version=self.version,
            timeout=timeout,
            relates_to=relates_to,
            local_uid=normalise_id(local_uid) if local_uid else None,
            emdr_id=emdr_id,
            scenario=scenario,
        )


def _file_answer(answer: Answer) -> FileAnswer:
    return FileAnswer(answer.status, answer.headers, answer.body, answer.error)
