"""How a feed stands at a moment: for the data catalogue, ``citydesk feeds list`` and ``citydesk feeds check``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from city.errors import CityDeskError
from city.pack import Problem
from tools.feeds.dataset import Dataset
from tools.feeds.errors import FeedFault, NoData
from tools.feeds.feed import Feed
from tools.feeds.reading import Look, Reader, problem

TOLERATED = 0.01
"""Share of a column's values that may be unreadable before it is a problem and not a note."""


@dataclass(frozen=True)
class FeedState:
    """One feed. ``rows`` is None where it cannot be read; ``current`` is None where nothing says how fresh it must be.

    ``newest``: the newest row's time up to the moment; of a register, when its source was renewed; of a timetable, the
    end of its last day. ``notes`` are for staff; ``problems`` have to be mended.
    """

    feed: Feed
    rows: int | None = None
    newest: datetime | None = None
    current: bool | None = None
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def state_of(feed: Feed, reader: Reader, dataset: Dataset | None, now: datetime) -> FeedState:
    """The state of a feed; whatever is wrong with it is a problem, not an error."""
    if dataset is None:
        message, remedy = f"no tool needs the dataset {feed.dataset!r}", "correct its id, or take the feed out"
        return FeedState(feed, problems=(problem(feed, message, remedy, "dataset"),))
    failed = ""
    try:
        try:
            reader.refresh(dataset, now)
        except CityDeskError as error:  # a kept copy may serve still
            failed = str(error)
        look = reader.look(dataset, now)
        newest = look.newest if dataset.time or dataset.form == "gtfs" else reader.changed(now)
    except NoData as error:
        remedy = "put it there, or correct `source`" if not failed else "see that the server can be reached"
        return FeedState(feed, current=False, problems=(problem(feed, failed or str(error), remedy, "source"),))
    except FeedFault as error:
        return FeedState(feed, current=False, problems=(error.problem,))
    except CityDeskError as error:
        return FeedState(feed, current=False, problems=(problem(feed, str(error), "try again later", "source"),))
    current = _is_current(feed, dataset, newest, now)
    problems = [*_stale(feed, newest, current), *_wrong(feed, dataset, look)]
    problems += [problem(feed, failed, "see that the server can be reached", "source.url")] if failed else []
    return FeedState(feed, look.rows, newest, current, tuple(_notes(dataset, look)), tuple(problems))


def _is_current(feed: Feed, dataset: Dataset, newest: datetime | None, now: datetime) -> bool | None:
    if dataset.form == "gtfs":
        return newest is not None and newest > now
    if dataset.time and newest is None:
        return False
    if feed.fresh_for is None or newest is None:
        return None
    return newest >= now - feed.fresh_for


def _stale(feed: Feed, newest: datetime | None, current: bool | None) -> Iterator[Problem]:
    if current is False and newest is None:
        yield problem(feed, "has no row yet", "see why nothing is delivered", "source")
    elif current is False and newest is not None:
        message = f"is not current: the newest is of {newest:%Y-%m-%d %H:%M}"
        yield problem(feed, message, "see why nothing newer is delivered, or correct `fresh_for`", "fresh_for")


def _wrong(feed: Feed, dataset: Dataset, look: Look) -> Iterator[Problem]:
    if dataset.form == "gtfs":
        for note in look.notes:
            yield problem(feed, note, "export the timetable anew", "source")
    for left in look.left_out:
        if left.values > look.rows * TOLERATED:
            remedy = "correct them there, or name them under `words`, `format` or `nothing`"
            message = f"{left.values:,} values cannot be read or cannot be true, for example {left.example!r}"
            yield problem(feed, message, remedy, f"columns.{left.column}")
    if look.lost > look.rows * TOLERATED:
        yield problem(feed, _lost(look), "look at the delimiter and at quotes in the file", "source")
    if look.keyless > look.rows * TOLERATED:
        yield problem(
            feed, f"{look.keyless:,} rows have no {dataset.key[0]!r}", "fill it in", f"columns.{dataset.key[0]}"
        )
    if look.repeated:
        message = f"{look.repeated:,} rows have the {_names(dataset)} of another; the last one counts"
        yield problem(feed, message, "keep one row of each", "source")


def _notes(dataset: Dataset, look: Look) -> Iterator[str]:
    """What is no more than a note."""
    for left in look.left_out:
        if left.values <= look.rows * TOLERATED:
            yield f"{left.column}: {left.values:,} values left out, for example {left.example!r}"
    if 0 < look.lost <= look.rows * TOLERATED:
        yield _lost(look)
    if dataset.form == "table":  # what is missing in a timetable is a problem
        yield from look.notes


def _lost(look: Look) -> str:
    like = f", for example {look.lost_example[:60]!r}" if look.lost_example else ""
    return f"{look.lost:,} lines are no rows{like}"


def _names(dataset: Dataset) -> str:
    return " and ".join(repr(name) for name in dataset.key)
