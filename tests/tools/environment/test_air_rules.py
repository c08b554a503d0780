from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from city.pack.record import read_record
from tests.conftest import YUNLAN
from tools.environment.air_rules import FILE, POLLUTANTS, STEPS, AirRules, Edition, Pollutant, judge, rounded, sub_index

BOOK = read_record(YUNLAN, FILE, AirRules)
OLD, NEW = BOOK.edition(date(2026, 2, 28)), BOOK.edition(date(2026, 3, 1))
CLEAN: dict[Pollutant, float | None] = {"pm25": 20, "pm10": 30, "so2": 8, "no2": 20, "co": 0.5, "o3": 60}
concentrations = st.floats(0, 3_000, allow_nan=False)


def test_editions_change_on_the_day_the_new_standard_is_in_force() -> None:
    assert "2012" in OLD.title
    assert "2026" in NEW.title
    assert BOOK.edition(date(2001, 1, 1)) == BOOK.editions[0]


# Worked by hand: lower step + (value - lower mark) / (upper mark - lower mark) * step's length, rounded up.
@pytest.mark.parametrize(
    ("edition", "table", "pollutant", "value", "index"),
    [
        (OLD, "day", "pm25", 75, 100),
        (NEW, "day", "pm25", 60, 100),
        (NEW, "day", "pm25", 61, 101),  # 100 + 1/55*50 = 100.91
        (NEW, "day", "pm25", 75, 114),  # 100 + 15/55*50 = 113.6
        (NEW, "day", "pm25", 48, 76),  # 50 + 13/25*50 = 76, exactly
        (NEW, "day", "pm10", 150, 112),  # 100 + 30/130*50 = 111.5
        (OLD, "day", "pm10", 150, 100),
        (NEW, "day", "so2", 475, 150),
        (NEW, "hour", "so2", 500, 100),
        (NEW, "hour", "so2", 2_000, 200),
        (NEW, "hour", "no2", 350, 115),  # 100 + 150/500*50
        (NEW, "day", "no2", 57, 72),  # 50 + 17/40*50 = 71.25
        (NEW, "day", "co", 2.1, 53),  # 50 + 0.1/2*50 = 52.5
        (NEW, "hour", "o3", 160, 50),
        (NEW, "day", "o3", 160, 100),
        (NEW, "day", "o3", 801, 300),
        (NEW, "day", "pm25", 900, 500),
        (NEW, "day", "pm25", 0, 0),
        (NEW, "day", "pm25", 1, 2),  # 1/35*50 = 1.43
    ],
)
def test_known_sub_indices(edition: Edition, table: str, pollutant: Pollutant, value: float, index: int) -> None:
    marks = edition.day if table == "day" else edition.hour
    assert sub_index(rounded(pollutant, value), marks[pollutant]) == index


@pytest.mark.parametrize(
    ("pollutant", "value", "shown"),
    [("pm25", 60.5, "60"), ("pm25", 61.5, "62"), ("pm25", 60.4999999, "60"), ("co", 2.05, "2.0"), ("co", 2.15, "2.2")],
)
def test_halves_are_rounded_to_even(pollutant: Pollutant, value: float, shown: str) -> None:
    assert rounded(pollutant, value) == Decimal(shown)


def test_every_mark_has_its_step_in_every_table() -> None:
    checked = 0
    for edition in BOOK.editions:
        for table in (edition.hour, edition.day):
            for marks in table.values():
                for mark, step in zip(marks, STEPS, strict=False):
                    assert sub_index(Decimal(str(mark)), marks) == step
                    checked += 1
    assert checked > 150


@given(st.sampled_from(POLLUTANTS), st.sampled_from(["hour", "day"]), concentrations, concentrations)
def test_more_is_never_better(pollutant: Pollutant, table: str, one: float, other: float) -> None:
    marks = (NEW.hour if table == "hour" else NEW.day)[pollutant]
    low, high = sorted((one, other))
    first, second = sub_index(rounded(pollutant, low), marks), sub_index(rounded(pollutant, high), marks)
    assert 0 <= first <= second <= STEPS[len(marks) - 1]


@given(st.sampled_from(["pm25", "pm10"]), concentrations)
def test_the_new_edition_is_never_laxer(pollutant: Pollutant, value: float) -> None:
    now, before = (sub_index(rounded(pollutant, value), edition.day[pollutant]) for edition in (NEW, OLD))
    assert now >= before


@given(st.fixed_dictionaries({name: st.none() | concentrations for name in POLLUTANTS}))
def test_the_index_is_the_largest_part_or_is_not_told(values: dict[Pollutant, float | None]) -> None:
    judged = judge(values, NEW.day)
    assert set(judged.missing) | set(judged.parts) == set(POLLUTANTS)
    if judged.aqi is None:
        assert judged.missing
        assert max(judged.parts.values(), default=0) <= 100
    else:
        assert judged.aqi == max(judged.parts.values())
        assert bool(judged.primary) == (judged.aqi > 50)
        assert all(judged.parts[name] == judged.aqi for name in judged.primary)


def test_primary_pollutants() -> None:
    assert judge(CLEAN, NEW.day).primary == ()
    both = judge({**CLEAN, "pm25": 60, "pm10": 120}, NEW.day)
    assert (both.aqi, both.primary) == (100, ("pm25", "pm10"))


def test_an_incomplete_index_is_told_only_beyond_a_hundred() -> None:
    mild = judge({**CLEAN, "o3": None}, NEW.day)
    assert (mild.aqi, mild.missing) == (None, ("o3",))
    bad = judge({**CLEAN, "o3": None, "pm25": 80}, NEW.day)
    assert (bad.aqi, bad.primary) == (119, ("pm25",))  # 100 + 20/55*50 = 118.2
    assert judge({}, NEW.day).aqi is None


@pytest.mark.parametrize(
    ("aqi", "name"),
    [(0, "优"), (50, "优"), (51, "良"), (100, "良"), (101, "轻度污染"), (200, "中度污染"), (300, "重度污染"),
     (301, "严重污染"), (500, "严重污染")],
)  # fmt: skip
def test_levels_at_their_edges(aqi: int, name: str) -> None:
    assert BOOK.level(aqi).name == name


@pytest.mark.parametrize("marks", [(0, 10, 5), (1, 2), (0,), tuple(range(9))])
def test_a_table_that_does_not_rise_from_zero_is_refused(marks: tuple[float, ...]) -> None:
    given_: dict[str, Any] = NEW.model_dump()
    given_["day"]["pm25"] = marks
    with pytest.raises(ValidationError, match="pm25"):
        Edition.model_validate(given_)


def test_a_table_needs_every_pollutant() -> None:
    given_: dict[str, Any] = NEW.model_dump()
    del given_["hour"]["co"]
    with pytest.raises(ValidationError, match="every pollutant"):
        Edition.model_validate(given_)
