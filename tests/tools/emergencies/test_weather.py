from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl
import pytest

from tests.tools.emergencies.conftest import AFTER, WET, ZONE, DataAt
from tools.emergencies.data import WARNINGS, WATCH
from tools.emergencies.plans import COLOURS
from tools.emergencies.weather import hot_days, in_force, most_in
from tools.feeds.errors import NotCurrent
from tools.feeds.feeds import Feeds
from tools.seam import CannotCompute


def test_a_day_of_heavy_rain_has_its_warnings(data_at: DataAt) -> None:
    found = in_force(data_at(WET))
    assert {"rainstorm", "landslide"} <= {one.kind for one in found}
    assert all(one.issued <= WET < one.until for one in found)
    ranks = [COLOURS.index(one.colour) for one in found]
    assert ranks == sorted(ranks, reverse=True)


def test_warnings_go_with_the_weather(data_at: DataAt, feeds: Feeds) -> None:
    """Every rainstorm warning of the example stands on rain that really falls near it."""
    rows, _ = feeds.between(
        WARNINGS, WET - timedelta(days=60), WET, WET, {"kind": "rainstorm", "event": "issued"}, None, internal=True
    )
    issued = rows.unique("id")["at"].to_list()
    assert len(issued) >= 2
    for moment in issued:
        from tools.emergencies.data import RAIN

        rain = data_at(WET + timedelta(days=20)).between(
            RAIN, moment - timedelta(hours=12), moment + timedelta(hours=14)
        )
        assert (most_in(rain, 12) or 0) >= 40


def test_a_lifted_or_ended_warning_is_not_in_force(data_at: DataAt, feeds: Feeds) -> None:
    rows, _ = feeds.between(WARNINGS, WET - timedelta(days=40), WET, WET, {}, None, internal=True)
    lifted = rows.filter(pl.col("event") == "lifted").unique("id")
    assert lifted.height >= 3
    for row in lifted.iter_rows(named=True):
        after = {one.id for one in in_force(data_at(row["at"] + timedelta(minutes=1)))}
        before = {one.id for one in in_force(data_at(row["at"] - timedelta(minutes=1)))}
        assert row["id"] not in after
        assert row["id"] in before


def test_silence_is_no_all_clear(data_at: DataAt) -> None:
    with pytest.raises(NotCurrent):
        in_force(data_at(AFTER))


def test_warnings_that_did_not_arrive_are_noticed(data_at: DataAt, monkeypatch: pytest.MonkeyPatch) -> None:
    data = data_at(WET)
    real = data.feeds.latest

    def one_more(dataset: object, *given: object, **named: object) -> object:
        rows, used = real(dataset, *given, **named)  # type: ignore[arg-type]  # passed on as it came
        return (rows.with_columns(pl.col("in_force") + 1), used) if dataset is WATCH else (rows, used)

    monkeypatch.setattr(data.feeds, "latest", one_more)
    with pytest.raises(CannotCompute, match="counts") as raised:
        in_force(data)
    assert raised.value.code == "incomplete"


def test_the_watch_counts_what_the_feed_holds_at_every_hour(data_at: DataAt) -> None:
    hours = [WET - timedelta(days=18) + timedelta(hours=7 * step) for step in range(65)]
    counts = [len(in_force(data_at(hour))) for hour in hours]
    assert max(counts) >= 2
    assert min(counts) == 0


@pytest.mark.parametrize(
    ("highs", "count"),
    [([36, 36, 30], 2), ([30, 36, 36, 34], 2), ([30, 30, 36], 0), ([], 0), ([36], 1), ([35], 1), ([34.9], 0)],
)
def test_hot_days_count_up_to_today_or_yesterday(highs: list[float], count: int) -> None:
    assert hot_days([(20.0, high) for high in highs], 35) == count


def test_the_most_rain_in_a_window() -> None:
    start = datetime(2025, 7, 1, 1, tzinfo=ZONE)
    rows = pl.DataFrame(
        {
            "station": ["a"] * 5 + ["b"] * 5,
            "at": [start + timedelta(hours=hour) for hour in range(5)] * 2,
            "mm": [1.0, 2.0, 3.0, 0.0, 9.0, 0.0, 4.0, 4.0, 4.0, 0.0],
        }
    )
    assert most_in(rows, 1) == 9.0
    assert most_in(rows, 3) == 12.0
    assert most_in(rows, 5) == 15.0
    assert most_in(rows.clear(), 3) is None
