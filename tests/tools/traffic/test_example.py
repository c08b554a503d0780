from __future__ import annotations

import hashlib
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import shapely

from city.pack import CityPack
from tools.feeds.ground import metres
from tools.feeds.world import World
from tools.traffic.example import make
from tools.traffic.network_example import Recipe, segments


def prints(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_the_same_seed_gives_the_same_files(city: CityPack, tmp_path: Path) -> None:
    world = World.of(city, since=date(2026, 3, 30), until=date(2026, 4, 3))
    for name in ("one", "other"):
        make(world, tmp_path / name)
    made = prints(tmp_path / "one")
    assert len(made) == 6
    assert made == prints(tmp_path / "other")


def test_segments_are_the_roads_cut_at_their_crossings(city: CityPack) -> None:
    made = segments(city, World.of(city, since=date(2026, 1, 1), until=date(2026, 1, 2)).recipe("traffic", Recipe))
    assert len({s.id for s in made}) == len(made) > 400
    for road in city.roads:
        line = sum(metres(*one, *other) for one, other in pairwise(road.line))
        own = [s.metres for s in made if s.road.id == road.id]
        assert 1.99 * line - 120 <= sum(own) <= 2 * line + 2_000, road.id  # joining stretches come on top
        ends = {s.points[0] for s in made if s.road.id == road.id}
        for crossing in road.crossings:
            assert min(metres(*end, crossing.lon, crossing.lat) for end in ends) < 20, (road.id, crossing.with_name)


def test_every_segment_has_one_back(city: CityPack) -> None:
    made = segments(city, World.of(city, since=date(2026, 1, 1), until=date(2026, 1, 2)).recipe("traffic", Recipe))
    ways = {s.points for s in made}
    assert all(points[::-1] in ways for points in ways)
    assert all(shapely.LineString(s.points).length > 0 for s in made)


def test_rush_hours_are_slower_and_incidents_end(city: CityPack, tmp_path: Path) -> None:
    make(World.of(city, since=date(2026, 11, 16), until=date(2026, 11, 20)), tmp_path)
    hours = pl.read_parquet(tmp_path / "traffic" / "hours" / "*.parquet")
    speed = dict(hours.group_by(pl.col("截止时间").dt.hour()).agg(pl.col("车速").mean()).iter_rows())
    assert speed[9] < 0.9 * speed[4]
    rows = pl.read_csv(tmp_path / "traffic" / "incidents.csv")
    assert rows["报送时间"].is_sorted()
    last = rows.group_by("事件编号", maintain_order=True).last()
    assert (last["状态"] == "已恢复").sum() > 0.7 * len(last)
    first = rows.group_by("事件编号", maintain_order=True).first()
    assert set(first["状态"]) == {"处置中"}
