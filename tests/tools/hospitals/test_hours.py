from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.hospitals.conftest import ZONE, at
from tools.hospitals.hours import Days, Span, minutes, of_day, status

CLINIC = [Span("work", 480, 720), Span("work", 810, 1050), Span("free", 480, 720)]
ALWAYS = [Span("every", 0, 1440)]


def weekday(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(("clock", "told"), [("00:00", 0), ("8:05", 485), ("08:30:00", 510), ("24:00", 1440)])
def test_times_of_the_day(clock: str, told: int) -> None:
    assert minutes(clock) == told


@pytest.mark.parametrize("clock", ["24:01", "25:00", "08:60", "-1:00", "noon"])
def test_what_is_no_time(clock: str) -> None:
    with pytest.raises(ValueError, match=r"no time of a day|invalid literal"):
        minutes(clock)


def test_a_clinic_day() -> None:
    # Thursday the 26th: morning, lunch, afternoon, evening; Saturday the 28th; Sunday afternoon.
    assert status(CLINIC, at(26, 8), weekday) == (True, at(26, 12), None)
    assert status(CLINIC, at(26, 12), weekday) == (False, None, at(26, 13, 30))
    assert status(CLINIC, at(26, 17, 29), weekday) == (True, at(26, 17, 30), None)
    assert status(CLINIC, at(26, 17, 30), weekday) == (False, None, at(27, 8))
    assert status(CLINIC, at(28, 13), weekday) == (False, None, at(29, 8))


def test_what_never_closes() -> None:
    assert status(ALWAYS, at(26, 3), weekday) == (True, None, None)


def test_hours_over_midnight_are_one_opening() -> None:
    night = [Span("every", 1200, 1440), Span("every", 0, 120)]
    assert status(night, at(26, 23), weekday) == (True, at(27, 2), None)
    assert status(night, at(27, 1), weekday) == (True, at(27, 2), None)
    assert status(night, at(27, 2), weekday) == (False, None, at(27, 20))


def test_what_is_never_open() -> None:
    assert status([], at(26, 8), weekday) == (False, None, None)
    assert status([Span("free", 480, 720)], at(26, 8), lambda _: True) == (False, None, None)


def test_a_long_holiday_is_looked_through() -> None:
    off = {date(2026, 11, 27) + timedelta(days=n) for n in range(10)}
    assert status([Span("work", 480, 720)], at(26, 13), lambda day: day not in off).opens_at == datetime(
        2026, 12, 7, 8, tzinfo=ZONE
    )


def test_the_openings_of_a_day() -> None:
    assert list(of_day(CLINIC, at(26, 20), weekday)) == [(at(26, 8), at(26, 12)), (at(26, 13, 30), at(26, 17, 30))]
    assert list(of_day(CLINIC, at(28, 7), weekday)) == [(at(28, 8), at(28, 12))]
    assert list(of_day(ALWAYS, at(26, 3), weekday)) == [(at(26, 0), at(27, 0))]
    night = [Span("every", 1200, 1440), Span("every", 0, 120)]
    assert list(of_day(night, at(26, 12), weekday)) == [(at(25, 20), at(26, 2)), (at(26, 20), at(27, 2))]


SPANS = st.lists(
    st.builds(Span, st.sampled_from(get_args(Days)), st.integers(0, 1439), st.integers(1, 1440)), max_size=4
)
MOMENTS = st.integers(0, 14 * 1440).map(lambda m: at(10, 0) + timedelta(minutes=m))


def is_open(spans: list[Span], moment: datetime) -> bool:
    """Minute by minute, without merging."""
    clock, kinds = moment.hour * 60 + moment.minute, ("every", "work" if weekday(moment.date()) else "free")
    return any(span.days in kinds and span.opens <= clock < span.closes for span in spans)


@given(SPANS, MOMENTS)
def test_open_is_what_the_hours_say(spans: list[Span], moment: datetime) -> None:
    found = status(spans, moment, weekday)
    assert found.is_open == is_open(spans, moment)
    if found.closes_at is not None:
        assert found.is_open
        assert is_open(spans, found.closes_at - timedelta(minutes=1))
        assert not is_open(spans, found.closes_at)
    if found.opens_at is not None:
        assert not found.is_open
        assert is_open(spans, found.opens_at)
        assert not is_open(spans, found.opens_at - timedelta(minutes=1))
