"""A building scheme as a design firm describes it: ``docs/schemes.md`` says every field."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from tools.land.parts import (
    Access,
    Basement,
    Building,
    Connection,
    Facility,
    FireLane,
    Gap,
    Historic,
    Industry,
    OpenSpace,
    Outlet,
    Parking,
    Part,
    Planted,
    Programme,
    School,
    Setback,
    Side,
    Station,
    StreetWall,
    Sunlight,
    Use,
    VehicleEntrance,
    Wall,
    Water,
    amount,
    rows,
    said,
)


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
