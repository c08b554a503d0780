from __future__ import annotations

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tools.tourism.opening import Span
from tools.tourism.route import EXACT_UP_TO, Break, Route, Stop, Task, best_route

GRID = 20
FLAT = (1.0,) * 24


def stop(name: str, opens: int, last: int, closes: int, stay: int, score: float) -> Stop:
    return Stop(name, (Span(opens, last, closes),), stay, (score,) * 24)


def apart(count: int, way: int) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(0 if i == j else way for j in range(count + 1)) for i in range(count + 1))


def check(task: Task, route: Route) -> None:
    """The route can be walked: windows, travel, breaks, the way home; and its value is what it says."""
    index = {s.id: i for i, s in enumerate(task.stops)}
    at, time, value, breaks = task.home, task.begin, 0.0, list(task.breaks)
    seen: set[str] = set()
    for visit in route.visits:
        if visit.stop is None:
            meal = breaks.pop(0)
            assert meal.first <= visit.enter <= meal.last
            assert visit.enter >= time
            assert visit.leave == visit.enter + meal.length
            value -= task.minute_cost * (visit.enter - time)
        else:
            i = index[visit.stop]
            place = task.stops[i]
            assert visit.stop not in seen
            seen.add(visit.stop)
            assert visit.arrive == time + task.travel[at][i] <= visit.enter
            assert visit.leave == visit.enter + place.stay
            assert any(s.opens <= visit.enter <= s.last_entry and visit.leave <= s.closes for s in place.spans)
            score = place.scores[min(visit.enter // 60, 23)]
            assert score > 0
            value += score - task.minute_cost * (visit.enter - time)
            at = i
        time = visit.leave
    assert not breaks
    assert 1 <= len(seen) <= task.most
    assert route.back == time + task.travel[at][task.home] <= task.end
    assert route.value == pytest.approx(value - task.minute_cost * task.travel[at][task.home])


def by_time(task: Task) -> float:
    """The best value by another way: one minute-grid state after another, every wait allowed."""

    @cache
    def best(at: int, time: int, mask: int, taken: int) -> float:
        home = task.travel[at][task.home]
        done = taken == len(task.breaks) and time + home <= task.end and mask
        found = -task.minute_cost * home if done else float("-inf")
        if time >= task.end:
            return found
        found = max(found, best(at, time + GRID, mask, taken) - task.minute_cost * GRID)
        if taken < len(task.breaks) and task.breaks[taken].first <= time <= task.breaks[taken].last:
            found = max(found, best(at, time + task.breaks[taken].length, mask, taken + 1))
        for i, place in enumerate(task.stops):
            enter = time + task.travel[at][i]
            if mask >> i & 1 or bin(mask).count("1") >= task.most or enter >= 24 * 60:
                continue
            fits = any(s.opens <= enter <= s.last_entry and enter + place.stay <= s.closes for s in place.spans)
            score = place.scores[enter // 60]
            if fits and score > 0:
                way = task.minute_cost * task.travel[at][i]
                found = max(found, score - way + best(i, enter + place.stay, mask | 1 << i, taken))
        return found

    return best(task.home, task.begin, 0, 0)


grid = st.integers(0, 24).map(lambda n: 540 + n * GRID)


@st.composite
def tasks(draw: st.DrawFn, most: int = 4) -> Task:
    count = draw(st.integers(1, most))
    stops = []
    for i in range(count):
        opens, length = draw(grid), draw(st.integers(1, 20)) * GRID
        closes = min(opens + length, 1440)
        last = draw(st.integers(opens // GRID, closes // GRID)) * GRID
        scores = tuple(draw(st.lists(st.sampled_from([0.0, 20.0, 35.0, 60.0]), min_size=24, max_size=24)))
        stops.append(Stop(f"s{i}", (Span(opens, last, closes),), draw(st.integers(1, 6)) * GRID, scores))
    ways = [[draw(st.integers(0, 4)) * GRID if i != j else 0 for j in range(count + 1)] for i in range(count + 1)]
    breaks = (Break(700, 780, 40),) if draw(st.booleans()) else ()
    end = 540 + draw(st.integers(6, 30)) * GRID
    return Task(
        tuple(stops),
        tuple(map(tuple, ways)),
        540,
        end,
        breaks,
        draw(st.integers(1, 4)),
        draw(st.sampled_from([0.0, 0.1])),
    )


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tasks())
def test_small_days_are_planned_best(task: Task) -> None:
    route, best = best_route(task), by_time(task)
    if route is None:
        assert best == float("-inf")
        return
    check(task, route)
    assert route.exact
    assert route.value == pytest.approx(best)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tasks(most=EXACT_UP_TO + 5))
def test_every_route_can_be_walked(task: Task) -> None:
    route = best_route(task)
    if route is not None:
        check(task, route)


def test_a_day_by_hand() -> None:
    """Morning only at a, afternoon only at b; c fits between them before lunch ends."""
    a = stop("a", 540, 560, 660, 60, 50)
    b = stop("b", 840, 900, 1020, 60, 50)
    c = stop("c", 540, 1020, 1080, 60, 40)
    task = Task((b, c, a), apart(3, 20), 540, 1020, (Break(690, 780, 50),), minute_cost=0.1)
    route = best_route(task)
    assert route is not None
    assert [v.stop for v in route.visits] == ["a", "c", None, "b"]
    # 540 → a 560–620 → c 640–700 → lunch 700–750 → b 840 (opens)–900 → home 920
    assert [(v.enter, v.leave) for v in route.visits] == [(560, 620), (640, 700), (700, 750), (840, 900)]
    assert route.back == 920
    assert route.exact
    assert route.value == pytest.approx(140 - 0.1 * (20 + 20 + 90 + 20))


def test_one_waits_for_a_calmer_hour_where_that_is_worth_it() -> None:
    calm_later = tuple(10.0 if hour < 11 else 60.0 for hour in range(24))
    place = Stop("a", (Span(540, 900, 1000),), 60, calm_later)
    task = Task((place,), apart(1, 10), 540, 1000, minute_cost=0.1)
    route = best_route(task)
    assert route is not None
    assert route.visits[0].enter == 660
    # The value of the calm hour is 50 more; waiting for it costs 110 minutes.
    hasty = best_route(Task((place,), apart(1, 10), 540, 1000, minute_cost=0.5))
    assert hasty is not None
    assert hasty.visits[0].enter == 550


def test_nothing_fits() -> None:
    assert best_route(Task((stop("a", 540, 560, 600, 90, 50),), apart(1, 10), 540, 900)) is None
    assert best_route(Task((), ((0,),), 540, 900)) is None


def test_many_stops_are_near_the_best() -> None:
    """Alike stops one beside the other: as many as there is time for, which is the most there can be."""
    stops = tuple(stop(f"s{i}", 480, 1200, 1260, 45, 30) for i in range(30))
    route = best_route(Task(stops, apart(30, 15), 540, 1020, minute_cost=0.1))
    assert route is not None
    assert not route.exact
    assert sum(v.stop is not None for v in route.visits) == 7  # 7 × (15 + 45) + 15 = 435 of 480 minutes


def test_not_more_stops_than_asked() -> None:
    stops = tuple(stop(f"s{i}", 480, 1200, 1260, 30, 30) for i in range(6))
    route = best_route(Task(stops, apart(6, 5), 540, 1020, most=2))
    assert route is not None
    assert len(route.visits) == 2
