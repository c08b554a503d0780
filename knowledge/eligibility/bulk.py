"""A table of profiles against the rules, on Polars: the same statuses and amounts as `matching` gives row by row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce

import polars as pl

from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.columns import NO_NUMBER, Columns, Stages
from knowledge.eligibility.compiling import CompiledBenefit, CompiledPolicy
from knowledge.eligibility.ir import facts_of
from knowledge.eligibility.matching import HALF, LARGEST, Status
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
    assumed: frozenset[str]

    stages: Stages
    _common: dict[str, tuple[pl.Expr, pl.Expr]]

    def _conditions(self, rule: CompiledPolicy) -> tuple[pl.Expr, pl.Expr]:
        """The truth of a rule's own conditions in both renderings, once for all its benefits."""
        if rule.id not in self._common:
            made = (self.known.truth(rule.conditions), self.granted.truth(rule.conditions))
            self._common[rule.id] = (self.stages.share(made[0]), self.stages.share(made[1]))
        return self._common[rule.id]

    def status(self, rule: CompiledPolicy, one: CompiledBenefit) -> pl.Expr:
        """The number of a benefit's status, as `matching.benefit_status`."""
        known, granted = self._conditions(rule)
        truth = self.stages.share(known & self.known.truth(one.when))
        likely = granted & self.granted.truth(one.when)
        base = (
            pl.when(truth)
            .then(_code(Status.ELIGIBLE))
            .when(~truth)
            .then(_code(Status.NOT))
            .when(likely)
            .then(_code(Status.LIKELY))
            .otherwise(_code(Status.NEEDS))
        )
        if not one.pays:
            return base
        stated = self.stages.share(payable(self.known, one))
        settled = pl.when(stated == 0).then(_code(Status.NOT))
        if not _reads(one) & self.assumed:
            return settled.otherwise(base)
        base = self.stages.share(base)
        given = self.stages.share(payable(self.granted, one))
        open_ = stated.is_null() & (base >= _POSITIVE)
        return (
            settled.when(open_ & (given == 0))
            .then(_code(Status.NEEDS))
            .when(open_ & (given > 0))
            .then(_code(Status.LIKELY))
            .otherwise(base)
        )


def _reads(one: CompiledBenefit) -> frozenset[str]:
    """The facts that a benefit's amount depends on."""
    return frozenset().union(*(facts_of(term) for term in (one.amount, one.cap) if term is not None))


def _code(status: Status) -> pl.Expr:
    return pl.lit(CODES.index(status), dtype=pl.UInt8)


def _drawn(book: RuleBook, facts: frozenset[str], columns: Iterable[str]) -> _Drawn:
    known, assumed, stages = frozenset(columns), book.assumed(facts), Stages()
    plain, granted = Columns(known, stages=stages), Columns(known, assumed, stages)
    return _Drawn(plain, granted, frozenset(assumed), stages, {})


def statuses(book: RuleBook, rules: Sequence[CompiledPolicy], table: pl.DataFrame) -> pl.DataFrame:
    """For every row its ``id`` and for every rule the number of its status (see CODES) as UInt8: its best benefit's."""
    every = frozenset().union(*(rule.facts for rule in rules))
    drawn = _drawn(book, every, table.columns)
    made = [_best([drawn.status(rule, one) for one in rule.benefits]).alias(rule.id) for rule in rules]
    return drawn.stages.laid(table.lazy()).select(pl.col(ID), *made).collect()


def _best(found: Sequence[pl.Expr]) -> pl.Expr:
    return pl.max_horizontal(found) if found else _code(Status.NOT)


def amounts(book: RuleBook, rule: CompiledPolicy, table: pl.DataFrame, beside: Sequence[pl.Expr] = ()) -> pl.DataFrame:
    """For every row its ``id``, the rule's ``worth`` within a year in yuan (null where it is not known or not money),
    and for every benefit ``<benefit>`` (its status) and ``<benefit>.amount`` (for one period); ``beside`` are further
    expressions over the table, by their own names.
    """
    drawn = _drawn(book, rule.facts, table.columns)
    own: list[pl.Expr] = []
    for one in rule.benefits:
        own.append(drawn.status(rule, one).alias(one.benefit.id))
        own.append(payable(drawn.granted, one).alias(f"{one.benefit.id}.amount"))
        own.append(drawn.granted.term(one.times).alias(f"{one.benefit.id}.times"))
    cap = _told(drawn.granted, drawn.granted.term(rule.cap)) if rule.cap is not None else NO_NUMBER
    made = drawn.stages.laid(table.lazy()).select(pl.col(ID), *own, cap.alias("~cap"), *beside)
    worths = [_within_a_year(one) for one in rule.benefits if one.amount is not None]
    worth = _total(worths, highest=rule.policy.combine == "highest") if worths else NO_NUMBER
    over = pl.col("~cap") < worth  # null where there is no cap, or nothing that could be above it
    capped = pl.when(over).then(pl.col("~cap")).otherwise(worth)
    hidden = [f"{one.benefit.id}.times" for one in rule.benefits]
    return made.with_columns(fen(capped).alias("worth")).drop("~cap", *hidden).collect()


def fen(value: pl.Expr) -> pl.Expr:
    """``value`` rounded half up to the cent, as `matching.fen`."""
    # Polars divides by a constant by multiplying with its inverse; `round` gives the number that is nearest.
    return ((value * 100 + HALF).floor() * 0.01).round(2)


def _told(columns: Columns, made: pl.Expr) -> pl.Expr:
    """A sum as far as it can be told, as `matching` has it."""
    value = columns.shared(made)
    return pl.when(value.is_between(-LARGEST, LARGEST)).then(value)


def payable(columns: Columns, one: CompiledBenefit) -> pl.Expr:
    """The amount for one period after the cap, as `matching.payable`."""
    if one.amount is None:
        return NO_NUMBER
    amount = columns.shared(_told(columns, columns.term(one.amount)))
    if one.cap is not None:
        cap = columns.shared(_told(columns, columns.term(one.cap)))
        amount = columns.shared(pl.when(amount <= cap).then(amount).when(cap < amount).then(cap))
    return fen(pl.when(amount > 0).then(amount).when(amount <= 0).then(0.0))


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
