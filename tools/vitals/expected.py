"""What a sign's value should be at an hour: robust regression on hour, kind of day, weekday and weather.

The model of a week is fitted on rows before its Monday only, so that every comparison could have been made at its hour.
Iterated reweighted least squares, Huber's weights first and Tukey's bisquare after (Maronna, Martin, Yohai and
Salibián-Barrera, *Robust Statistics*, 2nd ed. 2019, ch. 5); what is left is scaled by the median absolute deviation.
Recent weeks count in full; older ones, thinned and with less weight, teach what heat, cold and rain do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.feeds.world import Floats

HOURS_A_DAY = 24
RECENT = 56 * HOURS_A_DAY
HISTORY = 400 * HOURS_A_DAY
FEWEST = 28 * HOURS_A_DAY
_STRIDE = 7
"""Of older hours every seventh is taken: it meets every hour of the day."""
_OLD_WEIGHT = 0.5
_ROUNDS = 4
_HUBER, _BISQUARE = 1.8, 4.7
_RIDGE = 0.3
_PIECE = 256
_COUNTED = 0.5
"""The spread of chance of a count on the root scale; closed hours, always zero, would let it seem to be none."""
_DRIVERS = ("calendar", "temperature", "rain")
_KNOT = 60 * HOURS_A_DAY
TO_SIGMA = 1.4826

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Circumstances:
    """What drives the signs, for each hour of the clock without holes."""

    hours: NDArray[np.datetime64]
    free: Flags
    long: Flags
    temperature: Floats
    rain: Floats
    _FIELDS: ClassVar = ("hours", "free", "long", "temperature", "rain")

    @property
    def cells(self) -> NDArray[np.int64]:
        """The cell of each hour: its hour of the day, on working days 0 … 23 and on free days 24 … 47."""
        hour: NDArray[np.int64] = self.hours.astype("datetime64[h]").astype(np.int64) % HOURS_A_DAY
        return hour + HOURS_A_DAY * self.free

    @property
    def swapped(self) -> Flags:
        """Working days on a weekend."""
        return ~self.free & ((self.hours.astype("datetime64[D]").astype(int) + 3) % 7 >= 5)

    @cached_property
    def columns(self) -> dict[str, Floats]:
        """Hours × columns beside the cells: weekday and long holiday, heat and cold, rain."""
        hour = self.cells % HOURS_A_DAY
        weekday = (self.hours.astype("datetime64[D]").astype(int) + 3) % 7
        # Of working days Tuesday to Friday against Monday (a working Sunday is as Monday), of free days Sunday.
        named = [(weekday == day) & ~self.free for day in range(1, 5)] + [(weekday == 6) & self.free]
        felt = smoothed(self.temperature, 8)
        noon = np.cos((hour - 15) / HOURS_A_DAY * 2 * np.pi)
        warm = [np.maximum(felt - at, 0) for at in (22, 26, 30)]
        cold = [np.maximum(at - felt, 0) for at in (15, 10, 4)]
        wet = [np.log1p(smoothed(self.rain, 3)), np.log1p(smoothed(self.rain, 12)), smoothed(self.rain, 72)]
        return {
            "calendar": np.column_stack([*named, self.long]).astype(float),
            "temperature": np.column_stack([*warm, warm[1] * noon, *cold]) / 5,
            "rain": np.column_stack(wet) / 5,
        }

    def at(self, places: NDArray[np.int64]) -> Circumstances:
        """The same at some hours only; what they follow from (smoothed weather) is kept."""
        chosen = Circumstances(*(getattr(self, name)[places] for name in self._FIELDS))
        chosen.__dict__["columns"] = {name: columns[places] for name, columns in self.columns.items()}
        return chosen


def smoothed(values: Floats, hours: float) -> Floats:
    """Exponentially weighted mean of what has been."""
    from scipy.signal import lfilter

    keep = np.exp(-1 / hours)
    smooth: Floats = lfilter([1 - keep], [1.0, -keep], values - values[0]) + values[0]
    return smooth


def training_rows(before: int) -> NDArray[np.int64]:
    """Places of the hours that a model is fitted on: every recent one, and older ones thinned."""
    recent = np.arange(max(0, before - RECENT), before)
    older = np.arange(max(0, before - HISTORY), max(0, before - RECENT), _STRIDE)
    return np.concatenate([older, recent])


def middle(values: Floats) -> Floats:
    """Median of the known values of each row, NaN where there are none (faster than ``numpy.nanmedian``)."""
    known = (~np.isnan(values)).sum(axis=1)
    if not values.shape[1]:
        return np.full(len(values), np.nan)
    ordered, rows = np.sort(values, axis=1), np.arange(len(values))  # NaN comes last
    low, high = np.maximum(known - 1, 0) // 2, np.minimum(known // 2, values.shape[1] - 1)
    found: Floats = (ordered[rows, low] + ordered[rows, high]) / 2
    return found


class Expected(NamedTuple):
    """Signs × hours: what was to be expected, and how far working and free days differ at that hour."""

    values: Floats
    contrast: Floats


class Drivers(NamedTuple):
    """What one sign depends on; what it does not depend on is kept out of its model."""

    calendar: bool
    temperature: bool
    rain: bool
    proportional: bool = False
    """Whether the scale is one on which drivers act in proportion to the size of the hour: the root of a count."""


def expectation(values: Floats, where: Circumstances, drivers: Sequence[Drivers], before: int) -> Expected:
    """Expected values of every hour given, by a model of the hours up to ``before`` (places).

    Slow change is a broken line with a knot every sixty days; after ``before`` it stays level.
    """
    expected, contrast = np.empty_like(values), np.zeros_like(values)
    knots = _knots(np.arange(values.shape[1]), before)
    rows = training_rows(before)
    kinds = {True: where.cells, False: where.cells % HOURS_A_DAY}
    orders = {calendar: rows[np.argsort(cells[rows], kind="stable")] for calendar, cells in kinds.items()}
    for sign, (line, driver) in enumerate(zip(values, drivers, strict=True)):
        cells, order = kinds[driver.calendar], orders[driver.calendar]
        used = [where.columns[name] for name in _DRIVERS if getattr(driver, name)]
        base = np.column_stack([*used, knots])
        if driver.proportional:
            base = base * _sizes(line[order], cells[order])[cells][:, None]
        design = _Design.of(cells[order], base[order], np.where(order >= before - RECENT, 1.0, _OLD_WEIGHT))
        by_cell, by_driver = _fit(design, line[order], _COUNTED if driver.proportional else 1e-9)
        expected[sign] = by_cell[cells] + base @ by_driver
        if driver.calendar:
            contrast[sign] = np.abs(by_cell[HOURS_A_DAY:] - by_cell[:HOURS_A_DAY])[cells % HOURS_A_DAY]
    return Expected(expected, contrast)


def _sizes(line: Floats, cells: NDArray[np.int64]) -> Floats:
    """The middle of each cell on the root scale, relative to their mean: what is small at night is moved less then.

    ``cells`` are in order.
    """
    begins = np.searchsorted(cells, np.arange(2 * HOURS_A_DAY + 1))
    by_cell = np.full((2 * HOURS_A_DAY, int(np.diff(begins).max())), np.nan)
    by_cell[cells, np.arange(len(cells)) - begins[cells]] = line
    found = np.nan_to_num(middle(by_cell))
    found = np.maximum(found - np.sqrt(0.375), 0.02)
    sizes: Floats = found / found.mean()
    return sizes


class _Design(NamedTuple):
    """Rows in the order of their cells. The cells' columns are never written out: sums over stretches stand in."""

    found: NDArray[np.int64]
    place: NDArray[np.int64]
    begins: NDArray[np.int64]
    drivers: Floats
    prior: Floats

    @classmethod
    def of(cls, cells: NDArray[np.int64], drivers: Floats, prior: Floats) -> _Design:
        found, begins = np.unique(cells, return_index=True)
        return cls(found, np.searchsorted(found, cells), begins, drivers, prior)

    def solve(self, weights: Floats, line: Floats) -> tuple[Floats, Floats]:
        """Weighted least squares with a small ridge; the cells are eliminated first (their block is diagonal)."""
        heavy = self.drivers * weights[:, None]
        cell = np.add.reduceat(weights, self.begins) + _RIDGE
        cross = np.add.reduceat(heavy, self.begins)
        of_cells = np.add.reduceat(weights * line, self.begins)
        left = (
            _product(heavy, self.drivers) + np.eye(self.drivers.shape[1]) * _RIDGE - cross.T @ (cross / cell[:, None])
        )
        by_driver = np.linalg.solve(left, heavy.T @ line - cross.T @ (of_cells / cell))
        by_cell: Floats = (of_cells - cross @ by_driver) / cell
        return by_cell, by_driver.astype(np.float64)


def _product(one: Floats, other: Floats) -> Floats:
    """``one.T @ other`` in small pieces: on a long thin one, threads of the library wait longer than they work."""
    whole = len(one) // _PIECE * _PIECE
    pieces = one[:whole].reshape(-1, _PIECE, one.shape[1]).transpose(0, 2, 1)
    product: Floats = (pieces @ other[:whole].reshape(-1, _PIECE, other.shape[1])).sum(axis=0)
    return product + one[whole:].T @ other[whole:]


def _fit(design: _Design, line: Floats, least: float) -> tuple[Floats, Floats]:
    seen = ~np.isnan(line)
    usual = _median(line[seen])
    y = np.where(seen, line - usual, 0.0)
    prior = design.prior * seen
    weights = prior
    by_cell = by_driver = np.zeros(0)
    for turn in range(_ROUNDS):
        by_cell, by_driver = design.solve(weights, y)
        away = np.abs(y - by_cell[design.place] - design.drivers @ by_driver)
        size = away / max(TO_SIGMA * _median(away[seen]), least)
        if turn == 0:
            weights = prior * np.minimum(1.0, _HUBER / np.maximum(size, 1e-9))
        else:
            weights = prior * np.clip(1 - (size / _BISQUARE) ** 2, 0, None) ** 2
    whole = np.full(2 * HOURS_A_DAY, np.nan)
    whole[design.found] = by_cell + usual
    return whole, by_driver


def _median(values: Floats) -> float:
    """Of known values; the upper of two in the middle."""
    place = len(values) // 2
    return float(np.partition(values, place)[place])


def _knots(places: NDArray[np.int64], before: int) -> Floats:
    """Hat functions of the broken line; the last one holds on after ``before``."""
    at = np.minimum(places, before - 1)
    knots = np.arange(before - 1 - _KNOT * (HISTORY // _KNOT), before, _KNOT)
    hats: Floats = np.clip(1 - np.abs(at[:, None] - knots[None, :]) / _KNOT, 0, 1)
    return hats
