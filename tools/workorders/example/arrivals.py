"""What comes up in a history and when: seasons, storms, bursts, repeats. Nothing happens to it here."""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import accumulate

from tools.workorders.example.chance import Dice
from tools.workorders.example.script import Burst, longest
from tools.workorders.example.town import Spot, Town
from tools.workorders.model import Kind, Place

_DAY = timedelta(days=1)
_SAME_MATTER, _SAME_CALLER = timedelta(days=6), timedelta(days=25)
_LOOK_BACK = 400
"""How many matters back one is looked for that somebody else may have, too."""


@dataclass
class Caller:
    """Somebody made up."""

    name: str
    phone: str
    anonymous: bool = False


@dataclass
class Matter:
    """One matter as it comes up. ``main`` is the matter that it is a duplicate or a repeat of."""

    place_in_row: int
    at: datetime
    category: str
    kind: Kind
    text: str
    place: Place
    caller: Caller
    emergency: bool = False
    main: Matter | None = None
    repeat: bool = False
    parent: Matter | None = None
    children: list[Matter] = field(default_factory=list)
    burst: str = ""
    number: str = ""
    steady: bool = False


def arrivals(town: Town, count: int, start: datetime, end: datetime, seed: int) -> list[Matter]:
    """``count`` matters from ``start`` to ``end``, in the order of time."""
    planner = _Planner(town, start, end, seed)
    bursts = [matter for burst in town.script.bursts for matter in planner.burst(burst)][: count // 2]
    ordinary = list(planner.ordinary(count - len(bursts)))
    matters = sorted([*bursts, *ordinary], key=lambda matter: (matter.at, matter.text))
    for place, matter in enumerate(matters):
        matter.place_in_row = place
    planner.link(matters)
    return matters


class _Planner:
    def __init__(self, town: Town, start: datetime, end: datetime, seed: int) -> None:
        self._town, self._script, self._start, self._end, self._seed = town, town.script, start, end, seed
        self._dice = Dice(seed, "arrivals")
        self._weights = _leaf_weights(town)
        self._texts: dict[str, list[str]] = {}

    def ordinary(self, count: int) -> Iterator[Matter]:
        """Matters of their own, more on busy days, each category in its season."""
        days = [self._start.date() + n * _DAY for n in range((self._end.date() - self._start.date()).days + 1)]
        # A season's own matters come on top: a day has as many as its categories add up to.
        of_day = {day: self._of_day(day) for day in days}
        running = list(accumulate(sum(of_day[day].values()) * self._busy(day) for day in days))
        for _ in range(count):
            while True:
                day = days[bisect(running, self._dice.between(0, running[-1]))]
                at = self._moment(day)
                if self._start <= at < self._end:
                    break
            yield self._matter(at, self._dice.weighted(of_day[day]))

    def _of_day(self, day: date) -> dict[str, float]:
        factors = [s.categories if s.holds(day) else s.otherwise for s in self._script.seasons]
        if self._stormy(day):
            factors.append(self._script.storms.categories)
        weights = dict(self._weights)
        for categories in factors:
            for code in weights:
                weights[code] *= longest(categories, code, 1.0)
        return weights

    def _stormy(self, day: date) -> bool:
        storms = self._script.storms
        return any(f"{day - n * _DAY:%m-%d}" in storms.days for n in range(storms.lasts))

    def _busy(self, day: date) -> float:
        given = self._script.arrivals
        weight = given.weekdays[day.weekday()]
        if not self._town.calendar.is_workday(day) and day.weekday() < 5:
            weight *= given.day_off
        return weight * (self._script.storms.volume if self._stormy(day) else 1.0)

    def _moment(self, day: date) -> datetime:
        hour = self._dice.at_place(self._script.arrivals.hours)
        seconds = int(self._dice.between(0, 3_600))
        return datetime(day.year, day.month, day.day, hour, tzinfo=self._start.tzinfo) + timedelta(seconds=seconds)

    def _matter(self, at: datetime, code: str) -> Matter:
        spot = self._town.spot(self._dice)
        said = self._town.spoken(spot, self._dice)
        text = self._text(code).replace("{place}", said)
        return self._made(at, code, self._kind(code, text), text, spot, said)

    def _made(self, at: datetime, code: str, kind: Kind, text: str, spot: Spot, said: str) -> Matter:
        emergency = self._dice.happens(longest(self._script.desk_work.emergency, code, 0.0))
        return Matter(0, at, code, kind, text, self._town.place(spot, said), self._caller(), emergency)

    def _text(self, code: str) -> str:
        """One of the leaf's messages; none comes again before all have come."""
        left = self._texts.setdefault(code, [])
        if not left:
            left.extend(self._town.texts[code])
        return left.pop(self._dice.at_place([1.0] * len(left)))

    def _kind(self, code: str, text: str) -> Kind:
        given = self._script.kinds
        for kind, cues in given.cues.items():
            if any(cue in text for cue in cues):
                return kind
        return self._dice.weighted(longest(given.shares, code, {Kind.HELP: 1.0}))

    def _caller(self) -> Caller:
        people = self._script.people
        name = self._dice.one(people.surnames) + self._dice.one(people.given)
        phone = (
            people.phone + f"{int(self._dice.between(0, 10 ** (11 - len(people.phone)))):0{11 - len(people.phone)}d}"
        )
        return Caller(name, phone, self._dice.happens(people.anonymous))

    def burst(self, burst: Burst) -> Iterator[Matter]:
        """The calls of a burst: at the latest such day of the history, none where it has no such day."""
        begin = self._begin(burst)
        if begin is None:
            return
        spots = [s for spots in self._town.spots.values() for s in spots if s.street in burst.streets]
        first: Matter | None = None
        times = sorted([0.0, *(self._dice.halving(burst.hours) for _ in range(burst.callers - 1))])
        for hours in times:
            at = begin + timedelta(seconds=int(hours * 3_600))
            if at >= self._end:
                return
            said = self._dice.one(burst.places)
            spot = next((s for s in spots if s.name in said), None) or self._dice.one(spots)
            text = self._dice.one(burst.texts).replace("{place}", said)
            matter = self._made(at, burst.category, burst.kind, text, spot, said)
            matter.burst, matter.emergency = burst.id, self._dice.happens(burst.emergency)
            if first is None:
                first = matter
            elif self._dice.happens(burst.merged):
                matter.main, first.steady = first, True
            yield matter

    def _begin(self, burst: Burst) -> datetime | None:
        if burst.at.startswith("-"):
            last = (self._end - timedelta(days=int(burst.at[1:-1]))).replace(hour=burst.hour, minute=0)
            return last if last >= self._start else None
        for year in range(self._end.year, self._start.year - 1, -1):
            begin = datetime.fromisoformat(f"{year}-{burst.at}T{burst.hour:02d}:00").replace(tzinfo=self._start.tzinfo)
            if self._start <= begin < self._end:
                return begin
        return None

    def link(self, matters: list[Matter]) -> None:
        """Make some matters another caller's same matter, the same caller's again, or a part of a larger one."""
        given, seen = self._script.arrivals, defaultdict[str, list[Matter]](list)
        for matter in matters:
            before = seen[matter.category[:4]]
            draw = self._dice.between(0, 1)
            if matter.main or matter.burst or matter.emergency or not before:
                pass
            elif draw < given.same_matter:
                self._join(matter, before, _SAME_MATTER, repeat=False)
            elif draw < given.same_matter + given.same_caller:
                self._join(matter, before, _SAME_CALLER, repeat=True)
            elif draw < given.same_matter + given.same_caller + given.split:
                self._part(matter, matters)
            if matter.main is None and matter.parent is None:
                before.append(matter)

    def _join(self, matter: Matter, before: list[Matter], within: timedelta, *, repeat: bool) -> None:
        last = [other for other in before[-20:] if matter.at - other.at <= within and not other.caller.anonymous]
        if not last:
            return
        main = self._dice.one(last)
        text = self._text(main.category).replace("{place}", main.place.text)
        matter.main, matter.repeat, main.steady = main, repeat, True
        matter.category, matter.kind, matter.place, matter.text = main.category, main.kind, main.place, text
        if repeat:
            matter.caller = main.caller

    def _part(self, matter: Matter, matters: list[Matter]) -> None:
        """A matter of a few days ago had this one in it, too."""
        nearest = matters[max(0, matter.place_in_row - _LOOK_BACK) : matter.place_in_row]
        fitting = [
            other
            for other in nearest
            if timedelta(hours=8) <= matter.at - other.at <= timedelta(days=2)
            and not (other.main or other.burst or other.emergency or other.parent or other.children)
            and other.category != matter.category
            and other.kind in (Kind.HELP, Kind.COMPLAINT)
            and self._town.categories[other.category].clock_class in ("normal", "complex")
        ]
        if fitting:
            parent = self._dice.one(fitting)
            matter.parent, matter.kind = parent, parent.kind
            matter.caller, matter.place = parent.caller, parent.place
            parent.children.append(matter)
            parent.steady = True


def _leaf_weights(town: Town) -> dict[str, float]:
    """The usual weight of every leaf: its class's share, parted among the leaves of the class."""
    script, within = town.script, dict[str, float]()
    for code in town.leaves:
        critical = town.categories[code].clock_class == "critical"
        within[code] = longest(script.within.codes, code, script.within.critical if critical else script.within.usual)
    totals = defaultdict[str, float](float)
    for code, weight in within.items():
        totals[code[:2]] += weight
    shares = script.shares
    return {code: longest(shares, code, 0.0) * weight / (totals[code[:2]] or 1.0) for code, weight in within.items()}
