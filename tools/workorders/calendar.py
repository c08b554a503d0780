"""The working days of mainland China, swapped working weekends (调休) included.

The national days come from the library ``chinesecalendar``, which follows the yearly notices of the State Council
and says so when it does not know a year. A city pack adds its own days, or gives a whole year before a newer
library does.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, model_validator

from city.errors import BadInput
from city.pack.record import read_record
from city.schema import Record

# The law on public holidays gave 11 days until 2024 and gives 13 since; those on a weekend are made up for.
FEWEST_HOLIDAYS = 11
_ONE_DAY = timedelta(days=1)


FILE = "workorders/calendar.yaml"


class WorkCalendar(Record):
    """Which days are worked. The pack's days win over the library's.

    The New Year notice of a year may still move days of the December before it: such days are given here, too.

    >>> WorkCalendar().is_workday(date(2026, 2, 14)), WorkCalendar().is_workday(date(2026, 2, 16))
    (True, False)
    """

    days_off: frozenset[date] = Field(default=frozenset(), description="days off beside those the library knows")
    working_days: frozenset[date] = Field(default=frozenset(), description="days worked though the library says off")
    whole_years: frozenset[Annotated[int, Field(ge=2004, le=2100)]] = Field(
        default=frozenset(),
        description="years whose holidays and swapped weekends are all given above; the library is not asked",
    )

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        torn = sorted(self.days_off & self.working_days)
        if torn:
            raise ValueError(f"{torn[0]} is both in days_off and in working_days: take it out of one")
        for year in sorted(self.whole_years):
            count = sum(day.year == year for day in self.days_off)
            if count < FEWEST_HOLIDAYS:
                raise ValueError(
                    f"whole_years names {year}, but days_off has {count} days of it; "
                    f"a year has at least {FEWEST_HOLIDAYS} public holidays: list them all"
                )
        return self

    @classmethod
    def load(cls, root: Path) -> WorkCalendar:
        """The pack's own days; a pack without the file keeps the national ones. Raises PackError."""
        return read_record(root, FILE, cls, absent=cls())

    def knows(self, day: date) -> bool:
        """Whether it is known if ``day`` is worked."""
        return (
            day in self.days_off
            or day in self.working_days
            or day.year in self.whole_years
            or (_national(day) is not None)
        )

    def is_workday(self, day: date) -> bool:
        """Whether ``day`` is worked. Raises BadInput where that is not known, or for a datetime."""
        if isinstance(day, datetime):  # would be found in no set of dates, and so be answered wrongly
            raise BadInput(f"{day!r} is an instant: give the day, for example by .date() in the city's time zone")
        if day in self.days_off or day in self.working_days:
            return day in self.working_days
        if day.year in self.whole_years:
            return day.weekday() < 5
        known = _national(day)
        if known is None:
            raise BadInput(
                f"the holidays of {day.year} are not known: give that year's days_off and working_days in the "
                f"city pack and name {day.year} in whole_years, or install a newer chinesecalendar"
            )
        return known

    def add_workdays(self, start: date, n: int) -> date:
        """The ``n``-th working day after ``start``; for 0 the first working day that is not before ``start``.

        Raises BadInput for a negative ``n`` and where a year on the way is not known.
        """
        if n < 0:
            raise BadInput(f"{n!r} working days cannot be added: give 0 or more")
        day, left = start, n
        while left or not self.is_workday(day):
            day += _ONE_DAY
            if left and self.is_workday(day):
                left -= 1
        return day

    def workdays_between(self, a: date, b: date) -> int:
        """How many working days lie after ``a`` up to and including ``b``; negative where ``b`` is before ``a``.

        Undoes `add_workdays` for ``n`` of 1 or more. Raises BadInput where a year on the way is not known.
        """
        if b < a:
            return -self.workdays_between(b, a)
        return sum(self.is_workday(a + timedelta(days=ahead)) for ahead in range(1, (b - a).days + 1))


@lru_cache(maxsize=4096)
def _national(day: date) -> bool | None:
    """Whether the nation works on ``day``; None in a year the library does not know."""
    import chinese_calendar  # here, because most commands never ask for a working day

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return None
