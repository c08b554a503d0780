"""What the tools of vital signs are asked, and what they bring back.

A value has the unit of its sign, which stands beside it in ``unit``; it is rounded to the decimals of the catalogue.
"""

from __future__ import annotations

from datetime import date, datetime

from tools.charts import Chart
from tools.seam.fields import Found, Period, measure, slot
from tools.seam.tool import Arguments

_DIGITS = 3


class OneSign(Arguments):
    """One vital sign now."""

    sign: str = slot("entity", "体征", of="vitals.signs.name")


class OneSignOver(Arguments):
    """One vital sign over some days; without days: the last thirty."""

    sign: str = slot("entity", "体征", of="vitals.signs.name")
    period: Period | None = slot("period", "时段", default=None)


class Listed(Arguments):
    """Which signs there are."""

    group: str | None = slot("entity", "领域", of="vitals.signs.group", default=None)


class Watched(Arguments):
    """Which signs to look at, and when; without days: now and the last 24 hours."""

    group: str | None = slot("entity", "领域", of="vitals.signs.group", default=None)
    district: str | None = slot("district", "区县", default=None)
    period: Period | None = slot("period", "时段", default=None)


class Briefed(Arguments):
    """A briefing as of now has nothing to be asked."""


class SignFound(Found):
    """One sign now."""

    sign: str = measure("体征")
    owner: str = measure("主管单位")
    at: datetime = measure("时间")
    value: float = measure("现值", digits=_DIGITS)
    unit: str = measure("单位")
    usual: float | None = measure("往常这时", digits=_DIGITS)
    low: float | None = measure("正常下限", digits=_DIGITS)
    high: float | None = measure("正常上限", digits=_DIGITS)
    yesterday: float | None = measure("昨天同时", digits=_DIGITS)
    last_week: float | None = measure("上周同时", digits=_DIGITS)
    colour: str | None = measure("颜色")
    yellow: float | None = measure("黄线", digits=_DIGITS)
    red: float | None = measure("红线", digits=_DIGITS)
    above: bool = measure("越高越不好")
    unusual: str | None = measure("反常")
    unusual_since: datetime | None = measure("反常开始时间")
    chart: Chart = measure("近两天")


class TrendFound(Found):
    """One sign over some days. Hours in which nothing came are left out of every mean."""

    sign: str = measure("体征")
    owner: str = measure("主管单位")
    unit: str = measure("单位")
    since: date = measure("开始")
    until: date = measure("结束")
    mean: float = measure("平均", digits=_DIGITS)
    least: float = measure("最低", digits=_DIGITS)
    least_at: datetime = measure("最低时间")
    most: float = measure("最高", digits=_DIGITS)
    most_at: datetime = measure("最高时间")
    usual: float | None = measure("按往常应有的平均", digits=_DIGITS)
    before: float | None = measure("前一段平均", digits=_DIGITS)
    change: float | None = measure("比前一段变化", "%", digits=1)
    direction: str | None = measure("走向")
    last_year: float | None = measure("去年同期平均", digits=_DIGITS)
    change_year: float | None = measure("比去年同期变化", "%", digits=1)
    known: float = measure("有数的小时占比", "%", digits=1)
    unusual: int | None = measure("反常次数", "次")
    chart: Chart = measure("走势")


class SignListed(Found):
    """A sign of the catalogue."""

    sign: str = measure("体征")
    group: str = measure("领域")
    owner: str = measure("主管单位")
    unit: str = measure("单位")
    every: str = measure("频次")
    yellow: float | None = measure("黄线", digits=_DIGITS)
    red: float | None = measure("红线", digits=_DIGITS)
    public: bool = measure("公开")
    season: str = measure("有数的日子")


class GroupListed(Found):
    """A group of the catalogue."""

    group: str = measure("领域")
    count: int = measure("体征数", "个")


class CatalogueFound(Found):
    """Signs that the asker may be told of."""

    where: str = measure("范围")
    count: int = measure("体征数", "个")
    every: str = measure("频次")
    groups: list[GroupListed] = measure("领域")
    signs: list[SignListed] = measure("体征")


class LimitSeen(Found):
    """A sign beyond a limit. ``hours``: so long until ``at``, or of all hours of the days asked."""

    sign: str = measure("体征")
    group: str = measure("领域")
    owner: str = measure("主管单位")
    colour: str = measure("颜色")
    value: float = measure("数值", digits=_DIGITS)
    unit: str = measure("单位")
    limit: float = measure("到线", digits=_DIGITS)
    at: datetime = measure("时间")
    hours: int = measure("越线时长", "小时")


class AlarmSeen(Found):
    """A sign that was unusual. Value and what was usual are those of the hour ``peak``."""

    sign: str = measure("体征")
    group: str = measure("领域")
    owner: str = measure("主管单位")
    kind: str = measure("样子")
    side: str | None = measure("方向")
    begin: datetime = measure("开始")
    last: datetime = measure("最后")
    ongoing: bool = measure("仍在继续")
    peak: datetime = measure("最反常时间")
    value: float = measure("数值", digits=_DIGITS)
    usual: float | None = measure("往常", digits=_DIGITS)
    low: float | None = measure("正常下限", digits=_DIGITS)
    high: float | None = measure("正常上限", digits=_DIGITS)
    unit: str = measure("单位")
    strength: float = measure("反常程度", "倍", digits=1, description="1: just an alarm")


class CauseSeen(Found):
    """What may lie behind signs that moved together; to be checked by people."""

    name: str = measure("可能的共同原因")
    signs: list[str] = measure("一起反常的体征")
    count: int = measure("一起反常", "个")
    of: int = measure("该原因涉及", "个")


class StaleSeen(Found):
    """A sign without a current value."""

    sign: str = measure("体征")
    group: str = measure("领域")
    owner: str = measure("主管单位")
    last: datetime | None = measure("最后一次有数")


class AlarmsFound(Found):
    """Signs beyond their limits, and signs that were unusual. Stale signs are told for now only."""

    where: str = measure("范围")
    since: datetime = measure("开始")
    until: datetime = measure("结束")
    now: bool = measure("现在")
    watched: int = measure("体征数", "个")
    red: int = measure("红色", "个")
    yellow: int = measure("黄色", "个")
    count: int = measure("反常", "次")
    limits: list[LimitSeen] = measure("越线的体征")
    alarms: list[AlarmSeen] = measure("反常的体征")
    causes: list[CauseSeen] = measure("可能的共同原因")
    stale: list[StaleSeen] = measure("没有新数的体征")
    chart: Chart | None = measure("最突出的体征")


class BriefingLine(Found):
    """A sign in a section, beside the same hour of the day before."""

    sign: str = measure("体征")
    value: float = measure("现值", digits=_DIGITS)
    unit: str = measure("单位")
    at: datetime = measure("时间")
    colour: str | None = measure("颜色")
    yesterday: float | None = measure("昨天同时", digits=_DIGITS)
    change: float | None = measure("比昨天同时", "%", digits=1)
    usual: float | None = measure("往常", digits=_DIGITS)
    unusual: str | None = measure("反常")


class Section(Found):
    """A group in the briefing: its first sign, and every sign that is beyond a limit or was unusual."""

    group: str = measure("领域")
    signs: int = measure("体征数", "个")
    current: int = measure("有新数", "个")
    red: int = measure("红色", "个")
    yellow: int = measure("黄色", "个")
    unusual: int = measure("反常", "次")
    lines: list[BriefingLine] = measure("体征")


class Turned(Found):
    """A sign whose colour is not that of the same hour of the day before."""

    sign: str = measure("体征")
    group: str = measure("领域")
    colour: str = measure("现在")
    was: str = measure("昨天同时颜色")
    value: float = measure("现值", digits=_DIGITS)
    yesterday: float = measure("昨天同时", digits=_DIGITS)
    unit: str = measure("单位")


class BriefingFound(Found):
    """A draft for a person to check and send: what it says is counted here, and nothing is concluded."""

    city: str = measure("城市")
    at: datetime = measure("截至")
    since: datetime = measure("从")
    signs: int = measure("在数体征", "个")
    current: int = measure("有新数", "个")
    red: int = measure("红色", "个")
    yellow: int = measure("黄色", "个")
    red_yesterday: int = measure("昨天同时红色", "个")
    yellow_yesterday: int = measure("昨天同时黄色", "个")
    unusual: int = measure("反常", "次")
    ongoing: int = measure("仍在继续", "次")
    unusual_before: int = measure("再前一天反常", "次")
    limits: list[LimitSeen] = measure("越线的体征")
    alarms: list[AlarmSeen] = measure("反常的体征")
    worse: list[Turned] = measure("比昨天变差")
    better: list[Turned] = measure("比昨天变好")
    causes: list[CauseSeen] = measure("可能的共同原因")
    stale: list[StaleSeen] = measure("没有新数的体征")
    sections: list[Section] = measure("分领域")
    chart: Chart | None = measure("最突出的体征")
    charts: list[Chart] = measure("其余图")
