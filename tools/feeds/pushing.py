"""Filters that a database can be trusted with: they let through every row that is asked for, and perhaps more."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tools.feeds.dataset import Dataset
from tools.feeds.feed import ColumnMap, Feed
from tools.feeds.filtering import in_zone
from tools.feeds.reading import Asked, Zones

if TYPE_CHECKING:
    import sqlalchemy as sa

_MARGIN = timedelta(hours=3)
"""More than clocks are ever put back."""
_DAYS = timedelta(days=2)
_ISO_DAY = "____-__-__%"
_EPOCH = {"epoch": 1, "epoch_ms": 1_000}


def pushed(
    feed: Feed, dataset: Dataset, asked: Asked, columns: Mapping[str, sa.ColumnElement[Any]], zones: Zones
) -> list[sa.ColumnElement[bool]]:
    """Conditions over the table's ``columns`` (standard name → the table's own). Values are bound."""
    tests = list(_times(feed, dataset, asked, columns, zones))
    for name, value in asked.where.items():
        given = feed.columns.get(name, ColumnMap())
        if name in columns and given.times == 1 and not given.format and not feed.nothing:
            values = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
            test = _one_of(columns[name], given, values)
            tests += [] if test is None else [test]
    return tests


def _one_of(column: sa.ColumnElement[Any], given: ColumnMap, values: list[object]) -> sa.ColumnElement[bool] | None:
    import sqlalchemy as sa

    if isinstance(column.type, sa.String):
        if given.words:
            values = [said for said, standard in given.words.items() if standard in values]
        return column.in_(values) if all(isinstance(value, str) for value in values) else None
    whole = isinstance(column.type, sa.Integer) and not given.words
    return column.in_(values) if whole and all(type(value) is int for value in values) else None


def _times(
    feed: Feed, dataset: Dataset, asked: Asked, columns: Mapping[str, sa.ColumnElement[Any]], zones: Zones
) -> Iterator[sa.ColumnElement[bool]]:
    import sqlalchemy as sa

    column = columns.get(dataset.time)
    given = feed.columns.get(dataset.time, ColumnMap())
    if column is None or given.words:
        return
    since, until = asked.since, min(asked.until or asked.now, asked.now)
    if given.format in _EPOCH and isinstance(column.type, sa.Integer | sa.Numeric):
        per = _EPOCH[given.format]
        yield column <= until.timestamp() * per + 1
        if since:
            yield column >= since.timestamp() * per - 1
    elif given.format:
        return
    elif isinstance(column.type, sa.DateTime | sa.Date):
        yield column <= _bound(column.type, until + _MARGIN, zones)
        if since:
            yield column >= _bound(column.type, since - _MARGIN, zones)
    elif isinstance(column.type, sa.String):
        days = column < (until + _DAYS).date().isoformat()
        if since:
            days = sa.and_(days, column >= (since - _DAYS).date().isoformat())
        yield sa.or_(days, column.not_like(_ISO_DAY))  # text of another form does not sort by time


def _bound(kind: Any, moment: datetime, zones: Zones) -> object:  # a type of SQLAlchemy
    import sqlalchemy as sa

    if isinstance(kind, sa.Date):
        return moment.astimezone(zones.own).date()
    return moment.astimezone(UTC) if kind.timezone else moment.astimezone(zones.own).replace(tzinfo=None)


def newest_of(
    feed: Feed, dataset: Dataset, now: datetime, column: sa.ColumnElement[Any], zones: Zones
) -> sa.Select[Any] | None:
    """Asks for about the newest time up to ``now``; None where the column does not sort by time."""
    import sqlalchemy as sa

    given = feed.columns.get(dataset.time, ColumnMap())
    tests = pushed(feed, dataset, Asked(now), {dataset.time: column}, zones)
    if isinstance(column.type, sa.String) and not given.format:
        tests.append(column.like(_ISO_DAY))
    return sa.select(sa.func.max(column)).where(*tests) if tests else None


def early(most: Any, feed: Feed, dataset: Dataset, zones: Zones) -> datetime:  # a value of the database
    """A moment surely before the newest row's, and not long before, given what the database has for it."""
    form = feed.columns.get(dataset.time, ColumnMap()).format
    if form in _EPOCH:
        return datetime.fromtimestamp(float(most) / _EPOCH[form], zones.city) - _MARGIN
    if isinstance(most, str):
        try:
            most = date.fromisoformat(most[:10])
        except ValueError:  # 2026-13-45: then everything is looked at
            most = date(1, 1, 4)
    margin = _DAYS if type(most) is date else _MARGIN
    return in_zone(most, zones.own, zones.city) - margin
