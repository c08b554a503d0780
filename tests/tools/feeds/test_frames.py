"""GeoJSON, spreadsheets, and shapes however they are written."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import shapely
from openpyxl import Workbook

from city.errors import BadInput
from tests.tools.feeds.conftest import LOTS, Opened
from tools.feeds.dataset import Column, Dataset

AREAS = Dataset(
    "areas",
    "片区",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("city", "text", "城市", required=False),
        Column("lon", "float", "经度", required=False, least=-180, most=180),
        Column("lat", "float", "纬度", required=False),
        Column("shape", "shape", "范围", required=False),
    ),
)
SQUARE: dict[str, Any] = {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 2], [0, 0]]]}
SOURCE = {"kind": "geojson", "path": "areas.json"}


def put(folder: Path, *features: dict[str, Any], **more: Any) -> None:
    given = {"type": "FeatureCollection", "features": list(features), **more}
    (folder / "areas.json").write_text(json.dumps(given), encoding="utf-8")


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_properties_are_columns_and_the_geometry_too(folder: Path, opened: Opened) -> None:
    point = {"type": "Point", "coordinates": [113.5, 30.25]}
    put(folder, feature(SQUARE, id=7, of={"city": "甲"}), feature(point, id=8.0), feature(None, id="9"))
    rows = opened(AREAS, SOURCE, columns={"city": "of.city"}).table(AREAS)
    assert rows.select("id", "city").rows() == [("7", "甲"), ("8", None), ("9", None)]
    shapes = shapely.from_wkb(rows["shape"].to_list())
    assert shapely.equals(shapes[0], shapely.box(0, 0, 2, 2))
    assert shapely.equals(shapes[1], shapely.Point(113.5, 30.25))
    assert shapes[2] is None
    assert rows.select("lon", "lat").rows()[1:] == [(113.5, 30.25), (None, None)]
    inside = shapely.Point(rows["lon"][0], rows["lat"][0])
    assert shapely.contains(shapes[0], inside)


def test_the_id_of_a_feature_is_a_column(folder: Path, opened: Opened) -> None:
    put(folder, {"type": "Feature", "id": "f1", "properties": None, "geometry": None})
    assert opened(AREAS, SOURCE).table(AREAS)["id"].to_list() == ["f1"]


@pytest.mark.parametrize(
    ("crs", "ok"), [("urn:ogc:def:crs:OGC:1.3:CRS84", True), ("urn:ogc:def:crs:EPSG::4547", False)]
)
def test_metres_are_not_taken_for_degrees(crs: str, ok: bool, folder: Path, opened: Opened) -> None:
    put(folder, feature(SQUARE, id=1), crs={"type": "name", "properties": {"name": crs}})
    data = opened(AREAS, SOURCE)
    if ok:
        assert data.table(AREAS).height == 1
    else:
        with pytest.raises(BadInput, match=r"4547.* → export it in WGS-84"):
            data.table(AREAS)


@pytest.mark.parametrize("text", ['{"type": "Topology"}', "[1, 2]", "{broken", "{" * 50_000])
def test_what_is_no_geojson_is_told(text: str, folder: Path, opened: Opened) -> None:
    (folder / "areas.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=r"areas\.json"):
        opened(AREAS, SOURCE).table(AREAS)


@pytest.mark.parametrize(
    "written",
    [
        "POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))",
        "SRID=4326;POLYGON((0 0, 2 0, 2 2, 0 2, 0 0))",
        shapely.to_wkb(shapely.box(0, 0, 2, 2), hex=True),
        shapely.to_wkb(shapely.set_srid(shapely.box(0, 0, 2, 2), 4326), hex=True, include_srid=True),
        json.dumps(SQUARE),
    ],
)
def test_a_shape_in_a_text(written: str, folder: Path, opened: Opened) -> None:
    pl.DataFrame({"id": ["a", "b", "c"], "shape": [written, "no shape", None]}).write_csv(folder / "areas.csv")
    data = opened(AREAS, {"kind": "csv", "path": "areas.csv"})
    first, *others = data.table(AREAS)["shape"].to_list()
    assert shapely.equals(shapely.from_wkb(first), shapely.box(0, 0, 2, 2))
    assert others == [None, None]


def test_a_geometry_inside_json(folder: Path, opened: Opened) -> None:
    (folder / "areas.json").write_text(json.dumps([{"id": 1, "geo": SQUARE}]), encoding="utf-8")
    rows = opened(AREAS, {"kind": "json", "path": "areas.json"}, columns={"shape": "geo"}).table(AREAS)
    assert shapely.equals(shapely.from_wkb(rows["shape"][0]), shapely.box(0, 0, 2, 2))


def test_a_shape_in_parquet(folder: Path, opened: Opened) -> None:
    pl.DataFrame({"id": ["a"], "shape": [shapely.to_wkb(shapely.box(0, 0, 2, 2))]}).write_parquet(folder / "a.parquet")
    rows = opened(AREAS, {"kind": "parquet", "path": "a.parquet"}).table(AREAS)
    assert shapely.equals(shapely.from_wkb(rows["shape"][0]), shapely.box(0, 0, 2, 2))


def test_a_sheet_below_a_title(folder: Path, opened: Opened) -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["not this one"])
    sheet = book.create_sheet("名录")
    for line in (
        ["停车场名录（2026年）"],
        [],
        ["编号", None, "名称", "泊位", "启用", "室内"],
        [7, "x", " 鼓楼 ", 120.0, date(2020, 1, 5), True],
        ["007", None, "东湖", "一百", datetime(2020, 1, 5, 8, 30), "否"],
        [None] * 6,
    ):
        sheet.append(line)
    book.save(folder / "lots.xlsx")
    source = {"kind": "xlsx", "path": "lots.xlsx", "sheet": "名录", "header": 3}
    columns = {
        "id": "编号",
        "name": "名称",
        "spaces": "泊位",
        "opened": "启用",
        "covered": {"from": "室内", "words": {"true": True, "否": False}},
    }
    rows = opened(LOTS, source, columns=columns).table(LOTS)
    assert rows.select("id", "name", "spaces", "opened", "covered").rows() == [
        ("7", "鼓楼", 120, date(2020, 1, 5), True),
        ("007", "东湖", None, date(2020, 1, 5), False),
    ]
    with pytest.raises(BadInput, match="no sheet 'x' → name one of Sheet, 名录"):
        opened(LOTS, {**source, "sheet": "x"}, columns=columns).table(LOTS)
