"""The datasets of this room: weather warnings, rain, water levels, temperature, the register of duty offices."""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

WARNINGS = Dataset(
    "emergencies.warnings",
    "气象预警",
    key=("id", "district"),
    time="at",
    columns=(
        Column("id", "text", "预警编号"),
        Column("district", "text", "地区"),
        Column("at", "time", "发布、变更或者解除时间"),
        Column("event", "text", "动作"),
        Column("kind", "text", "种类"),
        Column("colour", "text", "颜色"),
        Column("issuer", "text", "发布单位"),
        Column("issued", "time", "首次发布时间"),
        Column("until", "time", "有效期至"),
    ),
)
"""One row for each district that an act concerns. ``event``: issued, updated or lifted."""

WATCH = Dataset(
    "emergencies.watch",
    "预警值守记录",
    key=("office",),
    time="at",
    columns=(
        Column("office", "text", "值守单位"),
        Column("at", "time", "时间"),
        Column("in_force", "int", "生效中的预警", "条", least=0, most=500),
    ),
)
"""How many warnings the weather office says are in force: silence of the other feed is then no all-clear."""

STATIONS = Dataset(
    "emergencies.stations",
    "雨量站名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "站名"),
        Column("district", "text", "地区"),
        Column("lat", "float", "纬度", "度", least=-90, most=90),
        Column("lon", "float", "经度", "度", least=-180, most=180),
    ),
)

RAIN = Dataset(
    "emergencies.rainfall",
    "雨量",
    key=("station",),
    time="at",
    columns=(
        Column("station", "text", "雨量站"),
        Column("at", "time", "时段末"),
        Column("mm", "float", "小时雨量", "毫米", least=0, most=250),
    ),
)
"""Rain of the hour that ends at ``at``."""

WATER = Dataset(
    "emergencies.water",
    "水位",
    key=("gauge",),
    time="at",
    columns=(
        Column("gauge", "text", "水位站"),
        Column("at", "time", "时间"),
        Column("metres", "float", "水位", "米", least=-20, most=9_000),
    ),
)

TEMPERATURE = Dataset(
    "emergencies.temperature",
    "气温",
    key=("station",),
    time="at",
    columns=(
        Column("station", "text", "气象站"),
        Column("at", "time", "时间"),
        Column("celsius", "float", "气温", "℃", least=-60, most=60),
    ),
)

ROSTER = Dataset(
    "emergencies.roster",
    "应急值守名录",
    key=("id",),
    columns=(
        Column("id", "text", "单位编号"),
        Column("name", "text", "单位"),
        Column("aliases", "text", "简称", required=False),
        Column("phone", "text", "值守电话", required=False),
    ),
)
"""Units with a duty in some plan."""
