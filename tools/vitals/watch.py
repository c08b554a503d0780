"""Every sign at every hour against what was to be expected, week by week, each with a model of the past only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tools.feeds.world import Floats
from tools.vitals.catalogue import Season, Sign
from tools.vitals.evidence import Evidence, Given, weigh
from tools.vitals.expected import FEWEST, HISTORY, HOURS_A_DAY, RECENT, Circumstances, Drivers, Expected, expectation
from tools.vitals.scale import Scale

WEEK = 7 * HOURS_A_DAY
_LONG_DOUBT, _SWAPPED_DOUBT = 0.5, 0.25
"""How unlike other free or working days long holidays and swapped working days may be, as a share of what those two
differ by: nobody has seen many of them."""
_COUNTED_SPREAD = 0.5


@dataclass(frozen=True)
class Board:
    """Signs × hours of the clock without holes, in the signs' units; NaN where a row is missing."""

    signs: tuple[Sign, ...]
    values: Floats
    where: Circumstances

    @property
    def count(self) -> int:
        """Hours."""
        return len(self.where.hours)


@dataclass(frozen=True)
class Stretch:
    """What was found for some signs (rows) and hours (places) of a board, after the model of one week."""

    rows: NDArray[np.int64]
    places: NDArray[np.int64]
    evidence: Evidence
    scales: tuple[Scale, ...]


def stretches(board: Board, since: int, until: int) -> Iterator[Stretch]:
    """The hours ``since`` to before ``until`` (places), cut at Mondays. Too short a past brings nothing."""
    for season, rows in _by_season(board.signs).items():
        part = _in_season(board, season)
        for monday in mondays(board.where.hours, since, until):
            before, end = np.searchsorted(part, [monday, min(monday + WEEK, until)])
            begin = int(np.searchsorted(part, max(monday, since)))
            if end > begin and before >= FEWEST:
                yield _stretch(board, rows, part[max(0, before - HISTORY) : end], int(min(before, HISTORY)), begin, end)


def mondays(hours: NDArray[np.datetime64], since: int, until: int) -> list[int]:
    """Places of the Mondays, 0 o'clock, of the weeks that hold the hours; the first may lie before the first hour."""
    day = hours[since].astype("datetime64[D]")
    back = int(day.astype(int) + 3) % 7
    first = since - int((hours[since] - (day - back)).astype("timedelta64[h]").astype(int))
    return list(range(first, until, WEEK))


def _by_season(signs: Sequence[Sign]) -> dict[Season | None, NDArray[np.int64]]:
    found: dict[Season | None, list[int]] = {}
    for row, sign in enumerate(signs):
        found.setdefault(sign.season, []).append(row)
    return {season: np.array(rows) for season, rows in found.items()}


def _in_season(board: Board, season: Season | None) -> NDArray[np.int64]:
    if season is None:
        return np.arange(board.count)
    days, of = np.unique(board.where.hours.astype("datetime64[D]"), return_inverse=True)
    return np.flatnonzero(np.array([season.holds(day) for day in days.tolist()])[of])


def _stretch(
    board: Board, rows: NDArray[np.int64], part: NDArray[np.int64], before: int, begin: int, end: int
) -> Stretch:
    """``part`` holds the places from the oldest the model learns from to the last asked; ``before`` is its Monday."""
    raw, where = board.values[np.ix_(rows, part)], board.where.at(part)
    signs = [board.signs[row] for row in rows]
    scales = tuple(Scale.of(sign, _usual(line[:before])) for sign, line in zip(signs, raw, strict=True))
    values = np.array([scale.to(line) for scale, line in zip(scales, raw, strict=True)])
    drivers = [_drivers(sign) for sign in signs]
    expected = expectation(values, where, drivers, before)
    start = max(0, before - RECENT)
    given = Given(
        values=values[:, start:],
        raw=raw[:, start:],
        expected=Expected(expected.values[:, start:], expected.contrast[:, start:]),
        cells=where.cells[start:],
        doubt=np.where(where.long, _LONG_DOUBT, np.where(where.swapped, _SWAPPED_DOUBT, 0.0))[start:],
        floor=np.array([_COUNTED_SPREAD if sign.kind == "count" else 0.0 for sign in signs]),
        before=before - start,
    )
    whole = weigh(given)
    asked = end - begin
    last = slice(len(part) - start - asked, None)
    measures = {name: values[:, last] for name, values in whole.measures.items()}
    return Stretch(rows, part[-asked:], Evidence(measures, whole.usual[:, last], whole.spread[:, last]), scales)


def _drivers(sign: Sign) -> Drivers:
    named = ("calendar" in sign.drivers, "temperature" in sign.drivers, "rain" in sign.drivers)
    return Drivers(*named, proportional=sign.kind == "count")


def _usual(line: Floats) -> float:
    known = line[~np.isnan(line)]
    return float(np.median(known)) if len(known) else 0.0
