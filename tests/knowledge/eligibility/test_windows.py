"""Windows: open, later, over, automatic; yearly and once; over the new year and at the end of February."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.eligibility.rules import Window
from knowledge.eligibility.windows import Standing, fault, standing


def _window(**fields: Any) -> Window:
    return Window.model_validate(fields)


def _spans(*pairs: tuple[str, str], **fields: Any) -> Window:
    return _window(spans=[{"from": start, "to": end} for start, end in pairs], **fields)


AUTUMN = _spans(("09-01", "10-31"))
WINTER = _spans(("11-15", "01-20"))
TWICE = _spans(("09-01", "09-30"), ("03-01", "03-31"))
ONCE = _spans(("2026-07-01", "2026-09-30"))
FEBRUARY = _spans(("02-01", "02-29"))


@pytest.mark.parametrize(
    ("window", "day", "expected"),
    [
        (_window(always=True), date(2026, 1, 1), Standing("open")),
        (_window(always=True, note="随时"), date(2026, 1, 1), Standing("open", note="随时")),
        (_window(automatic=True), date(2026, 1, 1), Standing("automatic")),
        (_window(note="另行通知"), date(2026, 1, 1), Standing("told", note="另行通知")),
        (AUTUMN, date(2026, 8, 31), Standing("later", opens=date(2026, 9, 1))),
        (AUTUMN, date(2026, 9, 1), Standing("open", until=date(2026, 10, 31))),
        (AUTUMN, date(2026, 10, 31), Standing("open", until=date(2026, 10, 31))),
        (AUTUMN, date(2026, 11, 1), Standing("later", opens=date(2027, 9, 1))),
        (WINTER, date(2026, 11, 14), Standing("later", opens=date(2026, 11, 15))),
        (WINTER, date(2026, 11, 15), Standing("open", until=date(2027, 1, 20))),
        (WINTER, date(2026, 12, 31), Standing("open", until=date(2027, 1, 20))),
        (WINTER, date(2027, 1, 1), Standing("open", until=date(2027, 1, 20))),
        (WINTER, date(2027, 1, 20), Standing("open", until=date(2027, 1, 20))),
        (WINTER, date(2027, 1, 21), Standing("later", opens=date(2027, 11, 15))),
        (TWICE, date(2026, 2, 1), Standing("later", opens=date(2026, 3, 1))),
        (TWICE, date(2026, 4, 1), Standing("later", opens=date(2026, 9, 1))),
        (TWICE, date(2026, 10, 1), Standing("later", opens=date(2027, 3, 1))),
        (ONCE, date(2026, 6, 30), Standing("later", opens=date(2026, 7, 1))),
        (ONCE, date(2026, 9, 30), Standing("open", until=date(2026, 9, 30))),
        (ONCE, date(2026, 10, 1), Standing("over")),
        (FEBRUARY, date(2026, 2, 28), Standing("open", until=date(2026, 2, 28))),
        (FEBRUARY, date(2026, 3, 1), Standing("later", opens=date(2027, 2, 1))),
        (FEBRUARY, date(2028, 2, 29), Standing("open", until=date(2028, 2, 29))),
        (_spans(("09-01", "10-31"), automatic=True), date(2026, 9, 5), Standing("automatic", until=date(2026, 10, 31))),
        (_spans(("09-01", "10-31"), automatic=True), date(2026, 8, 5), Standing("later", opens=date(2026, 9, 1))),
        (_spans(("09-01", "10-31"), note="分批"), date(2026, 8, 5), Standing("later", None, date(2026, 9, 1), "分批")),
    ],
)  # fmt: skip
def test_a_window_stands_on_a_day(window: Window, day: date, expected: Standing) -> None:
    assert standing(window, day) == expected


@pytest.mark.parametrize(
    ("ends", "state"),
    [(None, "later"), (date(2027, 9, 2), "later"), (date(2027, 9, 1), "over"), (date(2027, 1, 1), "over")],
)
def test_a_window_that_would_open_after_the_policy_has_ended_is_over(ends: date | None, state: str) -> None:
    assert standing(AUTUMN, date(2026, 11, 1), ends).state == state


_MARKS = st.dates(date(2024, 1, 1), date(2024, 12, 31)).map(lambda d: f"{d:%m-%d}")


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(start=_MARKS, end=_MARKS, day=st.dates(date(2025, 1, 1), date(2029, 12, 31)))
def test_a_yearly_window_is_open_between_its_marks(start: str, end: str, day: date) -> None:
    found = standing(_spans((start, end)), day)
    short = (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3
    # In a year without a 29 February the 28th stands for it.
    marks = {f"{day:%m-%d}", "02-29"} if short else {f"{day:%m-%d}"}
    inside = any(start <= mark <= end if start <= end else mark >= start or mark <= end for mark in marks)
    assert found.state == ("open" if inside else "later")
    if found.until is not None:
        assert 0 <= (found.until - day).days <= 366
    if found.opens is not None:
        assert 0 < (found.opens - day).days <= 366
        assert standing(_spans((start, end)), found.opens).state == "open"


@pytest.mark.parametrize(
    ("window", "message"),
    [
        (AUTUMN, ""),
        (WINTER, ""),
        (ONCE, ""),
        (FEBRUARY, ""),
        (_window(always=True), ""),
        (_spans(("13-01", "10-31")), "'13-01' is no day"),
        (_spans(("02-30", "10-31")), "'02-30' is no day"),
        (_spans(("2026-02-29", "2026-10-31")), "'2026-02-29' is no day"),
        (_spans(("2026-07-01", "09-30")), "give the year for both or for neither"),
        (_spans(("2026-07-01", "2026-06-30")), "ends before it starts"),
        (_spans(("09-01", "10-31"), ("00-10", "01-01")), "'00-10' is no day"),
    ],
)
def test_what_is_wrong_with_the_days_is_told(window: Window, message: str) -> None:
    found = fault(window)
    assert message in found
    assert bool(found) is bool(message)
