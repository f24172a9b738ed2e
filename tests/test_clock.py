from datetime import UTC, date, datetime, timedelta

from dopusk.clock import Clock

REAL = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)


def test_calendar_moves_by_whole_days_and_the_time_of_day_stays() -> None:
    clock = Clock.at(date(2024, 2, 15), source=lambda: REAL)
    assert clock.today() == date(2024, 2, 15)
    assert clock.now() - REAL == clock.shift
    assert clock.shift % timedelta(days=1) == timedelta(0)


def test_the_date_is_the_one_of_moscow() -> None:
    assert Clock.at(None, source=lambda: REAL).today() == date(2026, 11, 22)


def test_midnight_passes_as_in_real_time() -> None:
    moments = iter([REAL, REAL + timedelta(days=1)])
    clock = Clock.at(date(2024, 2, 15), source=lambda: next(moments))
    assert clock.today() == date(2024, 2, 16)
