"""Alarms of a board: which sign was unusual from when to when, in what way, and what several of them have in common.

An alarm begins where a measure of ``evidence`` reaches its limit; hours less than six apart are one alarm. The limits
were found on the made-up cities of seeds 7, 8 and 9: about one false alarm in two weeks for 120 signs together.
``eval/vitals.py`` measures on other seeds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tools.feeds.world import Floats
from tools.vitals.catalogue import Cause
from tools.vitals.kinds import AlarmKind, kind_of
from tools.vitals.watch import Board, Stretch, stretches

LIMITS = {
    "innovation": 5.6,
    "mean_1": 5.6,
    "mean_2": 5.75,
    "mean_3": 5.75,
    "mean_6": 6.0,
    "mean_12": 6.75,
    "mean_24": 7.5,
    "mean_48": 9.5,
    "mean_72": 12.0,
    "shape_8": 6.5,
    "shape_12": 7.0,
    "shape_24": 7.0,
    "stuck": 13.0,
}
MERGE = 6
"""Hours without evidence within one alarm."""
STANDING = 2
"""Hours since its last evidence for which an alarm is told as going on."""
_RANGE = 3.0
"""The expected range is this many robust standard deviations wide to each side."""
_FEWEST_TOGETHER = 3
_TOGETHER_HOURS = 6


class Alarm(NamedTuple):
    """One sign, unusual in the hours ``begin`` … ``last`` (places, both included), strongest at ``peak``.

    ``score`` is the strongest measure as a multiple of its limit; ``side`` 1 above what was to be expected, -1 below;
    ``low`` … ``high`` is what was to be expected at the peak, in the sign's unit.
    """

    row: int
    begin: int
    last: int
    peak: int
    kind: AlarmKind
    score: float
    side: int
    value: float
    usual: float
    low: float
    high: float


class Together(NamedTuple):
    """Alarms that fit one cause of the catalogue, and how many signs that cause names."""

    cause: Cause
    alarms: tuple[Alarm, ...]


@dataclass(frozen=True)
class Judged:
    """Signs × hours: the strongest measure as a multiple of its limit (0: nothing), and what was usual."""

    score: Floats
    usual: Floats
    low: Floats
    high: Floats

    def away(self, values: Floats, row: int) -> Floats:
        """Distance of each hour of one sign from what was usual, in about robust standard deviations."""
        line, usual = values[row], self.usual[row]
        wide = np.where(line >= usual, self.high[row] - usual, usual - self.low[row]) / _RANGE
        distance: Floats = (line - usual) / np.maximum(wide, 1e-9)
        return distance


def judge(board: Board, since: int, until: int) -> Judged:
    """Every hour ``since`` to before ``until`` of a board; arrays have the board's shape."""
    shape = board.values.shape
    judged = Judged(np.zeros(shape), *(np.full(shape, np.nan) for _ in range(3)))
    for stretch in stretches(board, since, until):
        where = np.ix_(stretch.rows, stretch.places)
        measures = stretch.evidence.measures
        scores = np.array([np.abs(np.nan_to_num(measures[name])) / limit for name, limit in LIMITS.items()])
        judged.score[where] = scores.max(axis=0)
        for target, turn in ((judged.usual, 0.0), (judged.low, -_RANGE), (judged.high, _RANGE)):
            target[where] = _real(stretch, turn)
    return judged


def alarms(board: Board, judged: Judged, since: int, until: int) -> list[Alarm]:
    """The alarms of the hours ``since`` to before ``until``, in order of their begin."""
    found: list[Alarm] = []
    firing = judged.score >= 1
    for row in np.flatnonzero(firing[:, since:until].any(axis=1)):
        hours = np.flatnonzero(firing[row, since:until]) + since
        for run in np.split(hours, np.flatnonzero(np.diff(hours) > MERGE) + 1):
            found.append(_alarm(board, judged, int(row), run))
    return sorted(found, key=lambda alarm: (alarm.begin, alarm.row))


def together(board: Board, found: Sequence[Alarm], causes: Iterable[Cause]) -> list[Together]:
    """Causes of which three signs or more moved as they would, within hours of each other; the fullest first.

    An alarm stands for one cause only.
    """
    left = list(found)
    groups: list[Together] = []
    while True:
        best = max((_fitting(board, left, cause) for cause in causes), key=_fullness, default=None)
        if best is None or len(best.alarms) < _FEWEST_TOGETHER:
            return groups
        groups.append(best)
        left = [alarm for alarm in left if alarm not in best.alarms]


def _fullness(group: Together) -> tuple[int, float]:
    return len(group.alarms), len(group.alarms) / len(group.cause.signs)


def _fitting(board: Board, found: Sequence[Alarm], cause: Cause) -> Together:
    """The most signs of a cause whose alarms begin within hours of each other, one alarm of each."""
    fits = [alarm for alarm in found if cause.signs.get(board.signs[alarm.row].id) == ("+" if alarm.side > 0 else "-")]
    best: tuple[Alarm, ...] = ()
    for first in fits:
        near = [alarm for alarm in fits if 0 <= alarm.begin - first.begin <= _TOGETHER_HOURS]
        each = tuple({alarm.row: alarm for alarm in reversed(near)}.values())
        best = each if len(each) > len(best) else best
    return Together(cause, tuple(sorted(best, key=lambda alarm: alarm.row)))


def _alarm(board: Board, judged: Judged, row: int, run: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Alarm:
    peak = int(run[np.argmax(judged.score[row, run])])
    value, usual = float(board.values[row, peak]), float(judged.usual[row, peak])
    begin, last = int(run[0]), int(run[-1])
    return Alarm(
        row=row,
        begin=begin,
        last=last,
        peak=peak,
        kind=kind_of(board.values[row], judged.away(board.values, row), begin, last, peak),
        score=float(judged.score[row, peak]),
        side=1 if value >= usual else -1,
        value=value,
        usual=usual,
        low=float(judged.low[row, peak]),
        high=float(judged.high[row, peak]),
    )


def _real(stretch: Stretch, turn: float) -> Floats:
    """What was usual, ``turn`` spreads away, in the signs' units."""
    evidence = stretch.evidence
    moved = evidence.usual + turn * evidence.spread
    return np.array([scale.back(line) for scale, line in zip(stretch.scales, moved, strict=True)])
