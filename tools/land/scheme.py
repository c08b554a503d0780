"""A building scheme as a design firm describes it: ``docs/schemes.md`` says every field.

Lengths are metres, areas square metres, shares per cent. What is left out is not known, which is never no or zero; only
flags that claim an exception are false where they are left out.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

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


class Scheme(Part):
    """A whole scheme."""

    parcel: str | None = said("地块编号", max_length=40)
    code: str | None = said("用地性质代码", max_length=20)
    project: Literal["new", "rebuild", "renewal"] | None = said("项目类型")
    zone: Literal[1, 2, 3] | None = said("开发强度分区")
    parking_zone: Literal[1, 2, 3] | None = said("停车配建分区")
    historic: Historic | None = said("历史文化街区")
    district_area: str | None = said("所在片区", max_length=60)
    main_use: Use | None = said("主导用途")
    area: float | None = Field(None, title="用地面积", gt=0)
    hard_area: float | None = amount("硬化面积")
    floor_area: float | None = amount("总建筑面积")
    counted_area: float | None = amount("计容建筑面积")
    base_area: float | None = amount("建筑基底面积")
    green_area: float | None = amount("绿地面积")
    greens: list[Planted] | None = rows("绿地")
    green_makeup: bool = said("以立体绿化等补足绿地", default=False)
    open_spaces: list[OpenSpace] | None = rows("公共开放空间")
    joint_plan: bool = said("与相邻用地整合编制方案", default=False)
    program: list[Programme] | None = rows("用途明细")
    buildings: list[Building] | None = rows("建筑")
    gaps: list[Gap] | None = rows("建筑间距")
    sides: list[Side] | None = rows("用地界线")
    setbacks: list[Setback] | None = rows("建筑退让")
    basements: list[Basement] | None = rows("地下建筑")
    walls: list[Wall] | None = rows("围墙")
    sunlight: list[Sunlight] | None = rows("日照")
    sunlight_report: bool | None = said("是否提交日照分析报告")
    sunlight_radius: float | None = amount("日照分析范围半径")
    sunlight_sensitive: bool | None = said("日照分析范围内是否有学校、养老设施、病房")
    lift_only: bool = said("仅加装电梯或坡道", default=False)
    outlets: list[Outlet] | None = rows("油烟排放口")
    stations: list[Station] | None = rows("邻避设施")
    school: School | None = said("学校")
    facilities: list[Facility] | None = rows("公共服务设施")
    parking: Parking | None = said("停车")
    ebikes: int | None = amount("电动自行车数量")
    ebike_sites: int | None = amount("室外集中充电场所处数")
    ebike_exit_distance: float | None = amount("集中充电场所与疏散出口距离")
    metro_distance: float | None = amount("距轨道站点出入口")
    garage_site: float | None = amount("地下车库占地面积")
    water: Water | None = said("雨水")
    access: Access | None = said("无障碍")
    garage_lip: float | None = amount("地下车库反坡高度")
    power_room_level: int | None = said("配电房所在楼层")
    fire_lane: FireLane | None = said("消防车通道")
    vehicle_entrances: list[VehicleEntrance] | None = rows("机动车出入口")
    connection: Connection | None = said("地下连通口")
    street_wall: StreetWall | None = said("贴线")
    open_share: float | None = amount("视线通透率")
    green_stars: int | None = amount("绿色建筑星级")
    lake_distance: float | None = amount("距湖岸线")
    hill_distance: float | None = amount("距山脚线")
    lake_service: bool = said("供水或者保护用途", default=False)
    corridor: bool | None = said("是否位于视线通廊")
    airport: bool | None = said("是否位于机场净空保护区")
    airport_limit: float | None = amount("机场净空限制高度")
    committee: bool | None = said("是否经规划委员会审议")
    studies: bool | None = said("是否通过专项论证")
    rail_opinion: bool | None = said("是否征求轨道运营单位意见")
    m0: Industry | None = said("新型产业配套")

    @model_validator(mode="after")
    def _joined(self) -> Scheme:
        """Gaps and set-backs name buildings and sides that the scheme has."""
        known = {building.id for building in self.buildings or ()}
        sides = {side.id for side in self.sides or ()}
        named = [(gap.a, known) for gap in self.gaps or ()] + [(gap.b, known) for gap in self.gaps or ()]
        named += [(back.building, known) for back in self.setbacks or ()]
        named += [(back.side, sides) for back in self.setbacks or ()]
        lost = sorted({name for name, among in named if name not in among})
        if lost:
            raise ValueError(f"gaps or setbacks name {lost[0]!r}, which is no building or side of the scheme")
        for ids in ([b.id for b in self.buildings or ()], [s.id for s in self.sides or ()]):
            if len(set(ids)) < len(ids):
                raise ValueError("two buildings or two sides have the same id")
        return self
