"""Where to build schools, as an integer programme solved to a proven optimum.

Two methods, both with the places of existing schools and of the new ones respected, and with children free to be
divided among schools:

coverage
    as many children as possible get a place within the radius: the maximal covering location problem of Church and
    ReVelle (1974), Papers of the Regional Science Association 32, 101-118, in its form with capacities (Current and
    Storbeck 1988, Environment and Planning B 15, 153-163).
distance
    as many children as possible get a place at all, and with so many placed, their way is as short as possible: the
    p-median of ReVelle and Swain (1970), Geographical Analysis 2, 30-42, with capacities.

The programme is solved by HiGHS (branch and bound), as ``scipy.optimize.milp`` gives it, until no gap is left.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.optimize import OptimizeResult
    from scipy.sparse import csr_array

Method = Literal["coverage", "distance"]
Floats = NDArray[np.float64]
_SLACK = 1e-9
"""Relative; more would let the solver leave a hair of a child at home to shorten the way."""
_OPEN = 0.5


class NoAnswerInTime(Exception):  # noqa: N818  # it is no fault: the tool says it in words
    """The time was over before any choice of sites was found."""


@dataclass(frozen=True)
class Ground:
    """One question of siting.

    ``children[i]`` at point i; ``places[j]`` of school j, ``metres[i, j]`` from point to school. The first ``existing``
    schools stand; the others are sites. ``radius_m`` bounds the way in the method "coverage".
    """

    children: Floats
    places: Floats
    metres: Floats
    existing: int
    radius_m: float

    @property
    def sites(self) -> range:
        """Numbers of the schools that may be built."""
        return range(self.existing, len(self.places))


class Seating(NamedTuple):
    """Who goes where: ``flow[i, j]`` children of point i to school j; ``placed`` in all; mean way in metres."""

    flow: Floats
    placed: float
    mean_m: float | None


class Choice(NamedTuple):
    """The sites chosen, and how sure that is.

    ``objective``: children placed (coverage), or metres of all ways together (distance). ``bound``: no choice can be
    better than this. ``gap_pct``: their difference in per cent of the objective. ``proven``: nothing better exists.
    """

    opened: tuple[int, ...]
    objective: float
    bound: float
    gap_pct: float
    proven: bool
    seating: Seating


class _Programme(NamedTuple):
    """Variables: one flow for each pair of point and school that may be used, then one 0/1 for each site."""

    points: NDArray[np.int64]
    schools: NDArray[np.int64]
    matrix: csr_array
    upper: Floats
    most: Floats

    @property
    def flows(self) -> int:
        return len(self.points)


class _Solved(NamedTuple):
    values: Floats
    objective: float
    bound: float
    proven: bool


def choose(ground: Ground, count: int, method: Method, limit_s: float) -> Choice:
    """The best ``count`` sites, or fewer where more would add nothing. Raises NoAnswerInTime."""
    programme = _programme(ground, count, method)
    if method == "coverage":
        cost, placed, sign = np.concatenate([-np.ones(programme.flows), np.zeros(len(ground.sites))]), None, -1.0
    else:
        cost = np.concatenate([ground.metres[programme.points, programme.schools], np.zeros(len(ground.sites))])
        placed, sign = _most_seats(ground, count), 1.0
    solved = _solve(programme, cost, limit_s, placed)
    opened = tuple(j for j, on in zip(ground.sites, solved.values[programme.flows :], strict=True) if on > _OPEN)
    objective, bound = sign * solved.objective, sign * solved.bound
    gap = 100 * abs(objective - bound) / max(abs(objective), 1.0)
    return Choice(opened, objective, bound, gap, solved.proven, seat(ground, opened, method))


def _most_seats(ground: Ground, count: int) -> float:
    """Children who can be placed at all where every school is open to every point: no more than children or places."""
    built = np.sort(ground.places[ground.existing :])[::-1][:count]
    return float(min(ground.children.sum(), ground.places[: ground.existing].sum() + built.sum()))


def seat(ground: Ground, opened: tuple[int, ...], method: Method) -> Seating:
    """Who goes where once the sites are fixed: as many placed as possible, then the shortest way."""
    closed = [j for j in ground.sites if j not in opened]
    places = ground.places.copy()
    places[closed] = 0.0
    fixed = Ground(ground.children, places, ground.metres, len(places), ground.radius_m)
    programme = _programme(fixed, 0, method)
    if programme.flows == 0:
        return Seating(np.zeros(ground.metres.shape), 0.0, None)
    placed = _solve(programme, -np.ones(programme.flows), math.inf)
    way = _solve(programme, ground.metres[programme.points, programme.schools], math.inf, placed=-placed.objective)
    flow = np.zeros(ground.metres.shape)
    flow[programme.points, programme.schools] = way.values
    total = float(flow.sum())
    return Seating(flow, total, way.objective / total if total > 0 else None)


def _programme(ground: Ground, count: int, method: Method) -> _Programme:
    """Rows: each point sends out no more than its children; each school takes no more than its places, none where it
    is not built; no pair is used to a site that is not built (which the places imply, but it closes the gap sooner);
    no more sites than ``count``."""
    from scipy.sparse import coo_array

    near = ground.metres <= ground.radius_m if method == "coverage" else np.ones(ground.metres.shape, dtype=bool)
    near &= (ground.children[:, None] > 0) & (ground.places[None, :] > 0)
    points, schools = np.nonzero(near)
    flows, sites = len(points), len(ground.sites)
    to_site = np.flatnonzero(schools >= ground.existing)
    switch = flows + schools[to_site] - ground.existing
    most = np.minimum(ground.children[points], ground.places[schools])
    ones, links = np.ones(flows), len(ground.children) + len(ground.places)
    rows = [points, len(ground.children) + schools, len(ground.children) + np.array(ground.sites, dtype=np.int64)]
    columns = [np.arange(flows), np.arange(flows), flows + np.arange(sites)]
    values = [ones, ones, -ground.places[ground.existing :]]
    rows += [links + np.arange(len(to_site))] * 2 + [np.full(sites, links + len(to_site))]
    columns += [to_site, switch, flows + np.arange(sites)]
    values += [np.ones(len(to_site)), -most[to_site], np.ones(sites)]
    matrix = coo_array(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=(links + len(to_site) + 1, flows + sites),
    ).tocsr()
    taken = np.concatenate([ground.places[: ground.existing], np.zeros(sites)])
    upper = np.concatenate([ground.children, taken, np.zeros(len(to_site)), [count]])
    return _Programme(points, schools, matrix, upper, np.concatenate([most, np.ones(sites)]))


def _solve(programme: _Programme, cost: Floats, limit_s: float, placed: float | None = None) -> _Solved:
    """Least cost; with ``placed``, only among seatings that place so many children."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    if len(cost) == 0:
        return _Solved(np.zeros(0), 0.0, 0.0, True)
    whole = np.concatenate([np.zeros(programme.flows), np.ones(len(cost) - programme.flows)])
    rules = [LinearConstraint(programme.matrix, ub=programme.upper)]
    if placed is not None:
        rules.append(LinearConstraint(1.0 - whole[None, :], lb=placed * (1 - _SLACK)))
    options = {"mip_rel_gap": 0.0} | ({"time_limit": limit_s} if math.isfinite(limit_s) else {})
    found: OptimizeResult = milp(
        cost, integrality=whole, bounds=Bounds(0.0, programme.most), constraints=rules, options=options
    )
    if found.x is None:
        raise NoAnswerInTime(str(found.message))
    bound = found.mip_dual_bound if found.mip_dual_bound is not None else found.fun
    return _Solved(found.x, float(found.fun), float(bound), found.status == 0)
