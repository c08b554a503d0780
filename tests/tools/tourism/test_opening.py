from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from city.errors import BadInput
from tools.tourism.opening import Closure, Openings, Rule, Span, is_free_day, is_public_holiday, minutes

ALL_YEAR = ((1, 1), (12, 31))
DAY = Span(540, 990, 1020)
NIGHT = Span(1080, 1410, 1440)
MUSEUM = Rule(*ALL_YEAR, "234567H", DAY)


def openings(*rules: Rule, closures: tuple[Closure, ...] = ()) -> Openings:
    return Openings({"s": rules}, {"s": closures})


@pytest.mark.parametrize(
    ("day", "is_open"),
    [
        (date(2026, 11, 23), False),  # an ordinary Monday
        (date(2026, 11, 24), True),
        (date(2026, 10, 5), True),  # a Monday of the National Day holiday
        (date(2026, 2, 16), True),  # a Monday of the Spring Festival
        (date(2026, 9, 20), True),  # a working Sunday
    ],
)
def test_a_museum_is_shut_on_mondays_but_for_holidays(day: date, is_open: bool) -> None:
    assert openings(MUSEUM).on("s", day) == ((DAY,) if is_open else ())


def test_the_weekdays_on_which_it_is_shut_are_those_of_the_season() -> None:
    winter = Rule((11, 1), (3, 31), "67H", DAY)
    both = openings(MUSEUM._replace(first=(4, 1), last=(10, 31)), winter)
    assert both.shut_weekdays("s", date(2026, 7, 1)) == (1,)
    assert both.shut_weekdays("s", date(2026, 12, 1)) == (1, 2, 3, 4, 5)
    assert openings(Rule(*ALL_YEAR, "1234567H", DAY)).shut_weekdays("s", date(2026, 7, 1)) == ()
    assert both.shut_weekdays("unknown", date(2026, 7, 1)) == ()


def test_a_holiday_opens_only_what_is_open_on_holidays() -> None:
    weekdays = Rule(*ALL_YEAR, "1234567", DAY)
    assert openings(weekdays).on("s", date(2026, 10, 5)) == ()
    assert openings(weekdays).on("s", date(2026, 10, 8)) == (DAY,)


def test_a_season_may_go_over_new_year() -> None:
    winter = Rule((11, 16), (3, 15), "1234567H", DAY)
    inside = [date(2026, 11, 16), date(2026, 12, 31), date(2026, 1, 1), date(2026, 3, 15)]
    outside = [date(2026, 11, 15), date(2026, 3, 16), date(2026, 7, 1)]
    assert all(openings(winter).on("s", day) for day in inside)
    assert not any(openings(winter).on("s", day) for day in outside)


def test_two_openings_of_a_day_come_in_order() -> None:
    assert openings(Rule(*ALL_YEAR, "4", NIGHT), Rule(*ALL_YEAR, "4", DAY)).on("s", date(2026, 11, 26)) == (DAY, NIGHT)


def test_a_closure_shuts_its_days_and_says_why() -> None:
    shut = Closure(date(2026, 11, 23), date(2026, 11, 27), "works")
    held = openings(Rule(*ALL_YEAR, "1234567H", DAY), closures=(shut,))
    assert [bool(held.on("s", date(2026, 11, day))) for day in (22, 23, 27, 28)] == [True, False, False, True]
    assert held.closure("s", date(2026, 11, 25)) == shut
    ahead = (date(2026, 11, 25) + timedelta(days=n) for n in range(1, 9))
    assert held.next_day("s", ahead) == date(2026, 11, 28)


def test_an_unknown_sight_is_never_open() -> None:
    assert openings(MUSEUM).on("other", date(2026, 11, 24)) == ()


@given(st.integers(0, 24 * 60))
def test_times_of_day_are_read(minute: int) -> None:
    assert minutes(f"{minute // 60:02}:{minute % 60:02}") == minute


@pytest.mark.parametrize("text", ["24:01", "9.30", "", "09:60", "-1:00", "nine"])
def test_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no time of day"):
        minutes(text)


def test_kinds_of_day() -> None:
    assert is_public_holiday(date(2026, 10, 1))
    assert is_free_day(date(2026, 10, 1))
    assert not is_public_holiday(date(2026, 11, 28))
    assert is_free_day(date(2026, 11, 28))
    assert not is_public_holiday(date(2026, 9, 20))
    assert not is_free_day(date(2026, 9, 20))
    assert not is_public_holiday(date(2099, 1, 1))
    assert is_free_day(date(2099, 1, 3))
