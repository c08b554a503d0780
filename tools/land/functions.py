"""The functions of formulas."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tools.land.rows import Row, Value
from tools.land.values import (
    Number,
    Truth,
    Untold,
    Word,
    compare,
    conjunction,
    disjunction,
    hull,
    largest,
    smallest,
)
from tools.land.values import total as added

_PER_CENT = 100.0
Table = Any
"""A table of a rule, as YAML gave it."""


def told(value: Value) -> Truth:
    """Whether a field is told."""
    if isinstance(value, Row):
        return Truth(value.part is not None)
    return Truth(not isinstance(value, Untold) and not getattr(value, "lacks", None))


def maybe(what: Word) -> Truth:
    """Open, because ``what`` cannot be told in a scheme."""
    return Truth(None, frozenset({what.text or ""}))


def open_number(what: Word) -> Number:
    """A number of which the texts say nothing."""
    return Number(0.0, math.inf, frozenset({what.text or ""}))


def least_of(*values: Value) -> Number:
    """The least of numbers, or of one list."""
    return smallest(_numbers(values))


def most_of(*values: Value) -> Number:
    """The greatest of numbers, or of one list; of an empty one 0."""
    numbers = list(_numbers(values))
    return largest(numbers) if numbers else Number.of(0.0)


def _numbers(values: Sequence[Value]) -> Iterator[Number]:
    for value in values:
        if isinstance(value, Untold):
            yield Number(0.0, math.inf, value.lacks)
        elif isinstance(value, Number):
            yield value
        else:
            yield from value


def sum_of(values: Value) -> Number:
    """The sum of a list of numbers."""
    return added(_numbers([values]))


def any_of(values: Value) -> Truth:
    """Whether one of a list is true."""
    return Truth(None, values.lacks) if isinstance(values, Untold) else disjunction(values)


def all_of(values: Value) -> Truth:
    """Whether all of a list are true."""
    return Truth(None, values.lacks) if isinstance(values, Untold) else conjunction(values)


def count(values: Value) -> Number:
    """How many there are."""
    if isinstance(values, Untold):
        return Number(0.0, math.inf, values.lacks)
    return Number.of(float(len(values)))


def share(part: Number, whole: Number) -> Number:
    """Per cent of the whole."""
    return part.times(Number.of(_PER_CENT)).over(whole)


def ceil(number: Number) -> Number:
    """Rounded up; a hair above a whole number is that number."""
    return Number(_up(number.least), _up(number.most), number.lacks)


def _up(value: float) -> float:
    return value if math.isinf(value) else float(math.ceil(round(value, 9)))


def starts(word: Word, prefix: Word) -> Truth:
    """Whether a word begins so."""
    if word.text is None:
        return Truth(None, word.lacks)
    return Truth(word.text.startswith(prefix.text or ""))


def band(value: Number, bounds: Sequence[float | Number]) -> Number:
    """How many of the rising bounds the value reaches: 0 below the first, a bound itself belongs to what follows."""
    reached = [compare(value, ">=", _number(bound)) for bound in bounds]
    sure = sum(truth.holds is True for truth in reached)
    may = sum(truth.holds is not False for truth in reached)
    return Number(float(sure), float(may), value.lacks if may > sure else frozenset())


def pick(table: Table, *keys: Value) -> Value:
    """A table's entry. A list is counted from 0; where a key is open, one of the entries that it may mean."""
    found, lacks = _entries(table, keys)
    if len(found) == 1 and not isinstance(found[0], int | float | Number):
        return found[0]
    if any(one is not None and not isinstance(one, int | float | Number) for one in found):
        return Untold(lacks)  # which of several lists or words is meant is open
    return hull([_number(one) for one in found if one is not None], lacks)


def _number(given: float | Number) -> Number:
    """A number of a table (plain) or of a formula's own list."""
    return given if isinstance(given, Number) else Number.of(float(given))


def has(table: Table, *keys: Value) -> Truth:
    """Whether a table has an entry there that is not null."""
    found, lacks = _entries(table, keys)
    held = {one is not None for one in found}
    return Truth(held.pop()) if len(held) == 1 else Truth(None, lacks)


def _entries(table: Table, keys: Sequence[Value]) -> tuple[list[Any], frozenset[str]]:
    found: list[Any] = [table]
    lacks: frozenset[str] = frozenset()
    for key in keys:
        lacks |= key.lacks
        found = [entry for one in found for entry in _possible(one, key)]
    return found, lacks


def _possible(table: Table, key: Value) -> list[Any]:
    if table is None:
        return [None]
    if isinstance(table, Mapping):
        # An open key may be one of which the table has no entry.
        every = [*table.values(), *([] if "other" in table else [None])]
        if isinstance(key, Word):
            return every if key.text is None else [table.get(key.text, table.get("other"))]
        return [table.get(int(key.least))] if key.is_known else every
    last = len(table) - 1
    first = max(0, math.ceil(key.least))
    return list(table[first : min(last, math.floor(min(key.most, last))) + 1])


def longest(spans: Value, most: Number, least: Number) -> Number:
    """The sum of the longest spans, at most so many, none shorter than ``least``."""
    if isinstance(spans, Untold):
        return Number(0.0, math.inf, spans.lacks)
    long = sorted((span.least for span in spans if span.least >= least.least), reverse=True)
    return Number.of(float(sum(long[: int(most.least)])))


def amount_of(rows: Value, kind: Word, field: Word) -> Number:
    """The sum of a field over the rows of a kind; a kind that is not listed is not known to be there."""
    if isinstance(rows, Untold):
        return Number(0.0, math.inf, rows.lacks)
    named = [row for row in rows if row.get("kind").text == kind.text]
    if not named:
        return Number(0.0, math.inf, frozenset({f"facilities.{kind.text}"}))
    return added(row.get(field.text or "") for row in named)


def listed(rows: Value, kind: Word) -> Truth:
    """Whether rows of a kind are listed."""
    if isinstance(rows, Untold):
        return Truth(None, rows.lacks)
    return Truth(any(row.get("kind").text == kind.text for row in rows))


def places(table: Table, program: Value, zone: Number) -> Number:
    """Places that a parking table asks of a programme in a zone: of each use, an amount by so many, times a rate.

    A table is ``{use: [{per: floor_area, by: 100, rates: [zone 1, zone 2, zone 3]}]}``; a rate may be null (no rate).
    """
    if isinstance(program, Untold):
        return Number(0.0, math.inf, program.lacks)
    return added(_demand(table, row, zone) for row in program)


def _demand(table: Table, row: Row, zone: Number) -> Number:
    use = row.get("use")
    if use.text is None:
        return Number(0.0, math.inf, use.lacks)
    index = zone.minus(Number.of(1.0))
    asked = Number.of(0.0)
    for entry in table.get(use.text, ()):
        rates = [Number.of(rate or 0.0) for rate in _possible(entry["rates"], index)]
        rate = hull(rates, zone.lacks)
        asked = asked.plus(row.get(entry["per"]).over(Number.of(float(entry["by"]))).times(rate))
    return asked


FUNCTIONS: dict[str, Callable[..., Value]] = {
    "told": told,
    "maybe": maybe,
    "open_number": open_number,
    "min": least_of,
    "max": most_of,
    "sum": sum_of,
    "any": any_of,
    "all": all_of,
    "count": count,
    "share": share,
    "ceil": ceil,
    "starts": starts,
    "band": band,
    "pick": pick,
    "has": has,
    "longest": longest,
    "amount_of": amount_of,
    "listed": listed,
    "places": places,
}
