"""Times of every form are the same moment, and a row later than the moment asked for is never seen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.tools.feeds.conftest import FREE, NOW, ZONE, Opened
from tools.feeds.dataset import Column, Dataset
from tools.feeds.errors import NoData, NotCurrent

AT = NOW - timedelta(minutes=10)
BERLIN = ZoneInfo("Europe/Berlin")
SOURCE = {"kind": "parquet", "path": "free.parquet"}


def write(folder: Path, times: list[Any] | pl.Series, lots: list[str] | None = None) -> None:
    count = len(times)
    frame = {"lot": lots or [f"p{i}" for i in range(count)], "at": times, "free": list(range(count))}
    pl.DataFrame(frame).write_parquet(folder / "free.parquet")


@pytest.mark.parametrize(
    ("given_", "column", "zone"),
    [
        ("2026-11-26 08:20", {}, ""),
        ("2026-11-26T08:20:00", {}, ""),
        ("2026/11/26 8:20", {}, ""),
        ("2026-11-26T08:20:00+08:00", {}, ""),
        ("2026-11-26 00:20:00Z", {}, ""),
        ("2026-11-26T00:20:00.000+0000", {}, ""),
        ("2026-11-26T01:20:00", {}, "Europe/Berlin"),
        ("2026-11-26T08:20:00+08:00", {}, "Europe/Berlin"),
        ("2026年11月26日 08时20分", {"format": "%Y年%m月%d日 %H时%M分"}, ""),
        ("20261126082000", {"format": "%Y%m%d%H%M%S"}, ""),
        ("26.11.2026 02:20 +0200", {"format": "%d.%m.%Y %H:%M %z"}, ""),
        (1795652400, {"format": "epoch"}, ""),
        ("1795652400", {"format": "epoch"}, "Europe/Berlin"),
        (1795652400000, {"format": "epoch_ms"}, ""),
        (20261126082000, {"format": "%Y%m%d%H%M%S"}, ""),
        (AT.replace(tzinfo=None), {}, ""),
        (AT.astimezone(BERLIN).replace(tzinfo=None), {}, "Europe/Berlin"),
    ],
)
def test_a_moment_in_any_form(given_: Any, column: dict[str, str], zone: str, folder: Path, opened: Opened) -> None:
    write(folder, [given_])
    data = opened(FREE, SOURCE, columns={"at": column} if column else {}, zone=zone, fresh_for="PT10M")
    rows = data.latest(FREE)
    assert rows["at"].to_list() == [AT]
    assert rows.schema["at"] == pl.Datetime("us", "Asia/Shanghai")
    assert data.used[FREE.id].at == AT


@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Shanghai", "America/New_York"])
def test_a_moment_in_parquet(unit: Any, zone: str | None, folder: Path, opened: Opened) -> None:
    local = AT.astimezone(ZoneInfo(zone)) if zone else AT
    series = pl.Series([local.replace(tzinfo=None)], dtype=pl.Datetime(unit))
    write(folder, series.dt.replace_time_zone(zone) if zone else series)
    data = opened(FREE, SOURCE, fresh_for="PT10M")
    assert data.latest(FREE)["at"].to_list() == [AT]
    assert data.between(FREE, AT, NOW)["at"].to_list() == [AT]
    assert data.between(FREE, AT + timedelta(seconds=1), NOW).is_empty()
    assert data.between(FREE, AT - timedelta(hours=1), AT).is_empty()


def test_a_time_that_cannot_be_read_is_no_row(folder: Path, opened: Opened) -> None:
    write(folder, ["yesterday", "2026-02-30 08:00", None, "2026-11-26 08:20"])
    assert opened(FREE, SOURCE).latest(FREE)["lot"].to_list() == ["p3"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    minutes=st.lists(st.integers(-3_000, 3_000), min_size=1, max_size=30),
    since=st.integers(-3_000, 3_000),
    length=st.integers(0, 4_000),
    kind=st.sampled_from(["naive", "aware", "text"]),
)
def test_between_gives_what_a_plain_filter_gives(
    minutes: list[int], since: int, length: int, kind: str, folder: Path, opened: Opened
) -> None:
    moments = [NOW + timedelta(minutes=m) for m in minutes]
    write(folder, as_kind(moments, kind))
    first, last = NOW + timedelta(minutes=since), NOW + timedelta(minutes=since + length)
    rows = opened(FREE, SOURCE).between(FREE, first, last)
    assert rows["at"].to_list() == sorted(m for m in moments if first <= m and (m < last or last > NOW) and m <= NOW)


def as_kind(moments: list[datetime], kind: str) -> Any:
    if kind == "aware":
        return pl.Series([m.astimezone(UTC) for m in moments], dtype=pl.Datetime("us", "UTC"))
    return [m.isoformat() for m in moments] if kind == "text" else [m.replace(tzinfo=None) for m in moments]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(hours=st.lists(st.tuples(st.sampled_from("abc"), st.integers(-40, 10)), min_size=1), limit=st.integers(1, 40))
def test_latest_is_the_newest_current_row_of_each_key(
    hours: list[tuple[str, int]], limit: int, folder: Path, opened: Opened
) -> None:
    moments = [NOW + timedelta(hours=hour) for _, hour in hours]
    write(folder, [m.replace(tzinfo=None) for m in moments], [lot for lot, _ in hours])
    known = {
        lot: max(hour for one, hour in hours if one == lot and hour <= 0)
        for lot, first in hours
        if any(one == lot and -limit <= hour <= 0 for one, hour in hours)
    }
    data = opened(FREE, SOURCE, fresh_for=timedelta(hours=limit))
    if known:
        rows = data.latest(FREE)
        assert dict(zip(rows["lot"], rows["at"], strict=True)) == {
            k: NOW + timedelta(hours=h) for k, h in known.items()
        }
    else:
        old = [m for m in moments if m <= NOW]
        with pytest.raises(NotCurrent if old else NoData) as told:
            data.latest(FREE)
        assert getattr(told.value, "at", None) == (max(old) if old else None)


def test_the_same_feed_at_an_older_moment_gives_what_was_known_then(folder: Path, opened: Opened) -> None:
    write(folder, [NOW.replace(tzinfo=None) + timedelta(hours=h) for h in (-2, -1, 0, 1)], ["a"] * 4)
    seen = [
        opened(FREE, SOURCE, now=NOW + timedelta(hours=h, minutes=5)).latest(FREE)["free"].to_list()
        for h in (-2, -1, 0, 1, 9)
    ]
    assert seen == [[0], [1], [2], [3], [3]]
    assert opened(FREE, SOURCE, now=NOW - timedelta(minutes=1)).table(FREE)["free"].to_list() == [0, 1]
    with pytest.raises(NoData):
        opened(FREE, SOURCE, now=NOW - timedelta(days=1)).latest(FREE)


def test_an_hour_that_comes_twice_loses_no_row_and_shows_none_early(folder: Path, opened: Opened) -> None:
    """On 2026-10-25 Berlin's clocks go back from 3 to 2: 02:30 is 00:30 or 01:30 UTC; taken for the later one."""
    write(folder, [datetime(2026, 10, 25, h, m) for h, m in ((1, 30), (2, 30), (3, 30))])
    utc = [datetime(2026, 10, 24, 23, 30, tzinfo=UTC), *(datetime(2026, 10, 25, h, 30, tzinfo=UTC) for h in (1, 2))]
    for shown, now in enumerate(utc, start=1):
        data = opened(FREE, SOURCE, zone="Europe/Berlin", now=now)
        assert data.table(FREE)["at"].to_list() == utc[:shown]
        assert (
            opened(FREE, SOURCE, zone="Europe/Berlin", now=now - timedelta(seconds=1))
            .feeds.table(FREE, now - timedelta(seconds=1), internal=True)[0]["at"]
            .to_list()
            == utc[: shown - 1]
        )
        assert data.latest(FREE, {"lot": f"p{shown - 1}"})["at"].to_list() == [now]


DAILY = Dataset(
    "vitals.daily",
    "每日体征",
    key=("sign",),
    time="day",
    columns=(Column("sign", "text", "体征"), Column("day", "day", "日期"), Column("value", "float", "值")),
)


@pytest.mark.parametrize(
    "days",
    [
        [date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)],
        ["2026-11-25", "2026-11-26", "2026-11-27"],
        [datetime(2026, 11, d, tzinfo=ZONE).astimezone(UTC) for d in (25, 26, 27)],
    ],
)
def test_a_dataset_by_days(days: list[Any], folder: Path, opened: Opened) -> None:
    pl.DataFrame({"sign": ["a"] * 3, "day": days, "value": [1.0, 2.0, 3.0]}).write_parquet(folder / "days.parquet")
    data = opened(DAILY, {"kind": "parquet", "path": "days.parquet"}, fresh_for="P2D")
    assert data.latest(DAILY).rows() == [("a", date(2026, 11, 26), 2.0)]
    assert data.used[DAILY.id].at == datetime(2026, 11, 26, tzinfo=ZONE)
    assert data.between(DAILY, NOW - timedelta(days=2), NOW)["day"].to_list() == [
        date(2026, 11, 25),
        date(2026, 11, 26),
    ]
    late = opened(DAILY, {"kind": "parquet", "path": "days.parquet"}, fresh_for="P2D", now=NOW + timedelta(days=9))
    with pytest.raises(NotCurrent) as told:
        late.latest(DAILY)
    assert told.value.at == datetime(2026, 11, 27, tzinfo=ZONE)


Choose = Callable[[dict[str, object]], list[str]]


@pytest.fixture
def choose(folder: Path, opened: Opened) -> Choose:
    write(folder, [AT.replace(tzinfo=None)] * 4, ["p'1", "p2", "3", "p4"])
    data = opened(FREE, SOURCE)
    return lambda where: data.between(FREE, AT, NOW, where)["lot"].to_list()


def test_rows_are_chosen_by_values(choose: Choose) -> None:
    assert choose({"lot": "p'1"}) == ["p'1"]
    assert choose({"lot": 3}) == ["3"]
    assert choose({"lot": ["p2", "p4", "none"]}) == ["p2", "p4"]
    assert choose({"lot": []}) == []
    assert choose({"lot": None}) == []
    assert choose({"lot": ["p2", None]}) == ["p2"]
    assert choose({"lot": ("p2", "3"), "free": 2}) == ["3"]
    assert choose({"lot": "x' or '1'='1"}) == []


def test_an_unknown_column_to_choose_by_is_a_fault_of_ours(choose: Choose) -> None:
    with pytest.raises(ValueError, match="no column 'colour'"):
        choose({"colour": "red"})


def test_only_some_columns(folder: Path, opened: Opened) -> None:
    write(folder, [AT.replace(tzinfo=None)])
    data = opened(FREE, SOURCE)
    assert data.between(FREE, AT, NOW, columns=("free",)).to_dicts() == [{"free": 0}]
    assert data.used[FREE.id].at == AT
