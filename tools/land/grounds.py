"""Joins the register with the checks: a parcel's row as a rule sees it, what is lacking as a reader sees it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tools.land.measures import Ground
from tools.land.parts import Part
from tools.land.register import Version
from tools.land.rows import specs
from tools.land.scheme import Scheme


def ground_of(row: Version | None) -> Ground | None:
    """What the rules see of a parcel."""
    if row is None:
        return None
    return Ground(
        number=row.number,
        unit=row.unit,
        code=row.code,
        far=row.far,
        density=row.density,
        green=row.green,
        height=row.height,
        keeps_height=bool(row.keeps_height),
        zone=row.zone,
        parking_zone=row.parking_zone,
        historic_area=row.historic_area if row.belt in ("core", "control") else "",
        belt=row.belt,
        district_area=row.district_area,
        plan=row.plan or "",
        clause=f"{row.plan}#{row.article}" if row.plan and row.article else "",
        quote=row.quote or "",
        note=row.note or "",
    )


def titles_of(paths: Iterable[str], own: Mapping[str, str]) -> tuple[str, ...]:
    """The titles of what is lacking, each once. ``own``: titles of what is no field of a scheme, such as one kind of
    facility; else the nearest field's.
    """
    return tuple(dict.fromkeys(own.get(path) or _title(path) for path in sorted(paths)))


def _title(path: str) -> str:
    model: type[Part] = Scheme
    title = path
    for name in path.split("."):
        info = model.model_fields.get(name)
        if info is None:
            return title if title != path else path
        title = info.title or name
        model = specs(model)[name].model or model
    return title
