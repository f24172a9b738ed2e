"""The SOAP exchange, called by zeep through the served description."""

from __future__ import annotations

import base64
import warnings
from collections.abc import Callable, Iterator

import pytest
import requests
from fake_mis import WAIT
from lxml import etree
from remd_bench import Bench
from tfoms_client import MO, OKATO, declared, inside, package, zipped

from dopusk.tfoms import protocol
from dopusk.tfoms.exchange import PASSWORD, State
from dopusk.wire.soap import read_envelope
from mocks.faults import Action, Fault

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import zeep


@pytest.fixture
def bench(start: Callable[..., Bench]) -> Bench:
    return start(declared_as=declared())


@pytest.fixture(params=["11", "12"])
def services(bench: Bench, request: pytest.FixtureRequest) -> Iterator[dict[str, zeep.Client]]:
    url = bench.stand.addresses[f"tfoms-{OKATO}"]
    opened = []
    bound = {}
    for name in ("AuthService", "ProtService"):
        client = zeep.Client(f"{url}/{name}?wsdl")
        opened.append(client)
        bound[name] = client.bind(name, f"{name}Soap{request.param}")
    yield bound
    for client in opened:
        client.transport.session.close()


def document(data: bytes) -> etree._Element:
    return etree.fromstring(inside(data))


def test_zeep_calls_every_operation(bench: Bench, services: dict[str, zeep.Client]) -> None:
    auth, prot = services["AuthService"], services["ProtService"]
    login = auth.GetServiceToken(login="dopusk", psw=PASSWORD, orgType="MO")
    assert login.expireddate is not None
    assert auth.GetServiceUserProfile(token=login.token).MOCode == MO
    who = {"token": login.token, "MOCode": MO}
    built = package()
    sent = document(prot.SendProtocolMO(**who, data=built.zip))
    assert sent.findtext("Information") == State.QUEUED
    which = {**who, "protUNID": sent.findtext("ProtocolUNID")}
    assert not prot.GetProtocolErrorsMO(**which)
    assert bench.stand.idle(WAIT)
    assert document(prot.GetProtocolStatusMO(**which)).findtext("NAME") == State.ACCEPTED
    reading = protocol.read(inside(prot.GetProtocolErrorsMO(**which)))
    assert reading.protocol is not None
    assert (reading.protocol.fname_i, reading.protocol.passed) == (built.name, True)
    assert document(prot.GetProtocolForMO(**which)).tag == "ZL_LIST"
    asked = [item.operation for item in bench.journal.entries(local_uid=built.name)]
    assert {"sendRegister", "registerStatus", "registerFlk", "registerMek"} <= set(asked)


def test_answers_are_in_windows_1251(bench: Bench, services: dict[str, zeep.Client]) -> None:
    login = services["AuthService"].GetServiceToken(login="dopusk", psw=PASSWORD, orgType="MO")
    sent = services["ProtService"].SendProtocolMO(token=login.token, MOCode=MO, data=package().zip)
    assert inside(sent).startswith(b'<?xml version="1.0" encoding="windows-1251"?>')


def post(bench: Bench, service: str, body: str) -> requests.Response:
    envelope = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
        f"{body}</s:Body></s:Envelope>"
    )
    url = f"{bench.stand.addresses[f'tfoms-{OKATO}']}/{service}"
    headers = {"Content-Type": "text/xml; charset=UTF-8"}
    return requests.post(url, data=envelope.encode(), headers=headers, timeout=WAIT)


def fault(answer: requests.Response) -> str:
    envelope, _ = read_envelope(answer.content, part="ответ")
    assert envelope is not None
    return envelope.fault_text()


@pytest.mark.parametrize(
    ("service", "body", "status", "word"),
    [
        ("AuthService", "<GetServiceToken/>", 401, "LOGIN"),
        ("ProtService", "<SendProtocolMO/>", 401, "TOKEN_UNKNOWN"),
        ("ProtService", "<Nothing/>", 500, "Nothing"),
        (
            "ProtService",
            "<GetProtocolStatusMO><token>1</token></GetProtocolStatusMO>",
            401,
            "TOKEN",
        ),
    ],
)
def test_wrong_messages_get_a_fault(
    bench: Bench, service: str, body: str, status: int, word: str
) -> None:
    answer = post(bench, service, body)
    assert answer.status_code == status
    assert word in fault(answer)


def token(bench: Bench) -> str:
    body = f"<GetServiceToken><login>dopusk</login><psw>{PASSWORD}</psw></GetServiceToken>"
    root = etree.fromstring(post(bench, "AuthService", body).content)
    value: str = root.findtext(".//{*}token")
    return value


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ("<SendProtocolMO><token>{}</token></SendProtocolMO>", "data"),
        ("<SendProtocolMO><token>{}</token><data>%%%</data></SendProtocolMO>", "data"),
        ("<GetProtocolStatusMO><token>{}</token></GetProtocolStatusMO>", "protUNID"),
        (
            "<GetProtocolStatusMO><token>{}</token><protUNID>x</protUNID></GetProtocolStatusMO>",
            "NOT_FOUND",
        ),
        ("<SendProtocolMO><token>{}</token><MOCode>111111</MOCode></SendProtocolMO>", "MO_CODE"),
    ],
)
def test_a_known_mo_may_be_wrong_too(bench: Bench, body: str, word: str) -> None:
    answer = post(bench, "ProtService", body.format(token(bench)))
    assert answer.status_code == 500
    assert word in fault(answer)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no archive", "801"),
        (zipped({"readme.txt": b"x"}), "802"),
        (zipped({f"{package().name}.XML": package().main}), "803"),
        (zipped({}), "802"),
    ],
)
def test_a_package_is_named_by_what_is_in_it(bench: Bench, data: bytes, code: str) -> None:
    value = token(bench)
    encoded = base64.b64encode(data).decode("ascii")
    fields = f"<token>{value}</token><data>{encoded}</data>"
    assert post(bench, "ProtService", f"<SendProtocolMO>{fields}</SendProtocolMO>").ok
    assert bench.stand.idle(WAIT)
    (decision,) = bench.journal.entries(operation="decision", actor="tfoms")
    assert [item["OSHIB"] for item in decision.note["errors"]] == [code]


def test_what_is_no_soap_is_refused(bench: Bench) -> None:
    url = f"{bench.stand.addresses[f'tfoms-{OKATO}']}/ProtService"
    for data in (b"", b"text", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"):
        assert requests.post(url, data=data, timeout=WAIT).status_code == 400


def test_an_expired_token_and_a_fault_of_the_service(bench: Bench) -> None:
    value = token(bench)
    bench.stand.plan(Fault("registerStatus", Action.TOKEN_EXPIRED, service="tfoms"))
    bench.stand.plan(
        Fault("registerStatus", Action.SOAP_FAULT, nth=2, text="Нет связи", service="tfoms")
    )
    body = (
        f"<GetProtocolStatusMO><token>{value}</token><protUNID>x</protUNID></GetProtocolStatusMO>"
    )
    first = post(bench, "ProtService", body)
    assert (first.status_code, "TOKEN_EXPIRED" in fault(first)) == (401, True)
    second = post(bench, "ProtService", body)
    assert (second.status_code, "Нет связи" in fault(second)) == (500, True)


def test_served_descriptions_name_the_stand(bench: Bench) -> None:
    url = bench.stand.addresses[f"tfoms-{OKATO}"]
    for name in ("AuthService", "ProtService"):
        text = requests.get(f"{url}/{name}?wsdl", timeout=WAIT).text
        assert text.count(f'location="{url}/{name}"') == 2
        assert "localhost" not in text
