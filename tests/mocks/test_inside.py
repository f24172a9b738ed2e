from __future__ import annotations

import pytest

from mocks.inside import HEADER, Inside


def environ(inside: Inside, url: str, actor: str) -> dict[str, str]:
    return {"HTTP_DOPUSK_CALLER": inside.headers(url, actor).get(HEADER, "")}


def test_paths_are_addresses_of_the_stand() -> None:
    inside = Inside()
    inside.base = "http://127.0.0.1:8080"
    assert inside.owns("/remd/emdr")
    assert inside.address("/remd/emdr") == "http://127.0.0.1:8080/remd/emdr"
    assert not inside.owns("http://mis/emdr")
    assert inside.address("http://mis/emdr") == "http://mis/emdr"


def test_services_know_each_other_and_nobody_else() -> None:
    inside = Inside()
    assert inside.caller(environ(inside, "/remd/emdr", "gis")) == "gis"
    assert Inside().caller(environ(inside, "/remd/emdr", "gis")) is None
    assert inside.headers("http://mis/emdr", "gis") == {}


@pytest.mark.parametrize("value", ["", "gis", "x gis", " gis", "ы gis", "0" * 32])
def test_a_guess_is_not_enough(value: str) -> None:
    assert Inside().caller({"HTTP_DOPUSK_CALLER": value}) is None
