"""The example city's sights, their hours, and how many people are inside.

Arrivals of each hour follow the day's rhythm, free days, the season, rain and heat outdoors, and a slow drift; people
stay about the usual time (exponential), and nobody is inside while it is shut.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from city.schema import Record
from tools.feeds.world import World
from tools.tourism.opening import Closure, Openings, Rule, Span, is_public_holiday, minutes

Floats = NDArray[np.float64]
ROOM = "tourism"
_HALVES = 48
_METRES = 111_320.0
_RHYTHMS = {
    "day": ((10.5, 1.6, 1.0), (14.3, 1.7, 0.8)),
    "evening": ((10.0, 2.2, 0.25), (19.3, 1.7, 1.0)),
    "morning": ((6.5, 0.8, 1.0),),
    "allday": ((8.0, 1.8, 0.6), (15.0, 2.4, 0.8), (19.0, 1.6, 0.7)),
}


class HoursRow(Record):
    """Opening hours of a kind of sight."""

    first: str
    last: str
    days: str
    opens: str
    closes: str
    last_entry: str


class Ticket(Record):
    """Who pays what."""

    kind: Literal["free", "state", "private"]
    price: float = 0.0


class Sight(Record):
    """A sight of the recipe: at a landmark, or so many metres east and north of one."""

    id: str
    mark: str = ""
    near: str = ""
    shift: tuple[float, float] = (0.0, 0.0)
    name: str = ""
    aliases: tuple[str, ...] = ()
    address: str = ""
    kind: str
    interests: tuple[str, ...]
    indoor: bool
    family: bool
    effort: int
    stay: int
    capacity: int
    value: int
    ticket: Ticket
    heritage: bool = False
    booking_days: int | None = None
    hours: str
    visitors: tuple[int, int]
    rhythm: Literal["day", "evening", "morning", "allday"]


class Shut(Record):
    """A closure."""

    sight: str
    first: date
    last: date
    reason: str


class Recipe(Record):
    """``world/tourism.yaml``."""

    inside_days: int
    hours: dict[str, tuple[HoursRow, ...]]
    closures: tuple[Shut, ...]
    sights: tuple[Sight, ...]


def make(world: World, folder: Path) -> None:
    """Write the room's files."""
    import polars as pl

    recipe = world.recipe(ROOM, Recipe)
    out = folder / ROOM
    out.mkdir(parents=True, exist_ok=True)
    _registers(world, recipe, out)
    openings = _openings(recipe)
    halves = np.arange(np.datetime64(world.since, "m"), np.datetime64(world.until, "m"), np.timedelta64(30, "m"))
    halves = halves.astype("datetime64[us]")
    recent = halves >= halves[-1] - np.timedelta64(recipe.inside_days, "D")
    now, history = [], []
    for sight in recipe.sights:
        inside = _inside(world, sight, openings)
        now.append(pl.DataFrame({"scenic_id": sight.id, "stat_time": halves[recent], "in_park": inside[recent]}))
        history.append(pl.DataFrame({"scenic_id": sight.id, "hour": halves[::2], "in_park": inside[::2]}))
    pl.concat(now).sort("stat_time", "scenic_id").write_parquet(out / "inside.parquet")
    pl.concat(history).sort("hour", "scenic_id").write_parquet(out / "hourly.parquet")


def _registers(world: World, recipe: Recipe, out: Path) -> None:
    """The registers as the culture and tourism office would export them."""
    import polars as pl

    marks = {mark.id: mark for mark in world.pack.landmarks}
    rows = []
    for sight in recipe.sights:
        mark = marks[sight.mark or sight.near]
        east, north = sight.shift
        rows.append(
            {
                "编号": sight.id,
                "名称": sight.name or mark.name,
                "别名": "、".join(dict.fromkeys([*sight.aliases, *(mark.aliases if sight.mark else ())])),
                "类别": sight.kind,
                "区县": mark.district,
                "地址": sight.address or mark.address,
                "经度": round(mark.lon + east / (_METRES * np.cos(np.radians(mark.lat))), 6),
                "纬度": round(mark.lat + north / _METRES, 6),
                "兴趣": ",".join(sight.interests),
                "室内": "是" if sight.indoor else "否",
                "适合孩子": "是" if sight.family else "否",
                "体力": sight.effort,
                "停留_分钟": sight.stay,
                "承载": sight.capacity,
                "推荐值": sight.value,
                "政府投资": "是" if sight.ticket.kind != "private" else "否",
                "国有文物": "是" if sight.heritage else "否",
                "提前预约天数": sight.booking_days,
                **_prices(sight.ticket),
            }
        )
    pl.DataFrame(rows).write_csv(out / "sights.csv")
    pl.DataFrame(
        [{"sight": s.id, **_hours_row(row)} for s in recipe.sights for row in recipe.hours[s.hours]]
    ).write_csv(out / "hours.csv")
    shut = [
        {"编号": c.sight, "起": f"{c.first:%Y%m%d}", "止": f"{c.last:%Y%m%d}", "原因": c.reason}
        for c in recipe.closures
    ]
    pl.DataFrame(shut).write_csv(out / "closures.csv")


def _hours_row(row: HoursRow) -> dict[str, str]:
    made = {"first_day": row.first, "last_day": row.last, "days": f"周{row.days}"}
    return made | {"opens": row.opens, "closes": row.closes, "last_entry": row.last_entry}


def _prices(ticket: Ticket) -> dict[str, float | None]:
    """The city's concessions: half for students, children and from 60, none from 65 where the public pays for it."""
    price = ticket.price
    shares = (1.0, 0.8, 0.5, 0.8, 0.5, 0.5) if ticket.kind == "private" else (1.0, 0.5, 0.5, 0.5, 0.0, 0.0)
    titles = ("全价", "学生", "儿童", "六十", "六五", "残疾")
    return {title: round(price * share, 1) for title, share in zip(titles, shares, strict=True)}


def _openings(recipe: Recipe) -> Openings:
    rules: dict[str, tuple[Rule, ...]] = {}
    for sight in recipe.sights:
        rules[sight.id] = tuple(
            Rule(
                _day(row.first),
                _day(row.last),
                row.days,
                Span(minutes(row.opens), minutes(row.last_entry), minutes(row.closes)),
            )
            for row in recipe.hours[sight.hours]
        )
    closures: dict[str, tuple[Closure, ...]] = {}
    for shut in recipe.closures:
        made = Closure(shut.first, shut.last, shut.reason)
        closures[shut.sight] = (*closures.get(shut.sight, ()), made)
    return Openings(rules, closures)


def _day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def _inside(world: World, sight: Sight, openings: Openings) -> NDArray[np.int64]:
    """People inside at every half hour."""
    from scipy.signal import lfilter

    rng = world.rng(f"{ROOM}.{sight.id}")
    count = (world.until - world.since).days
    days = [date.fromordinal(world.since.toordinal() + ahead) for ahead in range(count)]
    can_enter, is_open = _open_halves(sight, openings, days)
    wanted = np.tile(_rhythm(sight.rhythm), (count, 1)) * can_enter
    total = wanted.sum(axis=1, keepdims=True)
    full = np.tile(_rhythm(sight.rhythm), (count, 1)).sum(axis=1, keepdims=True)
    busy = _visitors(world, sight, days, rng)[:, None]
    # A day with fewer hours than usual has fewer people: those who meet a shut door go home.
    arrivals = np.divide(wanted, total, out=np.zeros_like(wanted), where=total > 0) * busy * np.sqrt(total / full)
    arrivals = rng.poisson(arrivals * _weather(world, sight).reshape(count, _HALVES)).reshape(-1)
    leaving = np.exp(-30 / sight.stay)
    inside = lfilter([1.0], [1.0, -leaving], arrivals.astype(np.float64))
    # A sight lets nobody in beyond its capacity; the door is shut a little before that.
    inside = np.minimum(inside * is_open.reshape(-1), sight.capacity * rng.uniform(0.95, 1.0))
    people: NDArray[np.int64] = np.round(inside).astype(np.int64)
    return people


def _open_halves(sight: Sight, openings: Openings, days: list[date]) -> tuple[Floats, Floats]:
    enter, is_open = np.zeros((len(days), _HALVES)), np.zeros((len(days), _HALVES))
    for index, day in enumerate(days):
        for span in openings.on(sight.id, day):
            enter[index, -(-span.opens // 30) : span.last_entry // 30 + 1] = 1
            is_open[index, -(-span.opens // 30) : -(-span.closes // 30)] = 1
    return enter, is_open


def _rhythm(name: str) -> Floats:
    at = np.arange(_HALVES) / 2
    parts = [weight * np.exp(-0.5 * ((at - middle) / width) ** 2) for middle, width, weight in _RHYTHMS[name]]
    rhythm: Floats = np.sum(parts, axis=0) + 0.002
    return rhythm


def _visitors(world: World, sight: Sight, days: list[date], rng: np.random.Generator) -> Floats:
    """People of each day."""
    free = world.free_day[::24]
    ordinary, weekend = sight.visitors
    people = np.where(free, float(weekend), float(ordinary))
    holiday = np.array([is_public_holiday(day) for day in days])
    of_year = np.array([day.timetuple().tm_yday for day in days])
    season = 1 + (0.12 if sight.indoor else 0.3) * np.sin(2 * np.pi * (of_year - 45) / 182.6)
    drift = np.exp(rng.normal(0, 0.14, len(days)))
    return people * np.where(holiday, 1.45, 1.0) * season * drift


def _weather(world: World, sight: Sight) -> Floats:
    """How weather changes arrivals, every half hour: rain and heat keep people from what is outdoors."""
    rain, heat = world.weather.rain, world.weather.temperature
    if sight.indoor:
        factor = 1 + 0.15 * (rain > 0.2)
    else:
        factor = np.where(rain > 0.2, 0.55, 1.0) * np.where((heat > 35) | (heat < 0), 0.7, 1.0)
    return np.repeat(factor, 2)
