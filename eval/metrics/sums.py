"""Figures that follow from sums over rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from math import comb

import numpy as np

from city.errors import BadInput
from eval.metrics.aggregators import Options, Sums, ratio
from eval.metrics.tables import Bools, Doubles, Objects, Table, codes, labels, numbers, present

BINS = 15
"""Of equal width between 0 and 1, as the triage models are judged."""


def mean(table: Table, of: Sequence[str], options: Options) -> Sums:
    """Mean of a value."""
    return _mean(numbers(table, of[0]))


def share_below(table: Table, of: Sequence[str], options: Options) -> Sums:
    """Share of rows whose value is less than ``limit``."""
    values = numbers(table, of[0])
    below = (values < _number(options, "limit")).astype(np.float64)
    return _mean(np.where(np.isnan(values), np.nan, below))


def rate(table: Table, of: Sequence[str], options: Options) -> Sums:
    """Sum of the first value over that of the second, e.g. false alarms and days."""
    above, below = numbers(table, of[0]), numbers(table, of[1])
    terms = _zeroed(above + below, np.stack([above, below], axis=1))
    return Sums(terms, lambda totals: ratio(totals[..., 0], totals[..., 1]))


def brier(table: Table, of: Sequence[str], options: Options) -> Sums:
    """Mean squared distance of a probability from what came true (1 or 0)."""
    return _mean((numbers(table, of[0]) - numbers(table, of[1])) ** 2)


def counted(measure: str) -> Callable[[Table, Sequence[str], Options], Sums]:
    """Precision, recall or F1 of counts (true positives, false positives, false negatives) summed over rows."""

    def finish(totals: Doubles) -> Doubles:
        right, extra, missed = (totals[..., column] for column in range(3))
        if measure == "precision":
            return ratio(right, right + extra)
        if measure == "recall":
            return ratio(right, right + missed)
        return ratio(2 * right, 2 * right + extra + missed)

    def prepare(table: Table, of: Sequence[str], options: Options) -> Sums:
        columns = np.stack([numbers(table, name) for name in of], axis=1)
        return Sums(_zeroed(columns.sum(axis=1), columns), finish)

    return prepare


def ece_equal_width(table: Table, of: Sequence[str], options: Options) -> Sums:
    """Expected calibration error over 15 bins of equal width; values: probability, right (1 or 0)."""
    sure, right = numbers(table, of[0]), numbers(table, of[1])
    known = ~np.isnan(sure + right)
    place = np.zeros(len(sure), np.int64)
    place[known] = np.clip((sure[known] * BINS).astype(np.int64), 0, BINS - 1)
    terms = np.zeros((len(sure), BINS + 1))
    rows = np.flatnonzero(known)
    terms[rows, place[rows]] = (sure - right)[rows]
    terms[rows, BINS] = 1.0
    return Sums(terms, lambda totals: ratio(np.abs(totals[..., :BINS]).sum(axis=-1), totals[..., BINS]))


def pass_k(table: Table, of: Sequence[str], options: Options) -> Sums:
    """Mean over cases of the chance that ``k`` of a case's trials, drawn without return, are all right.

    A case with c right (value 1) of n trials counts C(c, k) / C(n, k); one with fewer than k trials does not count.
    """
    k = options["k"]
    if not isinstance(k, int) or k < 1:
        raise BadInput(f"k is {k!r}; give a whole number from 1.")
    right, known = numbers(table, of[0]), present(table, of[0])
    case, many = codes(table["case"])
    trials = np.bincount(case[known], minlength=many)
    passed = np.bincount(case[known & (right >= 1)], minlength=many)
    first = np.unique(case, return_index=True)[1]
    terms = np.zeros((len(right), 2))
    terms[first, 0] = [comb(c, k) / comb(n, k) if n >= k else 0.0 for c, n in zip(passed, trials, strict=True)]
    terms[first, 1] = trials >= k
    return Sums(terms, lambda totals: ratio(totals[..., 0], totals[..., 1]))


def accuracy(table: Table, of: Sequence[str], options: Options) -> Sums:
    """Share of rows where what was said is the truth; nothing said is wrong. Values: truth, said."""
    truth, said = labels(table, of[0]), labels(table, of[1])
    return _mean(np.where(present(table, of[0]), (truth == said).astype(np.float64), np.nan))


def f1_of_classes(average: str) -> Callable[[Table, Sequence[str], Options], Sums]:
    """F1 over classes; values: truth, said. Nothing said is a miss of the true class and of no other.

    ``macro``: mean over the classes that occur as truth or as said; ``micro``: of all counts together. Option
    ``labels``: the classes that count.
    """

    def finish(classes: int, totals: Doubles) -> Doubles:
        both, hits = totals[..., :classes], totals[..., classes:]
        if average == "micro":
            return ratio(2 * hits.sum(axis=-1), both.sum(axis=-1))
        scores = ratio(2 * hits, both)
        occur = both > 0
        return ratio(np.where(occur, scores, 0.0).sum(axis=-1), occur.sum(axis=-1).astype(np.float64))

    def prepare(table: Table, of: Sequence[str], options: Options) -> Sums:
        truth, said = labels(table, of[0]), labels(table, of[1])
        known = present(table, of[0])
        names = _names(truth[known], said[known], options.get("labels"))
        right, taken = _one_hot(truth, names, known), _one_hot(said, names, known)
        return Sums(np.hstack([right + taken, right * taken]), partial(finish, len(names)))

    return prepare


def confusion_cost(table: Table, of: Sequence[str], options: Options) -> Sums:
    """Mean cost of taking one class for another; values: truth, said.

    ``costs``: {truth: {said: cost}}, where ``said`` is empty for nothing said; any other mistake costs ``other``
    (default 1), what is right nothing.
    """
    truth, said = labels(table, of[0]), labels(table, of[1])
    costs, other = options["costs"], float(options.get("other", 1.0))

    def cost(right: str, taken: str) -> float:
        default = 0.0 if right == taken else other
        return float(costs.get(right, {}).get(taken, default))

    values = [np.nan if a is None else cost(a, "" if b is None else b) for a, b in zip(truth, said, strict=True)]
    return _mean(np.array(values, dtype=np.float64))


def kappa(table: Table, of: Sequence[str], options: Options) -> Sums:
    """Cohen's kappa of two raters' labels.

    ``weights``: ``linear`` or ``quadratic`` in the distance of the classes' places in ``order`` (default: by number
    where all are numbers, else by alphabet); none: every disagreement weighs the same.
    """
    one, two = labels(table, of[0]), labels(table, of[1])
    known = present(table, of[0]) & present(table, of[1])
    names = list(options.get("order") or ()) or _ordered(_names(one[known], two[known], None))
    if strange := {*one[known], *two[known]} - set(names):
        raise BadInput(f"'order' lacks {', '.join(sorted(strange))}; name all labels.")
    weight = _weights(len(names), options.get("weights"))
    left, right = _one_hot(one, names, known), _one_hot(two, names, known)
    apart = ((left @ weight) * right).sum(axis=1, keepdims=True)
    k = len(names)

    def finish(totals: Doubles) -> Doubles:
        a, b, seen = totals[..., :k], totals[..., k : 2 * k], totals[..., 2 * k]
        count = a.sum(axis=-1)
        by_chance = ratio(((a @ weight) * b).sum(axis=-1), count)
        return 1 - ratio(seen, by_chance)

    return Sums(np.hstack([left, right, apart]), finish)


def _weights(count: int, kind: str | None) -> Doubles:
    apart = np.abs(np.subtract.outer(np.arange(count), np.arange(count))).astype(np.float64)
    if kind is None:
        return (apart > 0).astype(np.float64)
    if kind not in {"linear", "quadratic"}:
        raise BadInput(f"weights is {kind!r}; give linear or quadratic, or leave it out.")
    return apart if kind == "linear" else apart**2


def _mean(values: Doubles) -> Sums:
    known = ~np.isnan(values)
    return Sums(
        np.stack([np.where(known, values, 0.0), known.astype(np.float64)], axis=1),
        lambda totals: ratio(totals[..., 0], totals[..., 1]),
    )


def _zeroed(marks: Doubles, terms: Doubles) -> Doubles:
    return np.where(np.isnan(marks)[:, None], 0.0, terms)


def _number(options: Options, name: str) -> float:
    value = options[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadInput(f"{name} is {value!r}; give a number.")
    return float(value)


def _names(one: Objects, two: Objects, given: Sequence[str] | None) -> list[str]:
    return list(given) if given is not None else sorted({name for name in (*one, *two) if name is not None})


def _ordered(names: list[str]) -> list[str]:
    try:
        return sorted(names, key=float)
    except ValueError:
        return names


def _one_hot(column: Objects, names: Sequence[str], rows: Bools) -> Doubles:
    place = {name: number for number, name in enumerate(names)}
    found = np.array([place.get(name, -1) if row else -1 for name, row in zip(column, rows, strict=True)], np.int64)
    made = np.zeros((len(column), len(names)))
    hits = np.flatnonzero(found >= 0)
    made[hits, found[hits]] = 1.0
    return made
