from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
import requests
from fake_mis import WAIT
from lxml import etree
from remd_bench import Bench
from tfoms_client import MO, OKATO, Client, declared, edited, inside, package, zipped

from dopusk.declaration.model import OmsTerritory
from dopusk.journal import Phase
from dopusk.tfoms import protocol
from dopusk.tfoms.exchange import State
from dopusk.tfoms.returned import returned_name

GOOD = [State.QUEUED, State.WAITING, State.FLK_PASSED, State.MEK_PASSED, State.ACCEPTED]
Start = Callable[..., Bench]


@pytest.fixture
def client(start: Start) -> Iterator[Client]:
    client = Client(start(declared_as=declared()))
    yield client
    client.session.close()


def codes(client: Client, ref: str) -> list[str]:
    """Return the codes of the protocol of a package."""
    reading = protocol.read(inside(client.file(ref, "flk").content))
    assert reading.protocol is not None
    assert reading.findings == ()
    return [item.oshib for item in reading.protocol.errors]


def set_text(path: str, value: str) -> Callable[[etree._Element], None]:
    def edit(root: etree._Element) -> None:
        for element in root.iterfind(path):
            element.text = value

    return edit


def test_a_clean_register_is_accepted(client: Client) -> None:
    built = package()
    ref = client.send(built)
    client.settle()
    assert client.states(ref) == GOOD
    answer = client.file(ref, "flk")
    assert answer.headers["X-File-Name"] == f"V{built.name}.ZIP"
    assert codes(client, ref) == []
    (flk,) = client.decisions("flk")
    assert (flk.local_uid, flk.note["okato"], flk.note["errors"]) == (built.name, OKATO, [])
    (mek,) = client.decisions("mek")
    assert [case["oplata"] for case in mek.note["cases"]] == [1, 1]
    states = client.bench.journal.entries(operation="state", actor="tfoms")
    assert [item.note["state"] for item in states] == GOOD


def test_a_failed_register_stops_at_its_protocol(client: Client) -> None:
    built = package()
    ref = client.send(built, edited(built, set_text("SCHET/SUMMAV", "950.00")))
    client.settle()
    assert client.states(ref) == [State.QUEUED, State.WAITING, State.FLK_FAILED]
    assert codes(client, ref) == ["006F.00.1040"]
    (flk,) = client.decisions()
    assert flk.note["errors"][0]["OSHIB"] == "006F.00.1040"
    assert flk.note["findings"][0]["code"] == "Q015-006F.00.1040"
    assert client.file(ref, "mek").json()["error"]["code"] == "NOT_READY"


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("HM990001S99001_24011", b"no zip", "801"),
        ("REGISTER", package().zip, "802"),
        ("HM990001S99001_24011", zipped({"HM990001S99001_24011.XML": package().main}), "803"),
    ],
)
def test_a_bad_package_gets_its_code_of_f012(
    client: Client, name: str, data: bytes, code: str
) -> None:
    client.login()
    ref = client.post(name, data).json()["id"]
    client.settle()
    assert codes(client, ref) == [code]
    assert client.decisions()[0].note["stage"] == "package"


def test_a_name_is_taken_once(client: Client) -> None:
    built = package()
    first, second = client.send(built), client.send(built)
    client.settle()
    assert codes(client, first) == []
    assert codes(client, second) == ["805"]
    assert client.states(first) == GOOD


def test_a_name_that_was_never_registered_may_come_again(client: Client) -> None:
    built = package()
    client.send(built, b"no zip")
    client.settle()
    ref = client.send(built)
    client.settle()
    assert codes(client, ref) == []


def test_one_name_sent_at_once_is_registered_once(client: Client) -> None:
    client.login()
    built = package()
    with ThreadPoolExecutor(8) as pool:
        refs = list(pool.map(lambda _: client.send(built), range(8)))
    client.settle()
    assert sorted(codes(client, ref) for ref in refs) == [[], *[["805"]] * 7]


def test_multipart_is_taken(client: Client) -> None:
    client.login()
    built = package()
    files = {"file": (f"{built.name}.ZIP", built.zip, "application/zip")}
    answer = client.call("POST", "/registers", files=files)
    assert answer.status_code == 202
    assert answer.json()["package"] == built.name
    client.settle()
    assert client.states(answer.json()["id"]) == GOOD
    sent = client.bench.journal.entries(operation="sendRegister")
    assert [item.local_uid for item in sent] == [built.name] * 2


@pytest.mark.parametrize("name", ["реестр.zip", 'a"b\\..\\c.ZIP', "x" * 300])
def test_any_name_is_answered(client: Client, name: str) -> None:
    client.login()
    answer = client.call("POST", "/registers", files={"file": (name, package().zip)})
    assert answer.status_code == 202
    client.settle()
    assert codes(client, answer.json()["id"]) == ["802"]
    assert client.bench.journal.entries(operation="stand-error") == []


def test_only_who_has_logged_in_is_served(client: Client) -> None:
    assert client.post("HM990001S99001_24011", b"x").json()["error"]["code"] == "TOKEN_UNKNOWN"
    assert client.login(password="other").status_code == 401
    assert client.login().json()["expiresIn"] >= 60
    ref = client.send()
    client.token = "other"
    assert client.call("GET", f"/registers/{ref}").status_code == 401


@pytest.mark.parametrize(
    ("call", "status"),
    [
        (lambda c: c.call("GET", "/registers/none"), 404),
        (lambda c: c.file("none", "flk"), 404),
        (lambda c: c.call("POST", "/registers", data=b"x"), 400),
        (lambda c: c.call("POST", "/registers", files={}), 400),
        (lambda c: c.call("POST", "/registers", files={"file": (".", b"x")}), 400),
        (lambda c: c.call("POST", "/token", json=[]), 400),
        (lambda c: requests.get(f"{c.url[:-5]}11111/registers/1", timeout=WAIT), 404),
    ],
)
def test_wrong_calls_are_refused_in_words(
    client: Client, call: Callable[[Client], requests.Response], status: int
) -> None:
    client.login()
    answer = call(client)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_the_result_is_a_register_that_the_checks_accept(client: Client) -> None:
    built = package(cases=3)
    second = etree.fromstring(built.main).findall("ZAP")[1].findtext("Z_SL/IDCASE")
    order = {"outcome": "partly", "reason": "216", "cases": [second], "share": "0.3"}
    order_mek(client, **order)
    ref = client.send(built)
    client.settle()
    assert client.states(ref) == [*GOOD[:3], State.MEK_FAILED, State.ACCEPTED]
    root = etree.fromstring(inside(client.file(ref, "mek").content))
    assert root.findtext("ZGLV/FILENAME") == "HS99001M990001_24011"
    assert [item.findtext("OPLATA") for item in root.iter("Z_SL")] == ["1", "3", "1"]
    sums = {name: Decimal(root.findtext(f"SCHET/{name}", "0")) for name in ("SUMMAV", "SUMMAP")}
    withheld = Decimal(root.findtext("SCHET/SANK_MEK", "0"))
    assert sums["SUMMAP"] + withheld == sums["SUMMAV"]
    assert withheld == Decimal(root.findtext(".//SANK/S_SUM", "0")) > 0
    assert root.findtext(".//SANK/S_OSN") == "216"
    acts = etree.fromstring(inside(client.file(ref, "rak").content))
    assert [item.findtext("OPLATA") for item in acts.iter("SLUCH")] == ["1", "3", "1"]


def order_mek(client: Client, **order: Any) -> requests.Response:
    url = f"{client.bench.stand.url}/control/tfoms/outcomes"
    answer = requests.post(url, json=order, timeout=WAIT)
    assert answer.status_code == 201, answer.text
    return answer


@pytest.mark.parametrize(
    ("outcome", "states", "oplata"),
    [
        ("paid", GOOD, {"1"}),
        ("refused", [*GOOD[:3], State.MEK_FAILED], {"2"}),
        ("partly", [*GOOD[:3], State.MEK_FAILED, State.ACCEPTED], {"3"}),
    ],
)
def test_a_scenario_decides_about_payment(
    client: Client, outcome: str, states: list[str], oplata: set[str]
) -> None:
    order_mek(client, outcome=outcome, okato=OKATO)
    ref = client.send()
    client.settle()
    assert client.states(ref) == states
    root = etree.fromstring(inside(client.file(ref, "mek").content))
    assert {item.findtext("OPLATA") for item in root.iter("Z_SL")} == oplata
    assert client.decisions("mek")[0].note["cause"] == "fault plan"


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"outcome": "maybe"}, 400),
        ({}, 400),
        ({"outcome": "refused", "reason": "999"}, 400),
        ({"outcome": "partly", "share": "x"}, 400),
        ({"outcome": "partly", "share": 2}, 400),
        ({"outcome": "paid", "cases": "1"}, 400),
        ({"outcome": "paid", "extra": 1}, 400),
        ({"outcome": "paid", "okato": "46000"}, 404),
    ],
)
def test_a_wrong_order_is_refused_in_words(
    client: Client, order: dict[str, Any], status: int
) -> None:
    url = f"{client.bench.stand.url}/control/tfoms/outcomes"
    answer = requests.post(url, json=order, timeout=WAIT)
    assert answer.status_code == status
    assert answer.json()["error"]["message"]


def test_an_order_is_forgotten(client: Client) -> None:
    order_mek(client, outcome="refused")
    url = f"{client.bench.stand.url}/control/tfoms/outcomes"
    assert requests.delete(url, timeout=WAIT).status_code == 204
    ref = client.send()
    client.settle()
    assert client.states(ref) == GOOD


def test_what_is_paid_is_not_paid_again(client: Client) -> None:
    client.send(package())
    client.settle()
    ref = client.send(package(serial=2))
    client.settle()
    (_, mek) = client.decisions("mek")
    reasons = {item["s_osn"] for case in mek.note["cases"] for item in case["sanctions"]}
    assert reasons == {"221"}
    assert client.states(ref)[-1] == State.MEK_FAILED


def test_an_exam_of_29n_is_refused(client: Client) -> None:
    built = package()

    def exam(root: etree._Element) -> None:
        case = root.findall("ZAP")[1].find("Z_SL")
        assert case is not None
        for element in case.iter("PROFIL"):
            element.text = "48"

    client.send(built, edited(built, exam))
    client.settle()
    (mek,) = client.decisions("mek")
    first, second = mek.note["cases"]
    assert first["sanctions"] == []
    (sanction,) = second["sanctions"]
    assert (sanction["s_osn"], sanction["evidence"]) == ("211", "выведено")


def test_a_hundred_packages_of_two_territories_keep_their_correlation(start: Start) -> None:
    oms = tuple(OmsTerritory(okato, MO, "rest") for okato in ("99000", "46000"))
    bench = start(declared_as={"oms": oms})
    clients = [Client(bench, okato) for okato in ("99000", "46000")]
    for client in clients:
        client.login()

    def send(number: int) -> tuple[Client, str, str]:
        client = clients[number % 2]
        smo = ("99001", "50001")[number % 2]
        built = package(serial=number + 1, cases=1, smo=smo)
        return client, built.name, client.send(built)

    with ThreadPoolExecutor(16) as pool:
        sent = list(pool.map(send, range(100)))
    assert bench.stand.idle(WAIT)
    for client, name, ref in sent:
        reading = protocol.read(inside(client.file(ref, "flk").content))
        assert reading.protocol is not None
        assert reading.protocol.fname_i == name
        answer = client.call("GET", f"/registers/{ref}").json()
        assert (answer["package"], answer["states"][2]["state"]) == (name, State.FLK_PASSED)
        result = client.file(ref, "mek")
        assert returned_name_of(name) == result.headers["X-File-Name"].removesuffix(".ZIP")
        decided = bench.journal.entries(operation="decision", local_uid=name)
        assert {item.note["okato"] for item in decided} == {client.okato}
    for client in clients:
        client.session.close()


def returned_name_of(name: str) -> str:
    from dopusk.tfoms.names import parse_name

    parsed = parse_name(name)
    assert parsed is not None
    return returned_name(parsed)


def test_requests_and_answers_are_in_the_journal(client: Client) -> None:
    built = package()
    ref = client.send(built)
    client.settle()
    for what in ("flk", "mek", "rak"):
        client.file(ref, what)
    operations = ("sendRegister", "registerFlk", "registerMek", "registerRak")
    for operation in operations:
        asked, told = client.bench.journal.entries(operation=operation)
        assert (asked.phase, asked.actor, asked.peer) == (Phase.REQUEST, "candidate", "tfoms")
        assert (told.phase, told.actor, told.exchange) == (
            Phase.RESPONSE,
            "tfoms",
            asked.exchange,
        )
        assert asked.local_uid == told.local_uid == built.name
        assert asked.url is not None
        assert f"/tfoms/{OKATO}/" in asked.url


def test_reset_forgets_packages_and_tokens(client: Client) -> None:
    ref = client.send()
    client.settle()
    requests.post(f"{client.bench.stand.url}/control/reset", timeout=WAIT)
    assert client.call("GET", f"/registers/{ref}").status_code == 401
    client.login()
    assert client.call("GET", f"/registers/{ref}").status_code == 404
    again = client.send()
    client.settle()
    assert client.states(again) == GOOD


def test_without_oms_there_is_no_fund(start: Start) -> None:
    bench = start()
    assert set(bench.stand.addresses) == {"remd"}
    answer = requests.post(f"{bench.stand.url}/tfoms/{OKATO}/token", json={}, timeout=WAIT)
    assert answer.status_code == 404
