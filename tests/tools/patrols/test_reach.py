from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from city.pack import CityPack
from tests.tools.patrols.conftest import CALM, PLANE, at, drone, goal, own_rules, team, terrain
from tests.tools.patrols.test_paths import SQUARE
from tools.patrols.fleet import Sky, Unit
from tools.patrols.plane import Point, Wind
from tools.patrols.reach import Need, Way, drives, fly, least_minutes, rank, unfit

RULES = own_rules()
OTHER, FIRE, NOISE = (Need(RULES.events[kind]) for kind in ("other", "fire", "noise"))


def flown(unit: Unit, *where: float, pack: CityPack, sky: Sky = CALM) -> Way:
    way = fly(unit, goal(*where), terrain(pack, sky=sky))
    assert isinstance(way, Way)
    return way


def test_minutes_and_battery_by_hand(pack: CityPack) -> None:
    # 6 km at 10 m/s: 10 minutes; 1.5 to make ready, 90 m up at 5 m/s: 0.3. In the air: 0.3 + 10 + 8 + 10 + 0.3 of 40.
    way = flown(drone(), 0, 6000, pack=pack)
    assert way.minutes == pytest.approx(11.8, abs=0.01)
    assert way.metres == pytest.approx(6000, rel=1e-6)
    assert way.needed == pytest.approx(100 * 28.6 / 40, abs=0.01)


def test_the_reserve_is_the_limit(pack: CityPack) -> None:
    # It needs 71.5 % and must keep 25 %.
    assert isinstance(fly(drone(battery=96.6), goal(0, 6000), terrain(pack)), Way)
    assert fly(drone(battery=96.4), goal(0, 6000), terrain(pack)) == "battery"
    assert fly(drone(battery=None), goal(0, 100), terrain(pack)) == "battery"
    assert fly(replace(drone(), endurance=None), goal(0, 100), terrain(pack)) == "battery"


def test_wind_costs_battery_both_ways(pack: CityPack) -> None:
    # Against 5 m/s out (5 m/s over ground), with it back (15 m/s): 20 and 6.67 minutes instead of 10 and 10.
    way = flown(drone(), 0, 4500, pack=pack, sky=Sky(Wind(5, 0), 8, 0))
    assert way.minutes == pytest.approx(1.5 + 0.3 + 15, abs=0.01)
    assert way.needed == pytest.approx(100 * (0.6 + 15 + 8 + 5) / 40, abs=0.01)
    assert fly(drone(battery=90), goal(0, 4500), terrain(pack)) != "battery"
    assert fly(drone(battery=90), goal(0, 4500), terrain(pack, sky=Sky(Wind(5, 0), 8, 0))) == "battery"


def test_home_is_the_nest_and_not_where_it_is(pack: CityPack) -> None:
    out = replace(drone(), at=PLANE.degrees(Point(0, 5900)))
    way = flown(out, 0, 6000, pack=pack)
    assert way.metres == pytest.approx(100, rel=1e-4)
    assert way.needed == pytest.approx(100 * (0.6 + 100 / 600 + 8 + 10) / 40, abs=0.01)


@pytest.mark.parametrize(
    ("sky", "why"),
    [
        (Sky(Wind(5, 0), 10.0, 2.0), ""),
        (Sky(Wind(5, 0), 10.1, 0.0), "wind"),
        (Sky(Wind(5, 0), 0.0, 2.1), "rain"),
        (None, "weather"),
    ],
)
def test_wind_and_rain(pack: CityPack, sky: Sky | None, why: str) -> None:
    ground = terrain(pack, sky=sky)
    assert unfit(drone(), OTHER, ground, goal(0, 100)) == why
    assert unfit(team(), OTHER, ground, goal(0, 100)) == ""


def test_the_weather_of_the_goal_counts_too(pack: CityPack) -> None:
    ground = replace(terrain(pack), skies={"d": CALM, "far": Sky(Wind(1, 0), 30, 0)})
    assert unfit(drone(), OTHER, ground, goal(0, 100)._replace(district="far")) == "wind"
    assert unfit(drone(), OTHER, ground, goal(0, 100)._replace(district="unknown")) == "weather"
    assert unfit(drone(), OTHER, ground, goal(0, 100)._replace(district="")) == ""


@pytest.mark.parametrize("state", ["busy", "charging", "maintenance", "off", "silent", "of a new sort"])
def test_only_the_free_go(pack: CityPack, state: str) -> None:
    for unit in (drone(state=state), team(state=state)):
        assert unfit(unit, OTHER, terrain(pack), goal(0, 100)) == state


def test_what_an_event_needs(pack: CityPack) -> None:
    ground, bare = terrain(pack), replace(drone(), payloads=frozenset())
    assert unfit(bare, FIRE, ground, goal(0, 1)) == "payload"
    assert unfit(drone(), FIRE, ground, goal(0, 1)) == ""
    assert unfit(team(), FIRE, ground, goal(0, 1)) == ""
    assert unfit(drone(), NOISE, ground, goal(0, 1)) == "no_drone"
    loud = Need(RULES.events["other"], "loudspeaker")
    assert [unfit(unit, loud, ground, goal(0, 1)) for unit in (drone(), team())] == ["payload", "payload"]


def test_no_fly_zones(pack: CityPack) -> None:
    ground = terrain(pack, zones=[SQUARE])
    assert unfit(drone(-300), OTHER, ground, goal(0, 0)) == "zone"
    assert unfit(team(-300), OTHER, ground, goal(0, 0)) == ""
    assert fly(drone(0, 0), goal(500, 0), ground) == "start_zone"
    way = fly(drone(-300, 0), goal(300, 0), ground)
    assert isinstance(way, Way)
    assert way.metres > 600
    assert unfit(drone(-300), OTHER, replace(ground, is_charted=False), goal(300, 0)) == "uncharted"


def test_a_team_at_noon_and_in_the_rush_hour(pack: CityPack) -> None:
    # 6 km in a straight line are 8.7 km of way; 2 minutes to get going; the usual speed is 10 m/s.
    [noon] = drives([team()], goal(6000, 0), terrain(pack, now=at(26, 12)))
    [rush] = drives([team()], goal(6000, 0), terrain(pack, now=at(26, 8)))
    [night] = drives([team()], goal(6000, 0), terrain(pack, now=at(26, 22)))
    assert [way.minutes for way in (noon, rush, night) if isinstance(way, Way)] == pytest.approx(
        [2 + 14.5 / 0.85, 2 + 14.5 / 0.62, 2 + 14.5], rel=1e-3
    )


def test_a_shift_that_ends(pack: CityPack) -> None:
    # It is there after 16.5 minutes and must have 20 left.
    ground = terrain(pack, now=at(26, 22))
    ends = [at(26, 22) + timedelta(minutes=minutes) for minutes in (36, 37)]
    ways = list(drives([team(ends=end) for end in ends], goal(6000, 0), ground))
    assert ways[0] == "shift_ends"
    assert isinstance(ways[1], Way)


SPOTS = st.tuples(st.integers(-60, 60), st.integers(-60, 60)).map(lambda pair: (pair[0] * 100.0, pair[1] * 100.0))
STATES = st.sampled_from(["free", "free", "free", "busy"])


@settings(max_examples=60, deadline=None)
@given(
    drones=st.lists(st.tuples(SPOTS, st.integers(30, 100), STATES), max_size=6),
    teams=st.lists(st.tuples(SPOTS, STATES), max_size=4),
    where=SPOTS,
    wind=st.tuples(st.floats(0, 8), st.floats(0, 360)),
    most=st.integers(1, 4),
)
def test_the_soonest_of_all_are_found(
    pack: CityPack,
    drones: list[tuple[tuple[float, float], int, str]],
    teams: list[tuple[tuple[float, float], str]],
    where: tuple[float, float],
    wind: tuple[float, float],
    most: int,
) -> None:
    ground = terrain(pack, zones=[SQUARE], sky=Sky(Wind(*wind), 0, 0))
    units = [
        *(drone(*spot, battery=load, state=state, id=f"U{at}") for at, (spot, load, state) in enumerate(drones)),
        *(team(*spot, state=state, id=f"T{at}") for at, (spot, state) in enumerate(teams)),
    ]
    there = goal(*where)
    every: list[tuple[float, str]] = []
    for unit in units:
        if unfit(unit, OTHER, ground, there):
            continue
        way = fly(unit, there, ground) if unit.kind == "drone" else next(drives([unit], there, ground))
        if isinstance(way, Way):
            every.append((way.minutes, unit.id))
            assert unit.kind == "team" or least_minutes(unit, there, ground) <= way.minutes + 1e-9
    found = rank(units, there, OTHER, ground, most)
    assert [unit.id for unit, _ in found.ready] == [id for _, id in sorted(every)[:most]]
    assert len({unit.id for unit, _ in found.refused} & {unit.id for unit, _ in found.ready}) == 0
