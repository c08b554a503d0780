"""Results of the tools, from the shelf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from tools.catalogue.matching import Match, clear, pairs
from tools.catalogue.models import (
    Count,
    CountsAsked,
    CountsTold,
    DatasetAsked,
    DatasetTold,
    FieldTold,
    FreshnessAsked,
    FreshnessTold,
    Hit,
    Late,
    Overdue,
    SearchAsked,
    SearchTold,
)
from tools.catalogue.overdue import HOUR, age, behind, newest, overdue, states
from tools.catalogue.pack import INVENTORY, Inventory
from tools.catalogue.shelf import Shelved, about, called, owner_of, shelf, subject
from tools.feeds.feeds import Used
from tools.feeds.state import FeedState, Standing
from tools.seam.endings import CannotCompute, NoData

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData

_SHOWN = 8
_NAMES = 5
_PARTS = 40
_LATE = 30


def search(asked: SearchAsked, data: CityData) -> SearchTold:
    """See ``catalogue.search``."""
    shelved = shelf(data)
    found = about(data, shelved, asked.about)
    entries = [entry for entry, _ in found]
    if not entries and not pairs(subject(data, asked.about, "")):
        every = _counted(data, shelved, "")
        return SearchTold(count=every.total, connected=every.connected, shown=0, hits=(), all=every)
    if asked.openness != "any":
        # "Is it closed?" is answered with what it is, not with nothing.
        entries = [entry for entry in entries if entry.openness == asked.openness] or entries
    if not entries:
        raise NoData(f"no dataset about {asked.about!r} is in the catalogue", code="none_found")
    shown = entries[:_SHOWN]
    return SearchTold(
        count=len(entries),
        connected=sum(entry.feed is not None for entry in entries),
        shown=len(shown),
        hits=tuple(_hit(data, entry) for entry in shown),
        meant=_meant(data, [(entry, match) for entry, match in found if entry in entries]),
    )


def _meant(data: CityData, found: Sequence[tuple[Shelved, Match]]) -> DatasetTold | None:
    id = clear([match for _, match in found])
    return next((_told(data, entry) for entry, _ in found if entry.id == id), None)


def _hit(data: CityData, entry: Shelved) -> Hit:
    return Hit(
        id=entry.id,
        title=entry.title,
        unit=_unit(data, entry.unit),
        cycle=entry.cycle or None,
        openness=entry.openness,
        connected=entry.feed is not None,
        ask=entry.ask or None,
    )


def dataset(asked: DatasetAsked, data: CityData) -> DatasetTold:
    """See ``catalogue.dataset``."""
    entries = shelf(data)
    by_id = {entry.id: entry for entry in entries}
    found = [match for _, match in about(data, entries, asked.about)]
    if not found:
        raise NoData(f"no dataset is called {asked.about!r}", code="none_found")
    meant = clear(found)
    if meant is None:
        names = "、".join(by_id[match.id].title for match in found[:_NAMES])
        raise CannotCompute(f"{asked.about!r} may be several: {names}", code="several", names=names)
    return _told(data, by_id[meant])


def _told(data: CityData, entry: Shelved) -> DatasetTold:
    unit = data.pack.unit(entry.unit)
    plain = DatasetTold(
        id=entry.id,
        title=entry.title,
        unit=_unit(data, entry.unit),
        phone=(unit.phone if unit else None) or None,
        about=entry.about or None,
        fields=tuple(FieldTold(title=part.title, unit=part.unit or None) for part in entry.fields[:_PARTS]),
        field_count=len(entry.fields),
        cycle=entry.cycle or None,
        since=entry.since,
        openness=entry.openness,
        why=entry.why or None,
        connected=entry.feed is not None,
        ask=entry.ask or None,
    )
    if entry.feed is None:
        day = data.settings(INVENTORY, Inventory).surveyed
        late = bool(overdue(data, [entry])) if entry.limit and entry.updated else None
        return plain.model_copy(update={"updated": entry.updated, "overdue": late, "surveyed": day})
    state = states(data)[entry.id]
    at, old = newest(state, data.now), age(state, data.now)
    data.used[entry.feed.id] = Used(entry.feed, at)
    return plain.model_copy(
        update={
            "rows": state.rows,
            "newest": at,
            "age": old / HOUR if old is not None else None,
            "limit": state.limit / HOUR if state.limit is not None else None,
            "standing": state.standing,
        }
    )


def counts(asked: CountsAsked, data: CityData) -> CountsTold:
    """See ``catalogue.counts``."""
    entries = shelf(data)
    owner = owner_of(data, entries, asked.about or "")
    return _counted(data, [entry for entry in entries if not owner or entry.unit == owner], owner)


def _counted(data: CityData, entries: Sequence[Shelved], owner: str) -> CountsTold:
    units = Counter(entry.unit for entry in entries)
    rows = [_count(data, unit, [e for e in entries if e.unit == unit]) for unit, _ in units.most_common()]
    whole = _count(data, owner, entries)
    return CountsTold(
        of=_unit(data, owner) if owner else None,
        total=whole.total,
        connected=whole.connected,
        unconnected=whole.total - whole.connected,
        unconditional=whole.unconditional,
        conditional=whole.conditional,
        closed=whole.closed if data.internal else None,
        unit_count=len(units),
        units=tuple(rows),
        surveyed=data.settings(INVENTORY, Inventory).surveyed,
    )


def _count(data: CityData, unit: str, entries: Sequence[Shelved]) -> Count:
    sorts = Counter(entry.openness for entry in entries)
    return Count(
        unit=_unit(data, unit),
        total=len(entries),
        connected=sum(entry.feed is not None for entry in entries),
        unconditional=sorts["unconditional"],
        conditional=sorts["conditional"],
        closed=sorts["closed"],
    )


def freshness(asked: FreshnessAsked, data: CityData) -> FreshnessTold:
    """See ``catalogue.freshness``."""
    entries, of = _asked_for(data, asked.about or "")
    known = states(data)
    now = [(entry, known[entry.id]) for entry in entries if entry.feed is not None]
    standings = Counter(state.standing for _, state in now)
    wrong = [(entry, state) for entry, state in now if state.standing is not Standing.FRESH]
    others = overdue(data, entries)
    return FreshnessTold(
        of=of,
        checked=len(now),
        timed=sum(state.limit is not None for _, state in now),
        fresh=standings[Standing.FRESH],
        late=standings[Standing.LATE],
        missing=standings[Standing.MISSING],
        broken=standings[Standing.BROKEN],
        rows=tuple(sorted((_late(data, *one) for one in wrong), key=_urgency)[:_LATE]),
        overdue_count=len(others),
        overdue=tuple(
            Overdue(title=e.title, unit=_unit(data, e.unit), cycle=e.cycle, updated=e.updated, behind=days)
            for e, days in others[:_LATE]
            if e.updated is not None
        ),
        surveyed=data.settings(INVENTORY, Inventory).surveyed,
    )


def _asked_for(data: CityData, said: str) -> tuple[list[Shelved], str | None]:
    """The entries of the unit or of the names said, and how they are called together; all of them where none is."""
    entries = shelf(data)
    if owner := owner_of(data, entries, said):
        return [entry for entry in entries if entry.unit == owner], _unit(data, owner)
    if named := called(entries, said):
        return named, "、".join(entry.title for entry in named)
    return entries, None


def _late(data: CityData, entry: Shelved, state: FeedState) -> Late:
    unit = data.pack.unit(entry.unit)
    over = behind(state, data.now)
    return Late(
        title=entry.title,
        unit=_unit(data, entry.unit),
        phone=(unit.phone if unit else None) or None,
        standing=state.standing,
        newest=newest(state, data.now),
        limit=state.limit / HOUR if state.limit is not None else None,
        behind=over / HOUR if over is not None else None,
    )


def _urgency(one: Late) -> tuple[int, float, str]:
    """What cannot be read first, then what is missing, then what is late, the longest first."""
    order = (Standing.BROKEN, Standing.MISSING, Standing.LATE)
    return order.index(one.standing), -(one.behind or 0.0), one.title


def _unit(data: CityData, id: str) -> str:  # the name of the field it fills
    found = data.pack.unit(id) if id else None
    return found.name if found else id
