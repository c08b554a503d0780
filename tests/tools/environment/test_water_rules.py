from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from city.pack.record import read_record
from tests.conftest import YUNLAN
from tools.environment.water_rules import FILE, ITEMS, Item, Kind, Limits, WaterRules, graded

BOOK = read_record(YUNLAN, FILE, WaterRules)
PURE: dict[Item, float | None] = {
    "ph": 7.5,
    "oxygen": 8.0,
    "permanganate": 1.5,
    "ammonia": 0.1,
    "phosphorus": 0.01,
}


# GB 3838-2002, table 1: a value at the limit is of that class.
@pytest.mark.parametrize(
    ("item", "kind", "value", "grade"),
    [
        ("ph", "river", 6.0, 1), ("ph", "river", 9.0, 1), ("ph", "river", 5.9, 6), ("ph", "river", 9.1, 6),
        ("oxygen", "river", 7.5, 1), ("oxygen", "river", 7.4, 2), ("oxygen", "river", 5.0, 3),
        ("oxygen", "river", 2.9, 5), ("oxygen", "river", 1.9, 6),
        ("permanganate", "river", 2.0, 1), ("permanganate", "river", 6.0, 3), ("permanganate", "river", 6.1, 4),
        ("permanganate", "river", 15.1, 6),
        ("ammonia", "river", 0.15, 1), ("ammonia", "river", 0.16, 2), ("ammonia", "river", 1.01, 4),
        ("ammonia", "river", 2.0, 5), ("ammonia", "river", 2.01, 6),
        ("phosphorus", "river", 0.1, 2), ("phosphorus", "river", 0.3, 4), ("phosphorus", "river", 0.41, 6),
        ("phosphorus", "lake", 0.1, 4), ("phosphorus", "lake", 0.05, 3), ("phosphorus", "lake", 0.21, 6),
    ],
)  # fmt: skip
def test_classes_at_their_limits(item: Item, kind: Kind, value: float, grade: int) -> None:
    assert BOOK.of(item, kind).grade(value) == grade


def test_the_worst_indicator_decides() -> None:
    assert graded(PURE, "river", BOOK).grade == 1
    found = graded({**PURE, "ammonia": 1.2, "oxygen": 5.5}, "river", BOOK)
    assert (found.grade, found.items["ammonia"], found.items["oxygen"]) == (4, 4, 3)


@given(st.fixed_dictionaries({name: st.floats(0, 20) for name in ITEMS}), st.sampled_from(get_args(Kind)))
def test_the_class_is_the_worst_of_the_indicators(values: dict[Item, float | None], kind: Kind) -> None:
    found = graded(values, kind, BOOK)
    assert found.grade == max(found.items.values())
    assert 1 <= found.grade <= 6


@given(st.sampled_from(["permanganate", "ammonia", "phosphorus"]), st.floats(0, 20), st.floats(0, 20))
def test_more_of_a_pollutant_is_never_a_better_class(item: Item, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert BOOK.of(item, "river").grade(low) <= BOOK.of(item, "river").grade(high)
    assert BOOK.of(item, "river").grade(high) <= BOOK.of(item, "lake").grade(high)


def test_a_missing_indicator_leaves_the_class_open_unless_it_is_the_last() -> None:
    gap = graded({**PURE, "phosphorus": None}, "river", BOOK)
    assert (gap.grade, gap.missing) == (None, ("phosphorus",))
    assert graded({**PURE, "phosphorus": None, "ammonia": 9.0}, "river", BOOK).grade == 6
    assert graded({}, "river", BOOK).grade is None


@pytest.mark.parametrize(
    ("before", "now", "words"),
    [(1, 2, "没有明显变化"), (3, 2, "有所好转"), (3, 4, "有所变差"), (2, 4, "明显变差"), (6, 3, "明显好转")],
)
def test_changes_count_by_status(before: int, now: int, words: str) -> None:
    assert BOOK.change(before, now) == words


def test_the_limit_that_is_missed() -> None:
    assert BOOK.of("ph", "river").limit(5.5, 3) == 6
    assert BOOK.of("ph", "river").limit(9.5, 3) == 9
    assert BOOK.of("oxygen", "river").limit(4.0, 3) == 5
    assert BOOK.of("ammonia", "river").limit(4.0, 3) == 1.0


@pytest.mark.parametrize("limits", [{}, {"most": [1, 2]}, {"most": [5, 4, 3, 2, 1]}, {"least": [1, 2, 3, 4, 5]}])
def test_limits_that_make_no_sense_are_refused(limits: dict[str, list[float]]) -> None:
    with pytest.raises(ValidationError):
        Limits.model_validate({"name": "x", **limits})
