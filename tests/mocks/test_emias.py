from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import remd_samples
import requests
from fake_mis import WAIT
from remd_bench import Bench

from dopusk.declaration.connection import Service
from dopusk.declaration.model import Variant
from dopusk.journal import Phase
from dopusk.wire.messages import Acknowledgement
from dopusk.wire.profile import default_profile
from dopusk.wire.soap import content_type, normalise_id
from mocks.faults import Action, Fault

Start = Callable[..., Bench]
REGISTER = "registerDocument"


def hand_over(bench: Bench, **changes: Any) -> Acknowledgement:
    """Send registerDocument to ЕМИАС and return its synchronous answer."""
    answer = requests.post(
        bench.stand.addresses[Service.EMIAS],
        data=remd_samples.envelope(remd_samples.body(**changes)),
        headers={"Content-Type": content_type("1.2")},
        timeout=WAIT,
    )
    return bench.read(answer.content)


def to_remd(bench: Bench) -> int:
    entries = bench.journal.entries(operation=REGISTER, phase=Phase.REQUEST)
    return sum(item.peer == Service.REMD for item in entries)


@pytest.mark.parametrize(
    ("mnemonic", "code"),
    [
        (None, "EMIAS-NO-MNEMONIC"),
        ("Dopusk-Reference-MIS", "EMIAS-MNEMONIC-CASE"),
        ("dopusk-refеrence-mis", "EMIAS-MNEMONIC-CYRILLIC"),
        ("bregis", "EMIAS-MNEMONIC-OTHER"),
    ],
)
def test_a_wrong_mnemonic_is_refused_at_once(start: Start, mnemonic: str | None, code: str) -> None:
    bench = start(Variant.MO_3)
    uid = str(uuid4())
    answer = hand_over(bench, system=mnemonic, local_uid=uid)
    assert [name for name, _ in answer.errors] == ["VALIDATION_ERROR"]
    (decision,) = bench.decisions(uid)
    assert [item["code"] for item in decision.note["findings"]] == [code]
    assert to_remd(bench) == 0


def test_documents_are_forwarded_as_the_application_says(start: Start) -> None:
    yes = start(Variant.MO_3)
    assert hand_over(yes).succeeded
    assert yes.mis.results()[0].emdr_id is not None
    no = start(Variant.MO_3, declared_as={"forward_to_remd": False})
    assert hand_over(no).succeeded
    (result,) = no.mis.results()
    assert (result.status, result.emdr_id) == ("success", None)
    assert to_remd(no) == 0


def test_notifications_go_to_the_address_of_the_mnemonic(start: Start) -> None:
    bench = start(Variant.MO_3)
    hand_over(bench)
    bench.mis.results()
    results = bench.journal.entries(
        operation="sendRegisterDocumentResult", actor=Service.EMIAS, phase=Phase.REQUEST
    )
    assert {item.url for item in results} == {bench.mis.url}


def test_a_registered_document_is_taken_with_its_number(start: Start) -> None:
    bench = start(Variant.MO_1)
    uid = str(uuid4())
    bench.register(local_uid=uid)
    number = bench.mis.results()[0].emdr_id
    assert hand_over(bench, local_uid=uid, emdr_id=number).succeeded
    result = bench.mis.results(2)[1]
    assert (result.status, result.emdr_id, result.local_uid) == ("success", number, uid)
    asked = bench.journal.entries(operation="getRegistryItem", phase=Phase.REQUEST)
    assert [(item.actor, item.peer) for item in asked] == [(Service.EMIAS, Service.REMD)]
    assert to_remd(bench) == 1


@pytest.mark.parametrize("number", ["194.77.24.02.999999999", "не номер"])
def test_an_unknown_number_is_refused(start: Start, number: str) -> None:
    bench = start(Variant.MO_1)
    assert hand_over(bench, emdr_id=number).succeeded
    (result,) = bench.mis.results()
    assert [code for code, _ in result.errors] == ["REGISTRY_ITEM_NOT_FOUND"]


def test_a_document_without_number_is_refused_where_conventions_block(start: Start) -> None:
    bench = start(Variant.MO_1, conventions_block=True)
    uid = str(uuid4())
    hand_over(bench, local_uid=uid)
    refused = bench.decided(uid, "refused")
    assert [item["code"] for item in refused.note["findings"]] == ["EMIAS-NO-EMDRID"]


def test_forwarding_of_registered_documents_registers_them_twice(start: Start) -> None:
    bench = start(Variant.MO_1, declared_as={"forward_to_remd": True})
    uid = str(uuid4())
    bench.register(local_uid=uid)
    number = bench.mis.results()[0].emdr_id
    hand_over(bench, local_uid=uid, emdr_id=number)
    bench.mis.results(2)
    registered = [item for item in bench.decisions(uid) if item.note["stage"] == "registered"]
    assert len(registered) == 2


def test_a_doctor_registers_at_the_workplace(start: Start) -> None:
    bench = start(Variant.MO_2)
    uid = str(uuid4())
    body = default_profile().render("registerDocumentRequest", **remd_samples.values(local_uid=uid))
    bench.stand.work(body, b"<document/>")
    registered = bench.decided(uid, "registered")
    assert registered.actor == Service.REMD
    assert bench.stand.idle(WAIT)
    assert bench.mis.calls == []
    bench.stand.demand(str(registered.note["emdr_id"]))
    assert bench.decided(uid, "demand").note["findings"] == []
    assert next(item.note["stage"] for item in bench.decisions(uid)) == "formed"


def test_a_refusal_at_the_workplace_is_told_to_nobody(start: Start) -> None:
    bench = start(Variant.MO_2)
    bench.stand.plan(Fault(REGISTER, Action.REMD_ERROR, code="VALIDATION_ERROR"))
    uid = str(uuid4())
    body = default_profile().render("registerDocumentRequest", **remd_samples.values(local_uid=uid))
    bench.stand.work(body, b"<document/>")
    assert bench.decided(uid, "returned").note["errors"][0]["code"] == "VALIDATION_ERROR"
    assert bench.mis.calls == []
    assert bench.journal.entries(local_uid=normalise_id(uid), actor="candidate") == []
