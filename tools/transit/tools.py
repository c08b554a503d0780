"""The tools of buses, metro and ferries. All of it is by the timetable: none knows where a vehicle is now."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from city.gazetteer import Spot
from tools.feeds.citydata import CityData
from tools.feeds.ground import metres
from tools.seam.endings import CannotCompute, NoData
from tools.seam.fields import PLAIN
from tools.seam.showing import text_of
from tools.seam.tool import tool
from tools.transit import answers as a
from tools.transit.board import Leaving, leaving, lines_at, next_day_with
from tools.transit.choosing import Search
from tools.transit.courses import Ran, courses_of
from tools.transit.data import GTFS, LINES, STOPS
from tools.transit.day import Day, walk_seconds
from tools.transit.network import (
    Away,
    Network,
    held,
    line_named,
    near_stop,
    nearest,
    network_of,
    reached,
    service_day,
    stop_named,
)
from tools.transit.raptor import Journey
from tools.transit.rules import Rules, rules_of
from tools.transit.telling import option

MOST = 12
_FIRST = 15.0
"""Seconds of a call: the first one after a new timetable reads it."""
_COURSES = 4
_BESIDE = 600.0
"""Metres within which another stop may be meant: a metro's station and the bus stop before it often share a name."""
_METRO = (0, 1, 2, 12)
_STROLL = 45 * 60
_LATE = 90 * 60


@tool("transit.stops", "附近公交站", needs=(GTFS, LINES, STOPS), timeout_s=_FIRST)
def stops(asked: a.Near, data: CityData) -> a.StopsNear:
    """Stops of buses or metro near a place, with the lines that call there today."""
    spot = data.spot(asked.place)
    network, rules = network_of(data), rules_of(data)
    day = held(data, network, service_day(data, data.now))
    far = rules.walk.furthest if asked.sort == "metro" else rules.walk.usual
    radius = asked.radius or round(far)
    found = _stops_seen(network, day, nearest(network, spot, radius), asked.sort, rules)
    if not found:
        raise NoData(f"no stop within {radius} m of {spot.name}", code="none_near", place=spot.name, radius=str(radius))
    return a.StopsNear(place=spot.name, sort=asked.sort, radius=radius, count=len(found), stops=found[:MOST])


@tool("transit.line", "公交线路", needs=(GTFS, LINES, STOPS), timeout_s=_FIRST)
def line(asked: a.OneLine, data: CityData) -> a.LineFound:
    """A line's courses on a day: first and last trip, stops, how often it runs at which part of the day."""
    network, rules = network_of(data), rules_of(data)
    one = line_named(data, network, asked.line)
    day = asked.day or service_day(data, data.now)
    held(data, network, day)
    ran = courses_of(network, one.id, day, rules.periods)
    if not ran:
        after = next_day_with(network, one.id, day)
        raise NoData(
            f"{one.name} does not run on {day}",
            code="not_that_day" if after else "no_more_days",
            name=one.name,
            day=text_of(day, PLAIN),
            after=text_of(after, PLAIN) if after else "",
        )
    entry = network.entry(one.id)
    return a.LineFound(
        name=one.name,
        sort=rules.sorts.get(one.sort, ""),
        operator=entry.operator,
        fare=entry.fare,
        fare_note=entry.fare_note,
        day=day,
        courses=[_course(network, day_ran, day) for day_ran in ran[:_COURSES]],
    )


@tool("transit.departures", "站点班次", needs=(GTFS, LINES, STOPS), timeout_s=_FIRST)
def departures(asked: a.AtStop, data: CityData) -> a.DeparturesFound:
    """What leaves a stop by the timetable: the next departures, the first and the last of the day."""
    network, rules = network_of(data), rules_of(data)
    stop = stop_named(data, network, asked.stop)
    at = (asked.time or data.now).astimezone(network.timetable.zone)
    day = held(data, network, service_day(data, at))
    one = line_named(data, network, asked.line) if asked.line is not None else None

    def fitting(name: str) -> list[Leaving]:
        board = leaving(network, day, network.platforms({name}), at, rules.day_begins)
        fits = [item for item in board if _fits(network, item.way.line, asked.sort)]
        return [item for item in fits if one is None or item.way.line == one.id]

    tried = [stop, *near_stop(network, stop, _BESIDE)]
    served = next((name for name in tried if fitting(name)), None)
    if served is None:
        told = text_of(day.day, PLAIN)
        if one is not None:
            raise NoData(f"{one.name} does not call at {stop}", code="not_here", line=one.name, stop=stop, day=told)
        raise NoData(f"nothing leaves {stop} on {day.day}", code="none_leaves", stop=stop, day=told)
    found = fitting(served)
    if asked.want != "next":
        found = sorted(found, key=lambda item: item.first if asked.want == "first" else item.last)
    return a.DeparturesFound(
        stop=served,
        instead_of=None if served == stop else stop,
        time=at,
        day=day.day,
        want=asked.want,
        count=len(found),
        departures=[_departure(network, rules, item, at) for item in found[:MOST]],
    )


@tool("transit.route", "公交怎么走", needs=(GTFS, LINES, STOPS), timeout_s=_FIRST, cost=3)
def route(asked: a.FromTo, data: CityData) -> a.RouteFound:
    """Ways by public transport from a place to another with at most two changes: soonest, or the last of the day."""
    origin, destination = data.spot(asked.origin), data.spot(asked.destination)
    if origin == destination:
        raise CannotCompute(f"both ends are {origin.name}", code="same_place", place=origin.name)
    network, rules = network_of(data), rules_of(data)
    at = (asked.time or data.now).astimezone(network.timetable.zone)
    day = held(data, network, service_day(data, at))
    search = Search(day, _walks(reached(data, network, origin)), _walks(reached(data, network, destination)))
    start = -(-network.days.seconds(day.day, at) // 60) * 60
    found = _journeys(asked, search, start, (rules.day_begins + 24) * 3600)
    ends = origin.name, destination.name
    on_foot = _on_foot(origin, destination)
    if not found:
        raise _no_way(asked, ends, on_foot)
    told = [option(network, day, journey, ends, lambda id: _sort(network, rules, id)) for journey in found]
    if asked.want == "least_walk":
        pairs = sorted(zip(told, found, strict=True), key=lambda pair: (pair[0].walk, pair[0].arrive))
        told, found = [one for one, _ in pairs], [journey for _, journey in pairs]
    after = None if asked.want == "last" else search.after(found[0])
    idle = found[0].depart - start
    return a.RouteFound(
        origin=ends[0],
        destination=ends[1],
        time=at,
        want=asked.want,
        walk=-(-on_foot // 60) if on_foot <= _STROLL else None,
        idle=idle // 60,
        following=network.timetable.moment(day.day, after.depart // 60 * 60) if after else None,
        is_late=asked.want != "last" and idle > _LATE,
        count=len(told),
        options=told,
    )


def _journeys(asked: a.FromTo, search: Search, start: int, end: int) -> list[Journey]:
    if asked.want == "last":
        return sorted(search.last(start, end), key=lambda j: (-j.depart, len(j.rides)))
    found = search.choices(start)
    if asked.want == "fewest_changes":
        return sorted(found, key=lambda j: (len(j.rides), j.arrive))
    return found


def _no_way(asked: a.FromTo, ends: tuple[str, str], on_foot: int) -> NoData:
    code = "no_more" if asked.want == "last" else ("only_walk" if on_foot <= _STROLL else "no_way")
    return NoData(
        f"no way from {ends[0]} to {ends[1]}",
        code=code,
        origin=ends[0],
        destination=ends[1],
        minutes=str(-(-on_foot // 60)),
    )


def _walks(away: list[Away]) -> dict[int, int]:
    return {one.stop: one.walk for one in away}


def _on_foot(origin: Spot, destination: Spot) -> int:
    ends = (origin.longitude or 0.0, origin.latitude or 0.0, destination.longitude or 0.0, destination.latitude or 0.0)
    return walk_seconds(metres(*ends))


def _sort(network: Network, rules: Rules, line: str) -> str:
    return rules.sorts.get(network.timetable.lines[line].sort, "")


def _stops_seen(network: Network, day: Day, away: list[Away], sort: a.Sort, rules: Rules) -> list[a.StopSeen]:
    """Stops by name, each at its nearest platform, with the lines of all its platforms that are near."""
    lines: dict[str, set[str]] = {}
    first: dict[str, Away] = {}
    for one in away:
        name = day.stops[one.stop].name
        fits = {id for id in lines_at(day, one.stop) if _fits(network, id, sort)}
        if fits:
            first.setdefault(name, one)
            lines.setdefault(name, set()).update(fits)
    order = {id: at for at, id in enumerate(network.timetable.lines)}
    return [
        a.StopSeen(
            name=name,
            sort="、".join(
                dict.fromkeys(_sort(network, rules, id) for id in sorted(lines[name], key=order.__getitem__))
            ),
            distance=round(one.metres),
            walk=-(-one.walk // 60),
            lines=[network.timetable.lines[id].name for id in sorted(lines[name], key=order.__getitem__)],
            longitude=day.stops[one.stop].longitude,
            latitude=day.stops[one.stop].latitude,
        )
        for name, one in first.items()
    ]


def _fits(network: Network, line: str, sort: a.Sort) -> bool:
    is_rail = network.timetable.lines[line].sort in _METRO
    return sort == "any" or is_rail == (sort == "metro")


def _course(network: Network, ran: Ran, day: date) -> a.Course:
    moment = network.timetable.moment
    return a.Course(
        origin=ran.stops[0],
        destination=ran.stops[-1],
        first=moment(day, ran.first),
        last=moment(day, ran.last),
        trips=len(ran.trips),
        minutes=ran.minutes,
        count=len(ran.stops),
        stops=list(ran.stops),
        headways=[a.Headway(name=part.name, trips=part.trips, minutes=part.minutes) for part in ran.parts],
    )


def _departure(network: Network, rules: Rules, item: Leaving, at: datetime) -> a.Departure:
    coming = item.coming
    return a.Departure(
        line=network.timetable.lines[item.way.line].name,
        sort=_sort(network, rules, item.way.line),
        towards=item.way.towards,
        at=coming[0] if coming else None,
        wait=round((coming[0] - at) / timedelta(minutes=1)) if coming else None,
        following=coming[1] if len(coming) > 1 else None,
        first=item.first,
        last=item.last,
        is_about=item.is_about,
    )
