from __future__ import annotations

import pytest

from dopusk.tfoms.territories import (
    Dialect,
    Transport,
    UnknownTerritoryError,
    territories,
    territory,
)
from dopusk.verdict.finding import Evidence


def test_a_territory_is_found_by_either_code() -> None:
    assert territory("46000") is territory("50")
    with pytest.raises(UnknownTerritoryError, match="46000"):
        territory("00000")


def test_rows_are_whole() -> None:
    known = territories().values()
    assert {item.dialect for item in known} == {*Dialect}
    assert len({item.code for item in known}) == len(known)
    for item in known:
        assert len(item.okato) == 5
        assert len(item.code) == 2
        assert set(item.transports) <= {*Transport}
        assert item.transports
        assert item.source
        assert Evidence(item.evidence)
        assert all(len(code) == 5 for code in item.smo)


def test_a_territory_may_have_a_calendar_of_its_own() -> None:
    assert territory("18000").version("H", 2025, 12) is None
    assert territory("18000").version("H", 2026, 1) == "6.0"
    assert territory("18000").version("C", 2026, 1) is None
    assert territory("46000").version("H", 2026, 1) is None
