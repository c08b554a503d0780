"""Which days are worked, as the city's own calendar and the nation's say (``workorders/calendar.yaml``)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from tools.feeds.citydata import CityData
from tools.feeds.errors import NoData
from tools.workorders.calendar import FILE, WorkCalendar


def working_days(data: CityData) -> Callable[[date], bool]:
    """Whether a day is worked; swapped weekends count. In a year whose holidays nobody knows, weekdays are."""
    try:
        calendar = data.settings(FILE, WorkCalendar)
    except NoData:
        calendar = WorkCalendar()
    return lambda day: calendar.is_workday(day) if calendar.knows(day) else day.weekday() < 5
