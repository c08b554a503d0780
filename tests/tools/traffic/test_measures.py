from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from city.pack.record import read_record
from tests.conftest import YUNLAN
from tools.traffic.measures import FILE, JAM, Level, Levels, index, vehicles

COLUMNS = ("speed", "flow", "length", "free_speed", "lanes")
Row = tuple[float, float, float, float, int]


def frame(*rows: Row) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict.fromkeys(COLUMNS, pl.Float64), orient="row")


def test_vehicles_by_hand() -> None:
    # 1,200 an hour at 40 km/h are 30 a km
    assert frame((40, 1_200, 2, 60, 2)).select(vehicles()).item() == 60
    assert frame((2, 1_200, 1, 60, 1)).select(vehicles()).item() == JAM


def test_index_by_hand() -> None:
    one, other = (30.0, 1_000.0, 2.0, 60.0, 2), (60.0, 3_000.0, 2.0, 60.0, 2)
    assert frame(one).select(index()).item() == 2
    assert frame(one, other).select(index()).item() == pytest.approx((1_000 * 4 + 3_000 * 2) / (4_000 * 2))
    assert frame((90, 500, 1, 60, 1)).select(index()).item() == 1  # faster than free is free
    assert frame((30, 0, 1, 60, 1)).select(index()).item() is None


ROWS = st.tuples(
    st.floats(2, 90), st.floats(1, 5_000), st.floats(0.1, 9), st.floats(30, 90), st.integers(1, 4).map(float)
)


@given(st.lists(ROWS, min_size=1, max_size=8))
def test_the_index_lies_between_its_segments(rows: list[Row]) -> None:
    alone = [frame(row).select(index()).item() for row in rows]
    together = frame(*rows).select(index()).item()
    assert min(alone) - 1e-9 <= together <= max(alone) + 1e-9
    assert together >= 1


@given(ROWS, st.floats(1.05, 3))
def test_slower_is_never_a_lower_index_nor_fewer_vehicles(row: Row, slower: float) -> None:
    slow = (row[0] / slower, *row[1:])
    assert frame(slow).select(index()).item() >= frame(row).select(index()).item()
    assert frame(slow).select(vehicles()).item() >= frame(row).select(vehicles()).item()


def test_levels() -> None:
    levels = read_record(YUNLAN, FILE, Levels)
    assert [levels.of(value) for value in (1.0, 1.2, 1.5, 1.8, 2.1, 9.0)] == [
        "畅通",
        "基本畅通",
        "轻度拥堵",
        "中度拥堵",
        "严重拥堵",
        "严重拥堵",
    ]
    with pytest.raises(ValidationError, match="each level but the last"):
        Levels(levels=(Level(title="a", below=2), Level(title="b", below=1.5), Level(title="c")))
