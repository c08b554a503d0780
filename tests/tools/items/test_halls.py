from __future__ import annotations

from datetime import date, datetime

import pytest

from city.errors import BadInput
from tests.tools.items.conftest import ZONE
from tools.items.halls import Shift, hours_on, minutes_to_wait, opening, shifts
from tools.workorders.calendar import WorkCalendar

CITY = {"weekday": "09:00-17:00", "saturday": "09:30-12:00", "sunday": None}
OFFICE = {"weekday": "09:00-12:00,13:30-17:00", "saturday": None, "sunday": None}
NIGHT = {"weekday": "00:00-24:00", "saturday": "00:00-24:00", "sunday": "00:00-24:00"}
worked = WorkCalendar().is_workday  # the tools use the city's own calendar; here the nation's is enough


def at(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=ZONE)  # type: ignore[misc, arg-type]


def test_shifts_are_read() -> None:
    assert shifts(OFFICE["weekday"]) == (Shift(540, 720), Shift(810, 1020))
    assert shifts(None) == shifts("") == ()


@pytest.mark.parametrize("text", ["09:00", "9-17", "12:00-09:00", "09:00-25:00", "morning"])
def test_bad_shifts_are_refused(text: str) -> None:
    with pytest.raises(BadInput):
        shifts(text)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 11, 26), "weekday"),
        (date(2026, 11, 28), "saturday"),  # an ordinary Saturday
        (date(2026, 11, 29), "sunday"),
        (date(2026, 10, 3), "sunday"),  # a Saturday of the National Day holiday
        (date(2026, 10, 10), "weekday"),  # a worked Saturday
    ],
)
def test_hours_of_a_day(day: date, hours: str) -> None:
    marked = {"weekday": "01:00-02:00", "saturday": "03:00-04:00", "sunday": "05:00-06:00"}
    assert hours_on(marked, day, worked) == shifts(marked[hours])


def test_when_it_opens_next() -> None:
    assert opening(OFFICE, at(2026, 11, 26, 10, 0), worked).closes == at(2026, 11, 26, 12, 0)
    noon = opening(OFFICE, at(2026, 11, 26, 12, 0), worked)
    assert (noon.now, noon.opens) == (False, at(2026, 11, 26, 13, 30))
    assert opening(OFFICE, at(2026, 11, 27, 17, 0), worked).opens == at(2026, 11, 30, 9, 0)
    assert opening(CITY, at(2026, 11, 27, 17, 0), worked).opens == at(2026, 11, 28, 9, 30)
    assert opening(NIGHT, at(2026, 10, 1, 3, 0), worked) == (True, at(2026, 10, 2, 0, 0), None, True)
    never = {"weekday": "", "saturday": "", "sunday": ""}
    assert opening(never, at(2026, 11, 26, 10, 0), worked) == (False, None, None, False)


def test_how_long_one_waits() -> None:
    assert minutes_to_wait(9, 3, 12.0) == 36
    assert minutes_to_wait(1, 2, 9.0) == 5  # 4.5, rounded up
    assert minutes_to_wait(0, 4, 9.0) == 0
    assert minutes_to_wait(5, 0, 9.0) is None
