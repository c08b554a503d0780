"""The datasets of this room: air stations and their hours, sections of rivers and lakes, reports of waterworks."""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

STATIONS = Dataset(
    "environment.stations",
    "空气质量监测站名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "站名"),
        Column("district", "text", "地区"),
        Column("counts", "flag", "参与评价"),
        Column("lat", "float", "纬度", "度", least=-90, most=90),
        Column("lon", "float", "经度", "度", least=-180, most=180),
    ),
)
"""``counts``: whether means of a district or the city include it; stations at a road or as background do not."""

AIR = Dataset(
    "environment.air",
    "空气质量小时值",
    key=("station",),
    time="at",
    columns=(
        Column("station", "text", "监测站"),
        Column("at", "time", "时段末"),
        Column("pm25", "float", "PM2.5", "微克/立方米", required=False, least=0, most=2_000),
        Column("pm10", "float", "PM10", "微克/立方米", required=False, least=0, most=5_000),
        Column("so2", "float", "二氧化硫", "微克/立方米", required=False, least=0, most=5_000),
        Column("no2", "float", "二氧化氮", "微克/立方米", required=False, least=0, most=5_000),
        Column("co", "float", "一氧化碳", "毫克/立方米", required=False, least=0, most=200),
        Column("o3", "float", "臭氧", "微克/立方米", required=False, least=0, most=2_000),
    ),
)
"""Means of the hour that ends at ``at``: the first hour of a day ends at 1:00, its last at 0:00 of the next day."""

WATERS = Dataset(
    "environment.waters",
    "河湖名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "名称"),
        Column("aliases", "text", "别名（、隔开）", required=False),
        Column("kind", "text", "类型：river 河流，lake 湖库"),
    ),
)

SECTIONS = Dataset(
    "environment.sections",
    "地表水断面名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "断面"),
        Column("aliases", "text", "别名（、隔开）", required=False),
        Column("water", "text", "河湖编号"),
        Column("district", "text", "地区"),
        Column("order", "int", "自上游起的次序", least=0),
        Column("target", "int", "目标类别", "类", least=1, most=5),
    ),
)

SURFACE = Dataset(
    "environment.surface",
    "地表水断面月均值",
    key=("section", "month"),
    time="published",
    columns=(
        Column("section", "text", "断面编号"),
        Column("month", "day", "月份（当月第一天）"),
        Column("published", "day", "公布日期"),
        Column("ph", "float", "pH值", required=False, least=0, most=14),
        Column("oxygen", "float", "溶解氧", "毫克/升", required=False, least=0, most=30),
        Column("permanganate", "float", "高锰酸盐指数", "毫克/升", required=False, least=0, most=500),
        Column("ammonia", "float", "氨氮", "毫克/升", required=False, least=0, most=500),
        Column("phosphorus", "float", "总磷", "毫克/升", required=False, least=0, most=100),
    ),
)
"""The mean of a month; a corrected value is a later row with the same section and month."""

PLANTS = Dataset(
    "environment.plants",
    "自来水厂名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "水厂"),
        Column("aliases", "text", "别名（、隔开）", required=False),
        Column("company", "text", "供水企业（单位编号）"),
        Column("districts", "text", "供水的地区（逗号隔开）"),
    ),
)

TAP = Dataset(
    "environment.tap",
    "饮用水检测结果",
    key=("plant", "month", "point", "item"),
    time="published",
    columns=(
        Column("plant", "text", "水厂编号"),
        Column("month", "day", "月份（当月第一天）"),
        Column("published", "day", "公布日期"),
        Column("point", "text", "采样点：leaving 出厂水，tap 管网末梢水"),
        Column("item", "text", "项目"),
        Column("value", "float", "结果", least=0),
        Column("below", "flag", "低于检出限", required=False),
    ),
)
"""``below``: nothing was found, and ``value`` is what could have been found at least."""
