from __future__ import annotations

import json
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from city.errors import BadInput
from city.pack.problems import PackError
from tests.conftest import ROOT, YUNLAN
from tools.workorders.calendar import FILE, WorkCalendar

NATION = WorkCalendar()
KNOWN = st.dates(date(2024, 6, 1), date(2026, 9, 30))


def days(first: str, last: str) -> list[date]:
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    return [begin + timedelta(days=ahead) for ahead in range((end - begin).days + 1)]


def week_days_off(year: int) -> frozenset[date]:
    """Enough weekdays off to pass for a year's list: two weeks of January, and New Year's Eve."""
    return frozenset([*days(f"{year}-01-01", f"{year}-01-14"), date(year, 12, 31)])


@pytest.mark.parametrize(
    ("off", "worked"),
    [
        (("2025-01-28", "2025-02-04"), ["2025-01-26", "2025-01-27", "2025-02-05", "2025-02-08"]),
        (("2025-10-01", "2025-10-08"), ["2025-09-28", "2025-09-30", "2025-10-09", "2025-10-11"]),
        (("2026-02-15", "2026-02-23"), ["2026-02-14", "2026-02-13", "2026-02-24", "2026-02-28"]),
        (("2026-10-01", "2026-10-07"), ["2026-09-20", "2026-09-30", "2026-10-08", "2026-10-10"]),
        (("2026-09-25", "2026-09-27"), ["2026-09-24", "2026-09-28"]),
    ],
)
def test_the_long_holidays_and_their_swapped_weekends(off: tuple[str, str], worked: list[str]) -> None:
    assert [day for day in days(*off) if NATION.is_workday(day)] == []
    assert [day for day in map(date.fromisoformat, worked) if not NATION.is_workday(day)] == []


def test_an_ordinary_week() -> None:
    assert [NATION.is_workday(day) for day in days("2026-03-16", "2026-03-22")] == [True] * 5 + [False] * 2


@pytest.mark.parametrize(
    ("start", "n", "lands"),
    [
        ("2025-01-27", 1, "2025-02-05"),
        ("2025-01-25", 1, "2025-01-26"),  # a Saturday before a worked Sunday
        ("2025-02-05", 3, "2025-02-08"),  # a worked Saturday
        ("2025-09-30", 2, "2025-10-10"),
        ("2025-09-30", 3, "2025-10-11"),
        ("2026-02-13", 1, "2026-02-14"),
        ("2026-02-13", 2, "2026-02-24"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-02-14", 0, "2026-02-14"),
        ("2026-02-15", 0, "2026-02-24"),
    ],
)
def test_working_days_are_added(start: str, n: int, lands: str) -> None:
    assert NATION.add_workdays(date.fromisoformat(start), n) == date.fromisoformat(lands)


def test_working_days_between_count_the_last_and_not_the_first() -> None:
    monday, friday = date(2026, 3, 16), date(2026, 3, 20)
    assert NATION.workdays_between(monday, friday) == 4
    assert NATION.workdays_between(friday, monday) == -4
    assert NATION.workdays_between(friday, friday) == 0
    assert NATION.workdays_between(date(2026, 2, 14), date(2026, 2, 23)) == 0


@given(KNOWN, st.integers(0, 40))
def test_adding_lands_on_a_working_day(start: date, n: int) -> None:
    landed = NATION.add_workdays(start, n)
    assert landed >= start
    assert NATION.is_workday(landed)
    assert NATION.add_workdays(start, n + 1) > landed or (n == 0 and not NATION.is_workday(start))


@given(KNOWN, st.integers(1, 40))
def test_counting_undoes_adding(start: date, n: int) -> None:
    assert NATION.workdays_between(start, NATION.add_workdays(start, n)) == n


@given(KNOWN, KNOWN, KNOWN)
def test_counts_add_up(a: date, b: date, c: date) -> None:
    assert NATION.workdays_between(a, b) + NATION.workdays_between(b, c) == NATION.workdays_between(a, c)


def test_the_packs_days_win() -> None:
    calendar = WorkCalendar(
        days_off=frozenset({date(2026, 3, 18)}), working_days=frozenset({date(2026, 3, 21), date(2026, 10, 1)})
    )
    assert not calendar.is_workday(date(2026, 3, 18))
    assert calendar.is_workday(date(2026, 3, 21))
    assert calendar.is_workday(date(2026, 10, 1))
    assert calendar.add_workdays(date(2026, 3, 17), 3) == date(2026, 3, 21)


def test_the_packs_days_are_read_from_plain_data() -> None:
    given_days = {"days_off": [date(2026, 3, 18), "2026-03-19"], "working_days": ["2026-03-21"]}
    calendar = WorkCalendar.model_validate(given_days)
    assert calendar.add_workdays(date(2026, 3, 17), 2) == date(2026, 3, 21)


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2099, 6, 1)])
def test_an_unknown_year_is_said_and_not_guessed(day: date) -> None:
    with pytest.raises(BadInput, match=rf"holidays of {day.year} are not known.*whole_years"):
        NATION.is_workday(day)


def test_an_unknown_year_on_the_way_is_said() -> None:
    some = WorkCalendar(days_off=week_days_off(2098), whole_years=frozenset({2098}))
    assert some.add_workdays(date(2098, 12, 29), 1) == date(2098, 12, 30)
    with pytest.raises(BadInput, match="holidays of 2099"):
        some.add_workdays(date(2098, 12, 30), 1)
    with pytest.raises(BadInput, match="holidays of 2099"):
        some.workdays_between(date(2098, 12, 30), date(2099, 1, 2))


def test_a_few_days_do_not_make_a_year_known() -> None:
    some = WorkCalendar(days_off=week_days_off(2099))
    assert not some.is_workday(date(2099, 1, 1))
    with pytest.raises(BadInput, match="holidays of 2099"):
        some.is_workday(date(2099, 6, 1))


def test_a_whole_year_of_the_pack_needs_no_library() -> None:
    made = WorkCalendar(
        days_off=week_days_off(2099), working_days=frozenset({date(2099, 1, 17)}), whole_years=frozenset({2099})
    )
    assert [made.is_workday(day) for day in days("2099-01-12", "2099-01-18")] == [False] * 3 + [True] * 3 + [False]
    assert made.is_workday(date(2099, 6, 1))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"days_off": ["2026-03-18"], "working_days": ["2026-03-18"]}, "2026-03-18 is both"),
        ({"whole_years": [2099], "days_off": ["2099-01-01"]}, "whole_years names 2099, but days_off has 1 days"),
        ({"whole_years": [3000]}, "less than or equal to 2100"),
        ({"days_off": ["New Year"]}, "valid date"),
        ({"holidays": []}, "not permitted"),
    ],
)
def test_wrong_days_of_a_pack_are_refused(content: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        WorkCalendar.model_validate(content)


def test_bad_questions_are_refused() -> None:
    with pytest.raises(BadInput, match=r"-1 working days.*give 0 or more"):
        NATION.add_workdays(date(2026, 3, 17), -1)
    with pytest.raises(BadInput, match="is an instant: give the day"):
        NATION.is_workday(datetime(2026, 3, 17, 9, 0))


def test_the_library_is_loaded_when_first_asked() -> None:
    code = "import sys, tools.workorders.clocks; print('chinese_calendar' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603
    assert ran.stdout == "False\n"


@pytest.mark.shared
def test_all_days_agree_with_the_published_notices(shared_data: Path) -> None:
    feed = shared_data / "feeds" / "holidays_cn" / "days.jsonl"
    if not feed.is_file():
        pytest.skip(f"no notices at {feed}")
    rows = [json.loads(line) for line in feed.read_text(encoding="utf-8").splitlines()]
    told = {date.fromisoformat(row["date"]): not row["isOffDay"] for row in rows}
    years = {day.year for day in told}
    assert {2024, 2025, 2026} <= years
    wrong = [
        day
        for year in sorted(years)
        for day in days(f"{year}-01-01", f"{year}-12-31")
        if NATION.is_workday(day) != told.get(day, day.weekday() < 5)
    ]
    assert wrong == []


def test_the_packs_own_days_go_before_the_librarys(tmp_path: Path) -> None:
    assert WorkCalendar.load(tmp_path) == WorkCalendar()
    (tmp_path / "workorders").mkdir()
    (tmp_path / FILE).write_text("days_off: [2026-03-10]\nworking_days: [2026-03-14]\n", "utf-8")
    calendar = WorkCalendar.load(tmp_path)
    assert not calendar.is_workday(date(2026, 3, 10))
    assert calendar.is_workday(date(2026, 3, 14))
    (tmp_path / FILE).write_text("whole_years: [2031]\n", "utf-8")
    with pytest.raises(PackError, match="public holidays"):
        WorkCalendar.load(tmp_path)


def test_the_example_city_knows_the_year_that_follows() -> None:
    calendar = WorkCalendar.load(YUNLAN)
    assert calendar.knows(date(2027, 12, 31))
    assert not calendar.is_workday(date(2027, 2, 8))
    assert not calendar.knows(date(2199, 1, 4))
