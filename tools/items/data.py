"""What the room reads beside the pack's guides."""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

_NAMED = (
    Column("id", "text", "编号"),
    Column("name", "text", "名称"),
    Column("aliases", "text", "常用叫法（、隔开）", required=False),
    Column("unit", "text", "承办单位", required=False),
)
ITEMS = Dataset("items.items", "政务服务事项", key=("id",), columns=_NAMED)
EVENTS = Dataset("items.events", "一件事", key=("id",), columns=_NAMED)
MATTERS = Dataset("items.matters", "事项和一件事", key=("id",), columns=_NAMED)
HALLS = Dataset(
    "items.halls",
    "办事大厅和服务点",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "名称"),
        Column("kind", "text", "类别：city、district、street、office"),
        Column("district", "text", "所在区县"),
        Column("street", "text", "所在街道", required=False),
        Column("address", "text", "地址"),
        Column("longitude", "float", "经度", "度", least=-180, most=180),
        Column("latitude", "float", "纬度", "度", least=-90, most=90),
        Column("weekday", "text", "工作日时间"),
        Column("saturday", "text", "周六时间", required=False),
        Column("sunday", "text", "周日和节假日时间", required=False),
        Column("self_service", "flag", "有24小时自助区"),
        Column("phone", "text", "电话", required=False),
    ),
)
WINDOWS = Dataset(
    "items.windows",
    "办事窗口",
    key=("id",),
    columns=(
        Column("id", "text", "窗口编号"),
        Column("hall", "text", "大厅编号"),
        Column("name", "text", "窗口名称"),
        Column("matters", "text", "可办事项（逗号隔开）"),
        Column("minutes", "float", "每人平均办理", "分钟", least=0.5, most=240),
    ),
)
QUEUE = Dataset(
    "items.queue",
    "窗口排队",
    key=("window",),
    time="at",
    columns=(
        Column("window", "text", "窗口编号"),
        Column("at", "time", "时间"),
        Column("waiting", "int", "等候人数", "人", least=0, most=2000),
        Column("counters", "int", "开放柜台", "个", least=0, most=200),
    ),
)
