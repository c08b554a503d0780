"""What the tools of car parks are asked, and what they bring back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from tools.parking.fees import Vehicle
from tools.seam.fields import Found, Period, measure, slot
from tools.seam.tool import Arguments

Want = Literal["nearest", "cheapest", "free_places", "charging"]


class Near(Arguments):
    """Car parks near a place."""

    place: str = slot("place", "地点")
    radius: int = slot("count", "半径", unit="米", default=800, ge=100, le=5_000)
    want: Want = slot("choice", "看重什么", default="nearest")


class OnWay(Arguments):
    """Car parks along a way."""

    origin: str = slot("place", "出发地")
    destination: str = slot("place", "目的地")


class OneLot(Arguments):
    """One car park."""

    lot: str = slot("entity", "停车场", of="parking.lots.name")


class Stayed(Arguments):
    """A stay in one car park."""

    lot: str = slot("entity", "停车场", of="parking.lots.name")
    hours: float = slot("number", "停放时长", unit="小时", gt=0, le=720)
    arrive: datetime | None = slot("time", "停车时间", default=None)
    vehicle: Vehicle = slot("choice", "车型", default="car")


class Area(Arguments):
    """An area over some days."""

    district: str | None = slot("district", "区县", default=None)
    period: Period | None = slot("period", "时段", default=None)


class Later(Arguments):
    """A car park at a time to come."""

    lot: str = slot("entity", "停车场", of="parking.lots.name")
    time: datetime = slot("time", "什么时候")


class LotSeen(Found):
    """A car park among others."""

    name: str = measure("停车场")
    sort: str = measure("类型")
    district: str = measure("区县")
    distance: int = measure("距离", "米")
    free: int | None = measure("空闲泊位", "个")
    spaces: int = measure("泊位总数", "个")
    fee_2h: float | None = measure("停2小时", "元", digits=1)
    chargers: int = measure("充电泊位", "个")
    height: float | None = measure("限高", "米", digits=1)
    longitude: float = measure("经度", "度", digits=5)
    latitude: float = measure("纬度", "度", digits=5)


class LotsNear(Found):
    """Car parks near a place, the best for what is wanted first; full ones last."""

    place: str = measure("地点")
    want: Want = measure("看重什么")
    radius: int = measure("半径", "米")
    stay: int = measure("计费按停放", "小时")
    count: int = measure("停车场数", "个")
    free: int | None = measure("空闲泊位合计", "个")
    lots: list[LotSeen] = measure("停车场")


class LotsOnWay(Found):
    """Car parks along the straight line, nearest to the destination first."""

    origin: str = measure("出发地")
    destination: str = measure("目的地")
    width: int = measure("沿线两侧", "米")
    stay: int = measure("计费按停放", "小时")
    count: int = measure("停车场数", "个")
    lots: list[LotSeen] = measure("停车场")


class Step(Found):
    """A band of a fee rule: from … to charged minutes, each unit of so many minutes at so much."""

    since: int = measure("从第", "分钟")
    until: int | None = measure("到第", "分钟")
    unit: int = measure("每", "分钟")
    yuan: float = measure("收", "元", digits=1)


class LotFound(Found):
    """One car park."""

    name: str = measure("停车场")
    sort: str = measure("类型")
    district: str = measure("区县")
    address: str = measure("地址")
    operator: str = measure("经营者")
    spaces: int = measure("泊位总数", "个")
    free: int | None = measure("空闲泊位", "个")
    taken: float | None = measure("占用率", "%")
    chargers: int = measure("充电泊位", "个")
    accessible: int | None = measure("无障碍泊位", "个")
    height: float | None = measure("限高", "米", digits=1)
    for_lorries: bool = measure("只停货车")
    is_open: bool = measure("正在开放")
    always_open: bool = measure("全天开放")
    opens: datetime | None = measure("开放开始")
    closes: datetime | None = measure("开放结束")
    fee: str | None = measure("收费规则")
    basis: str | None = measure("收费依据")
    free_minutes: int | None = measure("免费时长", "分钟")
    free_from: datetime | None = measure("免费时段开始")
    free_until: datetime | None = measure("免费时段结束")
    free_on_holidays: bool = measure("法定节假日免费")
    steps: list[Step] = measure("计费")
    day_cap: float | None = measure("单日最高", "元", digits=1)
    ride_yuan: float | None = measure("凭当日轨道乘车记录", "元", digits=1)
    ride_hours: float | None = measure("凭乘车记录可停", "小时")
    longitude: float = measure("经度", "度", digits=5)
    latitude: float = measure("纬度", "度", digits=5)


class FeeFound(Found):
    """What a stay costs."""

    name: str = measure("停车场")
    hours: float = measure("停放时长", "小时", digits=1)
    arrive: datetime = measure("停车时间")
    leave: datetime = measure("离开时间")
    vehicle: Vehicle = measure("车型")
    yuan: float = measure("停车费", "元", digits=1)
    fee: str = measure("收费规则")
    basis: str = measure("收费依据")
    free_minutes: int = measure("免费时长", "分钟")
    day_cap: float | None = measure("单日最高", "元", digits=1)
    ride_yuan: float | None = measure("凭当日轨道乘车记录", "元", digits=1)


class HourUse(Found):
    """Use in an hour of the day."""

    hour: int = measure("钟点", "时")
    taken: float = measure("占用率", "%")


class FullLot(Found):
    """A car park that is often full."""

    name: str = measure("停车场")
    district: str = measure("区县")
    spaces: int = measure("泊位数", "个")
    full_hours: float = measure("日均停满时长", "小时", digits=1)
    peak: float = measure("高峰占用率", "%")


class IndexFound(Found):
    """Places against demand."""

    area: str = measure("范围")
    since: date = measure("起始日")
    until: date = measure("截止日")
    lots: int = measure("停车场数", "个")
    spaces: int = measure("泊位数", "个")
    peak_cars: int = measure("高峰停放车辆", "辆")
    peak_hour: int = measure("最满的钟点", "时")
    peak_taken: float = measure("高峰占用率", "%")
    index: float | None = measure("泊位指数", digits=2)
    level: Literal["short", "tight", "relaxed"] | None = measure("松紧")
    turnover: float | None = measure("日周转率", "次", digits=1)
    by_hour: list[HourUse] = measure("分时占用率")
    full: list[FullLot] = measure("常满停车场")


class ForecastFound(Found):
    """How full a car park will be."""

    name: str = measure("停车场")
    time: datetime = measure("时间")
    known_until: datetime = measure("数据截至")
    spaces: int = measure("泊位总数", "个")
    taken: float = measure("预计占用率", "%")
    taken_low: float = measure("占用率下限", "%")
    taken_high: float = measure("占用率上限", "%")
    free: int = measure("预计空闲泊位", "个")
    free_low: int = measure("空闲泊位下限", "个")
    free_high: int = measure("空闲泊位上限", "个")
    is_open: bool = measure("届时开放")
