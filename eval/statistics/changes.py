"""Two runs side by side, on the cases that both have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

import numpy as np

from eval.metrics import Aggregator, Sums, Table
from eval.metrics.tables import Doubles, labels, numbers, take
from eval.statistics.draws import Groups, aggregator, counts, generator, percentiles, redraw, told
from eval.statistics.results import Difference, Statistic

_EXACT = 12
"""Up to so many groups that moved, all 2 ** 12 exchanges are looked at."""
_EXCHANGES = 9_999
_MORE = 99_999
"""Where at most five of the first exchanges are as bad, so that the chance is still to be told among many figures."""
_FEW = 5
_AT_ONCE = 4_000_000
_NEAR = 1e-12


class _Chance(NamedTuple):
    """A test's result."""

    p_worse: float
    test: Literal["exact", "permutation", "bootstrap", "none"]


class _Pairs(NamedTuple):
    """Rows that both runs have, in the same order. ``cases`` of the second are other ones than those of the first."""

    before: Table
    after: Table
    both: Table
    groups: Groups
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


def difference(
    before: Table, after: Table, statistic: Statistic, *, draws: int = 1000, level: float = 0.95, seed: int = 0
) -> Difference:
    """What changed from one run to another, over the pairs (case, trial) that both have.

    The interval is of bootstrap samples of groups, the same for both runs. ``p_worse`` of a figure that follows from
    sums: had nothing changed, the two runs' results of a group could be exchanged; it is the share of exchanges that
    look as bad as what was seen (all of them up to 12 groups that moved, else 9,999 drawn, and ten times as
    many where hardly one is). Of other figures it is the
    share of bootstrap samples that did not get worse. Raises BadInput where the figure cannot be computed of a run.
    """
    how = aggregator(statistic)
    pairs = _pair(before, after, how, statistic)
    own_before, own_after = (
        how(table, statistic.of, statistic.options) if len(table["case"]) else np.nan
        for table in (pairs.before, pairs.after)
    )
    change = own_after - own_before
    sign = 1.0 if statistic.better == "higher" else -1.0
    low, high, moved = np.nan, np.nan, 0
    found = _Chance(1.0, "none")
    if pairs.groups.many:
        sums = how.sums(pairs.both, statistic.of, statistic.options)
        chance = generator(seed, statistic.name, "change")
        drawn = _drawn(pairs, how, statistic, sums, chance, draws)
        moved = int(_moved(pairs, statistic).sum())
        if not np.isnan(change) and pairs.groups.many > 1:
            low, high = percentiles(drawn, level)
            found = _by_exchange(sums, pairs.groups, sign, chance) if sums else _by_draws(drawn, sign)
    return Difference(
        name=statistic.name, better=statistic.better, before=told(own_before), after=told(own_after),
        change=told(change), low=told(low), high=told(high), level=level, p_worse=found.p_worse, test=found.test,
        n=len(pairs.before["case"]), groups=pairs.groups.many, moved=moved,
        only_before=pairs.only_before, only_after=pairs.only_after,
    )  # fmt: skip


def _pair(before: Table, after: Table, how: Aggregator, statistic: Statistic) -> _Pairs:
    places = [
        {key: row for row, key in enumerate(zip(table["case"], table["trial"].tolist(), strict=True))}
        for table in (before, after)
    ]
    shared = sorted(places[0].keys() & places[1].keys())
    aligned = [
        take(table, np.array([place[key] for key in shared], dtype=np.int64))
        for table, place in zip((before, after), places, strict=True)
    ]
    for name in statistic.of:
        reading = labels if any(table[name].dtype == object for table in aligned if name in table) else numbers
        for table in aligned:
            table[name] = reading(table, name)
    applies = how.applies(aligned[0], statistic.of) | how.applies(aligned[1], statistic.of)
    one, two = (take(table, applies) for table in aligned)
    # The second run's cases and groups are told as the first's, but a case's trials must not mix between the runs.
    other = np.array([f"\0{case}" for case in two["case"]], dtype=object)
    both = {name: np.concatenate([one[name], two[name]]) for name in statistic.of}
    both |= {"case": np.concatenate([one["case"], other]), "trial": np.concatenate([one["trial"], two["trial"]])}
    return _Pairs(one, two, both, Groups.named(one["group"]), *(_only(places[n], places[1 - n]) for n in (0, 1)))


def _only(own: dict[tuple[str, int], int], other: dict[tuple[str, int], int]) -> tuple[str, ...]:
    return tuple(f"{case}/{trial}" if trial else case for case, trial in sorted(own.keys() - other.keys()))


def _moved(pairs: _Pairs, statistic: Statistic) -> Doubles:
    """1 for each group in which a value of the figure is another than before."""
    changed = np.zeros(len(pairs.before["case"]), dtype=np.bool_)
    for name in statistic.of:
        one, two = pairs.before[name], pairs.after[name]
        same = one == two
        if one.dtype != object:
            same = same | (np.isnan(one) & np.isnan(two))
        changed |= ~same.astype(np.bool_)
    return (pairs.groups.totals(changed[:, None].astype(np.float64)) > 0).astype(np.float64)


def _drawn(
    pairs: _Pairs, how: Aggregator, statistic: Statistic, sums: Sums | None, chance: np.random.Generator, draws: int
) -> Doubles:
    """The change in every bootstrap sample."""
    if sums is not None:
        one, two = _halves(sums, pairs.groups)
        blocks = [
            sums.finish(block @ two) - sums.finish(block @ one) for block in counts(chance, draws, pairs.groups.many)
        ]
    else:
        first, second = (redraw(how, table, statistic, pairs.groups) for table in (pairs.before, pairs.after))
        blocks = [second(block) - first(block) for block in counts(chance, draws, pairs.groups.many)]
    return np.concatenate(blocks)


def _halves(sums: Sums, groups: Groups) -> tuple[Doubles, Doubles]:
    """Totals by group of the first run and of the second."""
    half = len(sums.terms) // 2
    return groups.totals(sums.terms[:half]), groups.totals(sums.terms[half:])


def _by_exchange(sums: Sums, groups: Groups, sign: float, chance: np.random.Generator) -> _Chance:
    """Exchange the runs within groups at random and look how often that is as bad."""
    one, two = _halves(sums, groups)
    apart = two - one
    apart = apart[(np.abs(apart) > _NEAR).any(axis=1)]
    first, second = one.sum(axis=0), two.sum(axis=0)
    seen = sign * float(sums.finish(second) - sums.finish(first))

    def as_bad(exchanged: Doubles) -> int:
        shift = exchanged @ apart
        change = sign * (sums.finish(second - shift) - sums.finish(first + shift))
        return int((~(change > seen + _NEAR)).sum())  # an undefined one counts as bad

    many = len(apart)
    if many <= _EXACT:
        every = (np.arange(2**many)[:, None] >> np.arange(many)) & 1
        return _Chance(as_bad(every.astype(np.float64)) / 2**many, "exact")
    bad = sum(as_bad(block) for block in _exchanges(chance, _EXCHANGES, many))
    if bad > _FEW:
        return _Chance((1 + bad) / (1 + _EXCHANGES), "permutation")
    bad += sum(as_bad(block) for block in _exchanges(chance, _MORE - _EXCHANGES, many))
    return _Chance((1 + bad) / (1 + _MORE), "permutation")


def _exchanges(chance: np.random.Generator, draws: int, groups: int) -> Iterator[Doubles]:
    """Blocks of lines: 1 for each group whose results are exchanged."""
    block = max(1, _AT_ONCE // groups)
    for start in range(0, draws, block):
        size = (min(block, draws - start), groups)
        yield chance.integers(2, size=size, dtype=np.int8).astype(np.float64)


def _by_draws(drawn: Doubles, sign: float) -> _Chance:
    not_worse = ~(sign * drawn < 0)
    return _Chance((1 + int(not_worse.sum())) / (1 + len(drawn)), "bootstrap")
