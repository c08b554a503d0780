"""Is the siting of schools optimal? Instances drawn by a seed, each also solved by trying every choice of sites.

The trial shares nothing with the integer programme: for one choice of sites the children placed are a maximum flow
(SciPy's Dinic), and the shortest ways an assignment of single children to single places (SciPy's Jonker-Volgenant);
children, places and metres are whole numbers, so both are exact.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import comb
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from tools.schools.siting import Ground, Method, choose

INSTANCES = 20
_METHODS: tuple[Method, ...] = ("coverage", "distance")
_SIDE_M = 3_000
_SAME = 1e-6
_LIMIT_S = 60.0


class Instance(NamedTuple):
    """One question of siting: so many schools to build, and the method."""

    name: str
    ground: Ground
    build: int
    method: Method


class Value(NamedTuple):
    """How good a choice of sites is: children placed, and metres of all their ways (0 where they do not count)."""

    placed: int
    way: int


class SitingReport(BaseModel):
    """``optimal``: instances whose choice is as good as the best of all choices and is said to be proven."""

    instances: int
    optimal: int
    choices_tried: int
    largest: str
    misses: list[str]


def run(count: int = INSTANCES, seed: int = 5) -> SitingReport:
    """Solve ``count`` instances both ways and compare. The two methods take turns."""
    misses, tried, largest = [], 0, ("", 0)
    for instance in instances(count, seed):
        found = choose(instance.ground, instance.build, instance.method, _LIMIT_S)
        best = best_of_all(instance)
        tried += _choices(instance)
        largest = max(largest, (instance.name, _choices(instance)), key=lambda pair: pair[1])
        aim = best.placed if instance.method == "coverage" else best.way
        told = abs(found.objective - aim) <= _SAME * max(1, aim)
        reached = value_of(instance, found.opened) == best
        if not (told and reached and found.proven):
            misses.append(f"{instance.name}: {found.objective:g} with {found.opened}, best {best}, {found.proven=}")
    return SitingReport(
        instances=count,
        optimal=count - len(misses),
        choices_tried=tried,
        largest=f"{largest[0]} ({largest[1]} choices)",
        misses=misses,
    )


def instances(count: int, seed: int) -> Iterator[Instance]:
    """Instances of growing size: 10-45 points, 0-6 schools, 5-14 sites, 1-5 to be built."""
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        grown = number / max(1, count - 1)
        points, sites = 10 + int(35 * grown), 5 + int(9 * grown)
        existing, build = int(rng.integers(0, 7)), 1 + number // 2 % 5
        spots = rng.integers(0, _SIDE_M, (points + existing + sites, 2))
        ways = np.hypot(*(spots[:points, None] - spots[None, points:]).transpose(2, 0, 1)).round()
        children = rng.integers(1, 7, points)
        places = rng.integers(3, 2 + max(4, int(2 * children.sum() / (existing + build))), existing + sites)
        radius = float(rng.integers(500, 1_200))
        ground = Ground(children.astype(float), places.astype(float), ways, existing, radius)
        method = _METHODS[number % 2]
        yield Instance(f"{number + 1:02d}-{method}-{points}x{sites}-{build}", ground, build, method)


def best_of_all(instance: Instance) -> Value:
    """The best value of every choice of ``build`` sites (as many as there are, where there are fewer)."""
    size = min(instance.build, len(instance.ground.sites))
    return max(
        (value_of(instance, opened) for opened in combinations(instance.ground.sites, size)),
        key=lambda value: (value.placed, -value.way),
    )


def value_of(instance: Instance, opened: tuple[int, ...]) -> Value:
    """The value of one choice of sites."""
    ground = instance.ground
    schools = [*range(ground.existing), *opened]
    children, places = ground.children.astype(np.int64), ground.places.astype(np.int64)[schools]
    ways = ground.metres[:, schools].astype(np.int64)
    if instance.method == "coverage":
        return Value(_most_placed(children, places, ways <= ground.radius_m), 0)
    return _shortest(children, places, ways)


def _most_placed(children: NDArray[np.int64], places: NDArray[np.int64], near: NDArray[np.bool_]) -> int:
    """Maximum flow from a source over points and schools to a sink."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import maximum_flow

    points, schools = near.shape
    size = points + schools + 2
    graph = np.zeros((size, size), dtype=np.int32)
    graph[0, 1 : points + 1] = children
    graph[1 : points + 1, points + 1 : -1] = near * children[:, None]
    graph[points + 1 : -1, -1] = places
    return int(maximum_flow(csr_matrix(graph), 0, size - 1).flow_value)


def _shortest(children: NDArray[np.int64], places: NDArray[np.int64], ways: NDArray[np.int64]) -> Value:
    """Each child one row, each place one column; as many are matched as there are rows or columns."""
    from scipy.optimize import linear_sum_assignment

    one_by_one = np.repeat(np.repeat(ways, children, axis=0), places, axis=1)
    rows, columns = linear_sum_assignment(one_by_one)
    return Value(len(rows), int(one_by_one[rows, columns].sum()))


def _choices(instance: Instance) -> int:
    sites = len(instance.ground.sites)
    return comb(sites, min(instance.build, sites))
