from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import remd_samples
from fake_mis import refused_file
from remd_bench import Bench

from dopusk.journal import Phase
from dopusk.remd.checks.values import is_emdr_id
from dopusk.verdict import finding
from dopusk.wire.soap import normalise_id, write_envelope, write_fault


def test_document_is_registered(bench: Bench) -> None:
    uid, message_id = str(uuid4()), str(uuid4())
    bench.mis.files[normalise_id(uid)] = b"<the-document/>"
    data = remd_samples.envelope(remd_samples.body(local_uid=uid), message_id=message_id)
    assert bench.read(bench.post(data).content).succeeded
    (result,) = bench.mis.results()
    assert result.status == "success"
    assert result.local_uid == uid
    assert result.relates_to == message_id
    assert result.emdr_id == "194.77.24.02.000000001"
    assert is_emdr_id(result.emdr_id)
    stages = [entry.note["stage"] for entry in bench.decisions(uid)]
    assert stages == ["stage1", "file", "stage2", "registered"]


def test_file_is_asked_for_after_the_sync_answer_and_without_a_number(bench: Bench) -> None:
    uid = str(uuid4())
    bench.register(local_uid=uid)
    bench.mis.results()
    (question,) = bench.mis.of("getDocumentFile")
    assert question.emdr_id is None  # type: ignore[union-attr]
    answered = bench.journal.entries(operation="registerDocument", phase=Phase.RESPONSE)[0]
    asked = bench.journal.entries(operation="getDocumentFile", phase=Phase.REQUEST)[0]
    assert answered.seq < asked.seq


def test_every_message_is_journaled_raw(bench: Bench) -> None:
    data = remd_samples.envelope()
    answer = bench.post(data)
    bench.mis.results()
    assert bench.stand.idle(5)
    entries = [entry for entry in bench.journal.entries() if entry.phase is not Phase.EVENT]
    assert [(entry.actor, entry.operation) for entry in entries] == [
        ("candidate", "registerDocument"),
        ("remd", "registerDocument"),
        ("remd", "getDocumentFile"),
        ("candidate", "getDocumentFile"),
        ("remd", "sendRegisterDocumentResult"),
        ("candidate", "sendRegisterDocumentResult"),
    ]
    assert entries[0].body == data
    assert entries[1].body == answer.content
    assert {entry.local_uid for entry in entries} == {entries[0].local_uid}
    assert entries[4].relates_to == entries[0].message_id
    assert len({entry.exchange for entry in entries}) == 3


def test_coarse_error_is_answered_at_once_and_nothing_follows(bench: Bench) -> None:
    told = bench.register(created="вчера")
    assert [code for code, _ in told.errors] == ["VALIDATION_ERROR"]
    assert bench.stand.idle(5)
    assert bench.mis.calls == []


def test_unknown_system_is_refused_at_once(bench: Bench) -> None:
    data = remd_samples.envelope(client_entity_id=str(uuid4()))
    assert bench.read(bench.post(data).content).errors[0][0] == "NO_RMIS"
    assert bench.stand.idle(5)
    assert bench.mis.calls == []


def test_stage_1_refusal_comes_without_asking_for_the_file(bench: Bench) -> None:
    bench.judge.at_stage1 = lambda _request: [finding("REG-PATIENT-SNILS")]
    uid = str(uuid4())
    assert bench.register(local_uid=uid).succeeded
    (result,) = bench.mis.results()
    assert result.status == "error"
    assert result.emdr_id is None
    assert [code for code, _ in result.errors] == ["NO_SNILS"]
    assert bench.mis.of("getDocumentFile") == []
    refused = bench.decided(uid, "refused")
    assert (refused.note["at"], refused.note["cause"]) == ("stage1", "candidate")
    assert refused.note["findings"][0]["code"] == "REG-PATIENT-SNILS"


def test_stage_2_refusal_comes_after_the_file(bench: Bench) -> None:
    bench.judge.at_stage2 = lambda _data: [finding("FILE-CHANGED", emdr_id="1")]
    bench.register()
    (result,) = bench.mis.results()
    assert [code for code, _ in result.errors] == ["DIGEST_MISMATCH"]
    assert len(bench.mis.of("getDocumentFile")) == 1


def test_breach_of_a_convention_refuses_only_by_the_operators_will(
    start: Callable[..., Bench],
) -> None:
    convention = [finding("REG-GENDER", got="ж", expected="1")]
    for strict, status in ((False, "success"), (True, "error")):
        bench = start(conventions_block=strict)
        bench.judge.at_stage1 = lambda _request: convention
        bench.register()
        assert bench.mis.results()[0].status == status


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        ((503, b""), "MIS_ERROR"),
        ((500, write_envelope(write_fault("x"), message_id=None, action=None)), "RMIS_ERROR"),
        ((200, b"<html/>"), "RMIS_ERROR"),
        ((200, refused_file()), "GET_DOCUMENT_FILE_ERROR"),
    ],
)
def test_no_file_no_registration(bench: Bench, reply: tuple[int, bytes], code: str) -> None:
    bench.mis.reply = lambda operation, _: reply if operation == "getDocumentFile" else None
    bench.register()
    (result,) = bench.mis.results()
    assert [item for item, _ in result.errors] == [code]


def test_callback_is_repeated_until_it_is_taken(bench: Bench) -> None:
    bench.mis.reply = lambda operation, nth: (
        (503, b"") if operation == "sendRegisterDocumentResult" and nth < 3 else None
    )
    bench.register()
    first, second, third = bench.mis.results(3)
    assert first == second == third
    assert bench.stand.idle(5)
    assert len(bench.mis.of("sendRegisterDocumentResult")) == 3
    ids = {
        entry.message_id
        for entry in bench.journal.entries(
            operation="sendRegisterDocumentResult", phase=Phase.REQUEST
        )
    }
    assert len(ids) == 3


def test_callback_is_given_up_in_the_end(bench: Bench) -> None:
    bench.mis.reply = lambda operation, _: (
        (500, b"") if operation == "sendRegisterDocumentResult" else None
    )
    bench.register()
    bench.mis.results(4)
    assert bench.stand.idle(5)
    assert len(bench.mis.of("sendRegisterDocumentResult")) == 4


def test_registered_uid_blocks_and_failed_one_does_not(bench: Bench) -> None:
    uid = str(uuid4())
    bench.judge.at_stage2 = lambda _data: [finding("FILE-CHANGED", emdr_id="1")]
    bench.register(local_uid=uid)
    bench.mis.results(1)
    bench.judge.at_stage2 = lambda _data: []
    bench.register(local_uid=uid)
    registered = bench.mis.results(2)[1]
    assert registered.status == "success"
    bench.register(local_uid=uid.upper())
    refused = bench.mis.results(3)[2]
    assert refused.errors[0][0] == "NOT_UNIQUE_PROVIDED_ID"
    assert registered.emdr_id is not None
    assert registered.emdr_id in refused.errors[0][1]


def test_repeated_message_id_is_found(bench: Bench) -> None:
    uid = str(uuid4())
    data = remd_samples.envelope(remd_samples.body(local_uid=uid))
    bench.post(data)
    bench.post(data)
    accepted = [entry for entry in bench.decisions(uid) if entry.note["stage"] == "accepted"]
    codes = [[item["code"] for item in entry.note["findings"]] for entry in accepted]
    assert codes == [["WIRE-MESSAGE-ID-REUSED"]]


def test_new_version_replaces_the_old_one(bench: Bench) -> None:
    bench.register()
    first = bench.mis.results(1)[0]
    link = {"type": "1", "target": first.emdr_id}
    bench.register(associations=[link])
    second = bench.mis.results(2)[1]
    assert first.emdr_id is not None
    old = bench.stand.remd.registry.find(first.emdr_id)
    assert old is not None
    assert old.replaced_by == second.emdr_id
    assert old.status == "Заменено"


def test_error_of_the_stand_is_not_the_candidates(bench: Bench) -> None:
    def broken(_request: Any) -> list[Any]:
        raise KeyError("нет такого")

    bench.judge.at_stage1 = broken
    uid = str(uuid4())
    bench.register(local_uid=uid)
    (result,) = bench.mis.results()
    assert [code for code, _ in result.errors] == ["RUNTIME_ERROR"]
    (entry,) = bench.journal.entries(operation="stand-error")
    assert "KeyError" in entry.note["error"]
    assert entry.local_uid == normalise_id(uid)
    assert not [e for e in bench.decisions(uid) if e.note["stage"] == "refused"]


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_both_soap_versions_are_answered_in_kind(bench: Bench, version: str) -> None:
    answer = bench.post(remd_samples.envelope(version=version), version)
    media = {"1.1": "text/xml", "1.2": "application/soap+xml"}[version]
    assert answer.headers["Content-Type"].startswith(media)
    assert bench.read(answer.content).succeeded


@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_outgoing_version_is_a_setting(start: Callable[..., Bench], version: str) -> None:
    bench = start(soap_version=version)
    bench.register()
    bench.mis.results()
    assert {call[2] for call in bench.mis.calls} == {version}
