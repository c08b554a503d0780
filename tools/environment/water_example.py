"""Example feeds of rivers, lakes and taps: monthly values from a year before the world on.

A river carries more in the low water of winter and after heavy rain; warm water holds less oxygen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from city.schema import Record
from tools.environment.months import months_before
from tools.feeds.world import World

_BEFORE = 13
_PUBLISHED_WATER, _PUBLISHED_TAP = 12, 10


class WaterOf(Record):
    """A river or a lake."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    kind: str


class SectionOf(Record):
    """A section; ``load`` is about what it carries in parts of the limit of class Ⅲ."""

    id: str
    name: str
    water: str
    district: str
    target: str
    load: float


class PlantOf(Record):
    """A plant."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    company: str
    districts: tuple[str, ...]
    hardness: float


class Spoilt(Record):
    """A result that breaks the limits."""

    month: date
    plant: str
    point: str
    item: str
    value: float


class Correction(Record):
    """A month of a section that was corrected later."""

    section: str
    month: date
    published: date
    factor: float


def make_water(
    world: World,
    target: Path,
    waters: Sequence[WaterOf],
    sections: Sequence[SectionOf],
    corrected: Correction,
    plants: Sequence[PlantOf],
    spoilt: Sequence[Spoilt],
) -> None:
    """Write the files of water."""
    import polars as pl

    pl.DataFrame(
        [{"编号": one.id, "名称": one.name, "别名": "、".join(one.aliases), "类型": one.kind} for one in waters]
    ).write_csv(target / "waters.csv")
    _sections(world, target, sections)
    lakes = {one.id for one in waters if one.kind == "湖库"}
    months = _months(world)
    rows = [row for one in sections for row in _surface(world, one, one.water in lakes, months, corrected)]
    rows.sort(key=lambda row: (row["gbrq"], row["dm"]))
    (target / "surface.json").write_text(json.dumps({"data": {"rows": rows}}, ensure_ascii=False), encoding="utf-8")
    pl.DataFrame(
        [
            {
                "编号": one.id,
                "水厂": one.name,
                "别名": "、".join(one.aliases),
                "单位": one.company,
                "供水区县": ",".join(one.districts),
            }
            for one in plants
        ]
    ).write_csv(target / "plants.csv")
    results = [row for one in plants for row in _results(world, one, months, spoilt)]
    pl.DataFrame(results).sort("公布日期", "水厂编号", maintain_order=True).write_csv(target / "tap.csv")


def _months(world: World) -> list[date]:
    """The first days of the months that have ended, from a year before the world on."""
    first, last = months_before(world.since, _BEFORE), world.until.replace(day=1)
    count = (last.year - first.year) * 12 + last.month - first.month
    return [months_before(last, back) for back in range(count, 0, -1)]


def _rng(world: World, id: str, month: date) -> np.random.Generator:
    """A stream of its own for each month, so that a month's values do not depend on when the world begins."""
    return world.rng(f"environment.{id}.{month}")


def _published(month: date, day: int) -> date:
    return months_before(month, -1).replace(day=day)


def _sections(world: World, target: Path, sections: Sequence[SectionOf]) -> None:
    import polars as pl

    districts = {district.id: district.name for district in world.pack.districts}
    rows = [
        {
            "断面编号": one.id,
            "断面名称": one.name,
            "别名": f"{one.name}断面",
            "河湖编号": one.water,
            "区县": districts[one.district],
            "顺序": order,
            "目标": one.target,
        }
        for order, one in enumerate(sections)
    ]
    text: str = pl.DataFrame(rows).write_csv()
    (target / "sections.csv").write_bytes(text.encode("gb18030"))


def _surface(
    world: World, one: SectionOf, lake: bool, months: Sequence[date], corrected: Correction
) -> Iterator[dict[str, Any]]:
    for month in months:
        rng = _rng(world, one.id, month)
        season = np.cos(2 * np.pi * (month.month - 1.5) / 12)
        load = one.load * np.exp(rng.normal(0, 0.12)) * (1 + 0.14 * season)
        row = _carried(month, one.id, load, season, lake, rng)
        if rng.random() < 0.01:
            row["ad"] = "-"
        yield row
        if (one.id, month) == (corrected.section, corrected.month):
            again = _carried(month, one.id, load * corrected.factor, season, lake, rng)
            yield again | {"gbrq": corrected.published.isoformat()}


def _carried(
    month: date, section: str, load: float, season: float, lake: bool, rng: np.random.Generator
) -> dict[str, Any]:
    phosphorus = (50 if lake else 200) * load * 0.85 * np.exp(rng.normal(0, 0.06))
    return {
        "dm": section,
        "yf": month.isoformat(),
        "gbrq": _published(month, _PUBLISHED_WATER).isoformat(),
        "ph": round(7.7 + 0.25 * float(rng.normal()), 1),
        "rjy": round(float(np.clip(8.7 + 1.4 * season - 2.0 * load + rng.normal(0, 0.25), 1.2, 12.5)), 1),
        "gmsy": round(float(1.2 + 3.4 * load * np.exp(rng.normal(0, 0.06))), 1),
        "ad": round(float(np.clip(0.62 * load**1.7 * np.exp(rng.normal(0, 0.15)), 0.03, None)), 2),
        "zl_ug": round(float(np.clip(phosphorus, 5, None))),
    }


_LEAVING = {
    "浑浊度": (0.22, 0.25),
    "游离氯": (0.75, 0.15),
    "pH": (7.5, 0.02),
    "菌落总数": (3, 0.6),
    "高锰酸盐指数": (1.3, 0.15),
    "硝酸盐": (1.4, 0.2),
    "氟化物": (0.25, 0.15),
    "溶解性总固体": (210, 0.1),
    "铝": (0.06, 0.3),
    "三氯甲烷": (0.014, 0.3),
}
_TAP = {
    "浑浊度": (0.32, 0.25),
    "游离氯": (0.35, 0.25),
    "pH": (7.5, 0.02),
    "菌落总数": (8, 0.6),
    "高锰酸盐指数": (1.4, 0.15),
}
"""Item → usual value and the spread of its logarithm."""
_NOT_FOUND = {"色度": 5, "氨": 0.02, "铁": 0.05, "锰": 0.01, "砷": 0.001, "铅": 0.0005}
"""Item → what could have been found."""
_DIGITS = {"浑浊度": 2, "游离氯": 2, "pH": 1, "菌落总数": 0, "溶解性总固体": 0, "铝": 3, "三氯甲烷": 4}


def _results(world: World, one: PlantOf, months: Sequence[date], spoilt: Sequence[Spoilt]) -> Iterator[dict[str, Any]]:
    for month in months:
        rng = _rng(world, one.id, month)
        broken = {(bad.point, bad.item): bad.value for bad in spoilt if (bad.plant, bad.month) == (one.id, month)}
        for point, usual in (("出厂水", _LEAVING), ("末梢水", _TAP)):
            found = {item: mean * float(np.exp(rng.normal(0, spread))) for item, (mean, spread) in usual.items()}
            if point == "出厂水":
                found["总硬度"] = one.hardness * float(np.exp(rng.normal(0, 0.05)))
            # Some items were not looked for at the pipes' end.
            nothing = _NOT_FOUND if point == "出厂水" else {"色度": _NOT_FOUND["色度"]}
            head = {"水厂编号": one.id, "月份": month, "公布日期": _published(month, _PUBLISHED_TAP), "采样点": point}
            for item, value in found.items():
                shown = broken.get((point, item), round(value, _DIGITS.get(item, 1)))
                yield {**head, "项目": item, "符号": None, "结果": float(shown)}
            for item, least in nothing.items():
                yield {**head, "项目": item, "符号": "<", "结果": float(least)}
            yield {**head, "项目": "总大肠菌群", "符号": None, "结果": 0.0}
