"""How fast is a parcel found among many? By number, address and point, with the tool's own register.

``python -m eval.bench.parcels --rows 100000``. A made-up city of quadrilateral parcels with addresses along the pack's
roads is written as two feeds and asked through the tool itself, each time as a new call with its own data, as the
toolbox does; the first call builds the index, which later calls share. Which parcel is right is known by construction.
"""

from __future__ import annotations

import argparse
import resource
import string
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from pydantic import BaseModel

from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from serve.settings import Settings
from tools.feeds.citydata import CityData
from tools.feeds.feed import Feed, FileSource
from tools.feeds.feeds import Feeds
from tools.land import asking
from tools.land.answers import ParcelAsked
from tools.land.data import ADDRESSES, PARCELS
from tools.land.register import Register
from tools.land.tools import parcel

_CELL = 0.0008
"""Degrees between the corners of parcels, some 80 m."""
_PER_PREFIX = 990
_DAY = date(2026, 1, 1)


class Found(BaseModel):
    """Look-ups of one kind, through the tool; ``register_ms`` is the median of the bare look-up in the register."""

    lookups: int
    wrong: int
    median_ms: float
    p99_ms: float
    register_ms: float


class ParcelSpeed(BaseModel):
    """One run. ``index_seconds``: the first call, which reads the files and builds the index. ``registers``: how many
    the first and the last call saw; 1 where the index was built once.
    """

    parcels: int
    addresses: int
    index_seconds: float
    registers: int
    number: Found
    address: Found
    point: Found
    peak_mb: int


class Asked(NamedTuple):
    """A question and the parcel that answers it."""

    query: str
    number: str


class Town(NamedTuple):
    """The made-up register as two tables, and questions of each kind."""

    parcels: pl.DataFrame
    addresses: pl.DataFrame
    numbers: Sequence[Asked]
    houses: Sequence[Asked]
    points: Sequence[Asked]


def run(root: Path, rows: int, lookups: int, seed: int = 7) -> ParcelSpeed:
    """Make the register, ask, measure."""
    pack = load_pack(root)
    town = draw(pack, rows, lookups, np.random.default_rng(seed))
    gazetteer = Gazetteer.of(pack)
    with tempfile.TemporaryDirectory(prefix="citydesk-parcels-") as folder:
        feeds = _feeds(pack, town, Path(folder))

        def data() -> CityData:
            now = datetime.combine(_DAY, datetime.min.time(), ZoneInfo(pack.city.timezone))
            return CityData(pack, gazetteer, feeds, now)

        begun = time.perf_counter()
        first = asking.register(data())
        seconds = time.perf_counter() - begun
        kinds = {
            "number": _asked(town.numbers, data, lambda one: first.on(one.number, _DAY)),
            "address": _asked(town.houses, data, lambda one: _house(first, one)),
            "point": _asked(town.points, data, lambda one: first.at_point(*_point(one), _DAY)),
        }
        registers = 1 if asking.register(data()) is first else 2
    return ParcelSpeed(
        parcels=len(first),
        addresses=town.addresses.height,
        index_seconds=round(seconds, 2),
        registers=registers,
        peak_mb=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        **kinds,
    )


def draw(pack: CityPack, rows: int, lookups: int, rng: np.random.Generator) -> Town:
    """A grid of parcels whose corners are shifted, each with a number and a house number on a road."""
    wide = int(np.ceil(np.sqrt(rows)))
    shifted = rng.uniform(-0.2, 0.2, (wide + 1, wide + 1, 2)) + np.stack(
        np.meshgrid(np.arange(wide + 1), np.arange(wide + 1), indexing="ij"), axis=-1
    )
    corners = shifted * _CELL + np.array([pack.districts[0].lon, pack.districts[0].lat])
    at = np.arange(rows)
    east, north = at // wide, at % wide
    rings = np.stack(
        [
            corners[east, north],
            corners[east + 1, north],
            corners[east + 1, north + 1],
            corners[east, north + 1],
            corners[east, north],
        ],
        axis=1,
    )
    numbers = [_number(one) for one in range(rows)]
    districts, addresses = _addresses(pack, rows)
    inside = rings[:, :4].mean(axis=1)
    chosen = [int(one) for one in rng.choice(rows, min(lookups, rows), replace=False)]
    return Town(
        parcels=_parcels(numbers, rings),
        addresses=pl.DataFrame({"address": addresses, "parcel": numbers, "district": districts}),
        numbers=[Asked(numbers[one], numbers[one]) for one in chosen],
        houses=[Asked(addresses[one], numbers[one]) for one in chosen],
        points=[Asked(f"{inside[one][0]:.7f},{inside[one][1]:.7f}", numbers[one]) for one in chosen],
    )


def _number(at: int) -> str:
    first, letters = at // _PER_PREFIX, string.ascii_uppercase
    return f"{letters[first // 26 % 26]}{letters[first % 26]}-{at % _PER_PREFIX + 1:03d}"


def _addresses(pack: CityPack, rows: int) -> tuple[list[str], list[str]]:
    """Districts, and house numbers counted along each of the pack's roads in turn."""
    names = {district.id: district.name for district in pack.districts}
    roads = [(road.districts[0], road.name) for road in pack.roads]
    on = [roads[at % len(roads)] for at in range(rows)]
    texts = [f"{names[district]}{road}{at // len(roads) + 1}号" for at, (district, road) in enumerate(on)]
    return [district for district, _ in on], texts


def _parcels(numbers: Sequence[str], rings: np.ndarray) -> pl.DataFrame:
    import shapely

    rows = len(numbers)
    return pl.DataFrame(
        {
            "number": numbers,
            "code": ["R2"] * rows,
            "zoning": ["R2"] * rows,
            "area": [6_400.0] * rows,
            "valid_from": [_DAY] * rows,
            "shape": shapely.to_wkt(shapely.polygons(rings), rounding_precision=9),
        }
    )


def _feeds(pack: CityPack, town: Town, folder: Path) -> Feeds:
    """The register as files in standard columns."""
    found = []
    for dataset, table in ((PARCELS, town.parcels), (ADDRESSES, town.addresses)):
        table.write_parquet(folder / f"{dataset.id}.parquet")
        source = FileSource(kind="parquet", path=f"{dataset.id}.parquet")
        found.append(Feed(id=dataset.id, dataset=dataset.id, title=dataset.title, source=source))
    return Feeds(pack, found, folder)


def _asked(questions: Sequence[Asked], data: Callable[[], CityData], bare: Callable[[Asked], object]) -> Found:
    """Ask the tool every question, then the register alone."""
    times, wrong = [], 0
    for one in questions:
        begun = time.perf_counter()
        answer = parcel.run(ParcelAsked(query=one.query), data())
        times.append(time.perf_counter() - begun)
        wrong += answer.number != one.number
    return Found(
        lookups=len(questions),
        wrong=wrong,
        median_ms=round(float(np.median(times)) * 1000, 3),
        p99_ms=round(float(np.quantile(times, 0.99)) * 1000, 3),
        register_ms=round(float(np.median([_timed(bare, one) for one in questions])) * 1000, 3),
    )


def _house(parcels: Register, one: Asked) -> list[str]:
    house = parcels.house(one.query)
    return parcels.at_house(house) if house is not None else []


def _point(one: Asked) -> tuple[float, float]:
    east, north = one.query.split(",")
    return float(east), float(north)


def _timed(work: Callable[[Asked], object], one: Asked) -> float:
    begun = time.perf_counter()
    work(one)
    return time.perf_counter() - begun


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--city", type=Path, default=Settings().city)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--lookups", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    print(run(given.city, given.rows, given.lookups, given.seed).model_dump_json(indent=2))


if __name__ == "__main__":
    main()
