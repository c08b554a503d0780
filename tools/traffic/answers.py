"""What the tools of roads are asked, and what they bring back."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from tools.seam.fields import Found, measure, slot
from tools.seam.tool import Arguments

Mode = Literal["car", "bike", "walk"]
Against = Literal["more", "usual", "less"]


class Area(Arguments):
    """The whole city, or a district."""

    district: str | None = slot("district", "区县", default=None)


class RoadOrArea(Arguments):
    """A road, a district or the whole city."""

    road: str | None = slot("entity", "道路", of="traffic.segments.name", default=None)
    district: str | None = slot("district", "区县", default=None)


class Trip(Arguments):
    """From one place to another."""

    origin: str = slot("place", "出发地")
    destination: str = slot("place", "目的地")
    mode: Mode = slot("choice", "出行方式", default="car")


class AreaVolume(Found):
    """Vehicles on the road in a district."""

    district: str = measure("区县")
    vehicles: int = measure("在途量", "辆")
    usual: int | None = measure("往常此时", "辆")


class VolumeFound(Found):
    """Vehicles on the road."""

    area: str = measure("范围")
    at: datetime = measure("时间")
    vehicles: int = measure("在途量", "辆")
    usual: int | None = measure("往常此时", "辆")
    difference: int | None = measure("比往常", "%")
    against: Against | None = measure("与往常比")
    roads_km: float = measure("监测里程（两个方向分别算）", "千米", digits=0)
    districts: list[AreaVolume] = measure("各区县")


class RoadIndex(Found):
    """A road's congestion."""

    road: str = measure("道路")
    district: str = measure("区县")
    index: float = measure("拥堵指数", digits=2)
    level: str = measure("路况")
    speed: float = measure("平均车速", "千米/时", digits=0)
    usual: float | None = measure("往常此时", digits=2)


class CongestionFound(Found):
    """Congestion of a road or an area."""

    area: str = measure("范围")
    at: datetime = measure("时间")
    index: float = measure("拥堵指数", digits=2)
    level: str = measure("路况")
    speed: float = measure("平均车速", "千米/时", digits=0)
    usual: float | None = measure("往常此时", digits=2)
    against: Against | None = measure("与往常比")
    worst: list[RoadIndex] = measure("最堵的道路")
    basis: str = measure("指数依据")


class Incident(Found):
    """Something in the way."""

    kind: str = measure("类型")
    road: str = measure("道路")
    place: str = measure("位置")
    district: str = measure("区县")
    since: datetime = measure("发生时间")
    expected_end: datetime | None = measure("预计结束")
    lanes_closed: int | None = measure("占用车道", "条")
    longitude: float | None = measure("经度", "度", digits=5)
    latitude: float | None = measure("纬度", "度", digits=5)


class IncidentsFound(Found):
    """What is in the way now, newest first."""

    area: str = measure("范围")
    at: datetime = measure("数据时间")
    count: int = measure("事件数", "起")
    incidents: list[Incident] = measure("事件")


class RoadPart(Found):
    """A stretch of the way."""

    road: str = measure("道路")
    km: float = measure("里程", "千米", digits=1)
    minutes: float = measure("用时", "分钟")


class TimeFound(Found):
    """How long a way takes."""

    origin: str = measure("出发地")
    destination: str = measure("目的地")
    mode: Mode = measure("出行方式")
    at: datetime = measure("路况时间")
    km: float = measure("里程", "千米", digits=1)
    minutes: float = measure("用时", "分钟")
    usual: float | None = measure("往常此时用时", "分钟")
    free: float | None = measure("畅通时用时", "分钟")
    unknown_km: float = measure("没有路况的里程", "千米", digits=1)
    parts: list[RoadPart] = measure("途经道路")
