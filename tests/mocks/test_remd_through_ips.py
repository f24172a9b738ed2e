"""A МИС that works through ИПС: its messages are proved, those sent to it are signed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import remd_samples
from remd_bench import Bench

from dopusk import suite
from dopusk.clock import Clock
from dopusk.journal import Entry, Phase
from dopusk.signature import (
    MessageSigning,
    TrustStore,
    examine_message,
    load_credential,
    sign_message,
)
from dopusk.signature.wssec_names import FROM_IPS, VARIANT_A, VARIANT_B
from dopusk.verdict import Finding
from dopusk.wire.profile import default_profile
from dopusk.wire.soap import read_envelope
from mocks.faults import Action, Fault, Stage

Start = Callable[..., Bench]


def sign(data: bytes, parts: Any = VARIANT_B, *, late: timedelta = timedelta(0)) -> bytes:
    credential = load_credential(suite.root() / "fixtures/pki/credentials/mis.pem")
    now = Clock.at(remd_samples.declaration().as_of).now()
    return sign_message(data, credential, signed_at=now - late, signing=MessageSigning(parts=parts))


def message(bench: Bench, content: bytes, **header: Any) -> bytes:
    addresses = {"to": bench.stand.remd_url, "reply_to": bench.mis.url}
    return remd_samples.envelope(content, **{**addresses, **header})


def registration(bench: Bench, uid: str) -> bytes:
    return message(bench, remd_samples.body(local_uid=uid))


def sent_to_mis(bench: Bench) -> list[Entry]:
    return bench.journal.entries(actor="remd", phase=Phase.REQUEST)


def signed_names(data: bytes) -> set[str]:
    now = Clock.at(remd_samples.declaration().as_of).now()
    trust = TrustStore.test_pki()
    account = examine_message(data, part="стенд", trust=trust, checked_at=now)
    assert account.findings == () or {item.code for item in account.findings} == {"SIG-WS-PARTS"}
    return {item.name for item in account.parts}


def test_a_signed_message_is_registered_and_everything_sent_is_signed(start: Start) -> None:
    bench = start(via_ips=True)
    uid = str(uuid4())
    answer = bench.post(sign(registration(bench, uid)))
    assert bench.read(answer.content).succeeded
    assert signed_names(answer.content) == {"Body", "MessageID", "Action"}
    bench.decided(uid, "registered")
    bench.mis.results()
    calls = sent_to_mis(bench)
    assert {call.operation for call in calls} == {"getDocumentFile", "sendRegisterDocumentResult"}
    for call in calls:
        assert signed_names(call.body) == FROM_IPS


def test_signature_over_the_body_alone_is_let_pass_with_a_remark(start: Start) -> None:
    bench = start(via_ips=True)
    uid = str(uuid4())
    assert bench.read(bench.post(sign(registration(bench, uid), VARIANT_A)).content).succeeded
    accepted = bench.decided(uid, "accepted")
    assert [item["code"] for item in accepted.note["findings"]] == ["WIRE-UNSIGNED"]


def refused(bench: Bench, uid: str, data: bytes) -> list[str]:
    """Post a message that ИПС must not let pass; return the codes of the decision."""
    answer = bench.post(data)
    assert answer.status_code == 400
    envelope, _ = read_envelope(answer.content, part="ответ")
    assert envelope is not None
    assert envelope.is_fault
    assert "wsse:FailedCheck" in envelope.fault_text()
    decided = bench.decided(uid, "sync")
    assert bench.mis.calls == []
    return [Finding.from_dict(item).code for item in decided.note["findings"]]


def test_an_unsigned_message_is_refused(start: Start) -> None:
    bench = start(via_ips=True)
    uid = str(uuid4())
    assert refused(bench, uid, registration(bench, uid)) == ["WIRE-NO-SECURITY"]


def test_nothing_else_is_judged_in_a_changed_message(start: Start) -> None:
    bench = start(via_ips=True)
    uid = str(uuid4())
    data = sign(registration(bench, uid)).replace(b">194<", b"><")
    assert refused(bench, uid, data) == ["SIG-WS-DIGEST"]


@pytest.mark.parametrize("blocks", [True, False])
def test_time_of_a_message_is_a_convention_of_the_stand(start: Start, blocks: bool) -> None:
    bench = start(via_ips=True, conventions_block=blocks)
    uid = str(uuid4())
    data = sign(registration(bench, uid), late=timedelta(hours=1))
    if blocks:
        assert refused(bench, uid, data) == ["SIG-WS-TIMESTAMP"]
    else:
        assert bench.read(bench.post(data).content).succeeded


def test_a_planned_refusal_comes_before_the_signature(start: Start) -> None:
    bench = start(via_ips=True)
    plan = Fault("registerDocument", Action.REMD_ERROR, code="RATE_LIMIT", stage=Stage.SYNC)
    bench.stand.plan(plan)
    uid = str(uuid4())
    answer = bench.read(bench.post(registration(bench, uid)).content)
    assert [code for code, _ in answer.errors] == ["RATE_LIMIT"]


def test_other_operations_are_proved_too(start: Start) -> None:
    bench = start(via_ips=True)
    body = default_profile().render("getRegistryItemRequest", emdr_id="194.77.24.02.000000001")
    data = message(bench, body, action="getRegistryItem")
    assert bench.post(data).status_code == 400
    answer = bench.read(bench.post(sign(data)).content)
    assert [code for code, _ in answer.errors] == ["REGISTRY_ITEM_NOT_FOUND"]


def test_without_ips_nothing_is_signed_or_proved(start: Start) -> None:
    bench = start()
    uid = str(uuid4())
    answer = bench.post(registration(bench, uid))
    assert bench.read(answer.content).succeeded
    assert b"Signature" not in answer.content
