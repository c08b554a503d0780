"""Statistics of counts and spans: Wilson's interval and quantiles. Plain Python: figures do not wait for NumPy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple


class Interval(NamedTuple):
    """Bounds of a share, between 0 and 1."""

    low: float
    high: float


def wilson(numerator: float, denominator: int, confidence: float = 0.95) -> Interval | None:
    """Wilson's score interval of ``numerator`` out of ``denominator``; None where nothing was counted.

    It stays within 0 and 1 and holds its level at small counts and at shares near 0 and 1, where the usual interval
    does not (E. B. Wilson, 1927). A numerator of halves (partly solved) is taken as it is, which makes the interval a
    little too wide, never too narrow.

    >>> [round(bound, 3) for bound in wilson(8, 10)]
    [0.49, 0.943]
    """
    if denominator <= 0:
        return None
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share, spread = numerator / denominator, z * z / denominator
    centre = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / denominator + spread / (4 * denominator)) / (1 + spread)
    # At the ends the sum may miss the share by the last bit.
    return Interval(max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half)))


def quantile(ordered: Sequence[float], share: float) -> float | None:
    """The value below which ``share`` of the ``ordered`` values lie, by straight line between two; None of none.

    >>> quantile([1.0, 2.0, 4.0], 0.5), quantile([1.0, 2.0], 0.9)
    (2.0, 1.9)
    """
    if not ordered:
        return None
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return round(ordered[below] + (place - below) * (ordered[above] - ordered[below]), 10)
