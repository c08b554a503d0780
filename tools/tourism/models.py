"""What the tools of the room are asked, and what they bring back."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator

from tools.seam.fields import Found, measure, slot
from tools.seam.tool import Arguments
from tools.tourism.crowd import DayKind, Level
from tools.tourism.day import Interest
from tools.tourism.travel import By


def _listed(value: Any) -> Any:  # what a program or a message gave
    return (value,) if isinstance(value, str) else value


class SightAsked(Arguments):
    """One sight."""

    sight: str = slot("entity", "景点", of="tourism.sights.name", min_length=1)
    day: dt.date | None = slot("day", "日期", default=None)


class Opening(Found):
    """One opening of a day."""

    opens: dt.datetime = measure("开门")
    last_entry: dt.datetime = measure("停止入场")
    closes: dt.datetime = measure("关门")


class Ticket(Found):
    """What each pays, yuan."""

    full: float = measure("全价票", "元")
    student: float | None = measure("学生票", "元", default=None)
    child: float | None = measure("6至18岁票", "元", default=None)
    age_60: float | None = measure("60至64岁票", "元", default=None)
    age_65: float | None = measure("65岁以上票", "元", default=None)
    disabled: float | None = measure("残疾人票", "元", default=None)


class SightTold(Found):
    """One sight on one day."""

    name: str = measure("景点")
    district: str = measure("所在区县")
    address: str | None = measure("地址", default=None)
    day: dt.date = measure("日期")
    day_kind: DayKind = measure("这天是")
    is_open: bool = measure("这天开放")
    openings: tuple[Opening, ...] = measure("开放时间")
    closed_because: str | None = measure("关闭原因", default=None)
    closed_until: dt.date | None = measure("关闭到", default=None)
    next_open: dt.date | None = measure("下一个开放日", default=None)
    shut_weekdays: tuple[int, ...] = measure("每周闭馆日", default=())
    stay: int = measure("通常停留", "分钟")
    is_free: bool = measure("免费")
    ticket: Ticket = measure("门票")
    booking_days: int | None = measure("须提前预约", "天", default=None)
    capacity: int = measure("瞬时最大承载", "人")
    inside: int | None = measure("现在园内", "人", default=None)
    share: float | None = measure("占最大承载", "%", default=None)
    level: Level | None = measure("现在", default=None)
    counted_at: dt.datetime | None = measure("统计时间", default=None)
    usual_inside: int | None = measure("平时这个时候", "人", default=None)
    calmest_at: dt.datetime | None = measure("人最少的时候", default=None)
    calmest: float | None = measure("那时占最大承载", "%", default=None)
    busiest_at: dt.datetime | None = measure("人最多的时候", default=None)
    busiest: float | None = measure("那时占最大承载", "%", default=None)
    usual_days: int = measure("平时按最近同类的日子算", "天")


class CrowdingAsked(Arguments):
    """How full sights are now."""

    district: str | None = slot("district", "区县", default=None)


class Full(Found):
    """How full one sight is."""

    name: str = measure("景点")
    district: str = measure("所在区县")
    inside: int = measure("现在园内", "人")
    capacity: int = measure("瞬时最大承载", "人")
    share: float = measure("占最大承载", "%")
    level: Level = measure("程度")
    usual_inside: int | None = measure("平时这个时候", "人", default=None)
    closes: dt.datetime = measure("关门")


class CrowdingTold(Found):
    """The full and the calm sights that are open now, each list the most telling first."""

    district: str | None = measure("区县", default=None)
    counted_at: dt.datetime = measure("统计时间")
    open_sights: int = measure("现在开放", "个")
    full_count: int = measure("已满或接近满", "个")
    busy_count: int = measure("人多", "个")
    calm_count: int = measure("人少", "个")
    crowded: tuple[Full, ...] = measure("人多的景点")
    calm: tuple[Full, ...] = measure("人少的景点")
    uncounted: int = measure("开放但没有人数", "个")


class PlanAsked(Arguments):
    """A day among the sights."""

    start: str | None = slot("place", "出发地", default=None)
    day: dt.date | None = slot("day", "日期", default=None)
    begin: dt.datetime | None = slot("time", "出发时间", default=None)
    hours: float | None = slot("number", "总时长", unit="小时", default=None, ge=1, le=14)
    by: By = slot("choice", "怎么走", default="transit")
    interests: Annotated[tuple[Interest, ...], BeforeValidator(_listed)] = slot("choice", "兴趣", default=())
    with_children: bool = slot("flag", "带孩子", default=False)
    with_elderly: bool = slot("flag", "带老人", default=False)
    indoor: bool = slot("flag", "只去室内", default=False)
    most_sights: int | None = slot("count", "最多景点数", unit="个", default=None, ge=1, le=12)


class PlannedStop(Found):
    """One stop of the plan."""

    name: str = measure("景点")
    district: str = measure("所在区县")
    by: By = measure("怎么去")
    distance: float = measure("路程", "公里", digits=1)
    travel: int = measure("路上", "分钟")
    arrive: dt.datetime = measure("到达")
    wait: int = measure("等候", "分钟")
    enter: dt.datetime = measure("入场")
    leave: dt.datetime = measure("离开")
    stay: int = measure("停留", "分钟")
    last_entry: dt.datetime = measure("停止入场")
    closes: dt.datetime = measure("关门")
    price: float = measure("门票", "元")
    crowding: float | None = measure("预计占最大承载", "%", default=None)
    booking_days: int | None = measure("须提前预约", "天", default=None)
    indoor: bool = measure("室内")


class PlannedMeal(Found):
    """One meal of the plan."""

    name: Literal["lunch", "dinner"] = measure("用餐")
    begin: dt.datetime = measure("开始")
    end: dt.datetime = measure("结束")


class PlanTold(Found):
    """A plan that is possible: every stop within its hours, home by the end. Estimates of travel are our own."""

    day: dt.date = measure("日期")
    start: str = measure("出发地")
    begin: dt.datetime = measure("出发")
    back: dt.datetime = measure("回到出发地")
    back_travel: int = measure("回程", "分钟")
    back_distance: float = measure("回程路程", "公里", digits=1)
    back_by: By = measure("怎么回")
    stops: tuple[PlannedStop, ...] = measure("各站")
    meals: tuple[PlannedMeal, ...] = measure("用餐")
    count: int = measure("景点", "个")
    travel_total: int = measure("路上合计", "分钟")
    stay_total: int = measure("游览合计", "分钟")
    wait_total: int = measure("等候合计", "分钟")
    price: float = measure("门票合计（成人一人）", "元")
    price_child: float | None = measure("6至18岁孩子门票合计", "元", default=None)
    price_65: float | None = measure("65岁以上老人门票合计", "元", default=None)
    matching: int | None = measure("合兴趣的景点", "个", default=None)
    candidates: int = measure("比较过的景点", "个")
    method: Literal["exact", "heuristic"] = measure("算法")
    value: float = measure("折合满分游览时间", "分钟")
    detour: float = measure("路程按直线距离的倍数估计", "倍", digits=1)
    speed: float = measure("按平均速度估计", "公里/小时", digits=1)
    crowding_known: bool = measure("考虑了平时人流")
