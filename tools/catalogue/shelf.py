"""Feeds and inventory as one list of entries, as far as who asks may know of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from city.lexicon import Lexicon
from tools.catalogue.matching import Document, Match, matches, without
from tools.catalogue.pack import INVENTORY, LEXICON, RULES, Inventory, Listed, Openness, Own, Part, Rules, Words
from tools.feeds.errors import NoData
from tools.feeds.known import every_dataset

if TYPE_CHECKING:
    from tools.feeds.citydata import CityData
    from tools.feeds.feed import Feed

_NOTHING = Own()
_SURE_NAME = 3
_COLON = re.compile("[:：]")
"""A column's title tells its values for programs behind a colon."""


@dataclass(frozen=True)
class Shelved:
    """A dataset of the city. ``feed`` where it is connected; ``updated`` and ``limit`` where it is not."""

    id: str
    title: str
    aliases: tuple[str, ...]
    unit: str
    cycle: str
    openness: Openness
    why: str
    since: int | None
    fields: tuple[Part, ...]
    about: str
    ask: str = ""
    feed: Feed | None = None
    updated: date | None = None
    limit: timedelta | None = None


def shelf(data: CityData) -> list[Shelved]:
    """Every dataset that the reader may know of: citizens of those that are open. Raises PackError."""
    rules, inventory = data.settings(RULES, Rules), data.settings(INVENTORY, Inventory)
    feeds = [feed for feed in data.feeds.all if data.internal or feed.visibility == "public"]
    entries = [_connected(feed, rules) for feed in feeds]
    entries += [_listed(one, inventory, data.today) for one in inventory.datasets if one.since <= data.today.year]
    return [entry for entry in entries if data.internal or entry.openness != "closed"]


def _connected(feed: Feed, rules: Rules) -> Shelved:
    own = rules.datasets.get(feed.dataset, _NOTHING)
    dataset = every_dataset().get(feed.dataset)
    openness = own.openness or rules.connected[feed.visibility]
    return Shelved(
        id=feed.dataset,
        title=feed.title,
        aliases=own.aliases,
        unit=feed.unit,
        cycle=feed.every,
        openness=openness,
        why=own.why or rules.why.get(openness, ""),
        since=own.since,
        fields=tuple(Part(title=_COLON.split(c.title)[0], unit=c.unit) for c in dataset.columns) if dataset else (),
        about=feed.about,
        ask=own.ask,
        feed=feed,
    )


def _listed(one: Listed, inventory: Inventory, today: date) -> Shelved:
    return Shelved(
        id=one.id,
        title=one.title,
        aliases=one.aliases,
        unit=one.unit,
        cycle=one.cycle,
        openness=one.openness,
        why=one.why,
        since=one.since,
        fields=one.fields,
        about=one.about,
        updated=one.updated if one.updated and one.updated <= today else None,
        limit=inventory.cycles[one.cycle],
    )


def about(data: CityData, entries: Sequence[Shelved], said: str) -> list[tuple[Shelved, Match]]:
    """The entries about what was said, best first. Where a unit is named those that it keeps, if it keeps any; all
    that it keeps where nothing else was said.
    """
    owner = owner_of(data, entries, said)
    mine = [entry for entry in entries if entry.unit == owner]
    asked = subject(data, said, owner)
    by_id = {entry.id: entry for entry in entries}
    found = matches(asked, said, {entry.id: _document(data, entry) for entry in entries})
    if owner:
        found = [m for m in found if by_id[m.id].unit == owner] or found or [Match(entry.id, 0.0) for entry in mine]
    return [(by_id[match.id], match) for match in found]


def subject(data: CityData, said: str, owner: str) -> str:
    """What was said without the unit's name and the words of the frame, with what everyday words mean."""
    name = next((name for name in names_of(data, owner) if name in said), "")
    plain = said.replace(name, " ", 1) if name else said
    frame = data.settings(RULES, Rules).frame
    return without(_lexicon(data).expand(without(plain, frame)), frame)


def _lexicon(data: CityData) -> Lexicon:
    try:
        return Lexicon(list(data.settings(LEXICON, Words).root))
    except NoData:
        return Lexicon([])


def _document(data: CityData, entry: Shelved) -> Document:
    unit = data.pack.unit(entry.unit) if entry.unit else None
    names = names_of(data, entry.unit)
    return Document(
        names=(entry.title, *entry.aliases),
        fields=tuple(part.title for part in entry.fields),
        rest=(entry.about, *names),
        areas=(*names, *(unit.topics if unit else ())),
    )


def owner_of(data: CityData, entries: Iterable[Shelved], said: str) -> str:
    """The unit that is named, of those that keep an entry; the longest name counts. Empty where none is.

    A name of two characters may be a subject too (fire, fire hydrants): it counts where nothing else was said.
    """
    units = dict.fromkeys(entry.unit for entry in entries)
    alone = without(said, data.settings(RULES, Rules).frame).strip()
    named = [
        (len(name), unit)
        for unit in units
        for name in names_of(data, unit)
        if name in said and (len(name) >= _SURE_NAME or name == alone)
    ]
    return max(named)[1] if named else ""


def called(entries: Iterable[Shelved], said: str) -> list[Shelved]:
    """The connected entries of which a name stands whole in what was said; of a longer name in place of its part."""
    names = {name: entry for entry in entries if entry.feed for name in (entry.title, *entry.aliases) if name in said}
    whole = [name for name in names if not any(name != other and name in other for other in names)]
    return list({names[name].id: names[name] for name in whole}.values())


def names_of(data: CityData, unit: str) -> tuple[str, ...]:
    """The names of a unit, the longest first: with the city's name and without."""
    found = data.pack.unit(unit) if unit else None
    if found is None:
        return ()
    city = data.pack.city.name
    names = [found.name, found.name.removeprefix(city), *found.short_names]
    names += [short.removeprefix(city[-1:]) for short in found.short_names]
    return tuple(sorted(dict.fromkeys(name for name in names if len(name) > 1), key=len, reverse=True))
