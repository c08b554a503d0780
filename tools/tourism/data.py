"""What the room reads."""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

SIGHTS = Dataset(
    "tourism.sights",
    "景点名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "名称"),
        Column("aliases", "text", "别名（、隔开）", required=False),
        Column("kind", "text", "类别"),
        Column("district", "text", "所在区县"),
        Column("address", "text", "地址", required=False),
        Column("longitude", "float", "经度", "度", least=-180, most=180),
        Column("latitude", "float", "纬度", "度", least=-90, most=90),
        Column("interests", "text", "兴趣（逗号隔开）"),
        Column("indoor", "flag", "以室内为主"),
        Column("family", "flag", "适合孩子"),
        Column("effort", "int", "体力要求", "级", least=1, most=3),
        Column("stay", "int", "通常停留", "分钟", least=5, most=600),
        Column("capacity", "int", "瞬时最大承载", "人", least=1),
        Column("value", "int", "推荐值", "分", least=0, most=100),
        Column("state_run", "flag", "政府投资"),
        Column("heritage", "flag", "国有文物建筑", required=False),
        Column("booking_days", "int", "须提前预约", "天", required=False, least=0, most=60),
        Column("price", "float", "门票", "元", least=0),
        Column("price_student", "float", "学生票", "元", required=False, least=0),
        Column("price_child", "float", "6—18岁票", "元", required=False, least=0),
        Column("price_60", "float", "60—64岁票", "元", required=False, least=0),
        Column("price_65", "float", "65岁以上票", "元", required=False, least=0),
        Column("price_disabled", "float", "残疾人票", "元", required=False, least=0),
    ),
)
HOURS = Dataset(
    "tourism.hours",
    "景点开放时间",
    key=("sight", "first_day", "last_day", "days", "opens"),
    columns=(
        Column("sight", "text", "景点编号"),
        Column("first_day", "text", "季节起（月-日）"),
        Column("last_day", "text", "季节止（月-日）"),
        Column("days", "text", "开放日：1—7为周一至周日，H为法定节假日"),
        Column("opens", "text", "开门"),
        Column("closes", "text", "关门"),
        Column("last_entry", "text", "停止入场"),
    ),
)
CLOSURES = Dataset(
    "tourism.closures",
    "景点临时关闭",
    key=("sight", "first_day"),
    columns=(
        Column("sight", "text", "景点编号"),
        Column("first_day", "day", "关闭首日"),
        Column("last_day", "day", "关闭末日"),
        Column("reason", "text", "原因"),
    ),
)
INSIDE = Dataset(
    "tourism.inside",
    "景点实时在园人数",
    key=("sight",),
    time="at",
    columns=(
        Column("sight", "text", "景点编号"),
        Column("at", "time", "时间"),
        Column("inside", "int", "在园人数", "人", least=0),
    ),
)
HOURLY = Dataset(
    "tourism.hourly",
    "景点逐时在园人数",
    key=("sight",),
    time="at",
    columns=(
        Column("sight", "text", "景点编号"),
        Column("at", "time", "整点"),
        Column("inside", "int", "在园人数", "人", least=0),
    ),
)
