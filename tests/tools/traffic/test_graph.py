from __future__ import annotations

import math
from itertools import pairwise, permutations

import numpy as np
import polars as pl
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.feeds.ground import metres
from tools.traffic.graph import Join, Network, Way, joins, network, quickest

LON, LAT, STEP = 113.0, 29.5, 0.01
Street = tuple[tuple[int, int], tuple[int, int], float]


def at(cell: tuple[int, int]) -> tuple[float, float]:
    return round(LON + cell[0] * STEP, 5), round(LAT + cell[1] * STEP, 5)


def town(streets: list[Street]) -> Network:
    """One-way streets (from, to, km/h) between the corners of a grid."""
    lines = [shapely.LineString([at(one), at(other)]) for one, other, _ in streets]
    return network(
        pl.DataFrame(
            {
                "id": [f"s{i}" for i in range(len(streets))],
                "name": [f"street {i}" for i in range(len(streets))],
                "line": [shapely.to_wkb(line) for line in lines],
                "length": [metres(*at(one), *at(other)) / 1000 for one, other, _ in streets],
                "free_speed": [speed for *_, speed in streets],
            }
        )
    )


def corner(net: Network, cell: tuple[int, int], *, leaving: bool) -> list[Join]:
    """Joins exactly at a corner."""
    node = at(cell)
    share, wanted = (0.0, net.begins) if leaving else (1.0, net.ends)
    nodes = [shapely.get_coordinates(line)[0 if leaving else -1] for line in net.lines]
    assert len(wanted) == len(nodes)
    here = net.plane.place(*node)
    return [Join(i, share, 0.0) for i, p in enumerate(nodes) if math.hypot(p[0] - here[0], p[1] - here[1]) < 2]


def hours(net: Network, one: tuple[int, int], other: tuple[int, int]) -> Way | None:
    return quickest(net, net.free, corner(net, one, leaving=True), corner(net, other, leaving=False), 15.0)


def test_the_quick_way_round_beats_the_short_way() -> None:
    net = town([((0, 0), (1, 0), 10), ((0, 0), (0, 1), 60), ((0, 1), (1, 1), 60), ((1, 1), (1, 0), 60)])
    way = hours(net, (0, 0), (1, 0))
    assert way is not None
    assert [piece.name for piece in way.pieces] == ["street 1", "street 2", "street 3"]
    assert way.km == pytest.approx(float(net.lengths[1:].sum()), rel=1e-6)
    assert way.hours == pytest.approx(way.km / 60, rel=1e-6)


def test_one_way_streets_are_one_way() -> None:
    net = town([((0, 0), (1, 0), 30), ((1, 0), (2, 0), 30)])
    assert hours(net, (0, 0), (2, 0)) is not None
    assert hours(net, (2, 0), (0, 0)) is None


def test_places_beside_the_same_street() -> None:
    net = town([((0, 0), (1, 0), 36), ((1, 0), (0, 0), 36)])
    one, other = joins(net, LON + 0.002, LAT + 0.001), joins(net, LON + 0.007, LAT - 0.001)
    assert len(one) == len(other) == 2  # both directions
    way = quickest(net, net.free, one, other, 15.0)
    assert way is not None
    road = metres(LON, LAT, LON + 0.005, LAT) / 1000
    off = 2 * metres(LON, LAT, LON, LAT + 0.001) / 1000 * 1.3
    assert way.km == pytest.approx(road + off, rel=1e-3)
    assert way.hours == pytest.approx(road / 36 + off / 15, rel=1e-3)


def test_a_place_far_from_every_road_joins_none() -> None:
    assert joins(town([((0, 0), (1, 0), 30)]), LON, LAT + 0.1) == []


CELLS = st.tuples(st.integers(0, 2), st.integers(0, 1))
STREETS = st.lists(
    st.tuples(CELLS, CELLS, st.sampled_from([10.0, 25.0, 60.0])).filter(lambda s: s[0] != s[1]),
    min_size=1,
    max_size=9,
)


@settings(max_examples=60, deadline=None)
@given(STREETS, CELLS, CELLS)
def test_as_quick_as_the_best_of_all_ways(
    streets: list[Street], origin: tuple[int, int], destination: tuple[int, int]
) -> None:
    """Against trying every order of corners."""
    if origin == destination:
        return
    net = town(streets)
    cost: dict[tuple[tuple[int, int], tuple[int, int]], float] = {}
    for (one, other, speed), length in zip(streets, net.lengths, strict=True):
        cost[one, other] = min(cost.get((one, other), math.inf), float(length) / speed)
    others = sorted({c for one, other, _ in streets for c in (one, other)} - {origin, destination})
    best = math.inf
    for count in range(len(others) + 1):
        for between in permutations(others, count):
            stops = [origin, *between, destination]
            best = min(best, sum(cost.get((a, b), math.inf) for a, b in pairwise(stops)))
    ends = corner(net, origin, leaving=True), corner(net, destination, leaving=False)
    way = quickest(net, net.free, *ends, 15.0) if all(ends) else None
    assert (way.hours if way else math.inf) == pytest.approx(best, rel=1e-3)


def test_speeds_are_put_to_their_segments() -> None:
    net = town([((0, 0), (1, 0), 30), ((1, 0), (2, 0), 30)])
    known = net.speeds(pl.DataFrame({"segment": ["s1", "s1", "s1", "other"], "speed": [10.0, 30.0, 20.0, 1.0]}))
    assert np.isnan(known[0])
    assert known[1] == 20
