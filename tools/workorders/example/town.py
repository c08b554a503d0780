"""What a history takes from the rest of the pack: places, units, duties, leaves, refusals, deadlines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, datetime
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from city.duties import DutyList
from city.gate_rules import Refusal, load_gate_rules
from city.gazetteer import Spot as Named
from city.gazetteer import Whereabouts
from city.pack import CityPack, load_pack
from city.pack.problems import PackError, Problem
from city.schema import DutyItem
from tools.workorders.calendar import WorkCalendar
from tools.workorders.clocks import Due, Limit
from tools.workorders.example.chance import Dice
from tools.workorders.example.script import FILE, Quality, Script, load_script
from tools.workorders.leaves import BLANK, FOLDER, Leaf, load_leaves
from tools.workorders.messages import load_messages
from tools.workorders.model import Place
from tools.workorders.scheme import Category, Scheme, load_scheme, statutory_due

_NUMERALS = {c: n for n, c in enumerate("〇一二三四五六七八九")}


class Spot(NamedTuple):
    """A place that a caller may name. District and street are ids, the street "" where it is open."""

    kind: str
    name: str
    district: str
    street: str
    latitude: float
    longitude: float


class Town:
    """A city pack as the history needs it. Raises PackError for what it lacks."""

    def __init__(self, root: Path, calendar: WorkCalendar) -> None:
        self.pack: CityPack = load_pack(root)
        self.script: Script = load_script(root)
        self.scheme: Scheme = load_scheme(root)
        self.leaves: dict[str, Leaf] = load_leaves(root)
        self.refusals: dict[str, Refusal] = load_gate_rules(root / "gate").refusals
        self.calendar = calendar
        self.categories = {path[-1].code: path[-1] for path in self.scheme.categories.paths()}
        self.units = {unit.id: unit for unit in self.pack.units}
        self._areas = DutyList(self.pack, date.max)  # who answers where does not hang on the day
        if problems := list(_faults(self)):
            raise PackError(problems)

    @cached_property
    def texts(self) -> dict[str, tuple[str, ...]]:
        """What callers write, by category: the leaves' examples and the pack's labelled messages."""
        told: dict[str, list[str]] = {code: list(leaf.examples) for code, leaf in self.leaves.items()}
        for message in load_messages(self.pack.root):
            if message.label in told and "{" not in message.text.replace(BLANK, ""):
                told[message.label].append(message.text)
        return {code: tuple(texts) for code, texts in told.items()}

    @property
    def missing_classes(self) -> list[str]:
        """Names of the top classes that have no leaves yet, and so no part in the history."""
        told = {code[:2] for code in self.leaves}
        return [f"{top.code} {top.name}" for top in self.scheme.categories.classes if top.code not in told]

    @cached_property
    def spots(self) -> dict[tuple[str, str], list[Spot]]:
        """Places by district and kind."""
        found: dict[tuple[str, str], list[Spot]] = defaultdict(list)
        for spot in _spots(self.pack):
            found[spot.district, spot.kind].append(spot)
        return found

    @cached_property
    def _twice(self) -> set[str]:
        """Names that several places bear."""
        names = Counter(spot.name for spots in self.spots.values() for spot in spots)
        return {name for name, count in names.items() if count > 1}

    @cached_property
    def district_names(self) -> dict[str, str]:
        """District id → name."""
        return {district.id: district.name for district in self.pack.districts}

    def spot(self, dice: Dice) -> Spot:
        """A place drawn by the script's weights."""
        arrivals = self.script.arrivals
        district = dice.weighted(arrivals.districts)
        kinds = {kind: weight for kind, weight in arrivals.spots.items() if self.spots.get((district, kind))}
        return dice.one(self.spots[district, dice.weighted(kinds)])

    def spoken(self, spot: Spot, dice: Dice) -> str:
        """How a caller names it: with the district where the name alone is not enough, and now and then anyway."""
        if spot.name in self._twice or dice.happens(0.25):
            return f"{self.district_names[spot.district]}{spot.name}"
        return spot.name

    def place(self, spot: Spot, text: str) -> Place:
        """The place as a work order holds it."""
        return Place(
            text=text,
            district=spot.district,
            street=spot.street,
            latitude=spot.latitude,
            longitude=spot.longitude,
        )

    def duties(self, code: str, day: date) -> list[DutyItem]:
        """The duty items of a category that are in force on ``day``, the main one first."""
        return self._duties(day).in_force(self.categories[code].duty_items)

    @lru_cache(maxsize=1024)  # noqa: B019  # one town lives as long as the history it makes
    def _duties(self, day: date) -> DutyList:
        return DutyList(self.pack, day)

    def lead(self, item: DutyItem | None, place: Place) -> str:
        """The unit that an item names at a place; without an item the district's government (Beijing art. 12)."""
        where = _whereabouts(place)
        unit = self._areas.handler(item, where).unit if item else self._areas.government(where)
        return unit.id if unit else (item.lead_unit if item else self.script.desk)

    def local(self, unit: str, place: Place) -> str:
        """A city department's counterpart in the district of ``place``, or itself."""
        return self._areas.local(unit, _whereabouts(place))

    def other_unit(self, code: str, place: Place, day: date, right: str, dice: Dice) -> str:
        """A unit that a dispatcher might take for the right one: a neighbouring category's, or one that takes part."""
        leaf = self.leaves.get(code)
        near = [item for c in (leaf.neighbours if leaf else ()) for item in self.duties(c, day)[:1]]
        units = [self.lead(item, place) for item in near]
        units += [self.local(unit, place) for item in self.duties(code, day)[:1] for unit in item.co_units]
        units += [self.lead(None, place)]
        return dice.one([unit for unit in units if unit != right] or [self.script.desk])

    def quality(self, unit: str) -> Quality:
        """How a unit works: as the script says, else within its range, always the same."""
        for given in self.script.unit_work.quality:
            if any(fnmatchcase(unit, pattern) for pattern in given.units):
                return given
        dice, bounds = Dice("unit", unit), self.script.unit_work.range
        return Quality(units=(unit,), pace=dice.between(*bounds.pace), care=dice.between(*bounds.care))

    def due(self, limit: Limit, clock_class: str, at: datetime, category: Category | None = None) -> Due:
        """When something is due; for ``handle`` of a category a longer period of the law takes its place."""
        statutory = statutory_due(category, at, self.calendar) if category and limit == "handle" else None
        return self.scheme.deadlines.due(limit, clock_class, at, self.calendar, statutory=statutory)

    def allows(self, limit: Limit, clock_class: str) -> bool:
        """Whether the city sets such a limit."""
        return self.scheme.deadlines.duration(limit, clock_class) is not None


def provisions(item: DutyItem) -> list[str]:
    """Ids of the provisions that a duty rests on."""
    based = [basis for basis in item.legal_basis if basis.document]
    return [f"{basis.document}#{_number(basis.article)}" if basis.article else f"{basis.document}" for basis in based]


def _whereabouts(place: Place) -> Whereabouts:
    """A work order's place as the duty list reads it."""
    if not place.district:
        return Whereabouts(place.text)
    return Whereabouts(place.text, Named("street", place.street, place.text, place.district, place.street))


def _number(article: str) -> str:
    """``第二十三条`` → ``23``; what is written otherwise stays."""
    total, digit = 0, 0
    for char in article.strip("第条"):
        if char in _NUMERALS:
            digit = _NUMERALS[char]
        elif char in "十百":
            total, digit = total + (digit or 1) * (10 if char == "十" else 100), 0
        else:
            return article
    return str(total + digit)


def _spots(pack: CityPack) -> Iterator[Spot]:
    for street in pack.streets:
        yield Spot("street", street.name, street.district, street.id, street.lat, street.lon)
        for area in street.communities:
            yield Spot("community", area.name, street.district, street.id, area.lat, area.lon)
    for mark in pack.landmarks:
        kind = "estate" if mark.kind == "estate" else "landmark"
        yield Spot(kind, mark.name, mark.district, mark.street, mark.lat, mark.lon)
    for road in pack.roads:
        seen = set[str]()
        for met in road.crossings:
            if met.district not in seen:  # a road is one place in each district that it crosses
                seen.add(met.district)
                yield Spot("road", road.name, met.district, met.street, met.lat, met.lon)


def _faults(town: Town) -> Iterator[Problem]:
    """What the script names and the pack does not hold."""
    script = town.script
    if not town.leaves:
        yield Problem(file=FOLDER, message="holds no leaves", remedy="describe at least one class, see docs/pack.md")
    streets = {street.id for street in town.pack.streets}
    districts = {district.id for district in town.pack.districts}
    named: list[tuple[str, str, set[str]]] = [("desk", script.desk, set(town.units))]
    named += [("arrivals.districts", name, districts) for name in script.arrivals.districts]
    for burst in script.bursts:
        named.append((f"bursts.{burst.id}.category", burst.category, set(town.categories)))
        named += [(f"bursts.{burst.id}.streets", name, streets) for name in burst.streets]
    named += [("desk_work.turned", turned.code, set(town.refusals)) for turned in script.desk_work.turned]
    for where, name, known in named:
        if name not in known:
            yield Problem(file=FILE, where=where, message=f"{name!r} is not known", remedy="correct the id")
