"""Draw a population block by block. One seed, count and day give one table, however it is split."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from city.errors import BadInput
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.facts import FactType, Subject
from knowledge.eligibility.population.planning import FactPlan, Plan, plan_population
from knowledge.eligibility.population.spec import Gaps
from knowledge.eligibility.population.table import NONE, Numbers, Places, Table
from knowledge.eligibility.population.ways import Rows
from knowledge.eligibility.profiles import SUBJECTS

BLOCK = 50_000
"""Rows that are drawn from one seed. A part of a block is cut from the whole, so that no row depends on the count."""

_DAYS = {"days": 1.0, "months": 30.436875, "years": 365.2425}
_DIGITS = {FactType.INTEGER: 0, FactType.MONEY: 0, FactType.NUMBER: 2, FactType.RATIO: 4}
_MOST_GAPS = 0.97


def draw(
    book: RuleBook, root: Path, subject: Subject, count: int, seed: int, as_of: date, batch: int = BLOCK
) -> Iterator[pl.DataFrame]:
    """Synthetic subjects in tables of ``batch`` rows: ``id`` and a column for each fact that is not computed.

    ``root`` is the pack's folder. Null is what is not on file. Raises PackError where the pack does not say how every
    fact is drawn, BadInput for a count, seed or batch that cannot be.
    """
    if count < 0 or seed < 0 or batch < 1:
        raise BadInput("count and seed are at least 0 and batch at least 1 → correct them")
    return _batches(plan_population(book, root, subject, as_of), count, seed, batch)


def _batches(plan: Plan, count: int, seed: int, batch: int) -> Iterator[pl.DataFrame]:
    waiting: list[pl.DataFrame] = []
    held = 0
    for block in range(-(-count // BLOCK)):
        waiting.append(_block(plan, seed, block).head(count - block * BLOCK))
        held += waiting[-1].height
        while held >= batch:
            table = pl.concat(waiting)
            yield table.head(batch)
            waiting, held = [table.tail(held - batch)], held - batch
    if held:
        yield pl.concat(waiting)


def _block(plan: Plan, seed: int, block: int) -> pl.DataFrame:
    drawer = _Drawer(plan, seed, block)
    table = Table(BLOCK)
    for fact in plan.facts:
        drawer.fill(fact, table)
    kept = drawer.with_gaps(table)
    first = block * BLOCK + 1
    letter = pl.lit(plan.subject[0].upper())
    number = pl.int_range(first, first + BLOCK, eager=True).cast(pl.String).str.zfill(7)
    return pl.DataFrame({"id": pl.select(letter + number).to_series(), **{name: kept[name] for name in plan.columns}})


class _Drawer:
    """Draws one block. Every fact has chances of its own, so that a new fact leaves the others as they were."""

    def __init__(self, plan: Plan, seed: int, block: int):
        self._plan, self._entropy = plan, [seed, SUBJECTS.index(plan.subject), block]
        self._every = np.arange(BLOCK, dtype=np.int64)

    def _chance(self, *name: str) -> np.random.Generator:
        key = tuple(zlib.crc32(part.encode()) for part in name)
        return np.random.Generator(np.random.PCG64(np.random.SeedSequence(self._entropy, spawn_key=key)))

    def fill(self, plan: FactPlan, table: Table) -> None:
        """Draw one fact where its gate holds."""
        at = self._every
        if plan.gate:
            at = at[table.truth(plan.gate, at)]
        values = np.full(BLOCK, np.nan)
        if at.size:
            rows = Rows.of(table, at, self._chance(plan.fact.id))
            found = plan.way.draw(rows)
            values[at] = self._days(plan, found, rows) if plan.fact.type is FactType.DATE else _rounded(plan, found)
        _store(plan, values, table)

    def _days(self, plan: FactPlan, found: Numbers, rows: Rows) -> Numbers:
        spec = plan.spec
        counted = np.floor(found * _DAYS[spec.unit])
        if spec.until:
            first = self._day(plan, spec.after, rows)
            days = first + np.floor(found * (self._day(plan, spec.until, rows) - first))
        elif spec.after:
            days = self._day(plan, spec.after, rows) + counted
        else:
            days = self._day(plan, spec.before, rows) - counted
        for name in spec.not_before:
            days = np.where(np.isnan(days), np.nan, np.fmax(days, self._day(plan, name, rows)))
        for name in (*spec.not_after, *(() if spec.ahead else ("today",))):
            days = np.where(np.isnan(days), np.nan, np.fmin(days, self._day(plan, name, rows)))
        return days

    def _day(self, plan: FactPlan, name: str, rows: Rows) -> Numbers:
        fixed = plan.fixed(name, self._plan.as_of)
        return rows.table.days(name, rows.at) if fixed is None else np.full(rows.size, fixed)

    def with_gaps(self, table: Table) -> dict[str, pl.Series]:
        """The columns as they are on file: with gaps, and without what rests on an answer that is missing."""
        kept = Table(BLOCK)
        poor = _poor(self._plan.gaps, self._chance("gaps"))
        luck: dict[str, Numbers] = {}
        for plan in self._plan.facts:
            name, source = plan.fact.id, plan.fact.held_by
            if source not in luck:
                luck[source] = self._chance("gaps", "of", source).random(BLOCK)
            held = self._present(plan, luck[source], poor)
            if plan.gate:
                held &= kept.truth(plan.gate, self._every)
            column = table.columns[name]
            kept.columns[name] = pl.select(pl.when(pl.Series(held)).then(column)).to_series().alias(name)
        return kept.columns

    def _present(self, plan: FactPlan, luck: Numbers, poor: Numbers) -> npt.NDArray[np.bool_]:
        chance = self._chance("gaps", plan.fact.id)
        own = chance.random(BLOCK)
        together = chance.random(BLOCK) < self._plan.gaps.together
        missing = np.where(together, luck, own) < np.minimum(plan.gap * poor, max(plan.gap, _MOST_GAPS))
        return np.asarray(~missing)


def _poor(gaps: Gaps, chance: np.random.Generator) -> Numbers:
    """How many times the usual gaps each row has; 1 on the whole."""
    poor = gaps.poor
    others = (1 - poor.share * poor.times) / (1 - poor.share)
    return np.where(chance.random(BLOCK) < poor.share, poor.times, others)


def _rounded(plan: FactPlan, found: Numbers) -> Numbers:
    digits = _DIGITS.get(plan.fact.type)
    if digits is None:
        return found
    low, high = plan.fact.range or (-np.inf, np.inf)
    return np.clip(np.round(found, digits), low, high)


def _store(plan: FactPlan, values: Numbers, table: Table) -> None:
    """Keep the values as a column of the fact's type."""
    name, none = plan.fact.id, np.isnan(values)
    whole = np.where(none, NONE, values).astype(np.int64)
    match plan.fact.type:
        case FactType.BOOLEAN:
            table.places[name] = whole
            column = pl.Series(name, whole == 1).zip_with(pl.Series(~none), pl.Series([None], dtype=pl.Boolean))
        case FactType.DATE:
            days = pl.Series(whole.astype(np.int32)).cast(pl.Date)
            column = days.zip_with(pl.Series(~none), pl.Series([None], dtype=pl.Date))
        case FactType.CHOICE:
            table.places[name] = whole
            column = pl.Series([*plan.codes, None], dtype=pl.String).gather(pl.Series(_at_end(whole, len(plan.codes))))
        case FactType.CHOICES:
            column = _sets(plan.codes, whole)
        case _:
            column = pl.Series(values).fill_nan(None)
    table.columns[name] = column.alias(name)


def _at_end(places: Places, end: int) -> Places:
    return np.where(places == NONE, end, places)


def _sets(codes: tuple[str, ...], bits: Places) -> pl.Series:
    distinct, places = np.unique(bits, return_inverse=True)
    sets = [
        None if one == NONE else [code for bit, code in enumerate(codes) if (int(one) >> bit) & 1] for one in distinct
    ]
    return pl.Series(sets, dtype=pl.List(pl.String)).gather(pl.Series(places.astype(np.int64)))
