"""The search against all that can be reached in a time-expanded network, without any rule that leaves something out."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tools.transit.conftest import ZONE
from tools.transit.choosing import Search
from tools.transit.day import WALK, Day, Days
from tools.transit.gtfs import Line, Service, Stop, Timetable, Trip
from tools.transit.raptor import CHANGE, Journey, journeys

DAY = date(2026, 11, 26)
HOUR = 3_600
_NEVER: frozenset[date] = frozenset()


def network(seed: int) -> Days:
    """A small random network: overtaking trips, loops, stops where nobody boards or alights, stations, short walks."""
    rng = random.Random(seed)  # noqa: S311  # no secret
    stops = {}
    for at in range(rng.randint(4, 9)):
        longitude, latitude = 113.2 + 0.0028 * rng.randint(0, 4), 29.6 + 0.0025 * rng.randint(0, 4)
        stops[f"s{at}"] = Stop(f"s{at}", f"Stop {at}", longitude, latitude, rng.choice([f"s{at}", "station"]))
    trips = []
    for line in range(rng.randint(2, 5)):
        course = rng.choices(sorted(stops), k=rng.randint(2, 6))
        for _ in range(rng.randint(1, 5)):
            at, arrivals, departures = 8 * HOUR + 60 * rng.randint(0, 60), [], []
            for _ in course:
                arrivals.append(at)
                at += 60 * rng.randint(0, 3)
                departures.append(at)
                at += 60 * rng.randint(0, 9)
            boards = tuple(rng.random() < 0.9 for _ in course)
            alights = tuple(rng.random() < 0.9 for _ in course)
            trips.append(
                Trip(f"l{line}", "day", "", tuple(course), tuple(arrivals), tuple(departures), boards, alights)
            )
    lines = {f"l{at}": Line(f"l{at}", f"Line {at}", 3) for at in range(6)}
    service = Service(frozenset(range(7)), DAY, DAY, _NEVER, _NEVER)
    return Days(Timetable(ZONE, stops, lines, tuple(trips), {"day": service}))


def reached(
    days: Days, day: Day, start: int, access: Mapping[int, int], egress: Mapping[int, int], rides: int
) -> list[tuple[int, int]]:
    """(rides, earliest arrival) where one more ride is earlier: every event that can be reached, ride by ride."""
    trips = days.timetable.trips
    walks = {(one, path.stop): path.seconds for one, paths in enumerate(day.footpaths) for path in paths}
    walks |= {(one, one): 0 for one in range(len(day.stops))}
    events = [(t, i) for t, trip in enumerate(trips) for i in range(len(trip.stops)) if trip.boards[i]]
    number = day.numbers
    on_board = {
        (t, i)
        for t, i in events
        if (stop := number[trips[t].stops[i]]) in access and trips[t].departures[i] >= start + access[stop]
    }
    found: list[tuple[int, int]] = []
    for ride in range(1, rides + 1):
        left = {(t, j) for t, i in on_board for j in range(i + 1, len(trips[t].stops)) if trips[t].alights[j]}
        ends = [trips[t].arrivals[j] + egress[stop] for t, j in left if (stop := number[trips[t].stops[j]]) in egress]
        if ends and (not found or min(ends) < found[-1][1]):
            found.append((ride, min(ends)))
        calls = {(number[trips[t].stops[j]], trips[t].arrivals[j]) for t, j in left}
        on_board = {
            (t, i)
            for t, i in events
            for stop, at in calls
            if (walk := walks.get((stop, number[trips[t].stops[i]]))) is not None
            and trips[t].departures[i] >= at + CHANGE + walk
        }
    return found


def ends(rng: random.Random, day: Day) -> tuple[dict[int, int], dict[int, int]]:
    some = range(len(day.stops))
    count = min(2, len(day.stops))
    return (
        {stop: 30 * rng.randint(0, 12) for stop in rng.sample(some, rng.randint(1, count))},
        {stop: 30 * rng.randint(0, 12) for stop in rng.sample(some, rng.randint(1, count))},
    )


def fits(day: Day, journey: Journey, start: int, access: Mapping[int, int], egress: Mapping[int, int]) -> None:
    """A journey can be made: every vehicle is reached in time, and the walks are those that there are."""
    first, last = journey.rides[0], journey.rides[-1]
    patterns = day.patterns
    boarded = patterns[first.pattern].stops[first.board]
    assert journey.access == access[boarded]
    assert journey.depart == patterns[first.pattern].departures[first.board][first.trip] - journey.access
    assert journey.depart >= start
    left = patterns[last.pattern].stops[last.alight]
    assert journey.egress == egress[left]
    assert journey.arrive == patterns[last.pattern].arrivals[last.alight][last.trip] + journey.egress
    for ride in journey.rides:
        assert ride.board < ride.alight
        assert patterns[ride.pattern].boards[ride.board]
        assert patterns[ride.pattern].alights[ride.alight]
    for one, other in pairwise(journey.rides):
        here, there = patterns[one.pattern].stops[one.alight], patterns[other.pattern].stops[other.board]
        walks = {path.stop: path.seconds for path in day.footpaths[here]} | {here: 0}
        ready = patterns[one.pattern].arrivals[one.alight][one.trip] + CHANGE + walks[there]
        assert ready <= patterns[other.pattern].departures[other.board][other.trip]


@settings(max_examples=300, deadline=None)
@given(seed=st.integers(0, 10**9), changes=st.integers(0, 3))
def test_it_finds_what_can_be_reached(seed: int, changes: int) -> None:
    days = network(seed)
    day = days.of(DAY)
    rng = random.Random(seed + 1)  # noqa: S311  # no secret
    access, egress = ends(rng, day)
    start = 8 * HOUR + 60 * rng.randint(-10, 40)
    found = journeys(day, start, access, egress, changes)
    for journey in found:
        fits(day, journey, start, access, egress)
    assert [(len(j.rides), j.arrive) for j in found] == reached(days, day, start, access, egress, changes + 1)


def test_the_random_networks_have_journeys_with_changes() -> None:
    rides = []
    for seed in range(200):
        day = network(seed).of(DAY)
        access, egress = ends(random.Random(seed), day)  # noqa: S311  # no secret
        rides += [len(journey.rides) for journey in journeys(day, 8 * HOUR, access, egress)]
    assert {1, 2, 3} <= set(rides)
    assert len(rides) > 60


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_none_leaves_earlier_than_it_must(seed: int) -> None:
    days = network(seed)
    day = days.of(DAY)
    access, egress = ends(random.Random(seed + 1), day)  # noqa: S311  # no secret
    for journey in Search(day, access, egress).soonest(8 * HOUR):
        fits(day, journey, 8 * HOUR, access, egress)
        for ahead in range(1, 40):
            later = reached(days, day, journey.depart + 60 * ahead, access, egress, len(journey.rides))
            assert not later or later[-1][1] > journey.arrive


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 10**9), until=st.integers(10, 120))
def test_the_last_way_is_the_last(seed: int, until: int) -> None:
    days = network(seed)
    day = days.of(DAY)
    access, egress = ends(random.Random(seed + 1), day)  # noqa: S311  # no secret
    end = 8 * HOUR + 60 * until
    found = Search(day, access, egress).last(8 * HOUR, end)
    in_time = [
        at
        for at in range(8 * HOUR, end + 60, 60)
        if (ways := reached(days, day, at, access, egress, 3)) and ways[-1][1] <= end
    ]
    assert bool(found) == bool(in_time)
    if found:
        assert max(journey.depart for journey in found) >= max(in_time)
        assert all(journey.arrive <= end for journey in found)


def test_lines_that_are_avoided_are_not_ridden() -> None:
    seen = 0
    for seed in range(80):
        day = network(seed).of(DAY)
        access, egress = ends(random.Random(seed), day)  # noqa: S311  # no secret
        for journey in journeys(day, 8 * HOUR, access, egress):
            line = day.patterns[journey.rides[0].pattern].line
            others = journeys(day, 8 * HOUR, access, egress, avoid=frozenset({line}))
            ridden = {day.patterns[ride.pattern].line for other in others for ride in other.rides}
            assert line not in ridden
            seen += len(others)
    assert seen > 5


def test_walks_join_what_is_near_and_what_is_one_station() -> None:
    spots = [("a", 113.2, "a"), ("b", 113.203, "b"), ("c", 113.21, "c"), ("d", 113.25, "a")]
    stops = {id: Stop(id, id, longitude, 29.6, station) for id, longitude, station in spots}
    course = tuple(stops)
    trip = Trip("l", "day", "", course, (0, 60, 120, 180), (0, 60, 120, 180), (True,) * 4, (True,) * 4)
    days = Days(Timetable(ZONE, stops, {"l": Line("l", "l", 3)}, (trip,), {}))
    near = {stop.id: {days.stops[path.stop].id for path in days.footpaths[at]} for at, stop in enumerate(days.stops)}
    assert near == {"a": {"b", "d"}, "b": {"a"}, "c": set(), "d": {"a"}}
    walk = next(path.seconds for path in days.footpaths[0] if path.stop == 1)
    assert walk == pytest.approx(290.2 * 1.3 / 1.25, abs=2)  # 0.003° of longitude at 29.6° north are 290 m
    assert WALK == 350


def test_trips_that_overtake_do_not_hide_each_other() -> None:
    stops = {id: Stop(id, id, 113.2 + 0.1 * at, 29.6, id) for at, id in enumerate("xy")}
    slow = Trip("l", "day", "", ("x", "y"), (0, 3_600), (0, 3_600), (True, True), (True, True))
    quick = Trip("l", "day", "", ("x", "y"), (600, 1_800), (600, 1_800), (True, True), (True, True))
    service = Service(frozenset(range(7)), DAY, DAY, _NEVER, _NEVER)
    day = Days(Timetable(ZONE, stops, {"l": Line("l", "l", 3)}, (slow, quick), {"day": service})).of(DAY)
    assert len(day.patterns) == 2
    assert [j.arrive for j in journeys(day, 0, {0: 0}, {1: 0})] == [1_800]
