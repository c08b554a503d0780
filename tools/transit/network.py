"""The timetable with its registers, read once: which line or stop a name means, and whether it holds on a day."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from city.gazetteer import Spot
from tools.feeds.citydata import CityData
from tools.feeds.ground import metres
from tools.feeds.naming import said_alike
from tools.seam.endings import CannotCompute, NoData, NotCurrent
from tools.seam.fields import PLAIN
from tools.seam.showing import text_of
from tools.transit.data import GTFS, LINES, STOPS
from tools.transit.day import Day, Days, walk_seconds
from tools.transit.gtfs import Line, Stop, Timetable, read_gtfs
from tools.transit.rules import rules_of

_NAMED = 5
_AT_THE_PLACE = 300.0
_FEW = 6
_APART = "、"
_NUMBER = re.compile(r"\d+")


class LineEntry(NamedTuple):
    """What the register says of a line; fare in yuan."""

    aliases: tuple[str, ...] = ()
    operator: str | None = None
    fare: float | None = None
    fare_note: str | None = None


class Away(NamedTuple):
    """A stop (by number) and its metres from a place, in a straight line."""

    stop: int
    metres: float

    @property
    def walk(self) -> int:
        """Seconds on foot."""
        return walk_seconds(self.metres)


@dataclass(frozen=True)
class Network:
    """The timetable and the registers. ``stop_aliases``: stop's name → further names."""

    days: Days
    entries: Mapping[str, LineEntry]
    stop_aliases: Mapping[str, tuple[str, ...]]

    @property
    def timetable(self) -> Timetable:
        """What was read."""
        return self.days.timetable

    def entry(self, line: str) -> LineEntry:
        """The register's row of a line; an empty one where it has none."""
        return self.entries.get(line, LineEntry())

    def platforms(self, names: Iterable[str]) -> frozenset[int]:
        """Numbers of the stops that bear one of the names."""
        wanted = set(names)
        return frozenset(at for at, stop in enumerate(self.days.stops) if stop.name in wanted)


def network_of(data: CityData) -> Network:
    """The city's timetable. Raises NoData where the city has none."""
    registers = [dataset for dataset in (LINES, STOPS) if data.has(dataset)]
    return data.derived("transit.network", (GTFS, *registers), lambda: _read(data))


def _read(data: CityData) -> Network:
    timetable = read_gtfs(data.timetable(GTFS))
    entries: dict[str, LineEntry] = {}
    aliases: dict[str, tuple[str, ...]] = {}
    if data.has(LINES):
        for row in data.table(LINES).iter_rows(named=True):
            entries[row["id"]] = LineEntry(_split(row["aliases"]), row["operator"], row["fare"], row["fare_note"])
    if data.has(STOPS):
        for row in data.table(STOPS).iter_rows(named=True):
            aliases[row["name"]] = _split(row["aliases"])
    return Network(Days(timetable), entries, aliases)


def _split(told: str | None) -> tuple[str, ...]:
    return tuple(part for part in (told or "").split(_APART) if part)


def service_day(data: CityData, moment: datetime) -> date:
    """The day whose buses run at a moment: after midnight still those of the day before."""
    return (moment - timedelta(hours=rules_of(data).day_begins)).date()


def held(data: CityData, network: Network, day: date) -> Day:
    """The day's network. Raises NotCurrent where the timetable has run out, NoData outside the days it is made for."""
    known = network.timetable.days
    if known is None:
        raise NoData("the timetable has no day with service", code="empty")
    since, until = known
    if day > until and data.today > until:
        ended = datetime.combine(until, time(23, 59), network.timetable.zone)
        raise NotCurrent(f"the timetable ended on {until}", title=GTFS.title, at=ended)
    if not since <= day <= until:
        raise NoData(
            f"{day} is outside the timetable ({since} to {until})",
            code="outside",
            day=text_of(day, PLAIN),
            since=text_of(since, PLAIN),
            until=text_of(until, PLAIN),
        )
    return network.days.of(day)


def line_named(data: CityData, network: Network, said: str) -> Line:
    """The line that was named. Raises NoData where none is like it, CannotCompute where several are."""
    names: dict[str, str] = {}
    for id, line in network.timetable.lines.items():
        for name in (line.name, *network.entry(id).aliases):
            names.setdefault(in_digits(name), id)
    wanted = in_digits(said)
    # A number is never nearly right: line 99 is not line 9.
    alike = [name for name in said_alike(wanted, names, rules_of(data).name_words.line) if _same_numbers(wanted, name)]
    found = list(dict.fromkeys(names[name] for name in alike))
    if not found:
        raise NoData(f"no line is named like {said!r}", code="unknown_line", name=said)
    if len(found) > 1:
        raise _several(said, [network.timetable.lines[id].name for id in found])
    return network.timetable.lines[found[0]]


def _same_numbers(said: str, name: str) -> bool:
    return not (numbers := _NUMBER.findall(said)) or numbers == _NUMBER.findall(name)


def in_digits(text: str) -> str:
    """The text with its numbers in digits, whatever script they are written in: thirty-two is 32.

    >>> in_digits("\u4e09\u5341\u4e8c and \u4e00\u3007\u4e00")
    '32 and 101'
    """
    told, run = "", ""
    for char in (*text, ""):
        if char and not char.isdigit() and unicodedata.numeric(char, None) is not None:
            run += char
            continue
        told += (_number(run) if run else "") + char
        run = ""
    return told


def _number(run: str) -> str:
    """A run of numerals: digits one after another, or with tens and hundreds between."""
    total = held = 0
    for char in run:
        value = int(unicodedata.numeric(char))
        if value >= 10:
            total, held = total + (held or 1) * value, 0
        else:
            held = held * 10 + value
    return str(total + held)


def stop_named(data: CityData, network: Network, said: str) -> str:
    """The name of the stop that was meant; a place's name means the stop there. Raises NoData, CannotCompute."""
    served = sorted({stop.name for stop in network.days.stops})
    names = {name: name for name in served}
    for name in served:
        for alias in network.stop_aliases.get(name, ()):
            names.setdefault(alias, name)
    if said in names:
        return names[said]
    found = list(dict.fromkeys(names[n] for n in said_alike(said, names, rules_of(data).name_words.stop)))
    if len(found) == 1 and (said in found[0] or found[0] in said):
        return found[0]
    # What is only like a stop's name may be another place's own.
    spot = data.gazetteer.locate(said).spot
    near = nearest(network, spot, _AT_THE_PLACE) if spot is not None and spot.latitude is not None else []
    if near:
        return network.days.stops[near[0].stop].name
    if not found:
        raise NoData(f"no stop is named like {said!r}", code="unknown_stop", name=said)
    if len(found) > 1:
        raise _several(said, found)
    return found[0]


def _several(said: str, names: Sequence[str]) -> CannotCompute:
    told = _APART.join(names[:_NAMED])
    return CannotCompute(f"{said!r} may be {told}", code="several", name=said, names=told)


def nearest(network: Network, spot: Spot, radius: float) -> list[Away]:
    """Stops within ``radius`` metres of a place, the nearest first."""
    found = [Away(at, _metres(spot, stop)) for at, stop in enumerate(network.days.stops)]
    return sorted((away for away in found if away.metres <= radius), key=lambda away: away.metres)


def near_stop(network: Network, name: str, radius: float) -> list[str]:
    """Names of the other stops within ``radius`` metres of a stop: those that share its name, then the nearest."""
    stops = network.days.stops
    here = [stops[at] for at in sorted(network.platforms({name}))]
    away: dict[str, float] = {}
    for stop in stops:
        far = min(metres(one.longitude, one.latitude, stop.longitude, stop.latitude) for one in here)
        if stop.name != name and far <= radius:
            away[stop.name] = min(far, away.get(stop.name, far))
    return sorted(away, key=lambda other: (other not in name and name not in other, away[other], other))


def reached(data: CityData, network: Network, spot: Spot) -> list[Away]:
    """Stops that one walks to from a place: all within the usual distance, else the few nearest. Raises NoData."""
    walk = rules_of(data).walk
    found = nearest(network, spot, walk.usual) or nearest(network, spot, walk.furthest)[:_FEW]
    if not found:
        raise NoData(f"no stop within {walk.furthest:g} m of {spot.name}", code="no_stop_near", place=spot.name)
    return found


def _metres(spot: Spot, stop: Stop) -> float:
    return metres(spot.longitude or 0.0, spot.latitude or 0.0, stop.longitude, stop.latitude)
