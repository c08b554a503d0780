"""Sections of rivers and lakes in a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tools.environment.answers import SectionWater, WaterFound, Worse
from tools.environment.data import SECTIONS, SURFACE, WATERS
from tools.environment.months import month_of, months_before, newest_month, not_published, published
from tools.environment.water_rules import CLASSES, FILE, GOOD, ITEMS, Graded, Item, Kind, WaterRules, graded
from tools.feeds.errors import NoData
from tools.seam.naming import find

if TYPE_CHECKING:
    from tools.environment.asked import WaterAsked
    from tools.feeds.citydata import CityData

_SHOWN = 30
_YEAR = 12
Row = Mapping[str, Any]


class Section(NamedTuple):
    """A section, with the river or lake it lies in."""

    id: str
    name: str
    water: str
    kind: Kind
    district: str
    target: int


def water(asked: WaterAsked, data: CityData) -> WaterFound:
    """See ``environment.water``. Raises NoData, CannotCompute."""
    rules, (where, sections) = data.settings(FILE, WaterRules), _chosen(asked, data)
    among: dict[str, object] = {"section": [one.id for one in sections]}
    every = published(data, SURFACE, among)
    newest = newest_month(every)
    month = month_of(asked.period, newest, data.today) if asked.period else newest
    months = [month, months_before(month, 1), months_before(month, _YEAR)]
    rows = {(row["section"], row["month"]): row for row in every.rows(named=True) if row["month"] in months}
    if not any(at == month for _, at in rows):
        raise not_published(SURFACE.title, month, newest)
    found = [_section(one, [rows.get((one.id, at)) for at in months], rules) for one in sections]
    grades = [grade for one in found if (grade := one.grade) is not None]
    ranks = {name: rank for rank, name in enumerate(rules.classes, 1)}
    judged = [one for one in found if one.meets is not None]
    meeting = sum(one.meets is True for one in judged)
    return WaterFound(
        where=where,
        year=month.year,
        month=month.month,
        published=max(row["published"] for (_, at), row in rows.items() if at == month),
        count=len(found),
        judged=len(judged),
        meeting=meeting,
        share=round(100 * meeting / len(judged), 1) if judged else None,
        good=sum(ranks[grade] <= GOOD for grade in grades),
        worst=sum(ranks[grade] > CLASSES for grade in grades),
        sections=found[:_SHOWN],
        items=[rules.limits[name].name for name in ITEMS],
        edition=rules.title,
    )


def _chosen(asked: WaterAsked, data: CityData) -> tuple[str, list[Section]]:
    """What is asked about, by its name, and its sections from upstream down. Raises NoData, CannotCompute."""
    names = {one.id: one.name for one in data.pack.districts}
    waters = {row["id"]: row for row in data.table(WATERS).iter_rows(named=True)}
    rows = data.table(SECTIONS).sort("water", "order", "id").rows(named=True)
    every = [_made(row, waters.get(row["water"]), names) for row in rows]
    if asked.section:
        id = find(asked.section, [(row["id"], _names(row)) for row in rows])
        one = next(section for section in every if section.id == id)
        return one.name, [one]
    if asked.water:
        id = find(asked.water, [(id, _names(row)) for id, row in waters.items()])
        return _some(waters[id]["name"], [one for one, row in zip(every, rows, strict=True) if row["water"] == id])
    if asked.district:
        if asked.district not in names:
            raise NoData(f"no district {asked.district!r}", code="unknown_district", district=asked.district)
        inside = [one for one, row in zip(every, rows, strict=True) if row["district"] == asked.district]
        return _some(names[asked.district], inside)
    return _some(data.pack.city.name, every)


def _some(where: str, sections: list[Section]) -> tuple[str, list[Section]]:
    if not sections:
        raise NoData(f"no section lies in {where}", code="no_section", where=where)
    return where, sections


def _made(row: Row, body: Row | None, districts: Mapping[str, str]) -> Section:
    kind: Kind = "lake" if body and body["kind"] == "lake" else "river"
    named = body["name"] if body else row["water"]
    return Section(row["id"], row["name"], named, kind, districts.get(row["district"], row["district"]), row["target"])


def _names(row: Row) -> list[str]:
    return [row["name"], *(row["aliases"] or "").split("、")]


def _section(one: Section, rows: Sequence[Row | None], rules: WaterRules) -> SectionWater:
    """A section in a month, beside the month and the year before (``rows`` in that order)."""
    now, before, year = (_graded(row, one.kind, rules) for row in rows)
    values = {name: rows[0][name] if rows[0] else None for name in ITEMS}
    return SectionWater(
        section=one.name,
        water=one.water,
        district=one.district,
        grade=_called(now.grade, rules.classes),
        status=_called(now.grade, rules.statuses),
        target=rules.classes[one.target - 1],
        meets=None if now.grade is None else now.grade <= one.target,
        grade_before=_called(before.grade, rules.classes),
        change=_change(before.grade, now.grade, rules),
        grade_year_before=_called(year.grade, rules.classes),
        change_year=_change(year.grade, now.grade, rules),
        **values,
        over=_over(one, now, values, rules),
        missing=[rules.limits[name].name for name in now.missing],
    )


def _graded(row: Row | None, kind: Kind, rules: WaterRules) -> Graded:
    return graded({name: row[name] if row else None for name in ITEMS}, kind, rules)


def _called(grade: int | None, words: Sequence[str]) -> str | None:
    return None if grade is None else words[grade - 1]


def _change(before: int | None, now: int | None, rules: WaterRules) -> str | None:
    return None if before is None or now is None else rules.change(before, now)


def _over(one: Section, now: Graded, values: Mapping[Item, Any], rules: WaterRules) -> list[Worse]:
    """The indicators beyond the target's limit, the worst class first."""
    found = []
    for name, grade in sorted(now.items.items(), key=lambda item: -item[1]):
        if grade > one.target:
            limits = rules.of(name, one.kind)
            found.append(
                Worse(
                    item=limits.name,
                    value=values[name],
                    limit=limits.limit(values[name], one.target),
                    unit=limits.unit,
                    grade=rules.classes[grade - 1],
                )
            )
    return found
