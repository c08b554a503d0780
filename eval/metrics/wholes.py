"""Figures that need all rows at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from city.errors import BadInput
from eval.metrics.aggregators import Options
from eval.metrics.tables import Doubles
from tools.petitions.calibration import PRECISION, error_of_equal_mass, reach


def quantile(columns: Sequence[Doubles], options: Options) -> float:
    """The value below which a share ``q`` of rows lies, between neighbours by their distance."""
    q = options["q"]
    if not isinstance(q, int | float) or not 0 <= q <= 1:
        raise BadInput(f"q is {q!r}; give a number from 0 to 1.")
    return float(np.quantile(columns[0], q)) if len(columns[0]) else np.nan


def ece_equal_mass(columns: Sequence[Doubles], options: Options) -> float:
    """Expected calibration error over 15 bins of equally many rows; values: probability, right (1 or 0)."""
    sure, right = columns
    return error_of_equal_mass(sure, right > 0) if len(sure) else np.nan


def coverage_at_precision(columns: Sequence[Doubles], options: Options) -> float:
    """Largest share of the most confident rows of which a share ``precision`` (default 0.95) is right."""
    sure, right = columns
    return reach(sure, right > 0, float(options.get("precision", PRECISION))).coverage if len(sure) else np.nan


def average_precision(columns: Sequence[Doubles], options: Options) -> float:
    """Mean precision over the right rows, ranked by score; equal scores stand together. Values: score, right."""
    score, right = columns
    hit = right > 0
    if not hit.any():
        return np.nan
    order = np.argsort(-score, kind="stable")
    ends = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    found = np.cumsum(hit[order])[ends]
    gained = np.diff(found, prepend=0)
    return float((gained * found / (ends + 1)).sum() / found[-1])


def auroc(columns: Sequence[Doubles], options: Options) -> float:
    """Chance that a right row has a higher score than a wrong one, ties for half. Values: score, right."""
    score, right = columns
    hit = right > 0
    many, few = int(hit.sum()), int((~hit).sum())
    if not many or not few:
        return np.nan
    return float((ranks(score)[hit].sum() - many * (many + 1) / 2) / (many * few))


def spearman(columns: Sequence[Doubles], options: Options) -> float:
    """Correlation of the ranks of two values."""
    one, two = ranks(columns[0]), ranks(columns[1])
    if len(one) < 2 or not one.std() or not two.std():
        return np.nan
    return float(np.corrcoef(one, two)[0, 1])


def kendall(columns: Sequence[Doubles], options: Options) -> float:
    """Kendall's tau-b of two values."""
    from scipy.stats import kendalltau

    one, two = columns
    if len(one) < 2 or np.ptp(one) == 0 or np.ptp(two) == 0:
        return np.nan
    return float(kendalltau(one, two).statistic)


def ranks(values: Doubles) -> Doubles:
    """Ranks from 1, the smallest first; equal values share the mean of their ranks."""
    order = np.argsort(values, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(values[order]) != 0)) if len(values) else np.zeros(0, np.int64)
    lengths = np.diff(np.append(starts, len(values)))
    found = np.empty(len(values))
    found[order] = np.repeat(starts + (lengths + 1) / 2, lengths)
    return found
