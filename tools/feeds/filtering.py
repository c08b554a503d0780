"""Which rows of a source: tests on standard columns, with bound values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import NamedTuple

from tools.feeds.columns import Made
from tools.feeds.dataset import Column, Dataset
from tools.feeds.reading import Asked

_SHIFT = timedelta(hours=3)
"""More than clocks are ever put back."""


class Tests(NamedTuple):
    """``texts`` hold of every row that is asked for; ``loose``: of others too, around a change of clocks."""

    texts: tuple[str, ...]
    given: Mapping[str, object]
    loose: bool = False

    @property
    def where(self) -> str:
        """As part of a query."""
        return f" where {' and '.join(self.texts)}" if self.texts else ""


def tests_of(dataset: Dataset, asked: Asked, made: Mapping[str, Made]) -> Tests:
    """The tests of what is asked. Raises ValueError for a column that is none: a fault of the programmer."""
    texts: list[str] = []
    given: dict[str, object] = {}
    loose = False
    if dataset.time:
        column, is_day = made[dataset.time], dataset.named[dataset.time].type == "day"
        for name, moment, sign in _bounds(asked):
            text, value, shifted = _bound(column, name, moment, sign, is_day)
            texts.append(text)
            given[name] = value
            loose = loose or shifted
    for index, (name, value) in enumerate(asked.where.items()):
        if name not in dataset.named:
            raise ValueError(f"{dataset.id} has no column {name!r} to choose rows by")
        text, values = _one_of(dataset.named[name], made.get(name), f"w{index}", value)
        texts.append(text)
        given |= values
    return Tests(tuple(texts), given, loose)


def _bounds(asked: Asked) -> Iterable[tuple[str, datetime, str]]:
    if asked.since is not None:
        yield "since", asked.since, ">="
    if asked.until is not None and asked.until <= asked.now:
        yield "until", asked.until, "<"
    else:
        yield "until", asked.now, "<="


def _bound(column: Made, name: str, moment: datetime, sign: str, is_day: bool) -> tuple[str, object, bool]:
    zone = column.zone or UTC
    if column.moment:
        return f"{column.moment} {sign} ${name}", moment, False
    before, after = ((moment + shift).astimezone(zone).utcoffset() for shift in (-_SHIFT, _SHIFT))
    shifted = before != after and not is_day
    if shifted:  # an hour comes twice: take both, the exact moment decides afterwards
        moment, sign = (moment - _SHIFT, ">=") if sign == ">=" else (moment + _SHIFT, "<=")
    return f"{column.text} {sign} ${name}", moment.astimezone(zone).replace(tzinfo=None), shifted


def _one_of(column: Column, made: Made | None, name: str, value: object) -> tuple[str, dict[str, object]]:
    values = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
    known = [_bindable(column, one) for one in values if one is not None]
    text = made.text if made else "null"
    empty = f"{text} is null" if len(known) < len(values) else ""
    if not known:
        return empty or "false", {}
    if len(known) == 1:
        test = f"{text} = ${name}"
        return (f"({test} or {empty})" if empty else test), {name: known[0]}
    test = f"{text} in (select unnest(${name}))"
    return (f"({test} or {empty})" if empty else test), {name: known}


def _bindable(column: Column, value: object) -> object:
    if column.type == "text":
        return str(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        raise ValueError(f"rows of {column.name!r} are chosen by `since` and `until`, not by a value")
    return value if isinstance(value, bool | int | float | date | bytes) else str(value)


def in_zone(moment: datetime | date, zone: tzinfo | None, city: tzinfo) -> datetime:
    """What a query gave for a time, in the city's zone; a day is its first moment there."""
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=city)
    aware = moment if moment.tzinfo else moment.replace(tzinfo=zone or city, fold=1)
    return aware.astimezone(city)
