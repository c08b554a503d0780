"""In what way a sign was unusual, from the hours of an alarm: what a reader would see in the chart."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tools.feeds.world import Floats

AlarmKind = Literal["spike", "shift", "drift", "shape", "stuck", "dropout"]
_FAR = 2.5
"""Robust standard deviations from which an hour is plainly off."""
_SAME_HOURS = 6
_MOMENT = 4
_BEFORE = 48
_GROWN = 0.35
_BOTH = 0.3


def kind_of(values: Floats, away: Floats, begin: int, last: int, peak: int) -> AlarmKind:
    """The kind of the alarm of the hours ``begin`` … ``last`` of one sign.

    ``values`` in the sign's unit, ``away`` their distance from what was usual in robust standard deviations.
    """
    inside = slice(begin, last + 1)
    off = np.flatnonzero(np.abs(np.nan_to_num(away[inside])) > _FAR) + begin
    if values[peak] == 0 and away[peak] < 0:
        return "dropout"
    if _longest_equal(values[max(0, begin - _SAME_HOURS) : last + 1]) >= _SAME_HOURS:
        return "stuck"
    above = float(np.mean(away[off] > 0)) if len(off) else 1.0
    if len(off) > _MOMENT and _BOTH < above < 1 - _BOTH:
        return "shape"
    if 0 < len(off) <= _MOMENT and off[-1] - off[0] < _MOMENT:
        return "spike"
    return "drift" if _creeps(away, begin, last) else "shift"


def _longest_equal(values: Floats) -> int:
    """Hours in a row with one value other than zero; an unknown hour neither counts nor ends a run."""
    known = values[~np.isnan(values)]
    if len(known) == 0:
        return 0
    ends = np.flatnonzero(np.concatenate((known[1:] != known[:-1], [True])))
    lengths: NDArray[np.int64] = np.diff(np.concatenate(([-1], ends)))
    return int(np.max(np.where(known[ends] == 0, 0, lengths)))


def _creeps(away: Floats, begin: int, last: int) -> bool:
    """Whether it was on its way to that side for a day or two before it became an alarm."""
    before, inside = away[max(0, begin - _BEFORE) : begin], away[begin : last + 1]
    if np.isnan(before).all() or np.isnan(inside).all():
        return False
    size = float(np.nanmedian(inside))
    return float(np.nanmedian(before) * np.sign(size)) > _GROWN * abs(size)
