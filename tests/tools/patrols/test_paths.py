from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from shapely import LineString, Polygon

from tools.patrols.paths import Obstacle, inside, obstacles, shortest
from tools.patrols.plane import Plane, Point, length
from tools.patrols.rules import Shape

GRAZE = 0.5


def zone(*corners: tuple[float, float], name: str = "z") -> Obstacle:
    outline = Polygon(corners)
    return Obstacle(name, "", outline, outline.buffer(-GRAZE))


SQUARE = zone((-100, -100), (100, -100), (100, 100), (-100, 100))


def test_nothing_in_the_way() -> None:
    assert shortest(Point(-300, 200), Point(300, 200), [SQUARE]) == [(-300, 200), (300, 200)]
    assert shortest(Point(5, 5), Point(5, 5), []) == [(5, 5), (5, 5)]


def test_around_a_square() -> None:
    # Over two corners: √(200² + 100²) + 200 + √(200² + 100²).
    path = shortest(Point(-300, 0), Point(300, 0), [SQUARE])
    assert path is not None
    assert length(path) == pytest.approx(2 * math.hypot(200, 100) + 200)
    assert len(path) == 4


def test_the_shorter_side_is_taken() -> None:
    path = shortest(Point(-300, 50), Point(300, 50), [SQUARE])
    assert path is not None
    assert [point.y for point in path[1:-1]] == [100, 100]


def test_what_is_closed_in_has_no_way() -> None:
    ring = [
        zone((-300, -300), (300, -300), (300, -200), (-300, -200)),
        zone((-300, 200), (300, 200), (300, 300), (-300, 300)),
        zone((-300, -300), (-200, -300), (-200, 300), (-300, 300)),
        zone((200, -300), (300, -300), (300, 300), (200, 300)),
    ]
    assert shortest(Point(0, 0), Point(1000, 0), ring) is None
    assert shortest(Point(0, 0), Point(1000, 0), ring[:3]) is not None


def test_a_zone_met_only_on_the_detour_is_gone_around_too() -> None:
    # Nothing but the square lies on the straight line; the wall blocks the upper corners, so the way goes below.
    wall = zone((-20, 90), (20, 90), (20, 900), (-20, 900))
    path = shortest(Point(-300, 50), Point(300, 50), [SQUARE, wall])
    assert path is not None
    assert [point.y for point in path[1:-1]] == [-100, -100]


def test_zones_keep_their_margin() -> None:
    plane = Plane(113, 30)
    square = tuple(plane.degrees(Point(x, y)) for x, y in ((-100, -100), (100, -100), (100, 100), (-100, 100)))
    circle = (plane.degrees(Point(1000, 0)),)
    box, disc = obstacles([Shape("box", "", square, 0), Shape("disc", "", circle, 200)], plane, 30)
    assert box.outline.bounds == pytest.approx((-130, -130, 130, 130), abs=0.01)
    assert disc.outline.contains(Polygon.from_bounds(1000, 0, 1001, 1).buffer(0))
    # The polygon is drawn around the circle: no point within 230 m of the middle is free.
    for angle in range(0, 360, 5):
        edge = Point(1000 + 229 * math.cos(math.radians(angle)), 229 * math.sin(math.radians(angle)))
        assert inside(edge, [box, disc]) is disc
    assert inside(Point(1000 - 260, 0), [box, disc]) is None
    assert inside(Point(0, 129), [box, disc]) is box


def around_by_hand(start: Point, goal: Point, zones: Sequence[Obstacle]) -> float:
    """The shortest length over every order of every choice of corners: no graph, no growing."""
    corners = [Point(*corner) for one in zones for corner in list(one.outline.exterior.coords)[:-1]]
    free = [corner for corner in corners if inside(corner, zones) is None]

    def is_clear(one: Point, other: Point) -> bool:
        return one == other or not any(zone.core.intersects(LineString([one, other])) for zone in zones)

    places = [start, goal, *free]
    clear = {pair: is_clear(places[pair[0]], places[pair[1]]) for pair in itertools.combinations(range(len(places)), 2)}
    best = math.inf

    def go(at: int, left: frozenset[int], far: float) -> None:
        nonlocal best
        if far + math.dist(places[at], goal) >= best:
            return
        if clear[min(at, 1), max(at, 1)] if at != 1 else False:
            best = far + math.dist(places[at], goal)
        for to in left:
            if clear[min(at, to), max(at, to)]:
                go(to, left - {to}, far + math.dist(places[at], places[to]))

    go(0, frozenset(range(2, len(places))), 0.0)
    return best


POINTS = st.tuples(st.integers(-60, 60), st.integers(-60, 60)).map(lambda pair: (pair[0] * 10.0, pair[1] * 10.0))
SPOTS = st.tuples(st.integers(-90, 90), st.integers(-90, 90)).map(lambda pair: Point(pair[0] * 10.0, pair[1] * 10.0))


@st.composite
def triangles(draw: st.DrawFn) -> Obstacle:
    one, two, three = draw(POINTS), draw(POINTS), draw(POINTS)
    turn = (two[0] - one[0]) * (three[1] - one[1]) - (two[1] - one[1]) * (three[0] - one[0])
    assume(abs(turn) > 2e4)  # at least 1 ha, so that something is left when the edge is taken off
    return zone(one, two, three)


@settings(max_examples=80, deadline=None)
@given(st.lists(triangles(), min_size=1, max_size=3), SPOTS, SPOTS)
def test_the_way_is_the_shortest_of_all(zones: list[Obstacle], start: Point, goal: Point) -> None:
    assume(start != goal and inside(start, zones) is None and inside(goal, zones) is None)
    path, by_hand = shortest(start, goal, zones), around_by_hand(start, goal, zones)
    if path is None:
        assert by_hand == math.inf
        return
    assert length(path) == pytest.approx(by_hand)
    assert (path[0], path[-1]) == (start, goal)
    assert not any(one.core.intersects(LineString(path)) for one in zones)
    assert length(path) >= math.dist(start, goal) - 1e-6
    back = shortest(goal, start, zones)
    assert back is not None
    assert length(back) == pytest.approx(length(path))
