from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.charts.ticks import em, label_ticks, short, time_ticks, value_ticks

VALUES = st.floats(-1e9, 1e9, allow_nan=False).map(lambda v: round(v, 6))


def texts(low: float, high: float, *, zero: bool = False) -> list[str]:
    return [tick.text for tick in value_ticks(low, high, zero=zero)]


def test_round_numbers() -> None:
    assert texts(0, 10) == ["0", "2", "4", "6", "8", "10"]
    assert texts(0.26, 0.41) == ["0.25", "0.30", "0.35", "0.40", "0.45"]
    assert texts(3, 10, zero=True) == ["0", "2", "4", "6", "8", "10"]
    assert texts(-8, -3, zero=True) == ["-8", "-6", "-4", "-2", "0"]
    assert texts(0, 1.1) == ["0", "0.25", "0.50", "0.75", "1.00", "1.25"]
    assert texts(0, 52_000) == ["0", "2万", "4万", "6万"]
    assert len(set(texts(1e9, 1e9 + 10))) > 2


def test_values_that_are_all_alike_get_room() -> None:
    assert texts(5, 5)[0] < "5" < texts(5, 5)[-1]
    assert texts(0, 0, zero=True) == ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    assert texts(7, 7, zero=True)[0] == "0"


@given(VALUES, VALUES, st.booleans())
def test_ticks_enclose_every_value(one: float, other: float, zero: bool) -> None:
    low, high = sorted((one, other))
    ticks = value_ticks(low, high, zero=zero)
    room = (ticks[-1].at - ticks[0].at) * 1e-6
    assert 2 <= len(ticks) <= 8
    assert ticks[0].at <= low + room
    assert ticks[-1].at >= high - room
    if zero:
        assert ticks[0].at <= 0 <= ticks[-1].at


@pytest.mark.parametrize(
    ("value", "said"), [(9_999, "9999"), (10_000, "1万"), (125_000, "12.5万"), (-3e8, "-3亿"), (-0.0, "0"), (0.5, "0")]
)
def test_short_numbers(value: float, said: str) -> None:
    assert short(value) == said


def spread(start: datetime, step: timedelta, count: int) -> list[datetime]:
    return [start + step * n for n in range(count)]


def test_times_at_round_places() -> None:
    start = datetime(2026, 11, 19, 9, tzinfo=UTC)
    day = time_ticks(spread(start, timedelta(hours=1), 24))
    assert [tick.text for tick in day] == ["12时", "18时", "20日", "6时"]
    week = time_ticks(spread(start, timedelta(hours=1), 168))
    assert [tick.text for tick in week] == ["11月21日", "11月23日", "11月25日"]
    year = time_ticks([datetime(2025 + m // 12, m % 12 + 1, 1, tzinfo=UTC) for m in range(5, 18)])
    assert [tick.text for tick in year] == ["7月", "10月", "2026年", "4月"]


@given(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)), st.sampled_from([1, 24, 24 * 30]), st.integers(1, 800))
def test_times_never_crowd(start: datetime, step: int, count: int) -> None:
    ticks = time_ticks(spread(start.replace(tzinfo=UTC), timedelta(hours=step), count))
    assert 1 <= len(ticks) <= 8
    assert [tick.at for tick in ticks] == sorted({tick.at for tick in ticks})


def test_long_labels_are_cut_and_many_are_thinned() -> None:
    assert [t.text for t in label_ticks(("一二三四五六七八九十", "乙"), 110, 11)] == ["一二三四…", "乙"]
    assert len(label_ticks([f"第{n}项" for n in range(60)], 280, 11)) <= 10


def test_chinese_letters_are_square() -> None:
    assert em("水压") == 2
    assert em("ab") < 2
