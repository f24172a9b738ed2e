from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dopusk.semd.moment import read_date_time, read_ts, same_moment


@pytest.mark.parametrize(
    ("ts", "other", "same"),
    [
        ("202403111245+0300", "2024-03-11T12:45:00+03:00", True),
        ("202403111245+0300", "2024-03-11T09:45:59Z", True),
        ("20240311124530+0300", "2024-03-11T12:45:00+03:00", True),
        ("202403111245+0300", "2024-03-11T12:45:00+04:00", False),
        ("202403111245", "2024-03-11T12:45:00", True),
        ("20240311", "2024-03-11T12:45:00+03:00", True),
        ("20240312", "2024-03-11T12:45:00+03:00", False),
        ("19881104", "1988-11-04", True),
        ("1988", "1988", True),
        ("198811", "1988-11-04", False),
        ("20240231", "2024-02-31", False),
        ("вчера", "вчера", True),
    ],
)
def test_same_moment(ts: str, other: str, same: bool) -> None:
    assert same_moment(ts, other) is same


def test_values() -> None:
    assert read_ts("20240311") == date(2024, 3, 11)
    assert read_ts("202403111245+0300") == datetime(2024, 3, 11, 9, 45, tzinfo=UTC)
    assert read_ts("2024-03-11") is None
    assert read_date_time("2024-03-11T12:45:00.123+03:00") is not None
    assert read_date_time("11.03.2024") is None


@given(st.text(max_size=20), st.text(max_size=20))
def test_any_text_is_compared_without_raising(left: str, right: str) -> None:
    same_moment(left, right)


@given(st.from_regex(r"[0-9]{4,14}([+-][0-9]{4})?", fullmatch=True))
def test_any_digits_are_read_without_raising(text: str) -> None:
    read_ts(text)
