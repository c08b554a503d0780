from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from city.gazetteer import Gazetteer
from city.pack import CityPack
from tests.tools.patrols.conftest import ZONE, Town, at, own_feeds, own_rules
from tools.feeds.citydata import CityData
from tools.feeds.feeds import Feeds
from tools.patrols.rules import Around, When
from tools.patrols.zones import closed

SQUARE = [[113.0, 29.0], [113.1, 29.0], [113.1, 29.1], [113.0, 29.1], [113.0, 29.0]]


def names(pack: CityPack, folder: Path, now: datetime, geometry: Any = None, **bounds: Any) -> list[str]:
    """The zones closed now of a map with one, but for those around landmarks."""
    feature = {
        "type": "Feature",
        "geometry": geometry or {"type": "Polygon", "coordinates": [SQUARE]},
        "properties": {"编号": "n", "名称": "zone", "缘由": "why", **bounds},
    }
    (folder / "patrols").mkdir(exist_ok=True)
    whole = {"type": "FeatureCollection", "features": [feature]}
    (folder / "patrols" / "zones.geojson").write_text(json.dumps(whole), "utf-8")
    data = CityData(pack, Gazetteer.of(pack), Feeds(pack, own_feeds(), folder), now)
    found = closed(data, own_rules().model_copy(update={"around": ()}))
    assert found is not None
    return [shape.name for shape in found]


@pytest.mark.parametrize(
    ("bounds", "now", "is_closed"),
    [
        ({}, at(26, 3), True),
        ({"起始月": 3, "终止月": 7}, at(26, 3), False),
        ({"起始月": 3, "终止月": 7}, datetime(2026, 7, 31, 23, tzinfo=ZONE), True),
        ({"起始月": 11, "终止月": 2}, at(26, 3), True),
        ({"起始月": 12, "终止月": 2}, at(26, 3), False),
        ({"日子": "工作日"}, at(26, 3), True),
        ({"日子": "工作日"}, at(28, 3), False),
        ({"日子": "休息日"}, at(28, 3), True),
        ({"日子": "每逢初一"}, at(26, 3), True),  # an unknown word bounds nothing
        ({"起始时刻": 7.5, "终止时刻": 17.5}, at(26, 7, 29), False),
        ({"起始时刻": 7.5, "终止时刻": 17.5}, at(26, 7, 30), True),
        ({"起始时刻": 7.5, "终止时刻": 17.5}, at(26, 17, 30), False),
        ({"起始时刻": 22, "终止时刻": 6}, at(26, 3), True),
        ({"起始时刻": 22, "终止时刻": 6}, at(26, 12), False),
        ({"生效时间": "2026-11-26 08:00", "失效时间": "2026-11-26 10:00"}, at(26, 8), True),
        ({"生效时间": "2026-11-26 08:00", "失效时间": "2026-11-26 10:00"}, at(26, 7, 59), False),
        ({"生效时间": "2026-11-26 08:00", "失效时间": "2026-11-26 10:00"}, at(26, 10), False),
    ],
)
def test_when_a_zone_is_closed(
    pack: CityPack, tmp_path: Path, bounds: dict[str, Any], now: datetime, is_closed: bool
) -> None:
    assert names(pack, tmp_path, now, **bounds) == (["zone"] if is_closed else [])


def test_how_a_zone_is_drawn(pack: CityPack, tmp_path: Path) -> None:
    point = {"type": "Point", "coordinates": [113.0, 29.0]}
    assert names(pack, tmp_path, at(26, 3), point, 半径公里=0.5) == ["zone"]
    assert names(pack, tmp_path, at(26, 3), point) == []  # a point without radius closes nothing
    both = {"type": "MultiPolygon", "coordinates": [[SQUARE], [[[x + 1, y] for x, y in SQUARE]]]}
    assert names(pack, tmp_path, at(26, 3), both) == ["zone", "zone"]


def test_the_citys_zones(town: Town) -> None:
    night, school, july = (
        closed(town.data(now), own_rules()) or []
        for now in (at(26, 3), at(26, 9), datetime(2026, 7, 1, 3, tzinfo=ZONE))
    )
    assert len(night) == 4
    assert {shape.name for shape in july} - {shape.name for shape in night} == {"云湖候鸟栖息区"}
    schools = [mark for mark in town.pack.landmarks if mark.kind == "school"]
    assert len(school) == 4 + len(schools)
    factory = next(shape for shape in night if shape.name == "焦化厂生产区")
    mark = next(mark for mark in town.pack.landmarks if mark.id == "lm_factory_02")
    assert (factory.radius, factory.ring) == (350, ((mark.lon, mark.lat),))


def test_no_map_is_not_no_zones(town: Town) -> None:
    assert closed(town.without("patrols.zones").data(at(26, 3)), own_rules()) is None


def test_a_time_without_bounds_always_holds() -> None:
    assert When().holds(at(26, 3), lambda day: day == date(2026, 11, 26))


def test_the_rules_name_every_event_and_kind_of_landmark(pack: CityPack) -> None:
    rules = own_rules()
    assert {sort.kind for sort in rules.around} <= {mark.kind for mark in pack.landmarks}
    given = rules.model_dump(by_alias=True)
    del given["events"]["fire"]
    with pytest.raises(ValidationError, match="events lacks fire"):
        type(rules).model_validate(given)
    with pytest.raises(ValidationError, match="other braces"):
        Around(id="a", name="{school}", reason="", kind="school", radius=1)
