"""Every check of the engine over what a МИС sent and served, in the stages of РЭМД."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from fake_remd import Received, Trial

from dopusk.cases import ControlCase
from dopusk.clock import Clock
from dopusk.remd.checks import FileAnswer, check_file_answer, check_metadata, check_transport
from dopusk.remd.ips import prove
from dopusk.remd.signatures import check_request_signatures
from dopusk.semd import check_against_case, check_against_request, check_document, check_kind
from dopusk.signature import TrustStore
from dopusk.verdict import Finding
from dopusk.wire.messages import RegisterDocument
from dopusk.wire.profile import default_profile
from dopusk.wire.soap import read_envelope


def blocking(found: Iterable[Finding]) -> set[str]:
    """Return the codes of the findings that fail a candidate, conventions of the stand too."""
    return {item.code for item in found if item.blocks(conventions_block=True)}


def judge(trial: Trial, sent: Received, case: ControlCase) -> set[str]:
    """Return the codes of all blocking findings about one registration.

    As РЭМД does, the file is asked for only when nothing is wrong with the request.
    """
    now = Clock.at(trial.declared.as_of).now()
    envelope, found = read_envelope(sent.body, part="registerDocument")
    assert envelope is not None
    if trial.declared.via_ips:
        proof = prove(sent.body, envelope, trust=TrustStore.test_pki(), checked_at=now)
        found = (*found, *proof.findings)
        if proof.envelope is None:
            return blocking(found)
        envelope = proof.envelope
    request = default_profile().read(envelope.body)
    assert isinstance(request, RegisterDocument)
    codes = blocking(
        [
            *found,
            *check_transport(envelope, sent.headers, trial.mis.declaration),
            *check_metadata(request, trial.declared, now=now),
            *_signatures(trial, request, None, now),
        ]
    )
    return codes or blocking(_stage_2(trial, request, case, now))


def _stage_2(
    trial: Trial, request: RegisterDocument, case: ControlCase, now: datetime
) -> Iterator[Finding]:
    served = trial.remd.ask_file(str(request.local_uid))
    judged = check_file_answer(
        FileAnswer(status=served.status, headers=served.headers, body=served.body, error=None),
        request,
        message_id="0f0e0d0c-0000-4000-8000-000000000001",
    )
    yield from judged.findings
    if judged.data is None:
        return
    report = check_document(judged.data, as_of=now.date())
    yield from report.findings
    yield from check_kind(report, str(request.kind))
    if report.document is not None:
        yield from check_against_request(report.document, request)
        yield from check_against_case(report.document, case)
    yield from _signatures(trial, request, judged.data, now)


def _signatures(
    trial: Trial, request: RegisterDocument, document: bytes | None, now: datetime
) -> list[Finding]:
    return check_request_signatures(
        request, document, trial.declared, trust=TrustStore.test_pki(), received_at=now
    )
