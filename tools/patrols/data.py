"""The datasets of this room: drones and patrol teams, where they are and what they do, who is on shift, wind and rain
where they fly, and where they may not.
"""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

UNITS = Dataset(
    "patrols.units",
    "无人机和巡逻力量名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "名称"),
        Column("aliases", "text", "别名", required=False),
        Column("kind", "text", "类别"),
        Column("model", "text", "型号", required=False),
        Column("base", "text", "驻地"),
        Column("district", "text", "地区"),
        Column("lat", "float", "驻地纬度", "度", least=-90, most=90),
        Column("lon", "float", "驻地经度", "度", least=-180, most=180),
        Column("speed", "float", "速度", "米/秒", least=0.5, most=60),
        Column("climb", "float", "爬升速度", "米/秒", required=False, least=0.5, most=20),
        Column("endurance", "float", "满电续航", "分钟", required=False, least=1, most=600),
        Column("wind_limit", "float", "可飞阵风", "米/秒", required=False, least=0, most=40),
        Column("rain_limit", "float", "可飞雨强", "毫米/小时", required=False, least=0, most=100),
        Column("camera", "flag", "摄像", required=False),
        Column("loudspeaker", "flag", "喊话", required=False),
        Column("thermal", "flag", "热成像", required=False),
    ),
)
"""``kind`` is drone or team; a team's ``speed`` is that of an empty road."""

POSITIONS = Dataset(
    "patrols.positions",
    "实时状态和位置",
    key=("unit",),
    time="at",
    columns=(
        Column("unit", "text", "编号"),
        Column("at", "time", "时间"),
        Column("state", "text", "状态"),
        Column("battery", "int", "电量", "%", required=False, least=0, most=100),
        Column("lat", "float", "纬度", "度", least=-90, most=90),
        Column("lon", "float", "经度", "度", least=-180, most=180),
    ),
)
"""``state``: free, busy, charging, maintenance, off."""

WEATHER = Dataset(
    "patrols.weather",
    "机巢风雨",
    key=("district",),
    time="at",
    columns=(
        Column("district", "text", "地区"),
        Column("at", "time", "时间"),
        Column("wind", "float", "平均风速", "米/秒", least=0, most=60),
        Column("gust", "float", "阵风", "米/秒", least=0, most=90),
        Column("from_degrees", "float", "来风方向", "度", least=0, most=360),
        Column("rain", "float", "雨强", "毫米/小时", least=0, most=250),
    ),
)

SHIFTS = Dataset(
    "patrols.shifts",
    "巡逻力量排班",
    key=("unit", "starts"),
    columns=(
        Column("unit", "text", "编号"),
        Column("starts", "time", "上班"),
        Column("ends", "time", "下班"),
        Column("people", "int", "人数", "人", required=False, least=0, most=200),
    ),
)
"""A team is on duty from ``starts`` to before ``ends``. A plan, and so no history: what comes next is known."""

ZONES = Dataset(
    "patrols.zones",
    "禁飞区",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "名称"),
        Column("reason", "text", "缘由"),
        Column("shape", "shape", "范围"),
        Column("radius", "float", "半径", "米", required=False, least=0, most=50_000),
        Column("first_month", "int", "起始月", required=False, least=1, most=12),
        Column("last_month", "int", "终止月", required=False, least=1, most=12),
        Column("days", "text", "日子", required=False),
        Column("opens", "float", "起始时刻", "时", required=False, least=0, most=24),
        Column("closes", "float", "终止时刻", "时", required=False, least=0, most=24),
        Column("since", "time", "生效", required=False),
        Column("until", "time", "失效", required=False),
    ),
)
"""``shape``: a polygon, several, or a point with a ``radius``. ``days``: all, working, free. What is empty does not
bound the ban; months and hours may run over New Year and midnight.
"""
