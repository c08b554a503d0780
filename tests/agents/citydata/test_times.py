from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.citydata.periods import period_in
from agents.citydata.times import day_in, hours_between, moment_in
from tests.agents.citydata.conftest import NOW
from tools.seam import Period

TODAY = NOW.date()  # a Thursday


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("明天有位吗", date(2026, 11, 27)),
        ("大后天去", date(2026, 11, 29)),
        ("前天的", date(2026, 11, 24)),
        ("大前天的", date(2026, 11, 23)),
        ("周六开门吗", date(2026, 11, 28)),
        ("周四", date(2026, 11, 26)),
        ("上周五", date(2026, 11, 20)),
        ("下礼拜天", date(2026, 12, 6)),
        ("这个周末", date(2026, 11, 28)),
        ("11月3号那天", date(2026, 11, 3)),
        ("去年十月一日", date(2025, 10, 1)),
        ("2026-02-28", date(2026, 2, 28)),
        ("30号", date(2026, 11, 30)),
        ("2号去", date(2026, 12, 2)),
        ("三天后", date(2026, 11, 29)),
        ("10天前", date(2026, 11, 16)),
        ("元旦", date(2027, 1, 1)),
    ],
)
def test_days(said: str, day: date) -> None:
    found = day_in(said, TODAY)
    assert found is not None
    assert found.value == day
    assert said[found.start : found.end]


@pytest.mark.parametrize(
    "said", ["3号线在哪", "12号楼", "2月30日", "今年", "什么时候", "一号门", "学府路18号", "望江街3号院"]
)
def test_what_is_no_day(said: str) -> None:
    assert day_in(said, TODAY) is None


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("明天下午三点", (2026, 11, 27, 15, 0)),
        ("今晚七点半", (2026, 11, 26, 19, 30)),
        ("9点一刻", (2026, 11, 26, 9, 15)),
        ("8点", (2026, 11, 26, 20, 0)),
        ("上午8点", (2026, 11, 27, 8, 0)),
        ("后天10:30", (2026, 11, 28, 10, 30)),
        ("中午12点", (2026, 11, 26, 12, 0)),
        ("中午1点", (2026, 11, 26, 13, 0)),
        ("半小时后", (2026, 11, 26, 9, 0)),
        ("两个半小时后", (2026, 11, 26, 11, 0)),
        ("20分钟之后", (2026, 11, 26, 8, 50)),
        ("一小时前", (2026, 11, 26, 7, 30)),
        ("周六早上", (2026, 11, 28, 8, 0)),
        ("明天", (2026, 11, 27, 12, 0)),
    ],
)
def test_moments(said: str, moment: tuple[int, int, int, int, int]) -> None:
    found = moment_in(said, NOW)
    assert found is not None
    assert found.value == datetime(*moment, tzinfo=NOW.tzinfo)


def test_the_same_time_last_year_is_compared_with_and_not_asked_for() -> None:
    assert period_in("和去年同期比怎么样", TODAY) is None
    assert period_in("比去年好了没有", TODAY) is None


def test_a_day_that_is_today_is_no_moment() -> None:
    assert moment_in("今天空气怎么样", NOW) is None
    assert moment_in("25点61分", NOW) is None


@pytest.mark.parametrize(
    ("said", "since", "until"),
    [
        ("最近7天", date(2026, 11, 20), TODAY),
        ("近三个月", date(2026, 8, 27), TODAY),
        ("上个月", date(2026, 10, 1), date(2026, 10, 31)),
        ("上上个月", date(2026, 9, 1), date(2026, 9, 30)),
        ("本月以来", date(2026, 11, 1), TODAY),
        ("今年以来", date(2026, 1, 1), TODAY),
        ("去年", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025年", date(2025, 1, 1), date(2025, 12, 31)),
        ("12月份", date(2025, 12, 1), date(2025, 12, 31)),
        ("去年2月", date(2025, 2, 1), date(2025, 2, 28)),
        ("三季度", date(2026, 7, 1), date(2026, 9, 30)),
        ("上季度", date(2026, 7, 1), date(2026, 9, 30)),
        ("去年下半年", date(2025, 7, 1), date(2025, 12, 31)),
        ("上周", date(2026, 11, 16), date(2026, 11, 22)),
        ("昨天", date(2026, 11, 25), date(2026, 11, 25)),
        ("1到10月", date(2026, 1, 1), date(2026, 10, 31)),
        ("今年1-9月份", date(2026, 1, 1), date(2026, 9, 30)),
        ("去年三月至五月", date(2025, 3, 1), date(2025, 5, 31)),
        ("12月至12月", date(2025, 12, 1), date(2025, 12, 31)),
        ("前三季度", date(2026, 1, 1), date(2026, 9, 30)),
        ("2025年前10个月", date(2025, 1, 1), date(2025, 10, 31)),
        ("前三个月", date(2026, 8, 27), TODAY),
        ("国庆", date(2026, 10, 1), date(2026, 10, 1)),
        ("元旦那天", date(2026, 1, 1), date(2026, 1, 1)),
        ("周二", date(2026, 11, 24), date(2026, 11, 24)),
        ("上周五", date(2026, 11, 20), date(2026, 11, 20)),
    ],
)
def test_periods(said: str, since: date, until: date) -> None:
    found = period_in(said, TODAY)
    assert found is not None
    assert found.value == Period(since=since, until=until)


@pytest.mark.parametrize("said", ["前0周", "最近0天", "近0个月"])
def test_no_days_are_no_period(said: str) -> None:
    assert period_in(said, NOW) is None


@given(
    st.text("最近上下个前今明去昨周月年天季度半小时点分号一二三四五六七八九十0123456789:-日末晚午"),
    st.dates(date(2020, 1, 1), date(2040, 12, 31)),
)
def test_nothing_that_is_said_breaks_the_reading(said: str, today: date) -> None:
    now = datetime(today.year, today.month, today.day, 9, tzinfo=NOW.tzinfo)
    for found in (day_in(said, today), moment_in(said, now), period_in(said, today)):
        if found is not None:
            assert 0 <= found.start < found.end <= len(said)
            if isinstance(found.value, Period):
                assert found.value.since <= found.value.until


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("今晚七点把车停那儿，停到十点开走", 3.0),
        ("早上8点停到下午2点半", 6.5),
        ("晚上十点停到第二天早上七点", 9.0),
        ("8:30到10:00", 1.5),
        ("七点出发", None),
        ("停到十点", None),
        ("要停多久", None),
    ],
)
def test_hours_from_one_time_to_another(said: str, hours: float | None) -> None:
    assert hours_between(said) == hours
