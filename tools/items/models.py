"""What the tools of the room are asked, and what they bring back."""

from __future__ import annotations

import datetime as dt

from tools.items.pack import LegalUnit, Situation
from tools.items.papers import Hand
from tools.seam.fields import Found, measure, slot
from tools.seam.tool import Arguments


class ItemAsked(Arguments):
    """One item."""

    item: str = slot("entity", "事项", of="items.items.name", min_length=1)


class Situations(Arguments):
    """What is known of who asks; None where it was not said."""

    outside: bool | None = slot("flag", "外地户籍", default=None)
    renting: bool | None = slot("flag", "租房住", default=None)
    employed: bool | None = slot("flag", "有单位", default=None)
    fund: bool | None = slot("flag", "有住房公积金要提取", default=None)
    paid_self: bool | None = slot("flag", "医疗费自己先垫付了", default=None)
    child: bool | None = slot("flag", "孩子要上学", default=None)
    company: bool | None = slot("flag", "开成公司（不是个体户）", default=None)
    sign: bool | None = slot("flag", "要装店招", default=None)
    large: bool | None = slot("flag", "属于公众聚集场所的大店", default=None)
    hires: bool | None = slot("flag", "有员工", default=None)
    house: bool | None = slot("flag", "有房子要继承", default=None)
    estate: bool | None = slot("flag", "有遗产要公证", default=None)
    loan: bool | None = slot("flag", "要贷款抵押", default=None)
    lost_job: bool | None = slot("flag", "刚失业", default=None)
    self_pay: bool | None = slot("flag", "想自己接着交社保", default=None)
    poor: bool | None = slot("flag", "家庭困难", default=None)
    has_card: bool | None = slot("flag", "已经有残疾人证", default=None)
    no_card: bool | None = slot("flag", "没有社保卡", default=None)
    no_vaccine: bool | None = slot("flag", "没有接种证", default=None)
    self_job: bool | None = slot("flag", "自主就业", default=None)
    move: bool | None = slot("flag", "要迁户口", default=None)

    def holding(self) -> frozenset[Situation]:
        """Those that hold."""
        names = Situations.model_fields
        return frozenset(name for name in names if getattr(self, name))  # type: ignore[misc]  # names are Situations


class BundleAsked(Situations):
    """One bundle, in a situation."""

    event: str = slot("entity", "一件事", of="items.events.name", min_length=1)


class MaterialsAsked(Situations):
    """What to hand in for an item or a bundle."""

    matter: str = slot("entity", "要办的事", of="items.matters.name", min_length=1)


class PlacesAsked(Arguments):
    """Where an item or a bundle is done."""

    matter: str = slot("entity", "要办的事", of="items.matters.name", min_length=1)
    place: str | None = slot("place", "在哪儿附近", default=None)
    district: str | None = slot("district", "区县", default=None)


class PaperTold(Found):
    """One paper."""

    name: str = measure("材料")
    hand: Hand = measure("要不要交")
    form: str = measure("形式")
    copies: int = measure("份数", "份")
    holder: str | None = measure("已由谁掌握", default=None)
    licence: str | None = measure("用什么代替", default=None)
    note: str | None = measure("说明", default=None)
    used_by: int = measure("用于", "项")


class PlaceTold(Found):
    """A place as the guide names it."""

    name: str = measure("办理地点")
    address: str = measure("地址")
    hours: str = measure("办理时间")


class ItemTold(Found):
    """One item."""

    id: str = measure("事项编号")
    name: str = measure("事项")
    unit: str = measure("承办单位")
    days: int | None = measure("承诺办结", "个工作日", default=None)
    case: str | None = measure("适用", default=None)
    promised: str | None = measure("承诺时限原文", default=None)
    legal: int | None = measure("法定办结", default=None)
    legal_unit: LegalUnit = measure("法定时限按")
    legal_text: str | None = measure("法定时限原文", default=None)
    fee: str | None = measure("收费", default=None)
    online: str | None = measure("网上办理", default=None)
    phone: str | None = measure("咨询电话", default=None)
    bring: tuple[PaperTold, ...] = measure("要交的")
    maybe: tuple[PaperTold, ...] = measure("查得到或者网上办就不用交的")
    waived: tuple[PaperTold, ...] = measure("不用交的")
    places: tuple[PlaceTold, ...] = measure("在哪办")
    gives: str | None = measure("办理结果", default=None)
    bundles: tuple[str, ...] = measure("可以一起办的一件事")


class StepTold(Found):
    """One step of a bundle."""

    round: int = measure("第几步", "步")
    name: str = measure("事项")
    unit: str = measure("承办单位")
    days: int | None = measure("办结", "个工作日", default=None)
    begin: int = measure("从第几个工作日起", "个工作日")
    end: int = measure("到第几个工作日", "个工作日")
    is_critical: bool = measure("决定总时间")


class Maybe(Found):
    """An item that is done only in a situation which was not said."""

    situation: str = measure("情况")
    name: str = measure("事项")


class BundleTold(Found):
    """One bundle in a situation."""

    name: str = measure("一件事")
    serves: str = measure("适用对象")
    count: int = measure("一起办", "项")
    steps: tuple[StepTold, ...] = measure("步骤")
    rounds: int = measure("共", "步")
    depends: tuple[Maybe, ...] = measure("看情况要办的")
    promised: int | None = measure("联办承诺", "个工作日", default=None)
    together: int = measure("能同时办的同时办，最长", "个工作日")
    one_by_one: int = measure("一项一项办", "个工作日")
    saved_days: int = measure("少等", "个工作日")
    unknown_days: int = measure("没有按工作日承诺的", "项")
    trips: int = measure("联办跑", "次")
    trips_before: int = measure("一项一项跑", "次")
    saved_trips: int = measure("少跑", "次")
    listed: int = measure("合并后材料", "样")
    listed_before: int = measure("各办事指南共列材料", "样")
    papers: int = measure("联办最多要交", "样")
    papers_before: int = measure("一项一项最多要交", "样")
    saved_papers: int = measure("少交", "样")
    bring: tuple[PaperTold, ...] = measure("要交的")
    maybe: tuple[PaperTold, ...] = measure("查得到或者网上办就不用交的")
    waived: tuple[PaperTold, ...] = measure("不用交的")
    online: str | None = measure("网上办理", default=None)
    phone: str | None = measure("咨询电话", default=None)
    places: tuple[PlaceTold, ...] = measure("在哪办")


class MaterialsTold(Found):
    """What to hand in, and what not."""

    name: str = measure("要办的事")
    items: int = measure("包括", "项")
    bring_count: int = measure("要交", "样")
    maybe_count: int = measure("查得到或者网上办就不用交", "样")
    waived_count: int = measure("不用交", "样")
    bring: tuple[PaperTold, ...] = measure("要交的")
    maybe: tuple[PaperTold, ...] = measure("查得到或者网上办就不用交的")
    waived: tuple[PaperTold, ...] = measure("不用交的")
    depends: tuple[Maybe, ...] = measure("看情况要办的")


class WindowTold(Found):
    """A window where it is done."""

    hall: str = measure("办理点")
    window: str = measure("窗口")
    address: str = measure("地址")
    district: str = measure("所在区县")
    distance: float | None = measure("直线距离", "公里", digits=1, default=None)
    is_open: bool = measure("现在开门")
    all_day: bool = measure("今天全天开门")
    closes: dt.datetime | None = measure("关门", default=None)
    opens: dt.datetime | None = measure("下次开门", default=None)
    self_service: bool = measure("有24小时自助区")
    waiting: int | None = measure("等候", "人", default=None)
    counters: int | None = measure("开着的柜台", "个", default=None)
    wait: int | None = measure("估计要等", "分钟", default=None)
    counted_at: dt.datetime | None = measure("统计时间", default=None)
    phone: str | None = measure("电话", default=None)


class PlacesTold(Found):
    """Where it is done, the nearest or the quickest first."""

    name: str = measure("要办的事")
    near: str | None = measure("从哪里算", default=None)
    count: int = measure("能办的窗口", "个")
    windows: tuple[WindowTold, ...] = measure("窗口")
    only_own_street: bool = measure("要到户籍地或者居住地街道办")
    online: str | None = measure("网上办理", default=None)
