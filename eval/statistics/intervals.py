"""How sure a figure is."""

from __future__ import annotations

import numpy as np

from eval.metrics import Sums, Table
from eval.metrics.tables import take
from eval.statistics.draws import Groups, aggregator, counts, generator, percentiles, redraw, told
from eval.statistics.results import Interval, Statistic


def interval(table: Table, statistic: Statistic, *, draws: int = 1000, level: float = 0.95, seed: int = 0) -> Interval:
    """The figure with the percentile interval of ``draws`` bootstrap samples of whole groups.

    Where all rows are right (or all wrong) every draw is the same, which is no certainty: there the interval is the
    exact one of a share of as many cases as there are groups. A calibration error is always a little larger in draws
    than in the rows, so its interval lies high. Raises BadInput where the statistic cannot be computed of the table.
    """
    how = aggregator(statistic)
    own = take(table, how.applies(table, statistic.of))
    groups = Groups.named(own["group"])
    rows = len(own["group"])
    value = how(own, statistic.of, statistic.options) if rows else np.nan
    low, high, method = np.nan, np.nan, "none"
    if groups.many > 1 and not np.isnan(value):
        sums = how.sums(own, statistic.of, statistic.options)
        if sums is not None and _is_share_without_doubt(sums):
            bound = ((1 - level) / 2) ** (1 / groups.many)
            low, high = (bound, 1.0) if value else (0.0, 1 - bound)
            method = "exact"
        else:
            figures = redraw(how, own, statistic, groups)
            blocks = counts(generator(seed, statistic.name), draws, groups.many)
            low, high = percentiles(np.concatenate([figures(block) for block in blocks]), level)
            method = "none" if np.isnan(low) else "bootstrap"
    return Interval.model_validate(
        {
            "value": told(value), "low": told(low), "high": told(high), "level": level, "n": rows,
            "groups": groups.many, "method": method,
        }
    )  # fmt: skip


def _is_share_without_doubt(sums: Sums) -> bool:
    """Whether it is a mean of which every row is 1, or every row is 0."""
    terms = sums.terms
    if terms.shape[1] != 2 or not np.isin(terms[:, 1], (0.0, 1.0)).all():
        return False
    return bool((terms[:, 0] == terms[:, 1]).all() or not terms[:, 0].any())
