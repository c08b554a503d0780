"""Long holidays: free days in a row beyond a weekend, on which a city lives otherwise than on a Sunday."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_WEEKEND = 2


def long_holidays(free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Of days marked free, those that belong to more than two in a row."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], free.astype(np.int8), [0]))))
    long = np.zeros(len(free), bool)
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        long[begin:end] = end - begin > _WEEKEND
    return long
