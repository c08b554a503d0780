"""A table of profiles against the rules, on Polars: the same statuses and amounts as `matching` gives row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import polars as pl

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.columns import NO_NUMBER, Columns
from knowledge.eligibility.compiling import CompiledBenefit, CompiledPolicy
from knowledge.eligibility.ir import Condition, facts_of
from knowledge.eligibility.matching import HALF, Status
from knowledge.eligibility.rules import PERIODS
from knowledge.eligibility.tables import ID

CODES: tuple[Status, ...] = (Status.NOT, Status.NEEDS, Status.LIKELY, Status.ELIGIBLE)
"""Statuses by their number in a table; the higher the better."""
_POSITIVE = CODES.index(Status.LIKELY)


@dataclass(frozen=True)
class _Drawn:
    """The two renderings of a rule: by what is known, and with what is taken for granted."""

    known: Columns
    granted: Columns

    def status(self, condition: Condition, assumed: frozenset[str]) -> pl.Expr:
        """The number of the status of ``condition``."""
        truth = self.known.truth(condition)
        if not facts_of(condition) & assumed:
            return (
                pl.when(truth)
                .then(_code(Status.ELIGIBLE))
                .when(truth.is_null())
                .then(_code(Status.NEEDS))
                .otherwise(_code(Status.NOT))
            )
        likely = self.granted.truth(condition)
        return (
            pl.when(truth)
            .then(_code(Status.ELIGIBLE))
            .when(~truth)
            .then(_code(Status.NOT))
            .when(likely)
            .then(_code(Status.LIKELY))
            .otherwise(_code(Status.NEEDS))
        )


def _code(status: Status) -> pl.Expr:
    return pl.lit(CODES.index(status), dtype=pl.UInt8)


def _drawn(book: RuleBook, facts: frozenset[str], columns: Iterable[str]) -> _Drawn:
    known = frozenset(columns)
    return _Drawn(Columns(known), Columns(known, book.assumed(facts)))


def statuses(book: RuleBook, rules: Sequence[CompiledPolicy], table: pl.DataFrame) -> pl.DataFrame:
    """For every row its ``id`` and for every rule the number of its status (see CODES), as UInt8."""
    every = frozenset().union(*(rule.facts for rule in rules))
    drawn = _drawn(book, every, table.columns)
    assumed = frozenset(book.assumed(every))
    made = [drawn.status(rule.root, assumed).alias(rule.id) for rule in rules]
    return table.lazy().select(pl.col(ID), *made).collect()


def amounts(book: RuleBook, rule: CompiledPolicy, table: pl.DataFrame, beside: Sequence[pl.Expr] = ()) -> pl.DataFrame:
    """For every row its ``id``, the rule's ``worth`` within a year in yuan (null where it is not known or not money),
    and for every benefit ``<benefit>`` (its status) and ``<benefit>.amount`` (for one period); ``beside`` are further
    expressions over the table, by their own names.
    """
    drawn = _drawn(book, rule.facts, table.columns)
    assumed = frozenset(book.assumed(rule.facts))
    own: list[pl.Expr] = []
    for one in rule.benefits:
        own.append(drawn.status(one.root, assumed).alias(one.benefit.id))
        own.append(_payable(drawn.granted, one).alias(f"{one.benefit.id}.amount"))
        own.append(drawn.granted.term(one.times).alias(f"{one.benefit.id}.times"))
    cap = drawn.granted.term(rule.cap) if rule.cap is not None else NO_NUMBER
    made = table.lazy().select(pl.col(ID), *own, cap.alias("~cap"), *beside)
    worths = [_within_a_year(one) for one in rule.benefits if one.amount is not None]
    worth = _total(worths, highest=rule.policy.combine == "highest") if worths else NO_NUMBER
    capped = pl.when(pl.col("~cap").is_null() | (worth <= pl.col("~cap"))).then(worth).otherwise(pl.col("~cap"))
    hidden = [f"{one.benefit.id}.times" for one in rule.benefits]
    return made.with_columns(fen(capped).alias("worth")).drop("~cap", *hidden).collect()


def fen(value: pl.Expr) -> pl.Expr:
    """``value`` rounded half up to the cent, as `matching.fen`."""
    # Polars divides by a constant by multiplying with its inverse; `round` gives the number that is nearest.
    return ((value * 100 + HALF).floor() * 0.01).round(2)


def _payable(columns: Columns, one: CompiledBenefit) -> pl.Expr:
    """The amount for one period after cap and threshold, as `matching.payable`."""
    if one.amount is None:
        return NO_NUMBER
    amount = columns.term(one.amount)
    if one.cap is not None:
        cap = columns.term(one.cap)
        amount = pl.when(amount <= cap).then(amount).when(cap < amount).then(cap)
    amount = pl.when(amount > 0).then(amount).when(amount <= 0).then(0.0)
    if one.least is not None:
        least = columns.term(one.least)
        amount = pl.when(amount >= least).then(amount).when(amount < least).then(0.0)
    return fen(amount)


def _within_a_year(one: CompiledBenefit) -> pl.Expr:
    """What a benefit comes to within a year; null where its status is not positive or its amount is not known."""
    amount, status = pl.col(f"{one.benefit.id}.amount"), pl.col(one.benefit.id)
    periods = float(PERIODS[one.benefit.per])
    times = pl.col(f"{one.benefit.id}.times")
    count = pl.when(times < periods).then(times).otherwise(periods)
    return pl.when(status >= _POSITIVE).then(fen(amount * count))


def _total(worths: Sequence[pl.Expr], *, highest: bool) -> pl.Expr:
    if highest:
        return pl.max_horizontal(worths)
    some = reduce(lambda one, other: one | other, (worth.is_not_null() for worth in worths))
    return pl.when(some).then(reduce(lambda one, other: one + other, (worth.fill_null(0.0) for worth in worths)))
