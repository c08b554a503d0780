from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from eval.siting import Instance, best_of_all, value_of
from tools.schools.siting import Ground, Method, NoAnswerInTime, choose, seat


def ground(
    children: list[float], places: list[float], metres: list[list[float]], existing: int, radius: float
) -> Ground:
    return Ground(np.array(children), np.array(places), np.array(metres, dtype=float), existing, radius)


# Three points on a line at 0, 1000 and 2000 m; a school stands at 0 with 10 places; sites at 1000 and 2000 m.
LINE = ground([10, 20, 30], [10, 15, 40], [[0, 1000, 2000], [1000, 0, 1000], [2000, 1000, 0]], 1, 500)


def test_coverage_by_hand() -> None:
    found = choose(LINE, 1, "coverage", 10)
    assert found.opened == (2,)  # 30 of the third point, against 15 of the second
    assert found.proven
    assert found.objective == found.bound == pytest.approx(40)
    assert found.seating.placed == pytest.approx(40)
    both = choose(LINE, 2, "coverage", 10)
    assert both.opened == (1, 2)
    assert both.objective == pytest.approx(55)


def test_distance_by_hand() -> None:
    found = choose(LINE, 1, "distance", 10)
    # With the far site 50 of 60 have a place: 10 stay at 0 m, 30 at 0 m, 10 of the second point walk 1000 m.
    assert found.opened == (2,)
    assert found.seating.placed == pytest.approx(50)
    assert found.objective == pytest.approx(10_000)
    assert found.seating.mean_m == pytest.approx(200)


def test_places_come_before_short_ways() -> None:
    # The near site is nearer to all, but has room for one child only; the far one has room for everybody.
    found = choose(ground([5, 5], [1, 10], [[0, 900], [0, 900]], 0, 500), 1, "distance", 10)
    assert found.opened == (1,)
    assert found.seating.placed == pytest.approx(10)


def test_sites_that_add_nothing_are_left_out_or_do_no_harm() -> None:
    found = choose(ground([5], [5, 5], [[0, 100]], 1, 500), 1, "coverage", 10)
    assert found.objective == pytest.approx(5)
    assert found.proven


def test_nothing_within_reach() -> None:
    found = choose(ground([5], [5], [[800]], 0, 500), 1, "coverage", 10)
    assert (found.objective, found.seating.placed, found.seating.mean_m, found.proven) == (0, 0, None, True)


def test_seating_without_new_schools() -> None:
    before = seat(LINE, (), "coverage")
    assert before.placed == pytest.approx(10)
    assert before.mean_m == pytest.approx(0)
    assert seat(LINE, (), "distance").placed == pytest.approx(10)


class _Hurried:
    """HiGHS that runs out of time: its answer stands, the proof does not; or there is no answer at all."""

    def __init__(self, answers: bool) -> None:
        self._answers, self._milp = answers, optimize.milp

    def __call__(self, cost: Any, **given: Any) -> Any:
        found = self._milp(cost, **given)
        if np.any(given["integrality"]):  # seating the children of sites already chosen takes no time
            found.status, found.mip_dual_bound = 1, found.fun - 2.0
            found.x = found.x if self._answers else None
        return found


@pytest.mark.parametrize(("method", "bound"), [("coverage", 42.0), ("distance", 9_998.0)])
def test_what_time_did_not_let_prove_is_said(monkeypatch: pytest.MonkeyPatch, method: Method, bound: float) -> None:
    monkeypatch.setattr(optimize, "milp", _Hurried(answers=True))
    found = choose(LINE, 1, method, 10)
    assert not found.proven
    assert found.bound == pytest.approx(bound)
    assert found.gap_pct == pytest.approx(100 * 2 / found.objective)


def test_no_choice_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optimize, "milp", _Hurried(answers=False))
    with pytest.raises(NoAnswerInTime):
        choose(LINE, 1, "coverage", 10)


@st.composite
def small(draw: st.DrawFn) -> Instance:
    points, existing, sites = draw(st.integers(1, 5)), draw(st.integers(0, 2)), draw(st.integers(1, 4))
    amounts = st.integers(1, 6).map(float)
    children = draw(st.lists(amounts, min_size=points, max_size=points))
    places = draw(st.lists(amounts, min_size=existing + sites, max_size=existing + sites))
    row = st.lists(st.integers(0, 20), min_size=existing + sites, max_size=existing + sites)
    metres = draw(st.lists(row, min_size=points, max_size=points))
    build = draw(st.integers(1, sites))
    method: Method = draw(st.sampled_from(["coverage", "distance"]))
    return Instance(
        "small", ground(children, places, [[float(m) for m in r] for r in metres], existing, 10), build, method
    )


@given(small())
@settings(max_examples=60, deadline=None)
def test_no_choice_of_sites_is_better(instance: Instance) -> None:
    found, best = choose(instance.ground, instance.build, instance.method, 30), best_of_all(instance)
    assert found.proven
    assert found.objective == pytest.approx(best.placed if instance.method == "coverage" else best.way, abs=1e-4)
    assert found.seating.placed == pytest.approx(best.placed, abs=1e-5)


@given(small())
@settings(max_examples=40, deadline=None)
def test_nobody_is_seated_twice_or_where_there_is_no_room(instance: Instance) -> None:
    found = choose(instance.ground, instance.build, instance.method, 30)
    flow = found.seating.flow
    closed = [j for j in instance.ground.sites if j not in found.opened]
    assert (flow >= -1e-6).all()
    assert (flow.sum(axis=1) <= instance.ground.children + 1e-6).all()
    assert (flow.sum(axis=0) <= instance.ground.places + 1e-6).all()
    assert flow[:, closed].sum() == 0
    if instance.method == "coverage":
        assert flow[instance.ground.metres > instance.ground.radius_m].sum() == 0


@given(small())
@settings(max_examples=40, deadline=None)
def test_one_more_school_never_places_fewer(instance: Instance) -> None:
    fewer = choose(instance.ground, instance.build, "coverage", 30).objective
    assert choose(instance.ground, instance.build + 1, "coverage", 30).objective >= fewer - 1e-6


def test_the_trial_itself_by_hand() -> None:
    values = {opened: value_of(Instance("line", LINE, 1, "distance"), opened) for opened in combinations(LINE.sites, 1)}
    assert values == {(1,): (25, 0), (2,): (50, 10_000)}
    assert value_of(Instance("line", LINE, 1, "coverage"), (1,)) == (25, 0)
