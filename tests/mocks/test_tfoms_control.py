"""A stand by hand: ФЕРЗЛ is told of persons over HTTP, and МЭК heeds their policies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest
import requests
from fake_mis import WAIT
from insured import ENP
from insured import PERSON as INSURED
from remd_bench import Bench
from tfoms_client import Client, declared, package

from dopusk.oms import Policy, PolicyStatus, person_to_json
from dopusk.tfoms.exchange import State

PERSON = replace(INSURED, patronymic=None)


@pytest.fixture
def client(start: Callable[..., Bench]) -> Iterator[Client]:
    client = Client(start(declared_as=declared()))
    yield client
    client.session.close()


def control(client: Client, path: str, body: Any) -> requests.Response:
    return requests.post(f"{client.bench.stand.url}/control{path}", json=body, timeout=WAIT)


def policy(**changes: Any) -> dict[str, Any]:
    usual = Policy("3", ENP, "99001", "99000", PolicyStatus.ACTIVE, date(2020, 1, 1))
    values = {**asdict(usual), **changes}
    ends = values["valid_to"]
    return {
        **values,
        "valid_from": values["valid_from"].isoformat(),
        "valid_to": ends.isoformat() if ends else None,
    }


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"valid_to": date(2023, 12, 31)}, ["210"]),
        ({"status": "Аннулированный"}, ["210"]),
    ],
)
def test_mek_heeds_the_policies_that_ferzl_knows(
    client: Client, changes: dict[str, Any], reasons: list[str]
) -> None:
    body = {"person": person_to_json(PERSON), "policies": [policy(**changes)]}
    assert control(client, "/ferzl/persons", body).status_code == 204
    ref = client.send(package())
    client.settle()
    (mek,) = client.decisions("mek")
    first, second = mek.note["cases"]
    assert [item["s_osn"] for item in first["sanctions"]] == reasons
    assert second["sanctions"] == []
    assert client.states(ref)[-1] == State.ACCEPTED


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"person": {}},
        {"person": 1},
        {"person": None, "policies": 1},
        {"person": {"birth_date": "x"}},
        {"person": person_to_json(PERSON), "policies": [{}]},
        {"person": person_to_json(PERSON), "policies": ["x"]},
        {"person": person_to_json(PERSON), "policies": 5},
    ],
)
def test_a_person_described_wrongly_is_refused(client: Client, body: dict[str, Any]) -> None:
    answer = control(client, "/ferzl/persons", body)
    assert answer.status_code == 400
    assert "Застрахованное лицо" in answer.json()["error"]["message"]


@pytest.mark.parametrize(("times", "status"), [(2, 204), (-1, 400), ("x", 400), (True, 400)])
def test_failures_of_ferzl_are_planned(client: Client, times: object, status: int) -> None:
    assert control(client, "/ferzl/failures", {"times": times}).status_code == status
