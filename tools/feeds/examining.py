"""Reads a feed wholly and says which of its rows are wrong, with file, row and column: ``citydesk feeds check``.

A row's number is what a spreadsheet shows: the names are row 1. In JSON and GeoJSON it is the place in the list, from
1; a database has no such numbers, there the key tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from pydantic import Field

from city.errors import CityDeskError
from city.pack import Problem
from city.schema import Record
from tools.feeds.dataset import Dataset
from tools.feeds.errors import FeedFault
from tools.feeds.feed import Feed
from tools.feeds.reading import BadRow, LeftOut, Look, Reader, problem
from tools.feeds.state import FeedState, Standing, refreshed, state_of

TOLERATED = 0.01
"""Share of a column's values that may be unreadable before it is a problem and not a note."""
SHOWN = 5
"""Bad rows that are shown of each column."""


class Bad(Record):
    """One row that is wrong. ``column`` is the standard one, ``own`` the city's name for it."""

    file: str
    row: int | None = None
    key: str = Field(default="", description="the row's key, as the source writes it")
    column: str = ""
    own: str = ""
    value: str = ""
    message: str
    remedy: str

    def __str__(self) -> str:
        at = f" row {self.row}" if self.row is not None else ""
        key = f" ({self.key})" if self.key else ""
        column = f" column {self.own!r}" if self.own else ""
        return f"{self.file}{at}{key}{column}: {self.message} → {self.remedy}"


class Examined(Record):
    """A feed that was read wholly. ``notes`` are for staff; ``problems`` and what the state says have to be mended."""

    state: FeedState
    bad: tuple[Bad, ...] = ()
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether nothing has to be mended."""
        return self.state.standing is Standing.FRESH and self.state.problem is None and not self.problems


def examine(feed: Feed, reader: Reader, dataset: Dataset | None, now: datetime) -> Examined:
    """Read the whole source up to ``now``; whatever is wrong is in the result, and no error."""
    state = state_of(feed, reader, dataset, now)
    if dataset is None or state.rows is None:
        return Examined(state=state)
    refreshed(reader, dataset, now)
    try:
        look = reader.look(dataset, now)
        bad = tuple(_bad(feed, dataset, reader, look, now)) if dataset.form == "table" else ()
    except FeedFault as error:
        return Examined(state=state, problems=(error.problem,))
    except CityDeskError as error:
        return Examined(state=state, problems=(problem(feed, str(error), "try again later", "source"),))
    return Examined(
        state=state, bad=bad, notes=tuple(_notes(dataset, look)), problems=tuple(_wrong(feed, dataset, look))
    )


def _bad(feed: Feed, dataset: Dataset, reader: Reader, look: Look, now: datetime) -> Iterator[Bad]:
    columns = [left.column for left in look.left_out]
    if not columns and not look.keyless and not look.lost:
        return
    for row in reader.bad_rows(dataset, now, columns, SHOWN):
        yield _told(feed, dataset, row)


def _told(feed: Feed, dataset: Dataset, row: BadRow) -> Bad:
    made = partial(Bad, file=row.file, row=row.row, key=row.key, column=row.column, value=row.value[:60])
    if row.is_lost:
        return made(
            message=f"is no row of the table: {row.value[:60]!r}", remedy="mend its quotes, or its number of values"
        )
    given = feed.columns.get(row.column)
    own = (given.from_ if given else None) or row.column
    if not row.value:
        return made(own=own, message="the key is empty", remedy="fill it in, or take the row out")
    column = dataset.named[row.column]
    if given and given.words and row.value not in given.words:
        known = ", ".join(list(given.words)[:10])
        return made(own=own, message=f"{row.value!r} is not among its words", remedy=f"write {known}; or add it there")
    if row.is_beyond:
        least = "-" if column.least is None else f"{column.least:g}"
        most = "-" if column.most is None else f"{column.most:g}"
        unit = f" {column.unit}" if column.unit else ""
        bounds = f"{row.value!r} cannot be true: {column.title} lies between {least} and {most}{unit}"
        remedy = "correct it, or name it under `nothing`; where the unit is another, correct `times`"
        return made(own=own, message=bounds, remedy=remedy)
    return made(own=own, message=f"{row.value!r} is no {_KINDS[column.type]}", remedy=_REMEDIES[column.type])


_KINDS = {
    "text": "text",
    "int": "whole number",
    "float": "number",
    "flag": "yes or no",
    "day": "day",
    "time": "time",
    "shape": "geometry",
}
_NUMBER = "correct it, or name what stands for no value under `nothing`"
_REMEDIES = {
    "text": "correct it",
    "int": _NUMBER,
    "float": _NUMBER,
    "flag": "write true or false, or say what the values mean under `words`",
    "day": "write 2026-11-26, or name another form under `format`",
    "time": "write 2026-11-26 08:30, or name another form under `format`",
    "shape": "write WKT, WKB or GeoJSON in WGS-84 degrees, longitude first",
}


def _wrong(feed: Feed, dataset: Dataset, look: Look) -> Iterator[Problem]:
    if dataset.form == "gtfs":
        for note in look.notes:
            yield problem(feed, note, "export the timetable anew", "source")
    for left in look.left_out:
        if left.values > look.rows * TOLERATED:
            remedy = "correct them there, or name them under `words`, `format` or `nothing`"
            yield problem(feed, _left(left), remedy, f"columns.{left.column}")
    if look.lost > look.rows * TOLERATED:
        yield problem(feed, _lost(look), "look at the delimiter and at quotes in the file", "source")
    if look.keyless > look.rows * TOLERATED:
        message = f"{look.keyless:,} {_rows(look.keyless, 'has', 'have')} no {dataset.key[0]!r}"
        yield problem(feed, message, "fill it in", f"columns.{dataset.key[0]}")
    if look.repeated:
        names = " and ".join(repr(name) for name in dataset.key)
        like = f", for example {look.repeated_example}" if look.repeated_example else ""
        rows = _rows(look.repeated, "has", "have")
        message = f"{look.repeated:,} {rows} the {names} of another{like}; the last one counts"
        yield problem(feed, message, "keep one row of each", "source")


def _notes(dataset: Dataset, look: Look) -> Iterator[str]:
    """What is no more than a note."""
    for left in look.left_out:
        if left.values <= look.rows * TOLERATED:
            yield f"{left.column}: {_left(left)}"
    if 0 < look.lost <= look.rows * TOLERATED:
        yield _lost(look)
    if 0 < look.keyless <= look.rows * TOLERATED:
        yield f"{look.keyless:,} {_rows(look.keyless, 'has', 'have')} no {dataset.key[0]!r}"
    if dataset.form == "table":  # what is missing in a timetable is a problem
        yield from look.notes


def _rows(count: int, one: str, more: str) -> str:
    return f"row {one}" if count == 1 else f"rows {more}"


def _left(left: LeftOut) -> str:
    values = "value" if left.values == 1 else "values"
    return f"{left.values:,} {values} cannot be read or cannot be true, for example {left.example!r}"


def _lost(look: Look) -> str:
    like = f", for example {look.lost_example[:60]!r}" if look.lost_example else ""
    return f"{look.lost:,} {'line is no row' if look.lost == 1 else 'lines are no rows'}{like}"
