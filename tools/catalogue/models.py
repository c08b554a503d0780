"""What the tools of the room are asked, and what they bring back."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from tools.catalogue.pack import Openness
from tools.feeds.state import Standing
from tools.seam.fields import Found, measure, slot
from tools.seam.tool import Arguments

Wanted = Literal["any", "unconditional", "conditional", "closed"]


class SearchAsked(Arguments):
    """What data there are about something."""

    about: str = slot("text", "想找什么数据", min_length=1, max_length=500)
    openness: Wanted = slot("choice", "开放程度", default="any")


class DatasetAsked(Arguments):
    """One dataset."""

    about: str = slot("text", "哪一份数据", min_length=1, max_length=500)


class CountsAsked(Arguments):
    """How many datasets there are; ``about`` may name a unit."""

    about: str | None = slot("text", "哪个单位", default=None, max_length=500)


class FreshnessAsked(Arguments):
    """Which data are late now; ``about`` may name a unit or a dataset."""

    about: str | None = slot("text", "哪个单位、哪份数据", default=None, max_length=500)


class Hit(Found):
    """A dataset found."""

    id: str = measure("编号")
    title: str = measure("数据名称")
    unit: str = measure("管理单位")
    cycle: str | None = measure("更新周期", default=None)
    openness: Openness = measure("开放程度")
    connected: bool = measure("已接入")
    ask: str | None = measure("可以这样问", default=None)


class FieldTold(Found):
    """A field of a dataset."""

    title: str = measure("字段")
    unit: str | None = measure("计量单位", default=None)


class DatasetTold(Found):
    """One dataset."""

    id: str = measure("编号")
    title: str = measure("数据名称")
    unit: str = measure("管理单位")
    phone: str | None = measure("单位电话", default=None)
    about: str | None = measure("说明", default=None)
    fields: tuple[FieldTold, ...] = measure("字段")
    field_count: int = measure("共", "个字段")
    cycle: str | None = measure("更新周期", default=None)
    since: int | None = measure("有数据的起始年份", "年", default=None)
    openness: Openness = measure("开放程度")
    why: str | None = measure("条件或者理由", default=None)
    connected: bool = measure("已接入")
    ask: str | None = measure("可以这样问", default=None)
    rows: int | None = measure("已有", "条", default=None)
    newest: dt.datetime | None = measure("最新一条", default=None)
    age: float | None = measure("距现在", "小时", digits=1, default=None)
    limit: float | None = measure("规定不超过", "小时", digits=2, default=None)
    standing: Standing | None = measure("新不新", default=None)
    updated: dt.date | None = measure("单位报的最近更新", default=None)
    overdue: bool | None = measure("盘点时已经超期", default=None)
    surveyed: dt.date | None = measure("盘点日期", default=None)


class Count(Found):
    """The datasets of one unit."""

    unit: str = measure("管理单位")
    total: int = measure("数据", "份")
    connected: int = measure("已接入", "份")
    unconditional: int = measure("无条件开放", "份")
    conditional: int = measure("有条件开放", "份")
    closed: int = measure("不开放", "份")


class CountsTold(Found):
    """How many datasets there are."""

    of: str | None = measure("单位", default=None)
    total: int = measure("数据", "份")
    connected: int = measure("已接入", "份")
    unconnected: int = measure("还没接入", "份")
    unconditional: int = measure("无条件开放", "份")
    conditional: int = measure("有条件开放", "份")
    closed: int | None = measure("不开放", "份", default=None)
    unit_count: int = measure("管理单位", "个")
    units: tuple[Count, ...] = measure("各单位")
    surveyed: dt.date = measure("盘点日期")


class SearchTold(Found):
    """Datasets about something, the nearest first; of the one that is clearly meant all that is known; where no
    subject was said, how many there are of ``all``.
    """

    count: int = measure("找到", "份")
    connected: int = measure("其中已经接入", "份")
    shown: int = measure("列出", "份")
    hits: tuple[Hit, ...] = measure("数据")
    meant: DatasetTold | None = measure("问的这份", default=None)
    all: CountsTold | None = measure("全部", default=None)


class Late(Found):
    """A connected dataset that may not be told as the present."""

    title: str = measure("数据名称")
    unit: str = measure("管理单位")
    phone: str | None = measure("单位电话", default=None)
    standing: Standing = measure("情况")
    newest: dt.datetime | None = measure("最新一条", default=None)
    limit: float | None = measure("规定不超过", "小时", digits=2, default=None)
    behind: float | None = measure("超过规定", "小时", digits=1, default=None)


class Overdue(Found):
    """A dataset not connected whose last renewal was longer ago than its cycle when it was surveyed."""

    title: str = measure("数据名称")
    unit: str = measure("管理单位")
    cycle: str = measure("更新周期")
    updated: dt.date = measure("最近更新")
    behind: int = measure("超过周期", "天")


class FreshnessTold(Found):
    """Which data are late now."""

    of: str | None = measure("范围", default=None)
    checked: int = measure("已接入", "份")
    timed: int = measure("规定了时限的", "份")
    fresh: int = measure("正常", "份")
    late: int = measure("超过时限", "份")
    missing: int = measure("没有数据", "份")
    broken: int = measure("读不出来", "份")
    rows: tuple[Late, ...] = measure("不正常的数据")
    overdue_count: int = measure("没接入、盘点时已经超期的", "份")
    overdue: tuple[Overdue, ...] = measure("盘点时超期的数据")
    surveyed: dt.date = measure("盘点日期")
