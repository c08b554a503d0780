"""The tools of parcels and plans."""

from __future__ import annotations

from datetime import date

from tools.feeds.citydata import CityData
from tools.land import asking, norms
from tools.land.answers import (
    AroundAsked,
    AroundFound,
    Checked,
    Cited,
    Finding,
    Neighbour,
    ParcelAsked,
    ParcelFound,
    PlanFound,
    SchemeAsked,
    Version,
)
from tools.land.book import FILE, Book
from tools.land.checking import Checked as Checking
from tools.land.checking import Verdict
from tools.land.data import ADDRESSES, PARCELS
from tools.land.grounds import ground_of, titles_of
from tools.land.register import Version as Row
from tools.land.settings import FILE as NORMS
from tools.land.settings import Norms, Words
from tools.seam import NoData, tool

_SHOWN = 20
_ORDER = {"violated": 0, "unknown": 1, "ok": 2}


@tool("land.parcel", "查地块", needs=(PARCELS, ADDRESSES))
def parcel(asked: ParcelAsked, data: CityData) -> ParcelFound:
    """A parcel by its number, address, point or a place on it: its plan, use, area, address and all versions."""
    day = asking.day_of(asked.as_of, asked.query, data)
    named = asking.parcel_of(asked.query, day, data)
    parcels, row = asking.register(data), named.version
    names = {one.id: one.name for one in data.pack.districts}
    return ParcelFound(
        number=row.number,
        found_by=named.found_by,
        as_of=day,
        zoning=row.zoning,
        code=row.code,
        area=row.area,
        address=parcels.address(row.number),
        district=names.get(row.district or "", row.district),
        street=row.street,
        plan=row.plan_title,
        document=row.plan,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        quarter=row.historic_area if row.belt in ("core", "control") else None,
        belt=row.belt,
        roads=tuple((row.fronts or "").split("、")) if row.fronts else (),
        versions=tuple(_version(one) for one in reversed(parcels.versions(row.number))),
    )


@tool("land.plan", "查地块控规指标", needs=(PARCELS, ADDRESSES))
def plan(asked: ParcelAsked, data: CityData) -> PlanFound:
    """The control plan's indicators of a parcel on a day, each with its article; set-backs and parking beside them."""
    day = asking.day_of(asked.as_of, asked.query, data)
    row = asking.parcel_of(asked.query, day, data).version
    if row.plan is None or row.article is None:
        raise NoData(f"no control plan of {row.number} is known", code="no_plan", number=row.number, zoning=row.zoning)
    book, known = data.settings(FILE, Book), data.settings(NORMS, Norms)
    words = known.plan(row.plan)
    return PlanFound(
        number=row.number,
        as_of=day,
        zoning=row.zoning,
        code=row.code,
        area=row.area,
        plan=row.plan_title or row.plan,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        far=row.far,
        far_least=row.far_least,
        density=row.density,
        green=row.green,
        height=row.height,
        keeps_height=bool(row.keeps_height),
        note=row.note,
        clause=norms.cited(known, row.plan, row.article, row.quote or ""),
        basis=_cited(known, row.plan, words.basis if words else None),
        height_basis=_cited(known, row.plan, words.height if words else None),
        setbacks=tuple(norms.setbacks(row, book, known, day)),
        parking=tuple(norms.parking(row, book, known, day)),
        others=tuple(norms.others(row, book, known, day)),
    )


@tool("land.around", "周边地块", needs=(PARCELS, ADDRESSES))
def around(asked: AroundAsked, data: CityData) -> AroundFound:
    """The parcels near a place, the nearest first, of any or of one kind of use."""
    day = asking.day_of(asked.as_of, asked.place, data)
    spot = asking.point_of(asked.place, day, data)
    known, parcels = data.settings(NORMS, Norms), asking.register(data)
    found = parcels.around(
        spot.longitude,
        spot.latitude,
        asked.radius,
        day,
        lambda row: asked.use == "any" or known.is_kind(row.code, asked.use),
    )
    if not found:
        raise NoData(
            f"no parcel of kind {asked.use} within {asked.radius} m of {spot.name}",
            code="none_near",
            place=spot.name,
            radius=str(asked.radius),
        )
    return AroundFound(
        place=spot.name,
        radius=asked.radius,
        use=asked.use,
        count=len(found),
        area=sum(near.version.area for near in found),
        parcels=tuple(
            Neighbour(
                number=near.version.number,
                zoning=near.version.zoning,
                area=near.version.area,
                distance=near.metres,
                address=parcels.address(near.version.number),
                plan=near.version.plan_title,
            )
            for near in found[:_SHOWN]
        ),
    )


@tool("land.check_scheme", "建设方案审查", needs=(PARCELS,), timeout_s=10.0, cost=3)
def check_scheme(asked: SchemeAsked, data: CityData) -> Checked:
    """A building scheme against the control plan of its parcel and the technical rules of a day, rule by rule."""
    day = asked.as_of or data.today
    row = _row(asked.scheme.parcel, day, data)
    book, known = data.settings(FILE, Book), data.settings(NORMS, Norms)
    verdicts = Checking(book, day, ground_of(row)).verdicts(asked.scheme)
    count = {result: sum(verdict.result == result for verdict in verdicts) for result in _ORDER}
    return Checked(
        number=row.number if row else None,
        plan=row.plan_title if row else None,
        as_of=day,
        rules=len(verdicts),
        violated=count["violated"],
        unknown=count["unknown"],
        ok=count["ok"],
        not_applicable=len(book.ids) - len(verdicts),
        findings=tuple(_finding(one, known) for one in sorted(verdicts, key=lambda one: _ORDER[one.result])),
    )


def _row(number: str | None, day: date, data: CityData) -> Row | None:
    """The parcel of a scheme. Raises NoData where it is not in the register, or not on that day."""
    if number is None:
        return None
    found = asking.register(data).versions(number)
    if not found:
        raise NoData(f"the register has no parcel {number}", code="no_parcel", number=number)
    return asking.parcel_of(found[0].number, day, data).version


def _version(row: Row) -> Version:
    return Version(
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        plan=row.plan_title,
        document=row.plan,
        article=row.article,
        zoning=row.zoning,
        code=row.code,
        area=row.area,
        far=row.far,
        density=row.density,
        green=row.green,
        height=row.height,
    )


def _finding(verdict: Verdict, known: Norms) -> Finding:
    return Finding(
        rule=verdict.rule,
        title=verdict.title,
        result=verdict.result,
        where=verdict.where,
        given=verdict.given,
        least=verdict.least,
        most=verdict.most,
        unit=verdict.unit,
        missing=titles_of(verdict.lacks, known.lacks) if verdict.result == "unknown" else (),
        clause=norms.cited(known, *verdict.clause),
    )


def _cited(known: Norms, document: str, words: Words | None) -> Cited | None:
    return norms.cited(known, document, words.article, words.quote) if words else None
