"""Average linkage over a small table of agreements."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def average_link(link: NDArray[np.floating]) -> list[list[int]]:
    """Groups of the rows of ``float[n, n]``: the two that agree most are joined until none agree (mean ≥ 0)."""
    table = ((link + link.T) / 2).astype(np.float64)
    np.fill_diagonal(table, -np.inf)
    groups: list[list[int]] = [[n] for n in range(len(table))]
    while len(groups) > 1:
        one, other = sorted(divmod(int(table.argmax()), len(table)))
        if table[one, other] < 0:
            break
        sizes = len(groups[one]), len(groups[other])
        table[one] = (table[one] * sizes[0] + table[other] * sizes[1]) / sum(sizes)
        table[:, one] = table[one]
        table[one, one] = -np.inf
        table = np.delete(np.delete(table, other, 0), other, 1)
        groups[one] += groups.pop(other)
    return groups


def evenly(members: Sequence[int], count: int) -> list[int]:
    """At most ``count`` members, evenly over their order."""
    places = np.unique(np.linspace(0, len(members) - 1, min(count, len(members))).astype(int))
    return [members[place] for place in places]
