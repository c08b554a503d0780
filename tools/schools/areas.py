"""Which catchment a point lies in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from tools.feeds.citydata import CityData
from tools.feeds.ground import Plane
from tools.schools.data import CATCHMENTS
from tools.schools.settings import Stage

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry


class Area(NamedTuple):
    """The catchment of a point. ``edge_m``: metres to its nearest border."""

    id: str
    name: str
    district: str
    year: int
    edge_m: float


@dataclass(frozen=True)
class AreaMap:
    """The catchments of one stage."""

    rows: list[tuple[str, str, str, int]]
    shapes: list[BaseGeometry]

    def of(self, lon: float, lat: float) -> Area | None:
        """The catchment that holds the point; the first of the register where it lies on a border."""
        from shapely import Point

        point = Point(lon, lat)
        hit = next((i for i, shape in enumerate(self.shapes) if shape.covers(point)), None)
        if hit is None:
            return None
        return Area(*self.rows[hit], edge_m=self._edge(hit, lon, lat))

    def _edge(self, hit: int, lon: float, lat: float) -> float:
        from shapely import Point, transform

        here = Plane(lon, lat)
        border = transform(self.shapes[hit].boundary, here.place, interleaved=False)
        return float(border.distance(Point(0, 0)))


def area_map(data: CityData, stage: Stage) -> AreaMap:
    """The catchments of a stage, built once."""

    def build() -> AreaMap:
        import polars as pl
        from shapely import from_wkb, prepare

        rows = data.table(CATCHMENTS).filter(pl.col("stage") == stage).drop_nulls("area").sort("id")
        shapes = [from_wkb(area) for area in rows["area"].to_list()]
        for shape in shapes:
            prepare(shape)
        return AreaMap(rows.select("id", "name", "district", "year").rows(), shapes)

    return data.derived(f"schools.areas.{stage}", [CATCHMENTS], build)
