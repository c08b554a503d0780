from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from tools.workorders.calendar import WorkCalendar
from tools.workorders.example.chance import Dice, Hours

ZONE = ZoneInfo("Asia/Shanghai")
END = datetime(2026, 11, 26, tzinfo=ZONE)
HOURS = Hours(WorkCalendar(), END)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def test_dice_of_one_name_fall_alike() -> None:
    one, same, other = Dice(7, "a"), Dice(7, "a"), Dice(7, "b")
    draws = [one.between(0, 1) for _ in range(5)]
    assert draws == [same.between(0, 1) for _ in range(5)]
    assert draws != [other.between(0, 1) for _ in range(5)]


def test_office_hours_skip_nights_weekends_and_holidays() -> None:
    assert HOURS.opens(at("2026-11-20T03:00")) == at("2026-11-20T09:00")
    assert HOURS.opens(at("2026-11-20T18:00")) == at("2026-11-23T09:00")  # Friday evening → Monday
    assert HOURS.after(at("2026-11-20T16:30"), 2) == at("2026-11-23T10:00")
    assert HOURS.after(at("2026-09-30T17:00"), 1) == at("2026-10-08T09:30")  # the national holiday between


@given(st.integers(0, 500), st.floats(0, 80))
def test_work_ends_after_it_began_and_within_office_hours(hour: int, hours: float) -> None:
    begun = at("2026-10-20T00:00") + timedelta(hours=hour)
    done = HOURS.after(begun, hours)
    assert done >= begun
    if done < END:
        assert 9 <= done.hour + done.minute / 60 <= 17.5
        assert WorkCalendar().is_workday(done.date())


def test_beyond_the_end_all_hours_are_alike() -> None:
    assert HOURS.opens(at("2027-03-01T03:00")) == at("2027-03-01T03:00")
    assert HOURS.after(at("2026-11-25T16:00"), 40) == END
