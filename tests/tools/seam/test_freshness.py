"""A stale feed never gives a number: whatever rows it holds and whenever it is asked."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from city.pack import CityPack
from tests.tools.seam.toys import CITIZEN, NOW, box_of, write_rows
from tools.seam.endings import Ending

LIMIT = timedelta(minutes=10)
AGES = st.integers(-3_600, 7_200)  # seconds before now; below 0 is still to come
Row = tuple[str, datetime, int]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["b1", "b2"]), AGES, st.integers(0, 1_000)), max_size=6))
@example([("b1", 600, 7)])
@example([("b1", 601, 7)])
@example([("b1", 0, 7), ("b1", -1, 9)])
@example([("b2", 0, 7)])
def test_a_number_is_told_just_where_the_newest_row_is_current(
    toy_pack: CityPack, tmp_path_factory: pytest.TempPathFactory, given: list[tuple[str, int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("feeds")
    by_moment = {(bench, age): (bench, NOW - timedelta(seconds=age), free) for bench, age, free in given}
    write_rows(folder, list(by_moment.values()))
    box = box_of(toy_pack, folder)
    result = box.call("benches.free", {"bench": "b1"}, CITIZEN, NOW)
    box.close()

    known = sorted((at, free) for bench, at, free in by_moment.values() if bench == "b1" and at <= NOW)
    if not known:
        assert (result.ending, result.value) == (Ending.NO_DATA, None)
    elif NOW - known[-1][0] <= LIMIT:
        assert (result.ending, result.value) == (Ending.DONE, {"free": known[-1][1]})
        assert result.sources[0].at == known[-1][0]
    else:
        assert (result.ending, result.value) == (Ending.NOT_CURRENT, None)
        assert result.fields["at"] == known[-1][0].isoformat(timespec="minutes")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 3_000))
def test_the_same_row_grows_stale_as_time_goes_on(
    toy_pack: CityPack, tmp_path_factory: pytest.TempPathFactory, later: int
) -> None:
    folder = tmp_path_factory.mktemp("feeds")
    write_rows(folder, [("b1", NOW, 5)])
    box = box_of(toy_pack, folder)
    result = box.call("benches.free", {}, CITIZEN, NOW + timedelta(seconds=later))
    box.close()
    assert (result.value is not None) is (later <= 600)
    assert (result.ending == Ending.DONE) is (result.value is not None)
