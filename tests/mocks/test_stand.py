from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
import remd_samples
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from remd_bench import Bench

from dopusk.clock import Clock
from dopusk.journal import Phase
from dopusk.remd.checks import Fingerprint
from dopusk.wire.names import SOAP_12
from dopusk.wire.soap import normalise_id, read_envelope
from mocks.stand import Stand, StandStartError


def test_two_hundred_documents_keep_their_correlation(bench: Bench) -> None:
    wanted = {str(uuid4()): str(uuid4()) for _ in range(200)}

    def send(pair: tuple[str, str]) -> bool:
        uid, message_id = pair
        bench.mis.files[normalise_id(uid)] = uid.encode()
        body = remd_samples.body(local_uid=uid)
        data = remd_samples.envelope(body, message_id=message_id)
        answer = requests.post(
            bench.stand.remd_url,
            data=data,
            headers={"Content-Type": "application/soap+xml"},
            timeout=30,
        )
        return bench.read(answer.content).succeeded

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(send, wanted.items()))
    results = bench.mis.results(200)
    assert {result.local_uid: result.relates_to for result in results} == wanted
    assert len({result.emdr_id for result in results}) == 200
    for result in results:
        item = bench.stand.remd.registry.find(result.emdr_id or "")
        assert item is not None
        assert item.file == Fingerprint.of((result.local_uid or "").encode())


def test_the_public_address_is_the_one_that_is_told(bench: Bench) -> None:
    declared = remd_samples.declaration()
    settings = replace(declared.stand, port=0, public_url="https://stand.example.org/")
    clock = Clock.at(declared.as_of)
    with Stand(replace(declared, stand=settings), bench.journal, clock) as stand:
        assert stand.url == "https://stand.example.org"
        assert set(stand.addresses.values()) == {"https://stand.example.org/remd/emdr"}


def test_one_uid_sent_many_times_at_once_is_registered_once(bench: Bench) -> None:
    uid = str(uuid4())
    body = remd_samples.body(local_uid=uid)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: bench.post(remd_samples.envelope(body)), range(8)))
    results = bench.mis.results(8)
    assert sorted(result.status or "" for result in results) == ["error"] * 7 + ["success"]


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=100).map(
            lambda text: (
                f'<Envelope xmlns="{SOAP_12}"><Body><registerDocumentRequest>'
                f"{text}</registerDocumentRequest></Body></Envelope>"
            ).encode(errors="replace")
        ),
        st.sampled_from(["document", "patient", "signer", "item", "errors"]).map(
            lambda name: remd_samples.envelope().replace(
                f"<{name}>".encode(), f"<{name}><{name}/>".encode()
            )
        ),
    )
)
def test_garbage_gets_a_fault_or_a_refusal(bench: Bench, data: bytes) -> None:
    answer = bench.post(data)
    envelope, _ = read_envelope(answer.content, part="ответ")
    assert envelope is not None
    assert envelope.is_fault or envelope.operation == "registerDocument"
    assert answer.status_code in (200, 400)
    assert bench.journal.entries(operation="stand-error") == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe\x00",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        b"<a>" * 5000,
        remd_samples.envelope(b"<getMetadataRequest/>"),
        remd_samples.envelope(b"<registerDocumentResponse><status/></registerDocumentResponse>"),
    ],
)
def test_hostile_and_foreign_messages(bench: Bench, data: bytes) -> None:
    answer = bench.post(data)
    envelope, _ = read_envelope(answer.content, part="ответ")
    assert answer.status_code == 400
    assert envelope is not None
    assert envelope.is_fault


def test_fault_of_soap_11_comes_with_500(bench: Bench) -> None:
    data = remd_samples.envelope(b"<getMetadataRequest/>", version="1.1")
    answer = bench.post(data, "1.1")
    assert answer.status_code == 500
    assert b"faultstring" in answer.content


def test_broken_stand_says_so(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_request: object) -> list[object]:
        raise RuntimeError("проверка упала")

    monkeypatch.setattr(bench.judge, "coarse", broken)
    answer = bench.post(remd_samples.envelope())
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    (entry,) = bench.journal.entries(operation="stand-error")
    assert "проверка упала" in entry.note["error"]


def test_port_that_is_taken_is_named(start: Callable[..., Bench]) -> None:
    first = start()
    port = int(first.stand.url.rsplit(":", 1)[-1])
    with pytest.raises(StandStartError, match=str(port)):
        start(port=port)


def test_two_stands_know_nothing_of_each_other(start: Callable[..., Bench]) -> None:
    one, other = start(), start()
    uid = str(uuid4())
    one.register(local_uid=uid)
    one.mis.results()
    other.register(local_uid=uid)
    assert other.mis.results()[0].status == "success"


def test_stopping_lets_work_end(start: Callable[..., Bench]) -> None:
    bench = start()
    uids = [str(uuid4()) for _ in range(20)]
    for uid in uids:
        bench.register(local_uid=uid)
    bench.stand.stop()
    for uid in uids:
        assert bench.decisions(uid)[-1].note["stage"] == "registered"
    bench.stand.stop()


def test_stopping_does_not_wait_for_repeated_callbacks(start: Callable[..., Bench]) -> None:
    bench = start(time_scale=1.0)
    bench.mis.reply = lambda operation, _: (
        (500, b"") if operation == "sendRegisterDocumentResult" else None
    )
    bench.register()
    bench.mis.results()
    began = time.monotonic()
    bench.stand.stop()
    assert time.monotonic() - began < 4


def test_unreadable_message_is_journaled_with_its_findings(bench: Bench) -> None:
    bench.post(b"<a>")
    (entry,) = bench.journal.entries(operation="unknown", phase=Phase.RESPONSE)
    assert [item["code"] for item in entry.note["findings"]] == ["XML-SYNTAX"]


def test_stand_that_never_started_stops(start: Callable[..., Bench]) -> None:
    bench = start()
    other = Stand(remd_samples.declaration(), bench.journal, bench.journal.clock, judge=bench.judge)
    other.stop()


# ------------------------------------------------------------------ control API


def control(bench: Bench, method: str, path: str, **more: object) -> requests.Response:
    return requests.request(method, f"{bench.stand.url}/control{path}", timeout=10, **more)  # type: ignore[arg-type]


def test_health(bench: Bench) -> None:
    told = control(bench, "GET", "/health").json()
    assert told["status"] == "ok"
    assert told["asOf"] == "2024-02-15"
    assert told["remd"] == bench.stand.remd_url


def test_faults_by_http(bench: Bench) -> None:
    fault = {"operation": "registerDocument", "action": "http_status", "status": 502}
    assert control(bench, "POST", "/faults", json=fault).status_code == 201
    assert control(bench, "GET", "/faults").json()[0]["status"] == 502
    assert bench.post(remd_samples.envelope()).status_code == 502
    assert control(bench, "GET", "/faults").json() == []
    control(bench, "POST", "/faults", json=fault)
    assert control(bench, "DELETE", "/faults").status_code == 204
    assert bench.post(remd_samples.envelope()).status_code == 200


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"operation": "x"}'])
def test_wrong_fault_by_http(bench: Bench, body: bytes) -> None:
    answer = control(bench, "POST", "/faults", data=body)
    assert answer.status_code == 400
    assert answer.json()["error"]["message"]


def test_demand_and_reset_by_http(bench: Bench) -> None:
    uid = str(uuid4())
    bench.register(local_uid=uid)
    (result,) = bench.mis.results()
    asked = {"emdrId": result.emdr_id}
    assert control(bench, "POST", "/demands", json=asked).status_code == 202
    bench.decided(uid, "demand")
    assert control(bench, "POST", "/reset").status_code == 204
    assert control(bench, "POST", "/demands", json=asked).status_code == 404


def test_unknown_path(bench: Bench) -> None:
    assert control(bench, "GET", "/nothing").status_code == 404
