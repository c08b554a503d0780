"""Public files that nobody here wrote, read as they lie; figures are held against a plain reading of the same file."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shapely

from city.gazetteer import Gazetteer
from city.pack import CityPack
from tests.tools.feeds.conftest import NOW, ZONE, feed_of
from tools.feeds.citydata import CityData
from tools.feeds.dataset import Column, Dataset
from tools.feeds.examining import Examined
from tools.feeds.feeds import Feeds

pytestmark = pytest.mark.shared

DAYS = Dataset(
    "x.days",
    "节假日",
    (Column("day", "day", "日期"), Column("name", "text", "节日"), Column("off", "flag", "放假")),
    ("day",),
)
_GAS = (("aqi", 500.0), ("pm25", 2_000.0), ("pm10", 5_000.0), ("co", 200.0))
AIR = Dataset(
    "x.air",
    "空气质量",
    (
        Column("station", "text", "站点"),
        Column("at", "time", "时间"),
        Column("city", "text", "城市"),
        *(Column(name, "float", name, required=False, least=0, most=most) for name, most in _GAS),
        Column("lon", "float", "经度", "度", required=False, least=73, most=136),
        Column("lat", "float", "纬度", "度", required=False, least=3, most=54),
    ),
    ("station",),
    "at",
)
AIR_COLUMNS = {"station": "stationcode", "at": "timepoint", "city": "area", "pm25": "pm2_5"}
AREAS = Dataset(
    "x.areas",
    "行政区",
    (Column("code", "text", "代码"), Column("name", "text", "名称"), Column("shape", "shape", "边界")),
    ("code",),
)
LOTS = Dataset(
    "x.lots",
    "停车场",
    (
        Column("id", "text", "编号"),
        Column("name", "text", "名称"),
        Column("lat", "float", "纬度", "度", required=False, least=-90, most=90),
        Column("lon", "float", "经度", "度", required=False, least=-180, most=180),
        Column("spaces", "int", "泊位", "个", required=False, least=0),
    ),
    ("id",),
)
FREE = Dataset(
    "x.free",
    "空闲泊位",
    (Column("lot", "text", "编号"), Column("at", "time", "时间"), Column("free", "int", "空位", "个", least=0)),
    ("lot",),
    "at",
)
LINES = Dataset("x.lines", "时刻表", form="gtfs")


@pytest.fixture(scope="module")
def files(shared_data: Path) -> Path:
    """The folder of public feeds; the test skips where it is absent."""
    folder = shared_data / "feeds"
    if not folder.is_dir():
        pytest.skip(f"no public feeds at {folder}: set CITYDESK_SHARED_DATA")
    return folder


class Opened:
    """One feed over the public files."""

    def __init__(self, pack: CityPack, folder: Path, dataset: Dataset, source: dict[str, Any], more: dict[str, Any]):
        self.dataset = dataset
        self.feeds = Feeds(pack, [feed_of(dataset, source, **more)], folder)
        self._pack = pack

    def rows(self, now: datetime = NOW) -> pl.DataFrame:
        return CityData(self._pack, Gazetteer.of(self._pack), self.feeds, now, internal=True).table(self.dataset)

    def examined(self, now: datetime = NOW) -> Examined:
        (found,) = self.feeds.examine(now, {self.dataset.id: self.dataset})
        return found


@pytest.fixture
def opened(pack: CityPack, files: Path) -> Any:
    return lambda dataset, source, **more: Opened(pack, files, dataset, source, more)


def lines(path: Path) -> list[dict[str, Any]]:
    found = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    assert found
    return found


def test_holidays_of_nine_years_are_one_feed(files: Path, opened: Any) -> None:
    source = {"kind": "json", "path": "holidays_cn/20*.json", "records": "days"}
    feed = opened(DAYS, source, columns={"day": "date", "off": "isOffDay"})
    plain = lines(files / "holidays_cn" / "days.jsonl")
    rows = feed.rows()
    assert {(r["day"].isoformat(), r["name"], r["off"]) for r in rows.to_dicts()} == {
        (one["date"], one["name"], one["isOffDay"]) for one in plain
    }
    assert rows.filter(pl.col("day") == date(2026, 10, 1))["off"].to_list() == [True]
    assert feed.examined().is_sound


@pytest.mark.parametrize(
    "source",
    [
        {"kind": "jsonl", "path": "air_quality/stations.jsonl"},
        {"kind": "geojson", "path": "air_quality/airnow.geojson"},
    ],
    ids=["jsonl", "geojson"],
)
def test_air_quality_has_gaps_and_no_invented_value(files: Path, opened: Any, source: dict[str, str]) -> None:
    feed = opened(AIR, source, columns=AIR_COLUMNS, nothing=["—", "-;", "-"])
    plain = lines(files / "air_quality" / "stations.jsonl")
    rows = feed.rows()
    assert rows.height == len(plain)
    for ours, theirs in (("pm25", "pm2_5"), ("pm10", "pm10"), ("co", "co")):
        given = [float(one[theirs]) for one in plain if one[theirs].replace(".", "").isdigit()]
        assert given
        assert rows[ours].drop_nulls().len() == len(given), ours
        assert rows[ours].sum() == pytest.approx(sum(given)), ours
    assert Counter(rows["city"]) == Counter(one["area"] for one in plain)
    newest = max(datetime.fromisoformat(one["timepoint"]) for one in plain).replace(tzinfo=ZONE)
    found = feed.examined()
    assert found.state.newest == newest
    assert found.problems == ()
    if source["kind"] == "geojson":
        assert rows["lon"].null_count() == 0


def test_a_gap_that_nobody_named_is_told_with_its_row(opened: Any) -> None:
    found = opened(AIR, {"kind": "jsonl", "path": "air_quality/stations.jsonl"}, columns=AIR_COLUMNS).examined()
    first = next(bad for bad in found.bad if bad.column == "pm10")
    assert (first.file, first.row, first.value) == ("air_quality/stations.jsonl", 1, "-;")
    assert "`nothing`" in first.remedy
    assert not found.is_sound


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl", "geojson", "xlsx", "parquet", "gtfs"])
def test_what_is_another_thing_is_broken_and_no_crash(kind: str, opened: Any) -> None:
    source = {"kind": kind, "path": "air_quality/GetAQIDataPublishLives.bin"}
    found = opened(LINES if kind == "gtfs" else AIR, source).examined()
    assert found.state.standing == "broken"
    assert found.state.problem is not None
    assert found.state.problem.remedy


def test_districts_have_sound_borders(files: Path, opened: Any) -> None:
    source = {"kind": "geojson", "path": "geojson_admin/citys_*.json"}
    rows = opened(AREAS, source, columns={"code": "adcode"}).rows()
    plain = [one for path in sorted(files.glob("geojson_admin/citys_*.json"))
             for one in json.loads(path.read_text("utf-8"))["features"]]  # fmt: skip
    assert plain
    assert rows["name"].to_list() == [one["properties"]["name"] for one in plain]
    for told, one in zip(rows["shape"], plain, strict=True):
        assert shapely.from_wkb(told).equals(shapely.from_geojson(json.dumps(one["geometry"])))


def test_car_parks_of_a_sheet_without_names_and_of_json_are_the_same(files: Path, opened: Any) -> None:
    columns = {"id": "A", "name": "B", "lat": "C", "lon": "D"}
    source = {"kind": "xlsx", "path": "parking_shenzhen/raw_park_no_repeat.xlsx", "sheet": "park", "header": 0}
    sheet = opened(LOTS, source, columns=columns).rows().select("id", "name", "lat", "lon")
    told = (
        opened(LOTS, {"kind": "jsonl", "path": "parking_shenzhen/lots.jsonl"}).rows().select("id", "name", "lat", "lon")
    )
    plain = lines(files / "parking_shenzhen" / "lots.jsonl")
    assert told.height == len({one["id"] for one in plain})
    both = sheet.join(told, on="id", how="inner", suffix="_told")
    assert both.height == told.height
    assert (both["name"] == both["name_told"]).mean() > 0.99  # blanks within names differ
    assert both.filter((pl.col("lat") - pl.col("lat_told")).abs() > 1e-9).height == 0


def test_addresses_over_several_lines_stay_one_row(files: Path, opened: Any) -> None:
    columns = {"id": "place_id", "name": "place_name", "spaces": "num_all", "lat": "latitude", "lon": "longitude"}
    feed = opened(LOTS, {"kind": "csv", "path": "parking_germany/meta-data.csv"}, columns=columns)
    with (files / "parking_germany" / "meta-data.csv").open(encoding="utf-8", newline="") as given:
        plain = list(csv.DictReader(given))
    assert plain
    rows = feed.rows()
    assert rows["id"].to_list() == [one["place_id"].strip() for one in plain]
    assert rows["spaces"].sum() == sum(int(one["num_all"]) for one in plain if one["num_all"].isdigit())
    assert feed.examined().state.standing == "fresh"


def test_a_day_of_free_places_with_times_of_another_zone(files: Path, opened: Any) -> None:
    path = files / "parking_germany" / "2021-07-02.csv"
    with path.open(encoding="utf-8", newline="") as given:
        plain = list(csv.DictReader(given))
    place = max(plain[0].keys() - {"timestamp"}, key=lambda name: sum(bool(one[name]) for one in plain))
    columns = {"lot": {"value": place}, "at": "timestamp", "free": place}
    feed = opened(FREE, {"kind": "csv", "path": "parking_germany/2021-07-02.csv"}, columns=columns)
    rows = feed.rows()
    assert rows.height == len(plain)
    assert rows["at"].max() == max(datetime.fromisoformat(one["timestamp"]) for one in plain)
    assert rows["free"].sum() == sum(int(one[place]) for one in plain if one[place])
    middle = sorted(datetime.fromisoformat(one["timestamp"]) for one in plain)[len(plain) // 2]
    assert feed.rows(middle)["at"].max() == middle


def test_a_timetable_of_another_country_has_trips_and_an_end(opened: Any) -> None:
    feed = opened(LINES, {"kind": "gtfs", "path": "gtfs_kobe_subway/kobe_subway_gtfs.zip"})
    state = feed.examined().state
    assert state.rows is not None
    assert state.rows > 100
    assert state.newest is not None
    before = feed.examined(state.newest - timedelta(days=1)).state
    assert before.standing == "fresh"
    assert feed.examined(state.newest + timedelta(days=1)).state.standing == "late"
