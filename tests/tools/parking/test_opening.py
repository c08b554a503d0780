from __future__ import annotations

from datetime import date, datetime

import pytest

from city.errors import BadInput
from tools.parking.opening import Hours, opening, read_hours

NIGHT, ALL_DAY = read_hours("18:30-07:30"), read_hours("00:00-24:00")


def is_workday(day: date) -> bool:
    return day.weekday() < 5


def test_hours() -> None:
    assert read_hours("08:00-22:00") == Hours(480, 1320)
    assert read_hours("18:30-07:30") == Hours(1110, 450 + 1440)
    assert read_hours("") == Hours(0, 0)


@pytest.mark.parametrize("text", ["8-22", "08:00", "08:00-25:00", "all day"])
def test_false_hours(text: str) -> None:
    with pytest.raises(BadInput, match="08:00-22:00"):
        read_hours(text)


@pytest.mark.parametrize(
    ("now", "is_open", "opens", "closes"),
    [
        # Thursday 26 November 2026; the weekend is one window from Friday evening to Monday morning
        (datetime(2026, 11, 26, 7, 29), True, datetime(2026, 11, 25, 18, 30), datetime(2026, 11, 26, 7, 30)),
        (datetime(2026, 11, 26, 7, 30), False, datetime(2026, 11, 26, 18, 30), datetime(2026, 11, 27, 7, 30)),
        (datetime(2026, 11, 28, 12, 0), True, datetime(2026, 11, 27, 18, 30), datetime(2026, 11, 30, 0, 0)),
        (datetime(2026, 11, 30, 8, 0), False, datetime(2026, 11, 30, 18, 30), datetime(2026, 12, 1, 7, 30)),
    ],
)
def test_shared_by_night_and_on_days_of_rest(now: datetime, is_open: bool, opens: datetime, closes: datetime) -> None:
    found = opening(NIGHT, ALL_DAY, is_workday, now)
    assert (found.is_open, found.opens, found.closes) == (is_open, opens, closes)


def test_always() -> None:
    found = opening(ALL_DAY, ALL_DAY, is_workday, datetime(2026, 11, 26, 3, 0))
    assert found.is_open
    assert found.always


def test_never() -> None:
    assert not opening(read_hours(""), read_hours(""), is_workday, datetime(2026, 11, 26, 3, 0)).is_open
