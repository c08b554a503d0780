"""What the vitals tools read: the register of signs, their hourly values, and the weather that drives them."""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

READ = "vitals.read"
"""The right to signs that are not public, and to alarms."""
SIGNS = Dataset(
    "vitals.signs",
    "城市体征名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "名称"),
        Column("aliases", "text", "别名（、隔开）", required=False),
        Column("group", "text", "领域"),
        Column("unit", "text", "单位", required=False),
    ),
)
VALUES = Dataset(
    "vitals.values",
    "城市体征逐时值",
    key=("sign",),
    time="at",
    columns=(
        Column("sign", "text", "体征"),
        Column("at", "time", "时间"),
        Column("value", "float", "数值", least=-1e12, most=1e12),
    ),
)
"""``at`` is when the value was taken, on the hour; a count is of the hour before. Units are those of the catalogue."""
WEATHER = Dataset(
    "vitals.weather",
    "城市气象逐时观测",
    key=("station",),
    time="at",
    columns=(
        Column("station", "text", "气象站"),
        Column("at", "time", "时间"),
        Column("temperature", "float", "气温", "℃", least=-60, most=60),
        Column("rain", "float", "小时雨量", "毫米", least=0, most=300),
    ),
)
