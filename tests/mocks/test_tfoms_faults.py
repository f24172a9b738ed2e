from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from fake_mis import WAIT
from remd_bench import Bench
from tfoms_client import Client, declared, inside, package

from dopusk.journal import Entry
from dopusk.tfoms import protocol
from dopusk.tfoms.exchange import PASSWORD, Operation, State
from mocks.faults import FLK_PROTOCOL, MEK_RESULT, TFOMS, Action, Fault, FaultError
from mocks.tfoms.exceptions import TokenError
from mocks.tfoms.tokens import LEAST_SECONDS, Tokens

LOGIN = {"login": "dopusk", "password": PASSWORD}


@pytest.fixture
def client(start: Callable[..., Bench]) -> Iterator[Client]:
    client = Client(start(declared_as=declared()))
    client.login()
    yield client
    client.session.close()


def plan(client: Client, operation: str, action: Action, **more: Any) -> None:
    fault = {"operation": operation, "action": action.value, "service": TFOMS, **more}
    answer = requests.post(f"{client.bench.stand.url}/control/faults", json=fault, timeout=WAIT)
    assert answer.status_code == 201, answer.text


def struck(client: Client) -> Entry:
    (fault,) = client.bench.journal.entries(operation="fault")
    assert fault.actor == "tfoms"
    return fault


def checked(client: Client, ref: str) -> protocol.ProtocolReading:
    return protocol.read(inside(client.file(ref, "flk").content))


def test_a_protocol_that_is_late(client: Client) -> None:
    plan(client, FLK_PROTOCOL, Action.PROTOCOL_LATE, seconds=500)
    built = package()
    ref = client.send(built)
    late = client.bench.journal.wait_for(
        lambda entry: entry.operation == "fault", after=0, timeout=WAIT
    )
    assert late is not None
    assert client.file(ref, "flk").json()["error"]["code"] == "NOT_READY"
    client.settle()
    reading = checked(client, ref)
    assert reading.protocol is not None
    moments = {
        item.note["state"]: item.at
        for item in client.bench.journal.entries(operation="state", actor="tfoms")
    }
    waited = (moments[State.FLK_PASSED] - moments[State.WAITING]).total_seconds()
    assert waited >= 0.5
    assert struck(client).local_uid == built.name


def test_a_protocol_that_is_lost_is_found_when_asked_again(client: Client) -> None:
    plan(client, FLK_PROTOCOL, Action.PROTOCOL_LOST)
    ref = client.send()
    client.settle()
    assert client.file(ref, "flk").status_code == 404
    assert checked(client, ref).protocol is not None


def test_a_result_that_is_lost_is_found_when_asked_again(client: Client) -> None:
    plan(client, MEK_RESULT, Action.PROTOCOL_LOST)
    ref = client.send()
    client.settle()
    for what in ("mek", "rak"):
        assert client.file(ref, what).status_code == 404
        assert client.file(ref, what).status_code == 200


def test_a_result_that_is_late(client: Client) -> None:
    plan(client, MEK_RESULT, Action.PROTOCOL_LATE, seconds=300)
    client.send()
    client.settle()
    assert struck(client).note["fault"]["seconds"] == 300
    assert len(client.decisions("mek")) == 1


def test_a_protocol_about_another_package(client: Client) -> None:
    plan(client, FLK_PROTOCOL, Action.PROTOCOL_OTHER)
    built = package()
    ref = client.send(built)
    client.settle()
    data = inside(client.file(ref, "flk").content)
    found = [item.code for item in protocol.check_protocol(data, package=built.name)]
    assert found == ["FLKP-OTHER-PACKAGE"]


def test_a_protocol_in_utf8(client: Client) -> None:
    plan(client, FLK_PROTOCOL, Action.PROTOCOL_UTF8)
    ref = client.send()
    client.settle()
    assert [item.code for item in checked(client, ref).findings] == ["FLKP-ENCODING"]


def test_a_protocol_that_breaks_off(client: Client) -> None:
    plan(client, FLK_PROTOCOL, Action.PROTOCOL_MALFORMED)
    ref = client.send()
    client.settle()
    assert checked(client, ref).protocol is None


def test_only_the_named_package_is_struck(client: Client) -> None:
    second = package(serial=2)
    plan(client, FLK_PROTOCOL, Action.PROTOCOL_UTF8, local_uid=second.name)
    refs = [client.send(), client.send(second)]
    client.settle()
    assert [len(checked(client, ref).findings) for ref in refs] == [0, 1]


def test_a_token_expires_before_its_time(client: Client) -> None:
    plan(client, Operation.SEND, Action.TOKEN_EXPIRED)
    built = package()
    answer = client.post(built.name, built.zip)
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "TOKEN_EXPIRED")
    assert client.post(built.name, built.zip).status_code == 401
    client.login()
    assert client.post(built.name, built.zip).status_code == 202


@pytest.mark.parametrize("operation", ["token", "sendRegister", "registerStatus", "registerFlk"])
@pytest.mark.parametrize("action", ["http_status", "delay", "reset", "soap_fault", "malformed"])
def test_transport_faults(client: Client, operation: str, action: str) -> None:
    ref = client.send()
    client.settle()
    plan(client, operation, Action(action), seconds=1, status=502)
    calls: dict[str, Callable[[], requests.Response]] = {
        "token": lambda: client.call("POST", "/token", json=LOGIN),
        "sendRegister": lambda: client.post("HM990001S99001_24012", b"x"),
        "registerStatus": lambda: client.call("GET", f"/registers/{ref}"),
        "registerFlk": lambda: client.file(ref, "flk"),
    }
    if action == "reset":
        with pytest.raises(requests.ConnectionError):
            calls[operation]()
    else:
        answer = calls[operation]()
        expected = {"http_status": {502}, "soap_fault": {500}}.get(action, {200, 202})
        assert answer.status_code in expected
        if action == "malformed":
            with pytest.raises(requests.JSONDecodeError):
                answer.json()
    assert struck(client).note["fault"]["action"] == action
    again = calls[operation]()
    assert again.status_code in (200, 202)


@pytest.mark.parametrize(
    ("operation", "action", "service"),
    [
        ("token", "token_expired", "tfoms"),
        ("flkProtocol", "http_status", "tfoms"),
        ("mekResult", "protocol_utf8", "tfoms"),
        ("sendRegister", "protocol_late", "tfoms"),
        ("registerDocument", "reset", "tfoms"),
        ("sendRegister", "reset", "remd"),
        ("registerDocument", "protocol_late", "remd"),
        ("flkProtocol", "protocol_late", "remd"),
        ("getInsuranceStatus", "protocol_late", "ferzl"),
        ("sendRegister", "reset", "ferzl"),
    ],
)
def test_an_impossible_fault_is_refused(operation: str, action: str, service: str) -> None:
    with pytest.raises(FaultError, match="не бывает"):
        Fault.from_dict({"operation": operation, "action": action, "service": service})


def test_tokens_live_twenty_minutes_of_the_stand_and_never_less_than_one() -> None:
    moment = [0.0]
    tokens = Tokens(1.0, lambda: moment[0])
    token = tokens.issue("990001")
    moment[0] = 1199.0
    assert tokens.check(token.value) == token
    moment[0] = 1200.0
    with pytest.raises(TokenError) as refused:
        tokens.check(token.value)
    assert refused.value.code == "TOKEN_EXPIRED"
    assert Tokens(1000.0).issue("990001").seconds == LEAST_SECONDS
