"""What the tools of the room are asked and what they bring back."""

from __future__ import annotations

from datetime import datetime

from tools.hospitals.settings import Purpose
from tools.seam.fields import Found, measure, slot
from tools.seam.tool import Arguments


class WhichWay(Arguments):
    """A hospital, what for, when."""

    hospital: str = slot("entity", "医院", of="hospitals.campuses.name")
    purpose: Purpose = slot("choice", "来院目的", default="outpatient")
    time: datetime | None = slot("time", "时间", default=None)


class OpenFrom(Found):
    """One opening."""

    opens: datetime = measure("开始")
    closes: datetime = measure("结束")


class EntranceFound(Found):
    """Which way in. ``is_open`` and the two times are of the service (outpatient clinic, visiting …), not the gate."""

    hospital: str = measure("医院")
    address: str = measure("地址")
    phone: str | None = measure("电话", default=None)
    purpose: Purpose = measure("来院目的")
    visit: str = measure("目的")
    at: datetime = measure("时间")
    is_now: bool = measure("是否现在")
    is_open: bool = measure("是否开放")
    closes_at: datetime | None = measure("结束时间", default=None)
    opens_at: datetime | None = measure("下次开放", default=None)
    hours: tuple[OpenFrom, ...] = measure("当天时段")
    gate: str = measure("出入口")
    road: str | None = measure("所在道路", default=None)
    is_step_free: bool = measure("是否无障碍")
    building: str = measure("楼")
    walk: str = measure("怎么走")
    metres: int | None = measure("步行距离", "米", default=None)
    walk_minutes: int | None = measure("步行", "分钟", default=None)
    car_park: str | None = measure("停车场", default=None)
    car_gate: str | None = measure("车辆入口", default=None)
    spaces: int | None = measure("泊位", "个", default=None)
    accessible: int | None = measure("无障碍泊位", "个", default=None)
    stay: int | None = measure("限停", "分钟", default=None)
    day_cap: int | None = measure("就诊车辆每天最多收费", "元", default=None)
    free_hours: int | None = measure("急诊停车免费", "小时", default=None)
    others: tuple[str, ...] = measure("其他院区")


class WhereNear(Arguments):
    """A place, and a department."""

    place: str = slot("place", "地点")
    department: str | None = slot("entity", "科室", of="hospitals.departments.name", default=None)


class NearHospital(Found):
    """A hospital near the place; ``km`` is ``metres`` once more where it is a kilometre or more."""

    name: str = measure("医院")
    grade: str | None = measure("等级", default=None)
    address: str = measure("地址")
    phone: str | None = measure("电话", default=None)
    metres: int | None = measure("直线距离", "米", default=None)
    km: float | None = measure("直线距离", "公里", digits=1, default=None)
    is_open: bool = measure("现在是否接诊")
    closes_at: datetime | None = measure("今天接诊到", default=None)
    opens_at: datetime | None = measure("下次接诊", default=None)


class HospitalsFound(Found):
    """The nearest hospitals with the department, or those of a whole district, which have no distance.

    ``open_name`` is the first of them that is open now.
    """

    place: str = measure("地点")
    department: str | None = measure("科室", default=None)
    is_district: bool = measure("是否整个区县")
    hospitals: tuple[NearHospital, ...] = measure("医院")
    open_name: str | None = measure("最近的正在接诊的医院", default=None)
    open_address: str | None = measure("地址", default=None)
    open_metres: int | None = measure("直线距离", "米", default=None)


class HowLong(Arguments):
    """A hospital, and a department."""

    hospital: str = slot("entity", "医院", of="hospitals.campuses.name")
    department: str | None = slot("entity", "科室", of="hospitals.departments.name", default=None)


class Waiting(Found):
    """One department."""

    name: str = measure("科室")
    building: str = measure("楼")
    floor: int | None = measure("楼层", "楼", default=None)
    is_open: bool = measure("现在是否接诊")
    waiting: int | None = measure("候诊", "人", default=None)
    minutes: int | None = measure("预计等候", "分钟", default=None)
    usual: int | None = measure("平时这个时候候诊", "人", default=None)
    opens_at: datetime | None = measure("下次接诊", default=None)


class WaitingFound(Found):
    """People waiting now. Departments that are closed, or of which nothing is known, have no number."""

    hospital: str = measure("医院")
    at: datetime | None = measure("更新时间", default=None)
    is_one: bool = measure("是否只问一个科室")
    total: int | None = measure("合计候诊", "人", default=None)
    open_count: int = measure("正在接诊的科室", "个")
    departments: tuple[Waiting, ...] = measure("科室")
