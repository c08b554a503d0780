"""Files that are read here and handed to DuckDB: GeoJSON and spreadsheets. All values are text first."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from tools.feeds.columns import Raw, Scan
from tools.feeds.duck import quoted
from tools.feeds.reading import fault
from tools.feeds.scans import Setting, letters

MOST_MB = 200
_WGS84 = ("CRS84", "4326", "4490", "4979")
"""CGCS2000 (4490) is taken for WGS-84: they differ by centimetres."""


def scan_geojson(files: Sequence[Path], setting: Setting) -> Scan:
    """Features: their properties as columns (a.b where nested), ``shape``, and ``lon``, ``lat`` of a point in it."""
    rows: list[dict[str, str | None]] = []
    for path in files:
        if path.stat().st_size:
            rows += [_feature(one, setting) for one in _features(path, setting)]
    return frame_scan(rows, setting.names)


def _features(path: Path, setting: Setting) -> list[Mapping[str, Any]]:
    _bounded(path, setting)
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise fault(setting.feed, f"{path.name!r} is no JSON ({error})", "export it anew", "source") from error
    found = data.get("features") if isinstance(data, dict) else None
    if not isinstance(found, list):
        message = f"{path.name!r} is no GeoJSON: it has no list `features`"
        raise fault(setting.feed, message, "export a FeatureCollection, or use kind json", "source.kind")
    crs = str((data.get("crs") or {}).get("properties", {}).get("name", "")) if isinstance(data, dict) else ""
    if crs and not crs.endswith(_WGS84):
        message = f"{path.name!r} is in {crs}"
        raise fault(setting.feed, message, "export it in WGS-84 degrees, longitude first (EPSG:4326)", "source")
    return [one for one in found if isinstance(one, dict)]


def _feature(feature: Mapping[str, Any], setting: Setting) -> dict[str, str | None]:
    row = {"id": _text(feature.get("id"))} if feature.get("id") is not None else {}
    row |= dict(_flat(feature.get("properties") or {}))
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict):
        return row
    if "shape" in setting.names:
        row.setdefault("shape", json.dumps(geometry))
    if "lon" in setting.names or "lat" in setting.names:
        lon, lat = _point(geometry)
        row.setdefault("lon", lon)
        row.setdefault("lat", lat)
    return row


def _point(geometry: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Longitude and latitude of a point, or of a point that surely lies in the shape."""
    import shapely

    shape = shapely.from_geojson(json.dumps(geometry), on_invalid="ignore")
    if shape is None or shape.is_empty:
        return None, None
    point = shape if shape.geom_type == "Point" else shape.representative_point()
    return repr(point.x), repr(point.y)


def _flat(given: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, str | None]]:
    for name, value in given.items():
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", _text(value)


def scan_xlsx(files: Sequence[Path], setting: Setting) -> Scan:
    """A sheet of each workbook, below the row of names."""
    rows: list[dict[str, str | None]] = []
    lines: list[int] = []
    for path in files:
        if path.stat().st_size:
            for line, row in _sheet(path, setting):
                lines.append(line)
                rows.append(row)
    return frame_scan(rows, setting.names, lines)


def _sheet(path: Path, setting: Setting) -> Iterator[tuple[int, dict[str, str | None]]]:
    from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

    _bounded(path, setting)
    layout = setting.layout
    try:
        with CalamineWorkbook.from_path(str(path)) as book:
            named = layout.sheet or book.sheet_names[0]
            cells = book.get_sheet_by_name(named).to_python(skip_empty_area=False)
    except WorksheetNotFound as error:
        message = f"{path.name!r} has no sheet {layout.sheet!r}"
        raise fault(setting.feed, message, f"name one of {', '.join(book.sheet_names)}", "source.sheet") from error
    except CalamineError as error:
        raise fault(setting.feed, f"{path.name!r} is no workbook ({error})", "save it as .xlsx", "source") from error
    names = [_text(cell) or "" for cell in (cells[layout.header - 1] if len(cells) >= layout.header else [])]
    if not layout.header:
        names = letters(max(map(len, cells), default=0))
    for number, line in enumerate(cells[layout.header :], layout.header + 1):
        row = {name: _text(cell) for name, cell in zip(names, line, strict=False) if name}
        if any(row.values()):
            yield number, row


def frame_scan(rows: Sequence[Mapping[str, str | None]], wanted: Sequence[str], lines: Sequence[int] = ()) -> Scan:
    """Rows of texts as a table for DuckDB."""
    import polars as pl

    names = tuple(dict.fromkeys(name for row in rows for name in row))
    held = [name for name in dict.fromkeys(wanted) if name in names]
    frame = pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in held} or {"nothing": [None] * len(rows)},
        schema=dict.fromkeys(held or ["nothing"], pl.String()),
    )
    columns = {name: Raw(quoted(name), "VARCHAR") for name in held}
    return Scan("given", columns, names, frame=frame, blank=not rows, lines=lines)


def _bounded(path: Path, setting: Setting) -> None:
    if path.stat().st_size > MOST_MB * 1_000_000:
        message = f"{path.name!r} is larger than {MOST_MB} MB, which this kind has to hold in memory"
        raise fault(setting.feed, message, "split it, or export Parquet or CSV", "source")


def _text(value: object) -> str | None:  # what JSON or a cell holds
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
    return text.strip(" \t\r\n　") or None
