"""Reports of drinking water: one plant's month, judged by the national limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from tools.environment.answers import PlantReport, TapFound, TapItem
from tools.environment.data import PLANTS, TAP
from tools.environment.months import month_of, newest_month, not_published, published
from tools.environment.tap_rules import FILE, Limit, Point, TapRules
from tools.feeds.errors import NoData
from tools.seam.naming import find

if TYPE_CHECKING:
    from tools.environment.asked import TapAsked
    from tools.feeds.citydata import CityData

_ITEMS = 60
Row = Mapping[str, Any]


class Plant(NamedTuple):
    """A plant with the company that runs it."""

    id: str
    name: str
    company: str
    phone: str | None
    districts: tuple[str, ...]


def tap_water(asked: TapAsked, data: CityData) -> TapFound:
    """See ``environment.tap_water``. Raises NoData, CannotCompute."""
    rules = data.settings(FILE, TapRules)
    where, plants = _chosen(asked, rules, data)
    among: dict[str, object] = {"plant": [one.id for one in plants]}
    every = published(data, TAP, among)
    newest = newest_month(every)
    month = month_of(asked.period, newest, data.today) if asked.period else newest
    rows = [row for row in every.rows(named=True) if row["month"] == month]
    if not rows:
        raise not_published(TAP.title, month, newest)
    reports, items = [], []
    for one in plants:
        own = [row for row in rows if row["plant"] == one.id]
        if own:
            items = _items(own, rules)
            reports.append(_report(one, month, own, items, rules, data))
    told = {one.plant for one in reports}
    return TapFound(
        where=where,
        count=len(plants),
        passed=sum(one.passed is True for one in reports),
        reports=reports,
        items=items[:_ITEMS] if len(reports) == 1 else [],
        silent=[one.name for one in plants if one.name not in told],
        edition=rules.title,
    )


def _chosen(asked: TapAsked, rules: TapRules, data: CityData) -> tuple[str, list[Plant]]:
    """What is asked about, by its name, and its plants. Raises NoData, CannotCompute."""
    rows = data.table(PLANTS).rows(named=True)
    every = {row["id"]: _plant(row, data) for row in rows}
    if asked.plant:
        names = [(row["id"], [row["name"], *(row["aliases"] or "").split("、")]) for row in rows]
        one = every[find(asked.plant, names, rules.sorts)]
        return one.name, [one]
    district = data.spot(asked.place).district if asked.place else asked.district
    if not district:
        return data.pack.city.name, list(every.values())
    names_of = {one.id: one.name for one in data.pack.districts}
    where = names_of.get(district, district)
    found = [one for one in every.values() if district in one.districts]
    if not found:
        raise NoData(f"no plant of the register supplies {where}", code="no_plant", where=where)
    return where, found


def _plant(row: Row, data: CityData) -> Plant:
    unit = next((unit for unit in data.pack.units if unit.id == row["company"]), None)
    districts = tuple(one.strip() for one in row["districts"].split(","))
    if unit is None:
        return Plant(row["id"], row["name"], row["company"], None, districts)
    return Plant(row["id"], row["name"], unit.name, unit.phone or None, districts)


def _items(rows: Sequence[Row], rules: TapRules) -> list[TapItem]:
    """Results in the order of the rules, at the plant first. An item without a limit is shown and judges nothing."""
    order = {name: at for at, name in enumerate(rules.items)}
    ranked = sorted(rows, key=lambda row: (row["point"] != "leaving", order.get(row["item"], len(order)), row["item"]))
    return [_item(row, rules) for row in ranked if row["value"] is not None]


def _item(row: Row, rules: TapRules) -> TapItem:
    limit: Limit | None = rules.items.get(row["item"])
    point: Point = "leaving" if row["point"] == "leaving" else "tap"
    below = bool(row["below"])
    return TapItem(
        point=rules.points[point],
        item=limit.name if limit else row["item"],
        value=row["value"],
        below=below,
        least=limit.lowest(point) if limit else None,
        most=limit.most if limit else None,
        unit=limit.unit if limit else "",
        passed=limit.passes(row["value"], below=below, point=point) if limit else None,
    )


def _report(
    plant: Plant, month: date, rows: Sequence[Row], items: Sequence[TapItem], rules: TapRules, data: CityData
) -> PlantReport:
    names = {one.id: one.name for one in data.pack.districts}
    measured = {(row["point"], row["item"]): row["value"] for row in rows if not row["below"]}
    failures = [one for one in items if one.passed is False]
    unclear = sum(one.passed is None for one in items) + sum(row["value"] is None for row in rows)
    return PlantReport(
        plant=plant.name,
        company=plant.company,
        phone=plant.phone,
        districts=[names.get(one, one) for one in plant.districts],
        year=month.year,
        month=month.month,
        published=max(row["published"] for row in rows),
        tested=len(rows),
        failed=len(failures),
        unclear=unclear,
        passed=False if failures else None if unclear else True,
        turbidity=measured.get(("leaving", rules.turbidity)),
        chlorine=measured.get(("leaving", rules.chlorine)),
        chlorine_tap=measured.get(("tap", rules.chlorine)),
        ph=measured.get(("leaving", rules.ph)),
        failures=failures,
    )
