from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import remd_samples
import requests
from fake_mis import WAIT
from lxml import etree
from remd_bench import Bench

from dopusk.declaration.connection import SERVICES, Service, entry
from dopusk.declaration.model import Variant
from dopusk.journal import Entry, Phase
from dopusk.verdict import finding
from dopusk.wire.messages import FileRequest, RegistrationResult
from dopusk.wire.profile import default_profile
from dopusk.wire.soap import content_type, normalise_id, read_envelope
from mocks.faults import Action, Fault, Stage
from mocks.relays import ENTITY_IDS

RELAYED = (Variant.FED_1, Variant.FED_2, Variant.MO_3)
REGISTER, RESULT, GET_FILE = "registerDocument", "sendRegisterDocumentResult", "getDocumentFile"
Start = Callable[..., Bench]


@pytest.fixture(params=RELAYED, ids=[item.value for item in RELAYED])
def relay(request: pytest.FixtureRequest, start: Start) -> Bench:
    """A stand of each variant in which a system stands before РЭМД."""
    return start(request.param)


def name(bench: Bench) -> Service:
    return entry(bench.stand.variant)


def federal(bench: Bench) -> RegistrationResult:
    """The result that tells of РЭМД, waiting for it."""
    wanted = 2 if bench.stand.variant is Variant.FED_2 else 1
    return next(item for item in bench.mis.results(wanted) if item.stage != "regional")


def requests_of(bench: Bench, operation: str, actor: str, peer: str) -> list[Entry]:
    entries = bench.journal.entries(operation=operation, actor=actor, phase=Phase.REQUEST)
    return [item for item in entries if item.peer == peer]


def send(bench: Bench, uid: str, message_id: str | None = None) -> str:
    message_id = message_id or str(uuid4())
    body = remd_samples.body(local_uid=uid)
    answer = bench.post(remd_samples.envelope(body, message_id=message_id))
    assert bench.read(answer.content).succeeded
    return message_id


def test_a_document_reaches_remd_and_its_result_the_mis(relay: Bench) -> None:
    uid = str(uuid4())
    message_id = send(relay, uid)
    result = federal(relay)
    assert (result.status, result.local_uid) == ("success", uid)
    assert normalise_id(result.relates_to or "") == normalise_id(message_id)
    assert result.emdr_id is not None
    assert result.registered is not None
    asked = relay.mis.of(GET_FILE)
    assert len(asked) == 1
    assert isinstance(asked[0], FileRequest)
    assert asked[0].emdr_id is None


def test_the_request_goes_on_unchanged_under_the_relays_own_name(relay: Bench) -> None:
    message_id = send(relay, str(uuid4()))
    federal(relay)
    (came,) = requests_of(relay, REGISTER, "candidate", name(relay))
    (went,) = requests_of(relay, REGISTER, name(relay), Service.REMD)
    first, second = (read_envelope(item.body, part="")[0] for item in (came, went))
    assert first is not None
    assert second is not None
    assert canonical(first.body) == canonical(second.body)
    client = second.header.client_entity_id
    assert client is not None
    assert client.value == ENTITY_IDS[name(relay)]
    assert went.message_id != normalise_id(message_id)


def canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True)


def test_calls_inside_the_stand_are_journaled_once(relay: Bench) -> None:
    send(relay, str(uuid4()))
    federal(relay)
    for operation, actor, peer in (
        (REGISTER, name(relay), Service.REMD),
        (GET_FILE, Service.REMD, name(relay)),
        (RESULT, Service.REMD, name(relay)),
    ):
        (request,) = requests_of(relay, operation, actor, peer)
        relay.stand.idle(WAIT)
        relay.journal.wait_for(
            lambda entry, wanted=request: (
                entry.exchange == wanted.exchange and entry.phase is Phase.RESPONSE
            ),
            after=0,
            timeout=WAIT,
        )
        answers = relay.journal.entries(exchange=request.exchange, phase=Phase.RESPONSE)
        assert [(item.actor, item.peer, item.status) for item in answers] == [(peer, actor, 200)]
        assert "Dopusk-Caller" not in request.headers


def test_nobody_outside_can_pass_for_a_service(relay: Bench) -> None:
    body = remd_samples.envelope()
    relay.post(body, **{"Dopusk-Caller": f"0123 {Service.REMD}"})
    relay.post(body, **{"Dopusk-Caller": Service.REMD.value})
    entries = relay.journal.entries(operation=REGISTER, phase=Phase.REQUEST)
    assert {item.actor for item in entries if item.peer == name(relay)} == {"candidate"}


def test_a_refusal_of_remd_comes_back_with_its_codes(relay: Bench) -> None:
    relay.judge.at_stage1 = lambda _: [finding("REG-NO-DEPARTMENT")]
    send(relay, str(uuid4()))
    result = federal(relay)
    assert result.status == "error"
    assert [code for code, _ in result.errors] == ["NO_DEPARTMENT"]
    assert result.emdr_id is None


def test_a_synchronous_refusal_of_remd_becomes_a_result(relay: Bench) -> None:
    relay.stand.plan(Fault.refusal("VALIDATION_ERROR"))
    send(relay, str(uuid4()))
    result = federal(relay)
    assert (result.status, result.errors[0][0]) == ("error", "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "fault",
    [
        Fault.http_status(503),
        Fault.refusal("RATE_LIMIT"),
        Fault(REGISTER, Action.RESET),
        Fault(REGISTER, Action.SOAP_FAULT),
        Fault(REGISTER, Action.MALFORMED),
    ],
    ids=lambda fault: fault.action.value,
)
def test_the_relay_repeats_what_failed_behind_it(start: Start, fault: Fault) -> None:
    bench = start(Variant.FED_1)
    bench.stand.plan(fault)
    send(bench, str(uuid4()))
    assert federal(bench).status == "success"
    sent = requests_of(bench, REGISTER, Service.GIS, Service.REMD)
    assert len(sent) == 2
    assert len({item.message_id for item in sent}) == 2
    assert len(requests_of(bench, REGISTER, "candidate", Service.GIS)) == 1


def test_the_relay_gives_up_in_the_end(start: Start) -> None:
    bench = start(Variant.FED_1)
    bench.stand.plan(Fault(REGISTER, Action.HTTP_STATUS, times=9))
    send(bench, str(uuid4()))
    result = federal(bench)
    assert result.status == "error"
    assert result.errors[0][0] == "RUNTIME_ERROR"


def test_the_relay_refuses_by_itself(relay: Bench) -> None:
    service = name(relay).value
    relay.stand.plan(Fault(REGISTER, Action.REMD_ERROR, code="VALIDATION_ERROR", service=service))
    answer = relay.register()
    assert answer.errors[0][0] == "VALIDATION_ERROR"
    relay.stand.plan(
        Fault(
            REGISTER,
            Action.REMD_ERROR,
            code="INVALID_CONTENT",
            stage=Stage.STAGE2,
            service=service,
        )
    )
    send(relay, str(uuid4()))
    (result,) = relay.mis.results(1)
    assert (result.status, result.errors[0][0]) == ("error", "INVALID_CONTENT")
    assert result.stage is None
    assert requests_of(relay, REGISTER, service, Service.REMD) == []


def test_a_fault_strikes_its_service_alone(relay: Bench) -> None:
    relay.stand.plan(Fault(REGISTER, Action.HTTP_STATUS, status=503, service=name(relay).value))
    assert relay.post(remd_samples.envelope()).status_code == 503
    send(relay, str(uuid4()))
    assert federal(relay).status == "success"
    (struck,) = relay.journal.entries(operation="fault")
    assert struck.actor == name(relay)


def test_a_file_that_the_mis_does_not_give_is_refused(relay: Bench) -> None:
    relay.mis.reply = lambda operation, _: (500, b"") if operation == GET_FILE else None
    send(relay, str(uuid4()))
    (result,) = relay.mis.results(1)
    assert result.status == "error"
    assert requests_of(relay, REGISTER, name(relay), Service.REMD) == []


def test_a_registered_document_is_asked_of_the_mis_anew(relay: Bench) -> None:
    uid = str(uuid4())
    relay.mis.files[normalise_id(uid)] = b"<registered/>"
    send(relay, uid)
    number = federal(relay).emdr_id or ""
    relay.stand.demand(number)
    asked = relay.mis.wait(GET_FILE, 2)[-1]
    assert isinstance(asked, FileRequest)
    assert str(asked.emdr_id) == number
    demanded = relay.decided(uid, "demand")
    assert demanded.note["findings"] == []


def test_the_sender_finds_its_documents(relay: Bench) -> None:
    uid = str(uuid4())
    send(relay, uid)
    number = federal(relay).emdr_id
    found = search(relay, organization=remd_samples.declaration().organizations[0].oid)
    assert found == [(number, uid)]
    assert search(relay, kind="1") == []
    assert search(relay, end="2020-01-01T00:00:00+03:00") == []


def search(bench: Bench, **criteria: str) -> list[tuple[str | None, str | None]]:
    usual = {"begin": "2024-01-01T00:00:00+03:00", "end": "2030-01-01T00:00:00+03:00"}
    body = default_profile().render("searchRegistryItemRequest", **{**usual, **criteria})
    answer = bench.post(remd_samples.envelope(body, action="searchRegistryItem"))
    envelope, _ = read_envelope(answer.content, part="")
    assert envelope is not None
    items = default_profile().read(envelope.body)
    return [(item.emdr_id, item.local_uid) for item in items.items]  # type: ignore[union-attr]


def test_a_search_is_refused_as_planned(relay: Bench) -> None:
    service = name(relay).value
    relay.stand.plan(
        Fault("searchRegistryItem", Action.REMD_ERROR, code="RATE_LIMIT", service=service)
    )
    body = default_profile().render(
        "searchRegistryItemRequest",
        begin="2024-01-01T00:00:00+03:00",
        end="2030-01-01T00:00:00+03:00",
    )
    answer = relay.post(remd_samples.envelope(body, action="searchRegistryItem"))
    assert [code for code, _ in relay.read(answer.content).errors] == ["RATE_LIMIT"]
    (struck,) = relay.journal.entries(operation="fault")
    assert struck.actor == service
    assert search(relay) == []


def test_an_unknown_sender_is_refused(relay: Bench) -> None:
    stranger = remd_samples.envelope(client_entity_id=str(uuid4()))
    assert [code for code, _ in relay.read(relay.post(stranger).content).errors] == ["NO_RMIS"]


@pytest.mark.parametrize("template", ["getRegistryItemRequest", "demandContentRequest"])
def test_operations_that_a_relay_does_not_have_are_faults(relay: Bench, template: str) -> None:
    body = default_profile().render(template, emdr_id=remd_samples.KNOWN_EMDR_ID)
    answer = relay.post(remd_samples.envelope(body, action="getRegistryItem"))
    assert answer.status_code == 400
    assert "не поддерживается" in answer.text


@pytest.mark.parametrize("data", [b"", b"<a", b"<a/>", b"\xff\xfe", b"{}", b"--x\r\n"])
@pytest.mark.parametrize("path", ["", "/callback"])
def test_garbage_is_a_fault_and_no_error_of_the_stand(relay: Bench, data: bytes, path: str) -> None:
    url = relay.stand.entry_url + path
    headers = {"Content-Type": content_type("1.2")}
    answer = relay.session.post(url, data=data, headers=headers, timeout=WAIT)
    assert answer.status_code == 400
    assert relay.journal.entries(operation="stand-error") == []


def test_results_and_files_of_nobody_are_refused(relay: Bench) -> None:
    def ask(template: str, **values: str) -> str | None:
        body = default_profile().render(template, **values)
        url = f"{relay.stand.entry_url}/callback"
        data = remd_samples.envelope(body, action=None)
        answer = relay.session.post(url, data=data, timeout=WAIT)
        envelope, _ = read_envelope(answer.content, part="")
        assert envelope is not None
        return default_profile().read_acknowledgement(envelope.body).errors[0][0]

    stranger = str(uuid4())
    assert ask("registerDocumentResult", relates_to=stranger, status="success") == (
        "WRONG_MESSAGE_ID"
    )
    assert ask("getDocumentFileRequest", local_uid=stranger) == "MIS_ERROR"


def test_a_hundred_documents_in_flight_keep_their_results(relay: Bench) -> None:
    wanted = {str(uuid4()): str(uuid4()) for _ in range(100)}
    for uid in wanted:
        relay.mis.files[normalise_id(uid)] = f"<d>{uid}</d>".encode()

    def one(pair: tuple[str, str]) -> None:
        data = remd_samples.envelope(remd_samples.body(local_uid=pair[0]), message_id=pair[1])
        headers = {"Content-Type": content_type("1.2")}
        answer = requests.post(relay.stand.entry_url, data=data, headers=headers, timeout=60)
        assert relay.read(answer.content).succeeded

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, wanted.items()))
    count = 200 if relay.stand.variant is Variant.FED_2 else 100
    results = [item for item in relay.mis.results(count) if item.stage != "regional"]
    assert {item.local_uid: item.relates_to for item in results} == wanted
    assert len({item.emdr_id for item in results}) == 100
    assert relay.journal.entries(operation="stand-error") == []


def test_two_stands_at_once_do_not_disturb_each_other(start: Start) -> None:
    benches = [start(Variant.MO_3), start(Variant.MO_3), start(Variant.FED_2)]
    uids = [[str(uuid4()) for _ in range(10)] for _ in benches]

    def run(bench: Bench, own: list[str]) -> None:
        for uid in own:
            send(bench, uid)

    threads = [threading.Thread(target=run, args=pair) for pair in zip(benches, uids, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for bench, own in zip(benches, uids, strict=True):
        count = 20 if bench.stand.variant is Variant.FED_2 else 10
        assert {item.local_uid for item in bench.mis.results(count)} == set(own)
        seen = {item.local_uid for item in bench.journal.entries(operation=REGISTER)}
        assert seen == {normalise_id(uid) for uid in own}


def test_reset_forgets_documents(relay: Bench) -> None:
    uid = str(uuid4())
    send(relay, uid)
    federal(relay)
    relay.stand.control.reset()
    assert search(relay) == []


@pytest.mark.parametrize("variant", list(Variant), ids=lambda variant: variant.value)
def test_every_service_of_a_variant_describes_itself(start: Start, variant: Variant) -> None:
    bench = start(variant)
    for service in SERVICES[variant]:
        url = bench.stand.addresses[service]
        text = bench.session.get(f"{url}?wsdl", timeout=WAIT).text
        assert f'location="{url}"' in text
        assert f"{url}?xsd" in text
        etree.fromstring(text.encode())
    health = bench.session.get(f"{bench.stand.url}/control/health", timeout=WAIT).json()
    assert health["variant"] == variant.value
    assert bench.stand.entry_url == health[entry(variant)]
