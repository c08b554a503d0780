"""What the tools of this room bring back."""

from __future__ import annotations

from datetime import datetime

from tools.seam import Found, measure


class Ready(Found):
    """A unit that can go."""

    name: str = measure("单位")
    kind: str = measure("类别")
    base: str = measure("驻地")
    minutes: float = measure("预计到达", "分钟", digits=1)
    arrives: datetime = measure("预计到达时间")
    km: float = measure("路程", "公里", digits=1)
    direct_km: float = measure("直线距离", "公里", digits=1)
    battery: int | None = measure("电量", "%", default=None)
    left: int | None = measure("返航后剩余电量", "%", default=None)
    ends: datetime | None = measure("下班时间", default=None)
    payloads: tuple[str, ...] = measure("设备")
    detour: bool = measure("是否绕行禁飞区")


class Left(Found):
    """A nearer unit that is not taken."""

    name: str = measure("单位")
    kind: str = measure("类别")
    direct_km: float = measure("直线距离", "公里", digits=1)
    why: str = measure("原因")


class Reason(Found):
    """How many cannot go for one reason."""

    why: str = measure("原因")
    count: int = measure("数量", "个")


class NearestFound(Found):
    """Who is there first. ``zone`` is the no-fly zone that the place lies in."""

    place: str = measure("地点")
    event: str = measure("事件类别")
    call: str | None = measure("先打的电话", default=None)
    zone: str | None = measure("所在禁飞区", default=None)
    zone_reason: str | None = measure("禁飞缘由", default=None)
    gust: float | None = measure("当地阵风", "米/秒", digits=1, default=None)
    rain: float | None = measure("当地雨强", "毫米/小时", digits=1, default=None)
    units: tuple[Ready, ...] = measure("可派力量")
    others: tuple[Left, ...] = measure("更近但不能派")
    reasons: tuple[Reason, ...] = measure("不能派的原因")


class Count(Found):
    """How many of a kind are in each state."""

    kind: str = measure("类别")
    total: int = measure("总数", "个")
    free: int = measure("空闲", "个")
    busy: int = measure("执行任务", "个")
    charging: int = measure("充电", "个")
    maintenance: int = measure("维护", "个")
    off: int = measure("休班", "个")
    silent: int = measure("没有最新位置", "个")
    other: int = measure("状态不明", "个")


class One(Found):
    """One unit now."""

    name: str = measure("单位")
    kind: str = measure("类别")
    state: str = measure("状态")
    base: str = measure("驻地")
    near: str | None = measure("最近的地标", default=None)
    battery: int | None = measure("电量", "%", default=None)
    ends: datetime | None = measure("下班时间", default=None)
    reported: datetime | None = measure("上报时间", default=None)


class StatusFound(Found):
    """The fleet now. ``grounded``: free drones that may not take off in the weather at their nest."""

    where: str = measure("地区")
    at: datetime | None = measure("时间", default=None)
    one: One | None = measure("单个情况", default=None)
    total: int = measure("总数", "个")
    free: int = measure("空闲", "个")
    kinds: tuple[Count, ...] = measure("分类")
    grounded: int | None = measure("因风雨不能起飞的空闲无人机", "架", default=None)
    low: int = measure("电量低的无人机", "架")
    reserve: int = measure("返航保留电量", "%")


class Corner(Found):
    """A point of the way."""

    longitude: float = measure("经度", "度", digits=5)
    latitude: float = measure("纬度", "度", digits=5)


class Proposed(Found):
    """A draft of an assignment: nothing has happened, and nothing does until a person confirms it."""

    unit: str = measure("单位")
    kind: str = measure("类别")
    place: str = measure("地点")
    event: str = measure("事件类别")
    call: str | None = measure("先打的电话", default=None)
    reason: str = measure("事由")
    until: datetime = measure("建议有效到")
    minutes: float = measure("预计到达", "分钟", digits=1)
    arrives: datetime = measure("预计到达时间")
    km: float = measure("路程", "公里", digits=1)
    direct_km: float = measure("直线距离", "公里", digits=1)
    battery: int | None = measure("电量", "%", default=None)
    left: int | None = measure("返航后剩余电量", "%", default=None)
    ends: datetime | None = measure("下班时间", default=None)
    altitude: float | None = measure("飞行高度", "米", default=None)
    avoided: tuple[str, ...] = measure("绕开的禁飞区")
    over: tuple[str, ...] = measure("将飞经上空的地标")
    route: tuple[Corner, ...] = measure("航线")
    sooner: str | None = measure("更快的力量", default=None)
    sooner_minutes: float | None = measure("更快的力量预计到达", "分钟", digits=1, default=None)


class Sent(Found):
    """One event and who goes."""

    place: str = measure("地点")
    unit: str | None = measure("单位", default=None)
    kind: str | None = measure("类别", default=None)
    minutes: float | None = measure("预计到达", "分钟", digits=1, default=None)
    km: float | None = measure("路程", "公里", digits=1, default=None)


class AssignFound(Found):
    """Who goes where."""

    event: str = measure("事件类别")
    call: str | None = measure("先打的电话", default=None)
    events: int = measure("事件", "处")
    served: int = measure("已安排", "处")
    total: float = measure("到达时间合计", "分钟", digits=1)
    longest: float | None = measure("最晚一处", "分钟", digits=1, default=None)
    sent: tuple[Sent, ...] = measure("安排")
    unknown: tuple[str, ...] = measure("没有找到的地点")
