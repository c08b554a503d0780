"""The parts of a building scheme: what ``docs/schemes.md`` says of each.

Lengths are metres, areas square metres, shares per cent. What is left out is not known, which is never no or zero; only
flags that claim an exception are false where they are left out.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Use = Literal[
    "dwelling",
    "rental",
    "dormitory",
    "office",
    "government",
    "service_hall",
    "shop",
    "catering",
    "entertainment",
    "market",
    "hospital",
    "primary_school",
    "middle_school",
    "kindergarten",
    "nursery",
    "elderly",
    "culture",
    "sport",
    "community",
    "hub",
    "industry",
    "research",
    "warehouse",
    "hazardous_store",
    "fuel",
    "parking",
    "utility",
    "permanent",
]
Points = list[tuple[float, float]]
_MOST_ROWS = 300
_MOST_POINTS = 2_000


class Part(BaseModel):
    """A part of a scheme."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def amount(title: str, **more: Any) -> Any:  # a field of any type
    """A number that is never below zero."""
    return Field(None, title=title, ge=0, **more)


def said(title: str, default: Any = None, **more: Any) -> Any:  # a field of any type
    """A word, a flag, or a number of either sign."""
    return Field(default, title=title, **more)


def rows(title: str) -> Any:  # a field of any type
    """A list of parts."""
    return Field(None, title=title, max_length=_MOST_ROWS)


class Planted(Part):
    """A piece of green."""

    kind: Literal["ground", "deck", "roof", "paving"] | None = said("绿地类型")
    area: float | None = amount("绿地面积")
    soil: float | None = amount("覆土厚度")


class OpenSpace(Part):
    """Open space for the public."""

    area: float | None = amount("开放空间面积")
    side: float | None = amount("开放空间最短边长")
    all_day: bool | None = said("是否全天开放")
    marked: bool | None = said("是否设置永久标识")


class Programme(Part):
    """What is built of one use."""

    use: Use | None = said("用途")
    floor_area: float | None = amount("建筑面积")
    counted_area: float | None = amount("计容建筑面积")
    homes_small: int | None = amount("小户型套数")
    homes_middle: int | None = amount("中户型套数")
    homes_large: int | None = amount("大户型套数")
    students: int | None = amount("学生数")
    children: int | None = amount("幼儿数")
    beds: int | None = amount("床位数")
    flue: bool | None = said("餐饮是否有专用烟道和设备夹层")


class Building(Part):
    """A building of the scheme, or one beside it that stands already."""

    id: str = said("编号", default="", max_length=40)
    use: Use | None = said("建筑用途")
    neighbour: bool = said("相邻既有建筑", default=False)
    rise: Literal["low", "multi", "high"] | None = said("低层、多层或高层")
    floors: int | None = amount("地上层数")
    height: float | None = amount("建筑高度")
    top: float | None = amount("最高点高度")
    height_before: float | None = amount("原高度")
    base_area: float | None = amount("基底面积")
    footprint: Points | None = Field(None, title="基底轮廓", min_length=3, max_length=_MOST_POINTS)
    face_width: float | None = amount("面宽")
    first_row: bool | None = said("是否沿江沿湖第一排")
    units: int | None = amount("单元数")
    stretcher_lifts: int | None = amount("可容纳担架的电梯数")
    floor_level: float | None = said("室内地坪高出道路中心线")
    elevation: float | None = said("室内地坪标高")
    ground_use: Use | None = said("首层用途")
    locations: list[str] | None = Field(None, title="位置说明", max_length=20)
    chimney_distance: float | None = amount("距烟囱距离")
    below_uses: list[Use] | None = Field(None, title="下部和裙房用途", max_length=20)


class Gap(Part):
    """Two buildings and the distance between them."""

    a: str = said("建筑甲", default="")
    b: str = said("建筑乙", default="")
    kind: Literal["parallel", "perpendicular", "gable", "beside"] | None = said("布置方式")
    distance: float | None = amount("间距")
    windows: bool | None = said("山墙是否有居室窗户")
    fire_distance: float | None = amount("消防审查要求的间距")


class Side(Part):
    """What lies along the site."""

    id: str = said("编号", default="", max_length=40)
    kind: Literal["road", "boundary", "water", "rail", "power"] | None = said("界线类型")
    name: str | None = said("名称", max_length=60)
    width: float | None = amount("道路红线宽度")
    form: Literal["underground", "surface", "elevated"] | None = said("轨道敷设方式")
    kilovolts: float | None = amount("电压等级")
    line: Points | None = Field(None, title="界线", min_length=2, max_length=_MOST_POINTS)


class Setback(Part):
    """One building to one side."""

    building: str = said("建筑", default="")
    side: str = said("界线", default="")
    distance: float | None = amount("后退距离")
    facing: Literal["main", "minor"] | None = said("主要或次要朝向")
    crossing: Literal["none", "other", "arterial"] | None = said("是否位于交叉口")
    entrance: bool | None = said("是否主要出入口方向")
    agreed: bool = said("相邻双方书面同意", default=False)


class Basement(Part):
    """An underground building."""

    id: str = said("编号", default="", max_length=40)
    depth: float | None = amount("埋深")
    to_boundary: float | None = amount("地下退用地边界")
    to_road: float | None = amount("地下退道路红线")
    connected: bool = said("与相邻地下空间连通", default=False)


class Wall(Part):
    """A wall along a road."""

    id: str = said("编号", default="", max_length=40)
    setback: float | None = amount("围墙退道路红线")
    height: float | None = amount("围墙高度")
    open: bool | None = said("围墙是否通透")


class Sunlight(Part):
    """Sunlight of the worst home or room of a kind."""

    of: Literal["dwelling", "classroom", "nursery_room", "elderly_room", "ward", "dormitory"] | None = said("对象")
    neighbour: bool = said("相邻既有住宅", default=False)
    hours: float | None = amount("有效日照时间")
    second_hours: float | None = amount("第二个居住空间日照时间")
    rooms: int | None = amount("居室数")
    spans: list[float] | None = Field(None, title="各段日照时长", max_length=100)
    hours_before: float | None = amount("建设前日照时间")
    playground_share: float | None = amount("活动场地日照面积比例")


class Outlet(Part):
    """A cooking-fume outlet."""

    to: Use | None = said("最近建筑用途")
    distance: float | None = amount("油烟排放口距离")


class Station(Part):
    """A facility that must keep away from homes."""

    kind: Literal["substation_110", "refuse_station", "public_toilet", "refuse_room"] | None = said("设施类型")
    distance: float | None = amount("与住宅净距")


class School(Part):
    """A school or kindergarten."""

    level: Literal["primary", "junior", "kindergarten"] | None = said("学段")
    classes: int | None = amount("班数")
    students: int | None = amount("学生数")
    area: float | None = amount("学校用地面积")
    classroom_gap: float | None = amount("教室长边间距")
    arterial_distance: float | None = amount("教室外窗距主干路红线")
    noise_measures: bool = said("采取隔声措施并通过环评", default=False)
    gate_setback: float | None = amount("主要出入口退红线")
    waiting_area: float | None = amount("家长等候区面积")


class Facility(Part):
    """A public facility of the scheme."""

    kind: (
        Literal[
            "party",
            "elderly_care",
            "nursery",
            "canteen",
            "sport",
            "refuse_room",
            "public_toilet",
            "property",
            "health_station",
            "kindergarten",
            "community_centre",
            "market",
            "health_centre",
        ]
        | None
    ) = said("设施类型")
    area: float | None = amount("设施面积")
    count: int | None = amount("设施处数")
    places: int | None = amount("托位或班数")
    level: int | None = said("所在楼层")
    lift: bool | None = said("是否有电梯")
    own_entrance: bool | None = said("是否有独立出入口")


class Parking(Part):
    """Numbers of parking places."""

    cars: int | None = amount("机动车位总数")
    charging: int | None = amount("建成充电车位")
    charging_ready: int | None = amount("预留充电车位")
    accessible: int | None = amount("无障碍车位")
    mechanical: int | None = amount("机械车位")
    visitors: int | None = amount("访客车位")
    delivery_stops: int | None = amount("快递外卖停靠位")
    bikes: int | None = amount("非机动车位")
    ebike_charging: int | None = amount("非机动车充电位")
    bike_ramp: float | None = amount("非机动车坡道坡度")


class Water(Part):
    """Rain water."""

    runoff: float | None = amount("年径流总量控制率")
    storage: float | None = amount("雨水调蓄容积")
    permeable: float | None = amount("透水铺装率")
    sunken: float | None = amount("下凹式绿地比例")
    no_infiltration: bool = said("不适用强制入渗", default=False)


class Access(Part):
    """Access for everybody."""

    ramp_run: float | None = amount("坡道坡度1比几")
    level_entrance: bool | None = said("是否平坡出入口")
    toilet: bool | None = said("是否有无障碍厕所")


class FireLane(Part):
    """The fire lane."""

    width: float | None = amount("消防车通道净宽")
    height: float | None = amount("消防车通道净高")


class VehicleEntrance(Part):
    """An entrance for vehicles."""

    id: str = said("编号", default="", max_length=40)
    to_crossing: float | None = amount("出入口距主干路交叉口")
    to_footway: float | None = amount("出入口距人行过街设施")


class Connection(Part):
    """An underground connection prepared for the neighbour."""

    width: float | None = amount("地下连通口净宽")
    height: float | None = amount("地下连通口净高")


class StreetWall(Part):
    """The front along a street."""

    street: str | None = said("街道", max_length=60)
    share: float | None = amount("贴线率")


class Historic(Part):
    """A historic quarter."""

    area: str | None = said("历史文化街区", max_length=40)
    belt: Literal["core", "control", "none"] | None = said("核心保护范围或建设控制地带")


class Industry(Part):
    """Supporting services of new-type industry."""

    support_area: float | None = amount("配套计容建筑面积")
    dorm_area: float | None = amount("宿舍型公寓计容建筑面积")
