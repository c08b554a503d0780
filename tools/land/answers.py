"""What the tools are asked, and what they bring back."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, Literal

from pydantic import field_validator

from tools.land.scheme import Scheme
from tools.seam import Arguments, Found, measure, slot

Kind = Literal[
    "any",
    "homes",
    "community",
    "school",
    "medical",
    "care",
    "culture",
    "offices",
    "trade",
    "industry",
    "car_park",
    "transit",
    "utility",
    "green",
    "reserve",
]
MOST_TEXT = 200_000
"""Characters of a scheme given as text."""


class ParcelAsked(Arguments):
    """Which parcel: a number, an address, a point, or a place that stands on it.

    A day is taken from a year in these words: heard as a slot, the house number of "18号" would be one.
    """

    query: str = slot("text", "地块", max_length=4_000)
    as_of: date | None = slot("none", "日期", default=None)


class Version(Found):
    """A parcel under one plan."""

    valid_from: date = measure("起")
    valid_to: date | None = measure("止", default=None)
    plan: str | None = measure("控规")
    document: str | None = measure("文件编号")
    article: str | None = measure("条款")
    zoning: str = measure("用地性质")
    code: str = measure("用地代码")
    area: float = measure("面积", "平方米")
    far: float | None = measure("容积率", digits=2)
    density: float | None = measure("建筑密度", "%", digits=1)
    green: float | None = measure("绿地率", "%", digits=1)
    height: float | None = measure("限高", "米", digits=1)


class ParcelFound(Found):
    """A parcel on a day."""

    number: str = measure("地块编号")
    found_by: Literal["number", "address", "point", "place"] = measure("查到的方式")
    as_of: date = measure("查询日期")
    zoning: str = measure("用地性质")
    code: str = measure("用地代码")
    area: float = measure("面积", "平方米")
    address: str | None = measure("地址")
    district: str | None = measure("区县")
    street: str | None = measure("街道")
    plan: str | None = measure("控规")
    document: str | None = measure("文件编号")
    valid_from: date = measure("起")
    valid_to: date | None = measure("止")
    quarter: str | None = measure("历史文化街区")
    belt: Literal["core", "control", "none"] | None = measure("保护范围")
    roads: tuple[str, ...] = measure("临路")
    versions: tuple[Version, ...] = measure("历次规划")


class Cited(Found):
    """A clause and its words."""

    document: str = measure("文件编号")
    title: str = measure("文件")
    article: str = measure("条款")
    quote: str = measure("原文")


class Step(Found):
    """How far buildings of some height stand back: from ``above`` on, under ``below``."""

    above: float | None = measure("高度不低于", "米", digits=1)
    below: float | None = measure("高度低于", "米", digits=1)
    metres: float = measure("后退距离", "米", digits=1)


class RoadSetback(Found):
    """How far buildings of a parcel stand back from a road, by their height."""

    road: str = measure("道路")
    width: float | None = measure("红线宽度", "米", digits=1)
    steps: tuple[Step, ...] = measure("按建筑高度")
    clause: Cited | None = measure("依据")


class ParkingRate(Found):
    """How many car places are asked of a use."""

    category: str = measure("类别")
    rate: float | None = measure("机动车位", digits=2)
    unit: str = measure("单位")
    clause: Cited = measure("依据")


class Article(Found):
    """What an article asks on a parcel, in its own words."""

    document: str = measure("文件编号")
    title: str = measure("文件")
    article: str = measure("条款")
    quotes: tuple[str, ...] = measure("原文")


class PlanFound(Found):
    """The plan's indicators of a parcel, each with its clause."""

    number: str = measure("地块编号")
    as_of: date = measure("查询日期")
    zoning: str = measure("用地性质")
    code: str = measure("用地代码")
    area: float = measure("面积", "平方米")
    plan: str = measure("控规")
    valid_from: date = measure("起")
    valid_to: date | None = measure("止")
    far: float | None = measure("容积率上限", digits=2)
    far_least: float | None = measure("容积率下限", digits=2)
    density: float | None = measure("建筑密度上限", "%", digits=1)
    green: float | None = measure("绿地率下限", "%", digits=1)
    height: float | None = measure("限高", "米", digits=1)
    keeps_height: bool = measure("保持原高")
    note: str | None = measure("配套与说明")
    clause: Cited = measure("指标依据")
    basis: Cited | None = measure("上下限依据")
    height_basis: Cited | None = measure("高度怎样量")
    setbacks: tuple[RoadSetback, ...] = measure("后退道路红线")
    parking: tuple[ParkingRate, ...] = measure("停车配建")
    others: tuple[Article, ...] = measure("其他要求")


class AroundAsked(Arguments):
    """Where to look (a place, an address, a point or a parcel's number), how far, and for which land."""

    place: str = slot("text", "地点", max_length=4_000)
    radius: int = slot("count", "半径", unit="米", default=500, ge=50, le=3_000)
    use: Kind = slot("choice", "用地", default="any")
    as_of: date | None = slot("none", "日期", default=None)


class Neighbour(Found):
    """A parcel near a place."""

    number: str = measure("地块编号")
    zoning: str = measure("用地性质")
    area: float = measure("面积", "平方米")
    distance: float = measure("距离", "米")
    address: str | None = measure("地址")
    plan: str | None = measure("控规")


class AroundFound(Found):
    """The parcels near a place."""

    place: str = measure("地点")
    radius: int = measure("半径", "米")
    use: Kind = measure("用地")
    count: int = measure("地块数", "个")
    area: float = measure("合计面积", "平方米")
    parcels: tuple[Neighbour, ...] = measure("地块")


class SchemeAsked(Arguments):
    """A scheme as ``docs/schemes.md`` has it, or its JSON text, and the day whose rules count."""

    scheme: Scheme = slot("none", "建设方案")
    as_of: date | None = slot("none", "日期", default=None)

    @field_validator("scheme", mode="before")
    @classmethod
    def _read(cls, given: Any) -> Any:  # a text, or what JSON gave
        if not isinstance(given, str):
            return given
        if len(given) > MOST_TEXT:
            raise ValueError(f"the scheme has {len(given)} characters; at most {MOST_TEXT} are read")
        try:
            return json.loads(given)
        except (json.JSONDecodeError, RecursionError) as error:
            raise ValueError(f"the scheme is no JSON: {error}") from error


class Finding(Found):
    """What one rule comes to. Numbers have the unit of ``unit``."""

    rule: str = measure("规则编号")
    title: str = measure("审查项")
    result: Literal["violated", "unknown", "ok"] = measure("结论")
    where: tuple[str, ...] = measure("位置")
    given: float | None = measure("方案值", digits=3)
    least: float | None = measure("不小于", digits=3)
    most: float | None = measure("不大于", digits=3)
    unit: str = measure("单位")
    missing: tuple[str, ...] = measure("缺少的资料")
    clause: Cited = measure("依据")


class Checked(Found):
    """The findings of a scheme: what is violated, what cannot be told, what is ok."""

    number: str | None = measure("地块编号")
    plan: str | None = measure("控规")
    as_of: date = measure("审查日期")
    rules: int = measure("适用规则", "条")
    violated: int = measure("不符合", "条")
    unknown: int = measure("无法判断", "条")
    ok: int = measure("符合", "条")
    not_applicable: int = measure("不适用", "条")
    findings: tuple[Finding, ...] = measure("审查意见")
