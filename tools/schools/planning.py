"""A district's question of siting, put together from the registers: points with children, schools, vacant land."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from tools.feeds.citydata import CityData
from tools.feeds.ground import Plane
from tools.schools.data import PARCELS, POINTS, SCHOOLS
from tools.schools.forecast import Floats, children_at
from tools.schools.outlook import Picture
from tools.schools.settings import Siting, Stage
from tools.schools.siting import Ground
from tools.seam.endings import NoData

if TYPE_CHECKING:
    import polars as pl


class Parcel(NamedTuple):
    """A vacant parcel that may carry a school of so many classes, with places for one year of entrants."""

    name: str
    street: str
    hectares: float
    classes: int
    entry: int


class District(NamedTuple):
    """The question, and what its numbers stand for."""

    ground: Ground
    parcels: list[Parcel]
    communities: list[str]
    left_out: int


def district_ground(data: CityData, seen: Picture, district: str, year: int, how: Siting) -> District:
    """The question for entrants of ``year``. Raises NoData where the district has no children or no land."""
    import polars as pl

    stage, norm = seen.stage, how.norm(seen.stage)
    points = data.table(POINTS).filter(pl.col("district") == district).drop_nulls(["lon", "lat", "homes"]).sort("id")
    if points.is_empty():
        raise NoData(f"no dwellings of {district} are known", code="no_points")
    children = _children(points, seen, year)
    schools = data.table(SCHOOLS).filter((pl.col("district") == district) & (pl.col("nature") == "public")).sort("id")
    schools = schools.drop_nulls(["lon", "lat"])
    entry = [seen.places(school, year) for school in schools["id"].to_list()]
    parcels, usable, left_out = _parcels(data, district, stage, year, how)
    spots = pl.concat([schools.select("lon", "lat"), usable.select("lon", "lat")])
    ground = Ground(
        children,
        np.array([*entry, *(parcel.entry for parcel in parcels)], dtype=np.float64),
        _metres(points, spots),
        len(entry),
        float(norm.radius_m),
    )
    return District(ground, parcels, points["community_name"].to_list(), left_out)


def _children(points: pl.DataFrame, seen: Picture, year: int) -> Floats:
    """Entrants at each point: those of its community who enter public schools, divided by dwellings."""
    index = {name: i for i, name in enumerate(seen.communities)}
    living = children_at(seen.history, seen.origin, year, seen.stage, seen.how)
    share = seen.areas.share(seen.history, seen.origin, seen.stage, seen.how)
    entering = living * (share @ seen.areas.covers)
    homes = points["homes"].to_numpy().astype(np.float64)
    row = np.array([index.get(community, -1) for community in points["community"].to_list()])
    whole = np.bincount(row[row >= 0], weights=homes[row >= 0], minlength=len(seen.communities))
    part = np.divide(homes, whole[row], out=np.zeros_like(homes), where=(row >= 0) & (whole[row] > 0))
    found: Floats = part * entering[row]
    return found


def _parcels(
    data: CityData, district: str, stage: Stage, year: int, how: Siting
) -> tuple[list[Parcel], pl.DataFrame, int]:
    """Parcels that are cleared, free in time and large enough; and how many of the district are not."""
    import polars as pl

    rows = data.table(PARCELS).filter(pl.col("district") == district).sort("id")
    norm = how.norm(stage)
    least = min(size.hectares for size in norm.sizes)
    fits = pl.col("cleared") & (pl.col("free_from") + how.build_years <= year) & (pl.col("hectares") >= least)
    usable = rows.filter(fits).drop_nulls(["lon", "lat"])
    if usable.is_empty():
        raise NoData(f"no vacant land for a school in {district} by {year}", code="no_parcels", year=str(year))
    parcels = [
        Parcel(name, street, hectares, *norm.entry_places(hectares))
        for name, street, hectares in usable.select("name", "street", "hectares").iter_rows()
    ]
    return parcels, usable, len(rows) - len(usable)


def _metres(points: pl.DataFrame, spots: pl.DataFrame) -> Floats:
    """From each point to each spot."""
    import polars as pl

    at = points.select(pl.col("lon").mean(), pl.col("lat").mean()).row(0)
    here, there = (np.stack(Plane(*at).place(r["lon"].to_numpy(), r["lat"].to_numpy())) for r in (points, spots))
    found: Floats = np.hypot(*(here[:, :, None] - there[:, None, :]))
    return found
