"""What the tools of the room are asked and what they bring back."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator

from tools.schools.settings import Stage
from tools.seam.fields import Found, measure, slot
from tools.seam.tool import Arguments

Kind = Literal["primary", "junior", "nine_year"]
Nature = Literal["public", "private"]
_CENTURY, _SINCE, _MOST_GRADES = 100, 2000, 12


class WhichSchool(Arguments):
    """A place and a stage."""

    place: str = slot("place", "地点")
    stage: Stage = slot("choice", "学段", default="primary")


class NearSchool(Found):
    """A school of a catchment."""

    name: str = measure("学校")
    address: str = measure("地址")
    phone: str | None = measure("电话", default=None)
    metres: int = measure("直线距离", "米")


class CatchmentFound(Found):
    """The catchment of a place. Several schools: a draw decides among them."""

    place: str = measure("地点")
    stage: Stage = measure("学段")
    year: int = measure("公布年份", "年")
    catchment: str = measure("服务范围")
    schools: tuple[NearSchool, ...] = measure("对应学校")
    communities: tuple[str, ...] = measure("包含的社区")
    is_drawn: bool = measure("是否多校划片")
    is_near_edge: bool = measure("是否靠近边界")
    edge_m: int = measure("离边界", "米")
    bureau: str | None = measure("划片单位", default=None)
    bureau_phone: str | None = measure("划片单位电话", default=None)


class OneSchool(Arguments):
    """A school by its name."""

    school: str = slot("entity", "学校", of="schools.register.name")


class StagePlaces(Found):
    """A school's places of one stage."""

    stage: Stage = measure("学段")
    year: int = measure("年份", "年")
    classes: int | None = measure("班数", "个")
    seats: int | None = measure("学位总数", "个")
    entry: int | None = measure("起始年级学位", "个")
    change_year: int | None = measure("规划变化年份", "年", default=None)
    change_seats: int | None = measure("变化后学位总数", "个", default=None)
    communities: tuple[str, ...] = measure("服务范围内的社区")


class SchoolFound(Found):
    """Facts of a school."""

    name: str = measure("学校")
    kind: Kind = measure("类型")
    nature: Nature = measure("性质")
    district: str = measure("区县")
    address: str = measure("地址")
    phone: str | None = measure("电话", default=None)
    stages: tuple[StagePlaces, ...] = measure("各学段")


def _year(said: object) -> object:
    """A year as said: 27年 is 2027; a smaller number is a grade (一年级), and says no year."""
    if not isinstance(said, int) or said >= _CENTURY:
        return said
    return said + _SINCE if said > _MOST_GRADES else None


EntryYear = Annotated[int | None, BeforeValidator(_year)]


class HowMany(Arguments):
    """Places against entrants: of a district, or of the city."""

    district: str | None = slot("district", "区县", default=None)
    stage: Stage = slot("choice", "学段", default="primary")
    year: EntryYear = slot("count", "入学年份", unit="年", default=None, ge=2000, le=2100)


class DistrictLoad(Found):
    """One district."""

    district: str = measure("区县")
    places: int = measure("起始年级学位", "个")
    entrants: int = measure("入学人数", "人")
    gap: int = measure("余缺", "个")
    lacking: int = measure("片区内缺口合计", "个")


class CatchmentLoad(Found):
    """One catchment, for staff."""

    catchment: str = measure("服务范围")
    district: str = measure("区县")
    schools: str = measure("学校")
    places: int = measure("起始年级学位", "个")
    entrants: int = measure("入学人数", "人")
    gap: int = measure("余缺", "个")
    spare_pct: float = measure("余量率", "%", digits=1)
    colour: str = measure("预警级别")


class DemandFound(Found):
    """``gap`` is places less entrants; ``lacking`` adds up what single catchments lack, which others may not give.

    ``error_pct``: how far forecasts so long ahead were off in the past, catchment by catchment.
    """

    area: str = measure("范围")
    stage: Stage = measure("学段")
    year: int = measure("入学年份", "年")
    is_forecast: bool = measure("是否预测")
    counted_to: int = measure("儿童统计到", "年")
    places: int = measure("起始年级学位", "个")
    entrants: int = measure("入学人数", "人")
    gap: int = measure("余缺", "个")
    spare: int = measure("富余", "个")
    missing: int = measure("缺口", "个")
    lacking: int = measure("片区内缺口合计", "个")
    tight: int = measure("学位不足的片区", "个")
    catchments_all: int = measure("片区", "个")
    error_pct: float | None = measure("以往误差", "%", digits=1, default=None)
    error_years: int | None = measure("检验年数", "年", default=None)
    districts: tuple[DistrictLoad, ...] = measure("各区县")
    catchments: tuple[CatchmentLoad, ...] = measure("最紧张的片区")


class WhichYear(Arguments):
    """A stage and a year."""

    stage: Stage = slot("choice", "学段", default="primary")
    year: EntryYear = slot("count", "入学年份", unit="年", default=None, ge=2000, le=2100)


class WarningsFound(Found):
    """Catchments in red and yellow, the worst first."""

    stage: Stage = measure("学段")
    year: int = measure("入学年份", "年")
    is_forecast: bool = measure("是否预测")
    red: int = measure("红色", "个")
    yellow: int = measure("黄色", "个")
    green: int = measure("绿色", "个")
    red_below: float | None = measure("红色：余量率低于", "%", digits=1, default=None)
    yellow_below: float | None = measure("黄色：余量率低于", "%", digits=1, default=None)
    missing: int = measure("红色片区缺口合计", "个")
    warned: tuple[CatchmentLoad, ...] = measure("预警片区")


class WhereToBuild(Arguments):
    """A district, a stage, how many, by which measure."""

    district: str = slot("district", "区县")
    stage: Stage = slot("choice", "学段", default="primary")
    count: int = slot("count", "新建学校", unit="所", default=1, ge=1, le=5)
    method: Literal["coverage", "distance"] = slot("choice", "选址方法", default="coverage")


class Served(Found):
    """Children of a community who would go to a site."""

    community: str = measure("社区")
    children: int = measure("入学人数", "人")


class Site(Found):
    """A site chosen."""

    name: str = measure("地块")
    street: str = measure("街道")
    hectares: float = measure("面积", "公顷", digits=2)
    classes: int = measure("可建班数", "个")
    entry: int = measure("每年新生学位", "个")
    children: int = measure("每年就读新生", "人")
    served: tuple[Served, ...] = measure("主要来自")


class SitingFound(Found):
    """The best sites. ``bound``: nothing can be better than this; ``gap_pct``: how far that is from what was found."""

    district: str = measure("区县")
    stage: Stage = measure("学段")
    method: Literal["coverage", "distance"] = measure("选址方法")
    year: int = measure("按哪年需求", "年")
    radius_m: int = measure("服务半径", "米")
    asked: int = measure("要求新建", "所")
    candidates: int = measure("可用地块", "块")
    left_out: int = measure("不符合条件的地块", "块")
    children: int = measure("每年新生", "人")
    placed_before: int = measure("现有学校可安排", "人")
    placed_after: int = measure("新建后可安排", "人")
    added: int = measure("多安排", "人")
    share_before: float = measure("新建前安排比例", "%", digits=1)
    share_after: float = measure("新建后安排比例", "%", digits=1)
    mean_before: int | None = measure("新建前平均上学距离", "米")
    mean_after: int | None = measure("新建后平均上学距离", "米")
    objective: float = measure("目标值", digits=1)
    bound: float = measure("理论界", digits=1)
    gap_pct: float = measure("与理论界相差", "%", digits=2)
    is_proven: bool = measure("是否证明最优")
    sites: tuple[Site, ...] = measure("推荐地块")
