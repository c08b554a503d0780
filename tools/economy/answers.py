"""What the tools of this room bring back. A value stands beside its unit, since every indicator has its own."""

from __future__ import annotations

from datetime import date

from tools.charts import Chart
from tools.seam import Found, measure


class AreaFigure(Found):
    """The figure of one district."""

    area: str = measure("地区")
    value: float | None = measure("数值", digits=4)
    up: float | None = measure("同比增长", "%", digits=1)
    down: float | None = measure("同比下降", "%", digits=1)
    points_up: float | None = measure("同比上升", digits=2)
    points_down: float | None = measure("同比回落", digits=2)
    rank_value: int | None = measure("数值位次")
    rank_growth: int | None = measure("增速位次")


class IndicatorFound(Found):
    """One indicator in one period."""

    name: str = measure("指标")
    area: str = measure("地区")
    year: int = measure("年", "年")
    first_month: int = measure("起", "月")
    last_month: int = measure("止", "月")
    cumulative: bool = measure("累计数")
    unlike: bool = measure("和问的时段不同")
    value: float | None = measure("数值", digits=4)
    unit: str = measure("单位")
    up: float | None = measure("同比增长", "%", digits=1)
    down: float | None = measure("同比下降", "%", digits=1)
    level: bool = measure("同比持平")
    points_up: float | None = measure("同比上升", digits=2)
    points_down: float | None = measure("同比回落", digits=2)
    points: str = measure("点数单位")
    before: float | None = measure("去年同期", digits=4)
    basis: str | None = measure("同比口径")
    published: date = measure("公布日期")
    first_value: float | None = measure("更正前的数值", digits=4)
    first_growth: float | None = measure("更正前的同比", "%", digits=1)
    owner: str = measure("责任单位")
    among: int = measure("参加比较的区县", "个")
    rank_value: int | None = measure("数值位次", "位")
    rank_growth: int | None = measure("增速位次", "位")
    areas: list[AreaFigure] = measure("各区县")
    next_year: int = measure("下一期年", "年")
    next_month: int = measure("下一期月", "月")
    next_due: date = measure("下一期预计公布")
    about: str | None = measure("说明")
    chart: Chart | None = measure("走势")


class CompareFound(Found):
    """An indicator of several districts, or of one place in two periods."""

    name: str = measure("指标")
    area: str = measure("地区")
    unit: str = measure("单位")
    year: int = measure("年", "年")
    first_month: int = measure("起", "月")
    last_month: int = measure("止", "月")
    cumulative: bool = measure("累计数")
    basis: str | None = measure("同比口径")
    rows: list[AreaFigure] = measure("各地")
    silent: list[str] = measure("没有数的地区")
    highest: str | None = measure("数值最高")
    fastest: str | None = measure("增速最高")
    slowest: str | None = measure("增速最低")
    value_gap: float | None = measure("数值相差", digits=4)
    growth_gap: float | None = measure("增速相差", "个百分点", digits=1)
    then_year: int | None = measure("对比年", "年", default=None)
    then_first_month: int | None = measure("对比起", "月", default=None)
    then_last_month: int | None = measure("对比止", "月", default=None)
    value: float | None = measure("数值", digits=4, default=None)
    then_value: float | None = measure("对比期数值", digits=4, default=None)
    growth: float | None = measure("同比", "%", digits=1, default=None)
    then_growth: float | None = measure("对比期同比", "%", digits=1, default=None)
    faster: float | None = measure("增速加快", "个百分点", digits=1, default=None)
    slower: float | None = measure("增速放慢", "个百分点", digits=1, default=None)
    more: float | None = measure("多", digits=4, default=None)
    less: float | None = measure("少", digits=4, default=None)
    points_more: float | None = measure("高（点数）", digits=2, default=None)
    points_less: float | None = measure("低（点数）", digits=2, default=None)
    points: str = measure("点数单位", default="")
    more_share: float | None = measure("高", "%", digits=1, default=None)
    less_share: float | None = measure("低", "%", digits=1, default=None)
    published: date = measure("公布日期")
    owner: str = measure("责任单位")
    chart: Chart | None = measure("图", default=None)


class MemberLight(Found):
    """The light of one indicator."""

    name: str = measure("指标")
    group: str = measure("类别")
    light: str = measure("灯")
    year: int = measure("年", "年")
    month: int = measure("月", "月")
    value: float = measure("数值", digits=1)
    unit: str = measure("单位")
    published: date = measure("亮灯日期")
    months: int = measure("已持续", "期")
    middle: float = measure("往常（中位数）", digits=1)
    low: float = measure("偏冷界限", digits=2)
    high: float = measure("偏热界限", digits=2)
    history: int = measure("历史期数", "期")


class WarningsFound(Found):
    """The early warning: a light of each indicator, and the composite."""

    year: int = measure("年", "年")
    month: int = measure("月", "月")
    score: float = measure("综合预警指数", digits=1)
    light: str = measure("综合灯")
    meaning: str = measure("含义")
    months: int = measure("已持续", "期")
    higher: float | None = measure("比三期前高", "点", digits=1)
    lower: float | None = measure("比三期前低", "点", digits=1)
    leading: float | None = measure("先行指数", digits=1)
    coincident: float | None = measure("一致指数", digits=1)
    lagging: float | None = measure("滞后指数", digits=1)
    leading_falls: int = measure("先行指数连续下降", "期")
    counted: int = measure("亮灯指标", "个")
    cold: list[str] = measure("偏冷和过冷的指标")
    hot: list[str] = measure("偏热和过热的指标")
    lights: list[MemberLight] = measure("各指标")
    silent: list[str] = measure("没有亮灯的指标")
    known: date = measure("数据截至")
    chart: Chart | None = measure("综合预警指数")
