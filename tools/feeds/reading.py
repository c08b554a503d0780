"""What reads a feed, whatever its source: rows in a dataset's standard columns, as of a moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from city.pack import Problem
from tools.feeds.dataset import Dataset
from tools.feeds.errors import FeedFault
from tools.feeds.feed import Feed

if TYPE_CHECKING:
    import polars as pl

Where = Mapping[str, object]
"""Column → value, or list of values of which one fits; ``None`` fits an empty value."""


@dataclass(frozen=True)
class Asked:
    """Which rows: ``since <= time < until``, never later than ``now``, which is included.

    ``last``: only the newest row of each key is needed; a reader may leave out the others.
    """

    now: datetime
    since: datetime | None = None
    until: datetime | None = None
    where: Where = field(default_factory=dict)
    columns: Sequence[str] | None = None
    last: bool = False


class LeftOut(NamedTuple):
    """Values of a column that cannot be read, or cannot be true: how many, and one of them."""

    column: str
    values: int
    example: str


@dataclass(frozen=True)
class Look:
    """What a reader sees of its whole source as of a moment. ``lost``: lines that are no rows, and one of them."""

    rows: int
    newest: datetime | None = None
    left_out: tuple[LeftOut, ...] = ()
    repeated: int = 0
    repeated_example: str = ""
    keyless: int = 0
    lost: int = 0
    lost_example: str = ""
    notes: tuple[str, ...] = ()


class Counted(NamedTuple):
    """How many rows there are up to a moment, and the newest one's time; of a timetable trips, and when it ends."""

    rows: int
    newest: datetime | None


class BadRow(NamedTuple):
    """A row that is wrong in a column; without ``value`` its key is empty. ``is_beyond``: the value can be read, but
    cannot be true. ``is_lost``: the line is no row at all, and ``value`` is the line.
    """

    file: str
    row: int | None
    column: str
    key: str
    value: str
    is_beyond: bool = False
    is_lost: bool = False


class Zones(NamedTuple):
    """``own``: of the feed's times without a zone; ``city``: of the times that tools see."""

    own: tzinfo
    city: tzinfo


class Reader(Protocol):
    """Reads one feed. Every method may raise NoData where the source is not there, BadInput where it cannot be read."""

    def refresh(self, dataset: Dataset, now: datetime) -> None:
        """Fetch the source anew where that is due; readers of files have nothing to do."""

    def rows(self, dataset: Dataset, asked: Asked) -> pl.DataFrame:
        """The rows asked for, in standard columns, in the order of the source."""

    def newest(self, dataset: Dataset, now: datetime, where: Where) -> datetime | None:
        """Time of the newest row up to ``now``."""

    def count(self, dataset: Dataset, now: datetime) -> Counted:
        """The rows up to ``now`` without a look at their values; of a database perhaps a few more."""

    def look(self, dataset: Dataset, now: datetime) -> Look:
        """What the whole source holds up to ``now``, and what is wrong with it."""

    def bad_rows(self, dataset: Dataset, now: datetime, columns: Sequence[str], most: int) -> list[BadRow]:
        """Rows up to ``now`` whose values in ``columns`` cannot be read or cannot be true, that have no key, or that
        are no rows: ``most`` of each.
        """

    def version(self, now: datetime) -> str:
        """Changes when the source changes."""

    def changed(self, now: datetime) -> datetime | None:
        """When the source was last renewed, as far as it tells."""

    def file(self, now: datetime) -> Path:
        """The file of a source that is read whole."""


def problem(feed: Feed, message: str, remedy: str, where: str = "") -> Problem:
    """What is wrong with a feed, with its place in the pack."""
    file, _, place = feed.origin.partition(": ")
    path = ".".join(part for part in (place, where) if part)
    return Problem(file=file or "feeds", where=path, message=f"feed {feed.id}: {message}", remedy=remedy)


def fault(feed: Feed, message: str, remedy: str, where: str = "") -> FeedFault:
    """The same as an error."""
    return FeedFault(problem(feed, message, remedy, where))
