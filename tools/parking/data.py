"""Datasets of the city's car parks."""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

LOTS = Dataset(
    "parking.lots",
    "停车场名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "名称"),
        Column("aliases", "text", "别名，用顿号分开", required=False),
        Column("kind", "text", "类型代码"),
        Column("sort", "text", "类型"),
        Column("district", "text", "区县"),
        Column("street", "text", "街道", required=False),
        Column("address", "text", "地址", required=False),
        Column("longitude", "float", "经度", "度", least=-180, most=180),
        Column("latitude", "float", "纬度", "度", least=-90, most=90),
        Column("spaces", "int", "泊位数", "个", least=1, most=50_000),
        Column("chargers", "int", "充电泊位数", "个", required=False, least=0),
        Column("accessible", "int", "无障碍泊位数", "个", required=False, least=0),
        Column("height", "float", "限高", "米", required=False, least=1.5, most=6),
        Column("for_lorries", "flag", "只停货车", required=False),
        Column("workday_hours", "text", "工作日开放时间"),
        Column("restday_hours", "text", "休息日开放时间"),
        Column("fee", "text", "收费规则代码", required=False),
        Column("public_money", "flag", "政府投资", required=False),
        Column("since", "day", "启用日期", required=False),
        Column("operator", "text", "经营者", required=False),
    ),
)

FREE = Dataset(
    "parking.free",
    "空闲泊位",
    key=("lot",),
    time="at",
    columns=(
        Column("lot", "text", "停车场编号"),
        Column("at", "time", "时间"),
        Column("free", "int", "空闲泊位", "个", least=0, most=50_000),
    ),
)

HOURS = Dataset(
    "parking.hours",
    "分时停放",
    key=("lot",),
    time="at",
    columns=(
        Column("lot", "text", "停车场编号"),
        # A row is written when its hour is over, so that no question about the past sees more than was known then.
        Column("at", "time", "这一小时结束的时间"),
        Column("cars", "int", "这一小时平均停放车辆", "辆", least=0, most=50_000),
        Column("entries", "int", "这一小时驶入车辆", "辆", required=False, least=0, most=50_000),
    ),
)
