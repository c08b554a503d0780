"""Geometries as WKB bytes, from the ways in which sources write them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def to_wkb(texts: Sequence[str | None]) -> list[bytes | None]:
    """WKT ("POINT(113.5 30.2)", "SRID=4326;" may stand before), hexadecimal WKB or GeoJSON; None where it is none."""
    import shapely

    return [None if not text else _bytes(shapely, text.strip()) for text in texts]


def _bytes(shapely: Any, text: str) -> bytes | None:  # the module; it has no stubs
    if text.startswith("{"):
        shape = shapely.from_geojson(text, on_invalid="ignore")
    elif text[:2] in ("00", "01"):
        shape = shapely.from_wkb(text, on_invalid="ignore")
    else:
        shape = shapely.from_wkt(text.rsplit(";", 1)[-1], on_invalid="ignore")
    made: bytes | None = shapely.to_wkb(shape) if shape is not None else None
    return made
