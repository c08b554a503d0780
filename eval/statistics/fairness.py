"""For whom a figure is worse: the fairness table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from eval.metrics import Aggregator, Table
from eval.metrics.tables import Bools, Doubles, take
from eval.statistics.draws import Groups, aggregator, counts, generator, percentiles, redraw, told
from eval.statistics.gating import holm
from eval.statistics.intervals import interval
from eval.statistics.results import Slice, Statistic

_SHUFFLES = 1_999
_AT_ONCE = 4_000_000
_NEAR = 1e-12


class _Gap(NamedTuple):
    rest: float
    gap: float
    low: float
    high: float
    p: float


def slices(
    table: Table,
    statistic: Statistic,
    labels: Mapping[str, Mapping[str, str]],
    *,
    draws: int = 1000,
    level: float = 0.95,
    alpha: float = 0.05,
    seed: int = 0,
) -> tuple[Slice, ...]:
    """The figure in each slice against the rest of those that have the label, sorted by label and slice.

    ``labels``: case id → its slices, as `Case.slices`. A slice that is all of its label has no rest and no row. The
    interval of the gap is of bootstrap samples of groups, p of groups dealt out anew to slice and rest (where groups
    lie across slices, or the figure does not follow from sums: of the bootstrap samples). Raises BadInput where the
    figure cannot be computed of the table.
    """
    how = aggregator(statistic)
    own = take(table, how.applies(table, statistic.of))
    found = _found([labels.get(case, {}) for case in own["case"]])
    gaps = [
        _gap(take(own, has), inside[has], how, statistic, draws, level, generator(seed, statistic.name, label, value))
        for label, value, has, inside in found
    ]
    sign = 1.0 if statistic.better == "higher" else -1.0
    made = []
    for (label, value, _, inside), gap, adjusted in zip(found, gaps, holm([gap.p for gap in gaps]), strict=True):
        named = statistic.model_copy(update={"name": f"{statistic.name}[{label}={value}]"})
        own_interval = interval(take(own, inside), named, draws=draws, level=level, seed=seed)
        row = Slice(
            label=label, slice=value, interval=own_interval, rest=told(gap.rest), gap=told(gap.gap),
            low=told(gap.low), high=told(gap.high), p=gap.p, p_adjusted=adjusted,
            flagged=sign * gap.gap < 0 and adjusted < alpha,
        )  # fmt: skip
        made.append(row)
    return tuple(made)


def _found(mine: Sequence[Mapping[str, str]]) -> list[tuple[str, str, Bools, Bools]]:
    """Labels and slices, sorted, with the rows that have the label and those in the slice; without those of no rest."""
    made = []
    for label, value in sorted({pair for each in mine for pair in each.items()}):
        has = np.array([label in each for each in mine], dtype=np.bool_)
        inside = np.array([each.get(label) == value for each in mine], dtype=np.bool_)
        if inside.sum() < has.sum():
            made.append((label, value, has, inside))
    return made


def _gap(
    table: Table,
    inside: Bools,
    how: Aggregator,
    statistic: Statistic,
    draws: int,
    level: float,
    chance: np.random.Generator,
) -> _Gap:
    """The gap between the rows inside and the others."""
    groups = Groups.named(table["group"])
    parts = [(take(table, rows), Groups(groups.of[rows], groups.many)) for rows in (inside, ~inside)]
    value, rest = (how(part, statistic.of, statistic.options) for part, _ in parts)
    if np.isnan(value - rest):
        return _Gap(rest, value - rest, np.nan, np.nan, 1.0)
    figures = [redraw(how, part, statistic, own) for part, own in parts]
    drawn = np.concatenate([figures[0](one) - figures[1](one) for one in counts(chance, draws, groups.many)])
    low, high = percentiles(drawn, level)
    p = _by_shuffling(table, inside, how, statistic, groups, value - rest, chance)
    return _Gap(rest, value - rest, low, high, _by_draws(drawn) if p is None else p)


def _by_shuffling(
    table: Table,
    inside: Bools,
    how: Aggregator,
    statistic: Statistic,
    groups: Groups,
    gap: float,
    chance: np.random.Generator,
) -> float | None:
    """Share of dealings of whole groups in which the gap is as wide, or None where there is no such dealing."""
    sums = how.sums(table, statistic.of, statistic.options)
    members = groups.totals(np.stack([inside, ~inside], axis=1).astype(np.float64))
    if sums is None or (members > 0).all(axis=1).any():
        return None
    totals = groups.totals(sums.terms)
    size, whole = int((members[:, 0] > 0).sum()), totals.sum(axis=0)
    wide = 0
    block = max(1, _AT_ONCE // groups.many)
    for start in range(0, _SHUFFLES, block):
        dealt = _dealings(chance, min(block, _SHUFFLES - start), groups.many, size) @ totals
        apart = sums.finish(dealt) - sums.finish(whole - dealt)
        wide += int((~(np.abs(apart) < abs(gap) - _NEAR)).sum())
    return (1 + wide) / (1 + _SHUFFLES)


def _dealings(chance: np.random.Generator, many: int, groups: int, size: int) -> Doubles:
    """Lines of ``groups`` places of which ``size``, drawn at random, are 1."""
    line = np.zeros(groups)
    line[:size] = 1.0
    return chance.permuted(np.broadcast_to(line, (many, groups)), axis=1)


def _by_draws(drawn: Doubles) -> float:
    """Two-sided: twice the smaller share of bootstrap samples at or beyond no gap."""
    tail = min(int((~(drawn < 0)).sum()), int((~(drawn > 0)).sum()))
    return min(1.0, 2 * (1 + tail) / (1 + len(drawn)))
