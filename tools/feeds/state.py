"""How a dataset stands at a moment: for the data catalogue and ``citydesk feeds list``.

The newest time and the number of rows are asked, no value is looked at: that is what ``examining.py`` does.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import Field

from city.errors import CityDeskError
from city.pack import Problem
from city.schema import Record
from tools.feeds.dataset import Dataset
from tools.feeds.errors import FeedFault, NoData
from tools.feeds.feed import Feed
from tools.feeds.reading import Reader, problem


class Standing(StrEnum):
    """It may be told as the present; it is too old for that; nothing is there; it cannot be read."""

    FRESH = "fresh"
    LATE = "late"
    MISSING = "missing"
    BROKEN = "broken"


class FeedState(Record):
    """A dataset, and the feed that provides it. Without a feed, ``feed`` and what belongs to it are empty.

    ``code`` names the reason for programs: ``no_feed``, ``no_source``, ``no_rows``, ``too_old``, ``over`` (the last day
    of a timetable is past), ``unreadable``, ``unknown_dataset``; where it is fresh, ``not_fetched`` (a kept
    copy serves) or nothing.
    """

    dataset: str
    title: str
    feed: str = ""
    name: str = Field(default="", description="the feed's own title")
    unit: str = Field(default="", description="the unit that keeps the data")
    kind: str = Field(default="", description="kind of its source: csv, sql, …")
    every: str = Field(default="", description="how often it is renewed, in words")
    about: str = ""
    visibility: str = ""
    limit: timedelta | None = Field(default=None, description="older is late; None: nothing says how fresh it must be")
    newest: datetime | None = Field(
        default=None,
        description="the newest row's time up to the moment; of a register when its source was renewed, if that is "
        "known; of a timetable the end of its last day",
    )
    rows: int | None = Field(default=None, description="up to the moment; None where they cannot be counted")
    standing: Standing
    code: str = ""
    reason: str = Field(default="", description="for staff")
    problem: Problem | None = Field(default=None, description="what is to be mended, with file, place and remedy")


class _Reason(NamedTuple):
    standing: Standing
    code: str
    problem: Problem | None


def without_feed(dataset: Dataset) -> FeedState:
    """The state of a dataset that no feed of the city provides."""
    return FeedState(
        dataset=dataset.id,
        title=dataset.title,
        standing=Standing.MISSING,
        code="no_feed",
        reason="no feed of the city provides it",
    )


def state_of(feed: Feed, reader: Reader, dataset: Dataset | None, now: datetime) -> FeedState:
    """The state of a feed; whatever is wrong with it is in the state, and no error."""
    if dataset is None:
        wrong = problem(
            feed, f"no tool knows the dataset {feed.dataset!r}", "correct its id, or take the feed out", "dataset"
        )
        return _made(feed, None, _Reason(Standing.BROKEN, "unknown_dataset", wrong))
    failed = refreshed(reader, dataset, now)
    try:
        counted = reader.count(dataset, now)
        timed = bool(dataset.time) or dataset.form == "gtfs"
        newest = counted.newest if timed else reader.changed(now)
    except (NoData, FeedFault, CityDeskError) as error:
        return _made(feed, dataset, _unread(feed, failed or error))
    return _made(feed, dataset, _standing(feed, dataset, newest, now, failed), counted.rows, newest)


def refreshed(reader: Reader, dataset: Dataset, now: datetime) -> CityDeskError | None:
    """Fetch anew where that is due; why it brought nothing, where it did not: a kept copy may serve still."""
    try:
        reader.refresh(dataset, now)
    except CityDeskError as error:
        return error
    return None


def _unread(feed: Feed, error: CityDeskError) -> _Reason:
    if isinstance(error, FeedFault):
        return _Reason(Standing.BROKEN, "unreadable", error.problem)
    if isinstance(error, NoData):
        wrong = problem(feed, str(error), "put it there, or correct `source`", "source")
        return _Reason(Standing.MISSING, "no_source", wrong)
    remedy = "see that the server can be reached, and try again later"
    return _Reason(Standing.BROKEN, "unreadable", problem(feed, str(error), remedy, "source"))


def _standing(
    feed: Feed, dataset: Dataset, newest: datetime | None, now: datetime, failed: CityDeskError | None
) -> _Reason:
    if dataset.form == "gtfs":
        if newest is not None and newest > now:
            return _served(feed, failed)
        told = f"its last day with service is before {now:%Y-%m-%d}"
        return _Reason(Standing.LATE, "over", problem(feed, told, "export the timetable anew", "source"))
    if dataset.time and newest is None:
        told = "has no row yet"
        return _Reason(Standing.MISSING, "no_rows", problem(feed, told, "see why nothing is delivered", "source"))
    if newest is not None and feed.fresh_for is not None and newest < now - feed.fresh_for:
        told = f"the newest is of {newest:%Y-%m-%d %H:%M}, older than the {words_of(feed.fresh_for)} that are allowed"
        remedy = "see why nothing newer is delivered, or correct `fresh_for`"
        return _Reason(Standing.LATE, "too_old", problem(feed, told, remedy, "fresh_for"))
    return _served(feed, failed)


def _served(feed: Feed, failed: CityDeskError | None) -> _Reason:
    if failed is None:
        return _Reason(Standing.FRESH, "", None)
    wrong = problem(feed, f"a kept copy serves: {failed}", "see that the server can be reached", "source.url")
    return _Reason(Standing.FRESH, "not_fetched", wrong)


def _made(
    feed: Feed, dataset: Dataset | None, why: _Reason, rows: int | None = None, newest: datetime | None = None
) -> FeedState:
    return FeedState(
        dataset=feed.dataset,
        title=dataset.title if dataset else feed.title,
        feed=feed.id,
        name=feed.title,
        unit=feed.unit,
        kind=feed.source.kind,
        every=feed.every,
        about=feed.about,
        visibility=feed.visibility,
        limit=feed.fresh_for,
        newest=newest,
        rows=rows,
        standing=why.standing,
        code=why.code,
        reason=why.problem.message.removeprefix(f"feed {feed.id}: ") if why.problem else "",
        problem=why.problem,
    )


def words_of(limit: timedelta) -> str:
    """A span in the largest units that fit: ``3 h``, ``1 d 6 h``, ``90 s``."""
    left, parts = round(limit.total_seconds()), []
    for name, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts) or "0 s"
