"""The datasets of the room. A campus (院区) is what people go to; a hospital of one campus has one row."""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

CAMPUSES = Dataset(
    "hospitals.campuses",
    "医院院区名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "院区"),
        Column("aliases", "text", "简称，用顿号分开", required=False),
        Column("hospital", "text", "医院"),
        Column("grade", "text", "等级", required=False),
        Column("is_public", "flag", "是否公立"),
        Column("district", "text", "区县"),
        Column("address", "text", "地址"),
        Column("phone", "text", "电话", required=False),
        Column("lon", "float", "经度", "度", least=-180, most=180),
        Column("lat", "float", "纬度", "度", least=-90, most=90),
    ),
)

GATES = Dataset(
    "hospitals.gates",
    "医院出入口",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("campus", "text", "院区编号"),
        Column("name", "text", "出入口"),
        Column("road", "text", "所在道路", required=False),
        Column("step_free", "flag", "是否无障碍"),
    ),
)

CAR_PARKS = Dataset(
    "hospitals.car_parks",
    "医院停车场",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("campus", "text", "院区编号"),
        Column("name", "text", "停车场"),
        Column("spaces", "int", "泊位", "个", least=0, most=5_000),
        Column("accessible", "int", "无障碍泊位", "个", required=False, least=0, most=500),
        Column("gate", "text", "车辆入口编号"),
    ),
)

DEPARTMENTS = Dataset(
    "hospitals.departments",
    "医院科室",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("campus", "text", "院区编号"),
        Column("name", "text", "科室"),
        Column("aliases", "text", "别名，用顿号分开", required=False),
        Column("building", "text", "楼"),
        Column("floor", "int", "楼层", "楼", required=False, least=-3, most=60),
        Column("service", "text", "按哪种时间开：outpatient、emergency、fever、checkup"),
    ),
)

HOURS = Dataset(
    "hospitals.hours",
    "医院服务时间",
    key=("campus", "service", "days", "opens"),
    columns=(
        Column("campus", "text", "院区编号"),
        Column("service", "text", "服务"),
        Column("days", "text", "哪些天：work、free、every"),
        Column("opens", "text", "开始，如08:00"),
        Column("closes", "text", "结束，如24:00"),
    ),
)

ROUTES = Dataset(
    "hospitals.routes",
    "医院就诊指引",
    key=("campus", "purpose", "opens", "since"),
    columns=(
        Column("campus", "text", "院区编号"),
        Column("purpose", "text", "来院目的"),
        Column("opens", "text", "时段开始"),
        Column("closes", "text", "时段结束"),
        Column("since", "day", "启用日期", required=False),
        Column("until", "day", "停用日期", required=False),
        Column("gate", "text", "出入口编号"),
        Column("building", "text", "楼"),
        Column("car_park", "text", "停车场编号", required=False),
        Column("walk", "text", "怎么走"),
        Column("metres", "int", "步行距离", "米", required=False, least=0, most=5_000),
        Column("stay", "int", "限停", "分钟", required=False, least=0, most=240),
    ),
)
"""Which way in by purpose and time of the day. ``since`` and ``until`` (exclusive) are days; empty: always."""

QUEUE = Dataset(
    "hospitals.queue",
    "候诊情况",
    key=("department",),
    time="at",
    columns=(
        Column("department", "text", "科室编号"),
        Column("at", "time", "时间"),
        Column("waiting", "int", "候诊人数", "人", least=0, most=2_000),
        Column("minutes", "int", "预计等候", "分钟", least=0, most=1_440),
    ),
)

EVERY = (CAMPUSES, GATES, CAR_PARKS, DEPARTMENTS, HOURS, ROUTES, QUEUE)
