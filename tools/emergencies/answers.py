"""What the tools of this room bring back."""

from __future__ import annotations

from datetime import datetime

from tools.seam import Found, measure


class Warned(Found):
    """One warning in force."""

    id: str = measure("编号")
    kind: str = measure("种类")
    colour: str = measure("颜色")
    issuer: str = measure("发布单位")
    districts: str = measure("地区")
    issued: datetime = measure("发布时间")
    changed: datetime | None = measure("变更时间")
    until: datetime = measure("有效期至")
    advice: list[str] = measure("防御指引")


class WarningsFound(Found):
    """The warnings in force in a district, or in the whole city."""

    where: str = measure("地区")
    count: int = measure("生效中的预警", "条")
    gravest: str | None = measure("最高颜色")
    asked: str | None = measure("问的种类", default=None)
    of_asked: int | None = measure("问的种类生效中的预警", "条", default=None)
    warnings: list[Warned] = measure("预警")


class Reason(Found):
    """A fact that meets the plan. ``whole`` or ``number`` is its value, ``said`` where it is no number."""

    fact: str = measure("事实")
    whole: int | None = measure("数值", default=None)
    number: float | None = measure("数值", digits=2, default=None)
    unit: str = measure("单位", default="")
    said: str | None = measure("内容", default=None)
    origin: str = measure("来源")
    quote: str = measure("条文", default="")
    article: str = measure("条款编号", default="")


class OpenLevel(Found):
    """A graver level that the facts do not exclude."""

    level: str = measure("级别")
    quote: str = measure("条文")
    article: str = measure("条款编号")
    part: int | None = measure("所在部分", default=None)
    missing: list[str] = measure("还要知道")


class PlanFound(Found):
    """Which plan applies, which level of response is reached, why, and what is unknown."""

    title: str = measure("预案")
    document: str = measure("文件编号")
    internal: bool = measure("仅限工作人员")
    applies: bool = measure("今天是否适用")
    season: str | None = measure("适用时段")
    level: str | None = measure("响应级别")
    quote: str | None = measure("启动条件")
    article: str | None = measure("条款编号")
    part: int | None = measure("所在部分", default=None)
    command: str | None = measure("指挥")
    office: str = measure("值守单位")
    phone: str | None = measure("值守电话")
    reasons: list[Reason] = measure("达到的条件")
    used: list[Reason] = measure("已知情况")
    open: list[OpenLevel] = measure("不能排除的更高级别")
    missing: list[str] = measure("还要核实")
    torn: list[str] = measure("说法不一的情况")
    asked: OpenLevel | None = measure("所问级别", default=None)
    warnings: list[Warned] = measure("相关预警")
    watched: bool = measure("预警是否已核对")


class Doing(Found):
    """One step. A time limit is given in minutes, or in hours where it is whole hours from two on.

    ``part`` is the number of the plan's part that says so, None where another document does.
    """

    order: int = measure("序号")
    levels: list[str] = measure("适用级别")
    who: str = measure("单位")
    minutes: int | None = measure("时限", "分钟")
    hours: int | None = measure("时限", "小时")
    since: str = measure("起算")
    does: str = measure("做什么")
    quote: str = measure("条文")
    article: str = measure("条款编号")
    part: int | None = measure("所在部分", default=None)


class FirstFound(Found):
    """Who does what first at a level."""

    title: str = measure("预案")
    document: str = measure("文件编号")
    level: str = measure("响应级别")
    command: str = measure("指挥")
    office: str = measure("值守单位")
    phone: str | None = measure("值守电话")
    count: int = measure("步骤数", "步")
    steps: list[Doing] = measure("步骤")
    lower: list[Doing] = measure("较低级别规定的措施")


class ChecklistFound(Found):
    """The checklist of a unit under a plan."""

    unit: str = measure("单位")
    phone: str | None = measure("值守电话")
    title: str = measure("预案")
    document: str = measure("文件编号")
    count: int = measure("事项", "项")
    leads: list[str] = measure("牵头的级别")
    steps: list[Doing] = measure("任务")


class Advice(Found):
    """One line of advice; ``article`` is empty where it is the city's own wording."""

    text: str = measure("提示")
    document: str | None = measure("文件编号", default=None)
    article: str | None = measure("条款编号", default=None)


class AdviceFound(Found):
    """What the public does about a hazard."""

    hazard: str = measure("情形")
    title: str | None = measure("预案")
    lines: list[Advice] = measure("提示")
    in_force: list[Warned] = measure("生效中的预警")
    watched: bool = measure("预警是否已核对")


class RainAt(Found):
    """Rain at one station."""

    station: str = measure("雨量站")
    district: str = measure("地区")
    total: float = measure("累计雨量", "毫米", digits=1)
    hours: int = measure("有资料的小时", "小时")
    most: float = measure("最大小时雨量", "毫米", digits=1)
    most_at: datetime | None = measure("最大小时雨量时间")
    km: float | None = measure("距离", "公里", digits=1, default=None)


class Noticed(Found):
    """A mark that was reached."""

    name: str = measure("名称")
    value: float = measure("标准", "毫米", digits=0)
    measured: float = measure("实测", "毫米", digits=1)
    station: str = measure("雨量站")
    article: str = measure("条款编号")


class RainFound(Found):
    """Rain measured in a period."""

    where: str = measure("地点")
    since: datetime = measure("起")
    until: datetime = measure("止")
    mean: float = measure("平均雨量", "毫米", digits=1)
    most: float = measure("最大雨量", "毫米", digits=1)
    most_station: str = measure("最大雨量站")
    count: int = measure("雨量站", "个")
    incomplete: int = measure("资料不全的站", "个")
    stations: list[RainAt] = measure("各站")
    marks: list[Noticed] = measure("达到的标准")


class LevelAt(Found):
    """Water at one gauge."""

    gauge: str = measure("水位站")
    at: datetime = measure("时间")
    metres: float = measure("水位", "米", digits=2)
    rise: float | None = measure("一天来上涨", "米", digits=2)
    fall: float | None = measure("一天来回落", "米", digits=2)
    reached: str | None = measure("已达到")
    next_mark: str | None = measure("下一标准")
    mark_at: float | None = measure("下一标准水位", "米", digits=2)
    below: float | None = measure("距下一标准", "米", digits=2)


class LevelsFound(Found):
    """Water levels now."""

    levels: list[LevelAt] = measure("水位")
