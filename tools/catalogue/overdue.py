"""Which connected feeds are late now, and which other datasets were overdue when they were surveyed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tools.catalogue.pack import INVENTORY, Inventory
from tools.catalogue.shelf import Shelved
from tools.feeds.state import FeedState, Standing

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

HOUR = timedelta(hours=1)


class Behind(NamedTuple):
    """A dataset, and how much longer ago its last renewal was than its cycle allows."""

    entry: Shelved
    days: int


def states(data: CityData) -> dict[str, FeedState]:
    """Every feed that the reader may know of as it stands now, by dataset."""
    return {one.dataset: one for one in data.feeds.state(data.now, internal=data.internal) if one.feed}


def newest(state: FeedState, now: datetime) -> datetime | None:
    """When it was last renewed. A file put there after the moment asked for says nothing of that moment."""
    return None if state.newest is None or state.newest > now else state.newest


def age(state: FeedState, now: datetime) -> timedelta | None:
    """How long ago that was."""
    at = newest(state, now)
    return None if at is None else now - at


def behind(state: FeedState, now: datetime) -> timedelta | None:
    """By how much a late feed is over its limit."""
    old = age(state, now)
    if state.standing is not Standing.LATE or old is None or state.limit is None:
        return None
    return old - state.limit


def overdue(data: CityData, entries: Iterable[Shelved]) -> list[Behind]:
    """Datasets not connected that were overdue on the day of the survey, the longest first."""
    surveyed = data.settings(INVENTORY, Inventory).surveyed
    found = []
    for entry in entries:
        if entry.feed is None and entry.limit is not None and entry.updated is not None:
            over = surveyed - entry.updated - entry.limit
            if over > timedelta(0):
                found.append(Behind(entry, over.days))
    return sorted(found, key=lambda one: (-one.days, one.entry.id))
