"""What the room needs of a city: parcels in their versions, and addresses."""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

PARCELS = Dataset(
    "land.parcels",
    "地块",
    key=("number", "valid_from"),
    columns=(
        Column("number", "text", "地块编号"),
        Column("unit", "text", "规划单元", required=False),
        Column("code", "text", "用地性质代码"),
        Column("zoning", "text", "用地性质"),
        Column("area", "float", "面积", "平方米", least=1, most=50_000_000),
        Column("plan", "text", "控制性详细规划文件", required=False),
        Column("plan_title", "text", "控制性详细规划名称", required=False),
        Column("article", "text", "条", required=False),
        Column("quote", "text", "原文", required=False),
        Column("note", "text", "配套与说明", required=False),
        Column("far", "float", "容积率上限", required=False, least=0, most=30),
        Column("far_least", "float", "容积率下限", required=False, least=0, most=30),
        Column("density", "float", "建筑密度上限", "%", required=False, least=0, most=100),
        Column("green", "float", "绿地率下限", "%", required=False, least=0, most=100),
        Column("height", "float", "限高", "米", required=False, least=0, most=1_000),
        Column("keeps_height", "flag", "保持原高", required=False),
        Column("zone", "int", "开发强度分区", required=False, least=1, most=3),
        Column("parking_zone", "int", "停车配建分区", required=False, least=1, most=3),
        Column("historic_area", "text", "历史文化街区", required=False),
        Column("belt", "text", "保护范围", required=False),
        Column("district_area", "text", "片区", required=False),
        Column("district", "text", "区县", required=False),
        Column("street", "text", "街道", required=False),
        Column("fronts", "text", "临路", required=False),
        Column("valid_from", "day", "生效日期"),
        Column("valid_to", "day", "失效日期", required=False),
        Column("shape", "shape", "边界"),
    ),
)
"""A parcel has a row for each version; ``valid_to`` is the first day on which a version no longer holds. ``fronts``:
roads along it, joined with 、. ``belt``: core, control, or none."""

ADDRESSES = Dataset(
    "land.addresses",
    "门牌地址",
    key=("address",),
    columns=(
        Column("address", "text", "地址"),
        Column("parcel", "text", "地块编号"),
        Column("district", "text", "区县", required=False),
        Column("lon", "float", "经度", "度", required=False, least=-180, most=180),
        Column("lat", "float", "纬度", "度", required=False, least=-90, most=90),
    ),
)
