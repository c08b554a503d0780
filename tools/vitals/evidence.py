"""How far each hour lies from what was to be expected, by several measures, each in robust standard deviations.

=========  ==================================================================================================
innovation  step of this hour beyond what the last hour explains: the onset of anything
mean_N      mean deviation of the last N hours: spikes (1, 2, 3), shifts (6 … 24), drifts (48, 72)
shape_N     mean square deviation of the last N hours: a day that runs otherwise though its mean is usual
stuck       how improbable so long a run of equal values is, as a logarithm
=========  ==================================================================================================

Every measure looks back only. A mean over N hours is compared with the spread of such means in the eight weeks before
(not with the spread of single hours: hours hang together), drawn towards what is common to all signs where N is large
and eight weeks hold few of them. Scan windows of several lengths: Basseville and Nikiforov, *Detection of Abrupt
Changes* (1993), ch. 2.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.feeds.world import Floats
from tools.vitals.expected import HOURS_A_DAY, TO_SIGMA, Expected, middle

MEANS = (1, 2, 3, 6, 12, 24, 48, 72)
SHAPES = (8, 12, 24)
_LEVEL_DAYS = 14
_ENOUGH = 0.6
"""Share of a window's hours that must be known."""
_QUIET = np.sqrt(0.5 + 0.375)
_CELL = 120.0
"""As many values of one hour of the day as this count as much as those of all hours."""
_OWN = 40.0
"""As many windows of its own as this count as much as what is common to all signs."""


class Given(NamedTuple):
    """Signs × hours: ``values`` and ``expected`` on the even scale, ``raw`` in the sign's unit (for equal values).

    ``cells`` tells the hour of each hour on working and free days, ``doubt`` how unlike them it may be, as a share of
    what they differ by; ``floor`` is the least spread of each sign (the chance of counting). Spreads are learnt on the
    hours up to ``before``.
    """

    values: Floats
    raw: Floats
    expected: Expected
    cells: NDArray[np.int64]
    doubt: Floats
    floor: Floats
    before: int


class Evidence(NamedTuple):
    """Signs × hours: the measures by name; what is usual now, and its spread, on the even scale."""

    measures: dict[str, Floats]
    usual: Floats
    spread: Floats


def weigh(given: Given) -> Evidence:
    """Every measure for all hours given; spreads are learnt on the hours before ``given.before``."""
    before = given.before
    base = slice(min(_LEVEL_DAYS * HOURS_A_DAY, before // 2), before)
    away = given.values - given.expected.values
    wide = _wide(away, given)
    ratio = away / wide
    # Hours in which nothing is counted have no spread to learn from.
    quiet = (given.floor[:, None] > 0) & (given.expected.values < _QUIET)
    level = np.where(quiet, 0.0, usual_level(np.where(quiet, np.nan, ratio)))
    ratio = ratio - level
    learnt = np.where(quiet, np.nan, ratio)
    measures: dict[str, Floats] = {}
    single, sums = spread(learnt[:, base]), _Sums.of(learnt)
    for hours in MEANS:
        means = sums.mean(hours)
        own = np.maximum(spread(means[:, base]), single / np.sqrt(hours))
        means = ratio if hours == 1 else means
        measures[f"mean_{hours}"] = means / _drawn(own, single, (before - base.start) / hours)[:, None]
    measures["innovation"] = _innovation(ratio, learnt, level, base)
    # The shape of a day that may be unlike all others tells nothing.
    size = np.clip(np.where(given.doubt > 0, np.nan, learnt) / single[:, None], -6, 6) ** 2
    sums = _Sums.of(size)
    for hours in SHAPES:
        squares = np.log(sums.mean(hours) + 0.05)
        usual = middle(squares[:, base])
        own = np.maximum(spread(squares[:, base] - usual[:, None]), 0.15)
        measures[f"shape_{hours}"] = (squares - usual[:, None]) / _drawn(own, np.ones_like(own), 999 / hours)[:, None]
    measures["stuck"] = stuck(given.raw, base)
    return Evidence(measures, given.expected.values + level * wide, wide * single[:, None])


def _wide(away: Floats, given: Given) -> Floats:
    """The spread of each hour given. A cell's own spread leans on what the sign's law of variance gives there."""
    law = _law(away, given)
    past = away[:, : given.before] / law[:, : given.before]
    cells = given.cells[: given.before]
    factor = np.ones((len(away), 2 * HOURS_A_DAY))
    for cell in range(2 * HOURS_A_DAY):
        hour, free = cell % HOURS_A_DAY, cell // HOURS_A_DAY
        near = [free * HOURS_A_DAY + (hour + step) % HOURS_A_DAY for step in (-1, 0, 1)]
        mine = past[:, np.isin(cells, near)]
        if mine.shape[1]:
            weight = mine.shape[1] / (mine.shape[1] + _CELL)
            factor[:, cell] = np.maximum(spread(mine), 0.1) ** weight
    wide = law * factor[:, given.cells]
    return np.hypot(np.maximum(wide, given.floor[:, None]), given.doubt[None, :] * given.expected.contrast)


def _law(away: Floats, given: Given) -> Floats:
    """Amounts, levels and shares vary as widely at every hour. Counts vary by chance and in proportion to their size.

    On the root scale a count of mean m has the variance 1/4 + k m / 4 (negative binomial, Cameron and Trivedi,
    *Regression Analysis of Count Data*, 2nd ed. 2013, ch. 3); k is found so that the scaled deviations have spread 1.
    """
    before = given.before
    law = np.repeat(spread(away[:, :before])[:, None], away.shape[1], axis=1)
    counted = given.floor > 0
    if not counted.any():
        return law
    mean = np.maximum(given.expected.values[counted] ** 2 - 0.375, 0.0)
    past, grown = (away[counted][:, :before] * TO_SIGMA) ** 2, mean[:, :before] / 4
    past[mean[:, :before] < 0.5] = np.nan
    half = (~np.isnan(past)).sum(axis=1) / 2
    low, high = np.zeros(len(past)), np.full(len(past), 4.0)
    for _ in range(18):
        k = (low + high) / 2
        still = (past > 0.25 + k[:, None] * grown).sum(axis=1) > half  # that is, the spread exceeds 1
        low, high = np.where(still, k, low), np.where(still, high, k)
    law[counted] = np.sqrt(0.25 + high[:, None] * mean / 4)
    return law


def spread(values: Floats) -> Floats:
    """Median absolute deviation from zero of each row, as a standard deviation; 0 becomes a very small one."""
    found = middle(np.abs(values)) * TO_SIGMA
    return np.where(found > 0, found, 1e-6)


def usual_level(away: Floats) -> Floats:
    """The median of the fourteen days before each day: what has become usual since the model was fitted."""
    found = np.zeros_like(away)
    window = _LEVEL_DAYS * HOURS_A_DAY
    for begin in range(3 * HOURS_A_DAY, away.shape[1], HOURS_A_DAY):
        level = middle(away[:, max(0, begin - window) : begin])
        found[:, begin : begin + HOURS_A_DAY] = np.nan_to_num(level)[:, None]
    return found


def stuck(raw: Floats, base: slice) -> Floats:
    """Minus the logarithm of how probable the present run of equal values is, from how often hours repeat."""
    equal = raw[:, 1:] == raw[:, :-1]
    known = ~np.isnan(raw[:, 1:]) & ~np.isnan(raw[:, :-1])
    hour = np.arange(1, raw.shape[1]) % HOURS_A_DAY
    surprise = np.zeros(equal.shape)
    for one in range(HOURS_A_DAY):
        column = hour == one
        learnt = column & (np.arange(1, raw.shape[1]) >= base.start) & (np.arange(1, raw.shape[1]) < base.stop)
        often = (equal[:, learnt].sum(axis=1) + 0.5) / (known[:, learnt].sum(axis=1) + 1.0)
        surprise[:, column] = -np.log(often)[:, None]
    found = np.zeros_like(raw)
    for at in range(1, raw.shape[1]):
        # A missing hour neither lengthens a run nor ends it.
        grown = np.where(equal[:, at - 1], found[:, at - 1] + surprise[:, at - 1], 0.0)
        found[:, at] = np.where(known[:, at - 1], grown, 0.0)
    return found


def _innovation(ratio: Floats, learnt: Floats, level: Floats, base: slice) -> Floats:
    """This hour less what the last one foretells, by the sign's own correlation from hour to hour."""
    past = learnt[:, base]
    bound = 3 * spread(past)[:, None]
    clipped = np.clip(np.nan_to_num(past), -bound, bound)
    memory = (clipped[:, 1:] * clipped[:, :-1]).sum(axis=1) / np.maximum((clipped**2).sum(axis=1), 1e-12)
    last = np.concatenate([np.full((len(ratio), 1), np.nan), learnt[:, :-1]], axis=1)
    # The level is renewed at midnight; the last hour is taken against the new one, or every midnight were a step.
    last[:, 1:] += level[:, :-1] - level[:, 1:]
    # After an hour that says nothing (missing, closed) this hour stands for itself.
    step = ratio - memory[:, None] * np.nan_to_num(last)
    wide = spread(np.where(np.isnan(past[:, 1:]) | np.isnan(past[:, :-1]), np.nan, step[:, base][:, 1:]))
    alone = np.isnan(last)
    found: Floats = step / np.where(alone, np.maximum(spread(past), wide)[:, None], wide[:, None])
    return found


def _drawn(own: Floats, single: Floats, count: float) -> Floats:
    """A sign's own spread, drawn towards the ratio to its single hours that is common to all signs."""
    weight = count / (count + _OWN)
    common = float(np.median(own / single)) * single
    found: Floats = np.exp(weight * np.log(own) + (1 - weight) * np.log(np.maximum(common, 1e-12)))
    return found


class _Sums(NamedTuple):
    """Of signs × hours: what is known, and the sums and counts up to each hour."""

    known: NDArray[np.bool_]
    sums: Floats
    counts: Floats

    @classmethod
    def of(cls, values: Floats) -> _Sums:
        known = ~np.isnan(values)
        return cls(known, np.cumsum(np.where(known, values, 0.0), axis=1), np.cumsum(known.astype(float), axis=1))

    def mean(self, hours: int) -> Floats:
        total, count = self.sums.copy(), self.counts.copy()
        total[:, hours:] -= self.sums[:, :-hours]
        count[:, hours:] -= self.counts[:, :-hours]
        fits = self.known & (count >= _ENOUGH * hours)
        return np.where(fits, total / np.maximum(count, 1.0), np.nan)
