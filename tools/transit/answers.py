"""What the tools of buses are asked, and what they bring back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from tools.seam.fields import Found, measure, slot
from tools.seam.tool import Arguments

Sort = Literal["any", "metro", "bus"]
Calls = Literal["next", "first", "last"]
Want = Literal["soonest", "fewest_changes", "least_walk", "last"]


class Near(Arguments):
    """Stops near a place."""

    place: str = slot("place", "地点")
    sort: Sort = slot("choice", "找什么站", default="any")
    radius: int | None = slot("count", "半径", unit="米", default=None, ge=50, le=5_000)


class OneLine(Arguments):
    """A line on a day."""

    line: str = slot("entity", "线路", of="transit.lines.name")
    day: date | None = slot("day", "哪一天", default=None)


class AtStop(Arguments):
    """Departures of a stop, of one line or of all."""

    stop: str = slot("entity", "站点", of="transit.stops.name")
    line: str | None = slot("entity", "线路", of="transit.lines.name", default=None)
    sort: Sort = slot("choice", "坐什么车", default="any")
    time: datetime | None = slot("time", "什么时候", default=None)
    want: Calls = slot("choice", "问哪一班", default="next")


class FromTo(Arguments):
    """A way between two places."""

    origin: str = slot("place", "出发地")
    destination: str = slot("place", "目的地")
    time: datetime | None = slot("time", "什么时候出发", default=None)
    want: Want = slot("choice", "看重什么", default="soonest")


class StopSeen(Found):
    """A stop near a place."""

    name: str = measure("站点")
    sort: str = measure("种类")
    distance: int = measure("距离", "米")
    walk: int = measure("步行", "分钟")
    lines: list[str] = measure("线路")
    longitude: float = measure("经度", "度", digits=5)
    latitude: float = measure("纬度", "度", digits=5)


class StopsNear(Found):
    """Stops near a place, the nearest first."""

    place: str = measure("地点")
    sort: Sort = measure("找什么站")
    radius: int = measure("半径", "米")
    count: int = measure("站点数", "个")
    stops: list[StopSeen] = measure("站点")


class Headway(Found):
    """How often a line runs in a part of the day; ``minutes`` between departures, None where there is but one."""

    name: str = measure("时段")
    trips: int = measure("班次", "班")
    minutes: float | None = measure("平均间隔", "分钟")


class Course(Found):
    """One direction of a line."""

    origin: str = measure("起点站")
    destination: str = measure("终点站")
    first: datetime = measure("首班")
    last: datetime = measure("末班")
    trips: int = measure("全天班次", "班")
    minutes: int = measure("全程", "分钟")
    count: int = measure("站数", "站")
    stops: list[str] = measure("途经站")
    headways: list[Headway] = measure("发车间隔")


class LineFound(Found):
    """A line on a day, the course with the most trips first."""

    name: str = measure("线路")
    sort: str = measure("种类")
    operator: str | None = measure("运营单位")
    fare: float | None = measure("全程票价", "元", digits=1)
    fare_note: str | None = measure("票价说明")
    day: date = measure("日期")
    courses: list[Course] = measure("方向")


class Departure(Found):
    """A line's departures from a stop in one direction. ``first`` and ``last`` are those of the service day."""

    line: str = measure("线路")
    sort: str = measure("种类")
    towards: str = measure("开往")
    at: datetime | None = measure("下一班")
    wait: int | None = measure("还要等", "分钟")
    following: datetime | None = measure("再下一班")
    first: datetime = measure("首班")
    last: datetime = measure("末班")
    is_about: bool = measure("按间隔发车，时间是大约的")


class DeparturesFound(Found):
    """Departures of a stop. ``instead_of``: the stop that was named, where what was asked leaves from one beside it."""

    stop: str = measure("站点")
    instead_of: str | None = measure("问的站")
    time: datetime = measure("查询时间")
    day: date = measure("日期")
    want: Calls = measure("问哪一班")
    count: int = measure("方向数", "个")
    departures: list[Departure] = measure("班次")


class Leg(Found):
    """A walk or a ride. A ride's ``line`` is given, ``stops`` is how many stops it is."""

    kind: Literal["walk", "ride"] = measure("方式")
    line: str | None = measure("线路")
    sort: str | None = measure("种类")
    towards: str | None = measure("开往")
    origin: str = measure("从")
    destination: str = measure("到")
    depart: datetime = measure("出发")
    arrive: datetime = measure("到达")
    minutes: int = measure("用时", "分钟")
    stops: int | None = measure("站数", "站")
    distance: int | None = measure("步行距离", "米")
    is_about: bool = measure("按间隔发车，时间是大约的", default=False)


class Option(Found):
    """One way to go. ``fare``: the whole lines' fares together, before any discount."""

    lines: str = measure("乘坐")
    depart: datetime = measure("出发")
    arrive: datetime = measure("到达")
    minutes: int = measure("用时", "分钟")
    changes: int = measure("换乘", "次")
    walk: int = measure("步行共", "分钟")
    fare: float | None = measure("票价合计不超过", "元", digits=1)
    legs: list[Leg] = measure("行程")


class RouteFound(Found):
    """Ways from a place to another, the best for what is wanted first.

    ``walk``: minutes of walking all the way, None where it is far. ``idle``: minutes until the first option leaves;
    ``following``: when one leaves who misses it.
    """

    origin: str = measure("出发地")
    destination: str = measure("目的地")
    time: datetime = measure("查询时间")
    want: Want = measure("看重什么")
    walk: int | None = measure("全程步行", "分钟")
    idle: int = measure("离动身还有", "分钟")
    following: datetime | None = measure("错过后再动身")
    is_late: bool = measure("要等很久")
    count: int = measure("方案数", "个")
    options: list[Option] = measure("方案")
