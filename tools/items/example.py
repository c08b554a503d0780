"""The example city's halls, windows and queues; the registers of items and bundles as its item system exports them.

A queue is a walk in steps of ten minutes: people come as the hour and the day bring them (Poisson), counters serve.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Literal, NamedTuple

import numpy as np

from city.errors import BadInput
from city.pack.record import read_record
from city.schema import Record
from tools.feeds.world import World
from tools.items.halls import Shift, hours_on
from tools.items.pack import BUNDLES, EXTRA, GUIDES, REGISTER, Bundles, Extra, Guide, Register
from tools.workorders.calendar import WorkCalendar

ROOM = "items"
_STEP = 10
_METRES = 111_320.0
Kind = Literal["city", "district", "street", "office"]


class Hours(Record):
    """Hours of a hall."""

    weekday: str
    saturday: str = ""
    sunday: str = ""
    self_service: bool = False


class Office(Record):
    """A further place, near a landmark, so many metres east and north."""

    near: str
    shift: tuple[float, float] = (0.0, 0.0)
    district: str
    round_clock: bool = False
    saturday: str = ""


class Recipe(Record):
    """``world/items.yaml``."""

    queue_days: int
    city_hall: str
    city_hours: Hours
    office_hours: Hours
    round_clock: Hours
    street_place: str
    street_name: str
    street_window: str
    event_window: str
    district_halls: tuple[str, ...]
    district_windows: dict[str, tuple[str, ...]]
    offices: dict[str, Office]
    elsewhere: tuple[str, ...]
    counters: dict[Kind, int]
    minutes: dict[Kind, float]
    busy: dict[Kind, float]


class _Pack(NamedTuple):
    guides: tuple[Guide, ...]
    bundles: Bundles
    further: dict[str, tuple[str, ...]]


class _Hall(NamedTuple):
    id: str
    name: str
    kind: Kind
    district: str
    street: str
    address: str
    longitude: float
    latitude: float
    hours: Hours
    phone: str


def make(world: World, folder: Path) -> None:
    """Write the room's files."""
    import polars as pl

    recipe = world.recipe(ROOM, Recipe)
    out = folder / ROOM
    out.mkdir(parents=True, exist_ok=True)
    known = _known(world)
    _registers(known, out)
    halls = list(_halls(world, recipe, known))
    windows = _windows(recipe, known, halls)
    pl.DataFrame([_hall_row(hall) for hall in halls]).write_csv(out / "halls.csv")
    pl.DataFrame(windows).drop("kind").write_csv(out / "windows.csv")
    frames = [_queue(world, recipe, halls, window) for window in windows]
    pl.concat(frames).sort("stat_time", "win_no").write_parquet(out / "queue.parquet")


def _known(world: World) -> _Pack:
    root = world.pack.root
    register = read_record(root, REGISTER, Register)
    guides = [read_record(root, f"{GUIDES}/{id}.yaml", Guide) for id in register.items]
    further = {id: limits.aliases for id, limits in register.items.items()}
    return _Pack((*guides, *read_record(root, EXTRA, Extra).items), read_record(root, BUNDLES, Bundles), further)


def _registers(known: _Pack, out: Path) -> None:
    """Names of items and bundles. A name that a bundle bears is the bundle's; what is only a bundle is no item, and the
    names of its guide are the bundle's.
    """
    import polars as pl

    bundles = known.bundles.bundles
    steps = {step.item for bundle in bundles for step in bundle.steps}
    only = {bundle.guide for bundle in bundles if bundle.guide} - steps
    shared = {bundle.guide for bundle in bundles if bundle.guide}
    taken = {said for bundle in bundles for said in (bundle.name, *bundle.aliases)}
    names = {guide.id: (guide.name, *guide.aliases) for guide in known.guides if guide.id in only}
    aliases_of = {b.id: dict.fromkeys((*b.aliases, *names.get(b.guide or "", ()))) for b in bundles}
    events = [
        {
            "编码": b.id,
            "名称": b.name,
            "俗称": "、".join(aliases_of[b.id]),
            "口语": "、".join(dict.fromkeys((*aliases_of[b.id], *b.spoken))),
            "单位": "",
        }
        for b in bundles
    ]
    items = []
    for guide in known.guides:
        if guide.id in only:
            continue
        name = guide.name.split("（")[0] if guide.id in shared else guide.name
        called = dict.fromkeys((*guide.aliases, *known.further.get(guide.id, ())))
        aliases = "、".join(alias for alias in called if alias not in taken)
        items.append({"编码": guide.id, "名称": name, "俗称": aliases, "口语": aliases, "单位": guide.unit})
    pl.DataFrame(items).write_csv(out / "matters_items.csv")
    pl.DataFrame(events).write_csv(out / "matters_events.csv")


def _halls(world: World, recipe: Recipe, known: _Pack) -> Iterator[_Hall]:
    pack = world.pack
    marks = {mark.id: mark for mark in pack.landmarks}
    for kind, ids, hours in (
        ("city", (recipe.city_hall,), recipe.city_hours),
        ("district", recipe.district_halls, recipe.office_hours),
    ):
        for id in ids:
            mark = marks[id]
            yield _Hall(id, mark.name, kind, mark.district, mark.street, mark.address, mark.lon, mark.lat, hours, "")  # type: ignore[arg-type]
    for street in pack.streets:
        unit = pack.unit(street.unit) if street.unit else None
        name = recipe.street_name.format(street=street.name)
        address, phone = (unit.address, unit.phone) if unit else (street.name, "")
        yield _Hall(
            f"st_{street.id}",
            name,
            "street",
            street.district,
            street.id,
            address or street.name,
            street.lon,
            street.lat,
            recipe.office_hours,
            phone or "",
        )
    addresses = {w.name: w.address for guide in known.guides for w in guide.where}
    for index, (name, office) in enumerate(recipe.offices.items()):
        mark = marks[office.near]
        east, north = office.shift
        lon = mark.lon + east / (_METRES * np.cos(np.radians(mark.lat)))
        hours = recipe.round_clock if office.round_clock else recipe.office_hours
        hours = hours.model_copy(update={"saturday": office.saturday}) if office.saturday else hours
        address = addresses.get(name, mark.address)
        place = (round(float(lon), 6), round(mark.lat + north / _METRES, 6))
        yield _Hall(f"of_{index:02}", name, "office", office.district, "", address, *place, hours, "")


def _hall_row(hall: _Hall) -> dict[str, Any]:
    return {
        "id": hall.id,
        "名称": hall.name,
        "类别": hall.kind,
        "区县": hall.district,
        "街道": hall.street,
        "地址": hall.address,
        "lng": hall.longitude,
        "lat": hall.latitude,
        "工作日": hall.hours.weekday,
        "周六": hall.hours.saturday,
        "周日": hall.hours.sunday,
        "自助区": "有" if hall.hours.self_service else "无",
        "电话": hall.phone,
    }


def _windows(recipe: Recipe, known: _Pack, halls: list[_Hall]) -> list[dict[str, Any]]:
    """Windows with what is done there, as the guides say."""
    city = next(hall for hall in halls if hall.kind == "city")
    streets = [hall for hall in halls if hall.kind == "street"]
    named = {hall.name: hall for hall in halls}
    done: dict[tuple[str, str], list[str]] = {}
    for guide in known.guides:
        for where in guide.where:
            base, _, inner = where.name.partition("（")
            if base == city.name:
                done.setdefault((city.id, inner.rstrip("）")), []).append(guide.id)
            elif where.name == recipe.street_place:
                for hall in streets:
                    done.setdefault((hall.id, recipe.street_window), []).append(guide.id)
            elif where.name in named:
                done.setdefault((named[where.name].id, ""), []).append(guide.id)
            elif where.name not in recipe.elsewhere:
                raise BadInput(f"{guide.id}: {where.name!r} is neither a hall nor listed under `elsewhere`")
    events = [bundle.id for bundle in known.bundles.bundles]
    done.setdefault((city.id, recipe.event_window), []).extend(events)
    for hall in halls:
        for name, mirrored in recipe.district_windows.items() if hall.kind == "district" else ():
            done[hall.id, name] = [id for window in mirrored for id in done.get((city.id, window), [])]
    kinds = {hall.id: hall.kind for hall in halls}
    return [
        {
            "win_no": f"w{index:03}",
            "hall": hall,
            "窗口": name or _hall_name(halls, hall),
            "事项": ",".join(dict.fromkeys(ids)),
            "seconds_each": recipe.minutes[kinds[hall]] * 60,
            "kind": kinds[hall],
        }
        for index, ((hall, name), ids) in enumerate(sorted(done.items()))
    ]


def _hall_name(halls: list[_Hall], id: str) -> str:
    """The name of a hall, for the only window it has."""
    return next(hall.name for hall in halls if hall.id == id)


def _queue(world: World, recipe: Recipe, halls: list[_Hall], window: dict[str, Any]) -> Any:  # a polars DataFrame
    import polars as pl

    hall = next(h for h in halls if h.id == window["hall"])
    rng = world.rng(f"{ROOM}.{window['win_no']}")
    kind: Kind = window["kind"]
    counters, calendar = recipe.counters[kind], WorkCalendar.load(world.pack.root)
    served = counters * _STEP / recipe.minutes[kind]
    first = max(world.since.toordinal(), world.until.toordinal() - recipe.queue_days)
    rows: list[tuple[datetime, int, int]] = []
    for ordinal in range(first, world.until.toordinal()):
        day = date.fromordinal(ordinal)
        hours = hours_on(_hours(hall), day, lambda d: calendar.is_workday(d) if calendar.knows(d) else d.weekday() < 5)
        weight = (1.25 if day.weekday() == 0 else 1.0) * (1.1 if day.day >= 25 else 1.0) * float(rng.lognormal(0, 0.12))
        rows += list(_day(rng, day, hours, recipe.busy[kind] * weight, served, counters))
    return pl.DataFrame(
        {
            "win_no": pl.Series([window["win_no"]] * len(rows), dtype=pl.String),
            "stat_time": pl.Series([row[0] for row in rows], dtype=pl.Datetime("us")),
            "wait_num": pl.Series([row[1] for row in rows], dtype=pl.Int64),
            "counter_num": pl.Series([row[2] for row in rows], dtype=pl.Int64),
        }
    )


def _hours(hall: _Hall) -> dict[str, Any]:
    return {"weekday": hall.hours.weekday, "saturday": hall.hours.saturday, "sunday": hall.hours.sunday}


def _day(
    rng: np.random.Generator, day: date, hours: tuple[Shift, ...], busy: float, served: float, counters: int
) -> Iterator[tuple[datetime, int, int]]:
    """People who wait, every ten minutes of one day."""
    people = 0.0
    for shift in hours:
        for minute in range(shift.opens, shift.closes, _STEP):
            at = minute / 60
            share = 0.45 + np.exp(-0.5 * ((at - 10.2) / 0.9) ** 2) + 0.8 * np.exp(-0.5 * ((at - 14.8) / 1.0) ** 2)
            share *= 0.15 if at < 7 or at > 20 else 1.0
            people = max(0.0, people + rng.poisson(share * busy * served) - rng.poisson(served))
            yield datetime.combine(day, time()) + timedelta(minutes=minute), int(people), counters
