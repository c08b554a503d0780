from __future__ import annotations

import shutil
from datetime import timedelta
from math import ceil, dist
from pathlib import Path

import polars as pl
import pytest
from shapely import LineString, Point

from city.pack import CityPack
from tests.tools.patrols.conftest import Town, at, own_feeds
from tools.feeds.citydata import CityData
from tools.feeds.errors import NoData, NotCurrent
from tools.feeds.feeds import Feeds
from tools.patrols import tools
from tools.patrols.asked import AssignAsked, NearestAsked, ProposeAsked, StatusAsked
from tools.patrols.data import POSITIONS, SHIFTS, UNITS
from tools.patrols.fleet import fleet
from tools.patrols.reach import Terrain
from tools.seam import CannotCompute

NOW = at(26, 9)


def test_the_nearest_are_free_and_in_order(town: Town) -> None:
    data = town.data(NOW)
    found = tools.nearest.run(NearestAsked(place="澜悦府", event="fire", most=10), data)
    assert len(found.units) == 10
    assert [unit.minutes for unit in found.units] == sorted(unit.minutes for unit in found.units)
    by_name = {unit.name: unit for unit in fleet(data)}
    for unit in found.units:
        assert by_name[unit.name].state == "free"
        assert unit.arrives == NOW + timedelta(minutes=unit.arrives.minute - NOW.minute)
        assert unit.minutes <= (unit.arrives - NOW).total_seconds() / 60 < unit.minutes + 1.1
        assert unit.km >= unit.direct_km
        assert (unit.battery is None) == (unit.left is None) == (by_name[unit.name].kind == "team")
        assert unit.left is None or 25 <= unit.left < (unit.battery or 0)
    assert {"热成像"} <= set.intersection(*(set(unit.payloads) for unit in found.units if unit.battery is not None))
    assert (found.event, found.call) == ("火情烟雾", "119")
    assert {source.feed.id for source in data.used.values()} == {
        "patrols.units",
        "patrols.positions",
        "patrols.shifts",
        "patrols.weather",
        "patrols.zones",
    }


def test_everybody_is_counted_once(town: Town) -> None:
    found = tools.nearest.run(NearestAsked(place="鼓楼", kind="drone", most=10), town.data(NOW))
    drones = [unit for unit in fleet(town.data(NOW)) if unit.kind == "drone"]
    assert 0 < len(found.units) + sum(reason.count for reason in found.reasons) <= len(drones)
    free = tools.status.run(StatusAsked(), town.data(NOW)).kinds[0].free
    busy = sum(reason.count for reason in found.reasons if reason.why in ("正在执行任务", "正在充电", "正在维护"))
    assert free + busy <= len(drones)


def test_where_drones_may_not_go(town: Town) -> None:
    both = tools.nearest.run(NearestAsked(place="市政府", most=5), town.data(NOW))
    assert both.zone == "市政府办公区"
    assert {unit.kind for unit in both.units} == {"巡逻力量"}
    assert "目的地在禁飞区内" in {other.why for other in both.others}
    none = tools.nearest.run(NearestAsked(place="市政府", kind="drone"), town.data(NOW))
    assert none.units == ()
    assert sum(reason.count for reason in none.reasons) == 30
    assert tools.nearest.run(NearestAsked(place="鼓楼", event="noise", kind="drone"), town.data(NOW)).reasons == (
        none.reasons[0].model_copy(update={"why": "这类事不派无人机", "count": 30}),
    )


def test_a_city_without_some_feeds(town: Town) -> None:
    for feed, why in (("patrols.zones", "没有禁飞区地图"), ("patrols.weather", "起飞地或者目的地没有风雨资料")):
        found = tools.nearest.run(NearestAsked(place="鼓楼", kind="drone"), town.without(feed).data(NOW))
        assert found.units == ()
        assert why in {reason.why for reason in found.reasons}
        teams = tools.nearest.run(NearestAsked(place="鼓楼"), town.without(feed).data(NOW))
        assert {unit.kind for unit in teams.units} == {"巡逻力量"}
    no_roster = tools.nearest.run(NearestAsked(place="鼓楼", kind="team"), town.without("patrols.shifts").data(NOW))
    assert no_roster.units
    assert all(unit.ends is None for unit in no_roster.units)
    assert tools.status.run(StatusAsked(), town.without("patrols.weather").data(NOW)).grounded is None


def test_old_positions_are_not_the_present(town: Town) -> None:
    with pytest.raises(NotCurrent):
        tools.nearest.run(NearestAsked(place="鼓楼"), town.data(at(30, 9)))
    with pytest.raises(NoData):
        tools.status.run(StatusAsked(), town.without("patrols.positions").data(NOW))


def test_places(town: Town) -> None:
    for place, code in (("阳光花园", "several_places"), ("没有这个地方", "unknown_place")):
        with pytest.raises(NoData) as unknown:
            tools.nearest.run(NearestAsked(place=place), town.data(NOW))
        assert unknown.value.code == code
    with pytest.raises(CannotCompute) as wide:
        tools.nearest.run(NearestAsked(place="云城区"), town.data(NOW))
    assert wide.value.code == "too_wide"


def test_the_fleet_adds_up(town: Town) -> None:
    whole = tools.status.run(StatusAsked(), town.data(NOW))
    parts = [tools.status.run(StatusAsked(district=d.id), town.data(NOW)) for d in town.pack.districts]
    assert whole.total == sum(part.total for part in parts) == len(town.data(NOW).table(UNITS))
    assert whole.free == sum(part.free for part in parts)
    for kind in whole.kinds:
        states = (kind.free, kind.busy, kind.charging, kind.maintenance, kind.off, kind.silent, kind.other)
        assert sum(states) == kind.total
    newest = town.data(NOW).latest(POSITIONS)
    free = newest.filter((pl.col("state") == "free") & pl.col("unit").str.starts_with("U"))
    assert whole.kinds[0].free == len(free) > 0
    assert whole.at == NOW


def test_one_of_the_fleet(town: Town) -> None:
    found = tools.status.run(StatusAsked(unit="鼓楼巡飞1号"), town.data(NOW))
    assert found.one is not None
    assert (found.one.name, found.one.kind, found.total) == ("鼓楼街道巡飞1号", "无人机", 1)
    [row] = town.data(NOW).latest(POSITIONS, {"unit": "UAV001"}).iter_rows(named=True)
    assert (found.one.battery, found.one.reported) == (row["battery"], row["at"])
    for name, code in (("鼓楼", "several"), ("飞毛腿", "unknown_name")):
        with pytest.raises((NoData, CannotCompute)) as unknown:
            tools.status.run(StatusAsked(unit=name), town.data(NOW))
        assert unknown.value.code == code  # type: ignore[attr-defined]  # both have one
    with pytest.raises(NoData) as nobody:
        tools.status.run(StatusAsked(district="atlantis"), town.data(NOW))
    assert nobody.value.code == "no_units"


def test_a_team_off_shift_is_not_sent(town: Town) -> None:
    data = town.data(at(26, 23, 30))
    shifts = data.table(SHIFTS)
    on = set(shifts.filter((pl.col("starts") <= data.now) & (pl.col("ends") > data.now))["unit"])
    found = tools.nearest.run(NearestAsked(place="鼓楼", kind="team", most=10), data)
    assert found.units
    for unit in fleet(data):
        if unit.name in {one.name for one in found.units}:
            assert unit.id in on
            assert unit.ends is not None
            assert unit.ends > data.now
    # Patrol cars work until 23; for a group that has the next shift as well midnight is no end.
    assert on
    assert {unit.ends for unit in found.units} - {at(27, 0)}
    assert not any("巡查车" in unit.name for unit in found.units)


def test_a_proposal_is_only_a_draft(town: Town) -> None:
    assert tools.propose.effect == "propose"
    assert tools.propose.permission == "patrols.dispatch"
    assert tools.propose.audience == {"staff"}
    asked = ProposeAsked(place="澜悦府", event="fire", kind="drone", reason="冒烟")
    before = fleet(town.data(NOW))
    draft = tools.propose.run(asked, town.data(NOW))
    assert fleet(town.data(NOW)) == before
    nearest = tools.nearest.run(NearestAsked(place="澜悦府", event="fire", kind="drone"), town.data(NOW)).units[0]
    assert (draft.unit, draft.minutes, draft.km, draft.left) == (
        nearest.name,
        nearest.minutes,
        nearest.km,
        nearest.left,
    )
    assert (draft.reason, draft.until, draft.altitude) == ("冒烟", NOW + timedelta(minutes=10), 90)
    assert draft.sooner is None
    assert len(draft.route) >= 2
    assert "澜悦府" not in draft.over


def test_every_route_keeps_out_of_the_zones(town: Town) -> None:
    data = town.data(NOW)
    terrain, detours = Terrain.of(data), 0
    for unit in [unit for unit in fleet(data) if unit.kind == "drone" and unit.state == "free"]:
        for place in ("会展中心", "焦化厂"):
            try:
                draft = tools.propose.run(ProposeAsked(place=place, unit=unit.name), data)
            except CannotCompute as refused:
                assert refused.code in ("unfit", "unfit_nobody")  # noqa: PT017  # most units are sent nowhere
                continue
            if not draft.route:
                continue
            path = [terrain.plane.point(corner.longitude, corner.latitude) for corner in draft.route]
            assert not any(zone.core.buffer(-1).intersects(LineString(path)) for zone in terrain.zones)
            assert sum(map(dist, path, path[1:])) / 1000 == pytest.approx(draft.km, abs=0.06)
            assert bool(draft.avoided) == (len(path) > 2)
            detours += len(path) > 2
            over = {mark.name: mark for mark in data.pack.landmarks if mark.name in draft.over}
            for mark in over.values():
                assert LineString(path).distance(Point(terrain.plane.point(mark.lon, mark.lat))) < 61
    assert detours > 0


def test_who_cannot_be_proposed(town: Town) -> None:
    with pytest.raises(CannotCompute) as closed:
        tools.propose.run(ProposeAsked(place="市政府", unit="鼓楼巡飞1号"), town.data(NOW))
    assert closed.value.code == "unfit"
    assert closed.value.fields["why"] in ("目的地在禁飞区内", "正在执行任务", "正在充电")
    assert closed.value.fields["instead"]
    with pytest.raises(CannotCompute) as nobody:
        tools.propose.run(ProposeAsked(place="市政府", kind="drone"), town.data(NOW))
    assert nobody.value.code == "nobody_of_kind"
    assert nobody.value.fields["kind"] == "无人机"
    teams = tools.nearest.run(NearestAsked(place="市政府"), town.data(NOW)).units
    assert nobody.value.fields["instead"] == teams[0].name
    with pytest.raises(CannotCompute) as neither:
        tools.propose.run(ProposeAsked(place="市政府", unit="鼓楼巡飞1号", kind="drone"), town.data(NOW))
    assert neither.value.code == "unfit_nobody"


def test_nobody_at_all(pack: CityPack, town: Town, tmp_path: Path) -> None:
    shutil.copytree(town.folder, tmp_path, dirs_exist_ok=True)
    for file in (tmp_path / "patrols" / "positions").glob("*.parquet"):
        pl.read_parquet(file).with_columns(status=pl.lit("任务中")).write_parquet(file)
    data = CityData(pack, town.gazetteer, Feeds(pack, own_feeds(), tmp_path), NOW, internal=True)
    with pytest.raises(CannotCompute) as nobody:
        tools.propose.run(ProposeAsked(place="鼓楼", kind="drone"), data)
    assert nobody.value.code == "nobody"
    found = tools.nearest.run(NearestAsked(place="鼓楼"), data)
    assert found.units == ()
    assert {reason.why for reason in found.reasons} <= {"正在执行任务", "休班", "没有最新位置"}
    alone = tools.assign.run(AssignAsked(places=("鼓楼", "澜悦府")), data)
    assert (alone.served, alone.total, alone.longest) == (0, 0, None)


def test_a_slower_choice_is_told_who_is_sooner(town: Town) -> None:
    data = town.data(NOW)
    nearest = tools.nearest.run(NearestAsked(place="鼓楼", kind="team", most=10), data).units
    draft = tools.propose.run(ProposeAsked(place="鼓楼", kind="team", unit=nearest[-1].name), data)
    assert (draft.sooner, draft.sooner_minutes) == (nearest[0].name, nearest[0].minutes)
    assert draft.minutes == nearest[-1].minutes
    assert ceil(nearest[0].minutes) <= draft.minutes + 1
    assert (draft.altitude, draft.route, draft.over) == (None, (), ())


def test_several_events_at_once(town: Town) -> None:
    said = AssignAsked(said="鼓楼、澜悦府、人民公园都积水了", event="flood")
    found = tools.assign.run(said, town.data(NOW))
    assert (found.events, found.served) == (3, 3)
    assert len({one.unit for one in found.sent}) == 3
    assert found.total == pytest.approx(sum(one.minutes or 0 for one in found.sent), abs=0.05)
    assert found.longest == max(one.minutes or 0 for one in found.sent)
    listed = AssignAsked(places=("鼓楼", "没有这个地方", "澜悦府", "云城区"), event="flood")
    assert tools.assign.run(listed, town.data(NOW)).unknown == ("没有这个地方", "云城区")
    twice = tools.assign.run(AssignAsked(places=("鼓楼", "鼓楼"), kind="team"), town.data(NOW))
    assert twice.sent[0].unit != twice.sent[1].unit


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (AssignAsked(said="都积水了"), "no_places"),
        (AssignAsked(said="鼓楼积水"), "few_places"),
    ],
)
def test_what_cannot_be_assigned(town: Town, asked: AssignAsked, code: str) -> None:
    with pytest.raises(CannotCompute) as ended:
        tools.assign.run(asked, town.data(NOW))
    assert ended.value.code == code


def test_too_many_events(town: Town) -> None:
    said = "、".join(mark.name for mark in town.pack.landmarks[:14])
    with pytest.raises(CannotCompute) as ended:
        tools.assign.run(AssignAsked(said=said), town.data(NOW))
    assert ended.value.code == "many_places"
