"""Several events at once: who goes where, so that all together wait the shortest time.

The optimum of the assignment problem (Kuhn, 1955), by ``scipy.optimize.linear_sum_assignment``. Of each event only its
n soonest units are looked at, n being the number of events: with the other n - 1 events taken care of, one of them is
always left, so a unit beyond them is never better.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

NOT_AT_ALL = 1e7
"""Minutes that stand for "cannot": more than any sum of real ones, so that as few events as possible go unserved."""


def assign(costs: Sequence[Mapping[str, float]]) -> list[str | None]:
    """For each event (unit → minutes) the unit that goes, None where nobody is left for it.

    As many events as possible are served; among those ways the sum of minutes is the least.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    units = sorted({unit for row in costs for unit in row})
    if not units:
        return [None] * len(costs)
    table = np.array([[row.get(unit, NOT_AT_ALL) for unit in units] for row in costs])
    chosen: dict[int, str] = {}
    for event, column in zip(*linear_sum_assignment(table), strict=True):
        if table[event, column] < NOT_AT_ALL:
            chosen[int(event)] = units[int(column)]
    return [chosen.get(event) for event in range(len(costs))]
