"""How far a probability can be trusted: calibration error, coverage at a precision, thresholds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

PRECISION = 0.95
BINS = 15
Doubles = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Reach(NamedTuple):
    """Answers at or above ``threshold`` are right in a share ``precision`` of cases; they are ``coverage`` of all."""

    threshold: float
    coverage: float
    precision: float


NEVER = Reach(2.0, 0.0, 0.0)
"""No threshold reaches the precision: no answer is sure."""


def reach(confidence: Doubles, right: Bools, precision: float = PRECISION) -> Reach:
    """The lowest threshold above which answers are right in a share ``precision``; equal confidences stay together."""
    if not len(confidence):
        return NEVER
    order = np.argsort(-confidence, kind="stable")
    ranked, share = confidence[order], np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    ends = np.append(ranked[1:] < ranked[:-1], True)
    good = np.flatnonzero(ends & (share >= precision))
    if not len(good):
        return NEVER
    last = int(good[-1])
    return Reach(float(ranked[last]), (last + 1) / len(order), float(share[last]))


def realised(confidence: Doubles, right: Bools, threshold: float) -> Reach:
    """What a threshold learnt elsewhere reaches here."""
    sure = confidence >= threshold
    return Reach(threshold, float(sure.mean()) if len(sure) else 0.0, float(right[sure].mean()) if sure.any() else 0.0)


def error_of_equal_mass(confidence: Doubles, right: Bools) -> float:
    """Expected calibration error over 15 bins of equally many answers."""
    return _error(np.array_split(np.argsort(confidence, kind="stable"), BINS), confidence, right)


def error_of_equal_width(confidence: Doubles, right: Bools) -> float:
    """Expected calibration error over 15 bins of equal width between 0 and 1."""
    place = np.minimum((confidence * BINS).astype(np.int64), BINS - 1)
    return _error([np.flatnonzero(place == number) for number in range(BINS)], confidence, right)


def _error(bins: list[NDArray[np.int64]], confidence: Doubles, right: Bools) -> float:
    gaps = [len(b) * abs(float(confidence[b].mean()) - float(right[b].mean())) for b in bins if len(b)]
    return sum(gaps) / max(1, len(confidence))
