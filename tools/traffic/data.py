"""Datasets of the city's roads."""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

SEGMENTS = Dataset(
    "traffic.segments",
    "路段名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("road", "text", "道路编号"),
        Column("name", "text", "道路"),
        Column("stretch", "text", "起讫", required=False),
        Column("district", "text", "区县"),
        Column("line", "shape", "线形（按行车方向）"),
        Column("length", "float", "长度", "千米", least=0.001, most=100),
        Column("free_speed", "float", "畅通车速", "千米/时", least=5, most=130),
        Column("lanes", "int", "车道数", "条", required=False, least=1, most=12),
    ),
)

_MEASURED = (
    Column("segment", "text", "路段编号"),
    Column("at", "time", "这一时段结束的时间"),
    Column("speed", "float", "平均车速", "千米/时", least=0, most=150),
    Column("flow", "float", "流量", "辆/时", least=0, most=20_000),
)

FLOW = Dataset("traffic.flow", "实时路况", key=("segment",), time="at", columns=_MEASURED)

HOURS = Dataset("traffic.hours", "分时路况", key=("segment",), time="at", columns=_MEASURED)

INCIDENTS = Dataset(
    "traffic.incidents",
    "道路事件",
    key=("id",),
    time="at",
    columns=(
        Column("id", "text", "事件编号"),
        Column("at", "time", "报送时间"),
        Column("kind", "text", "类型"),
        Column("road", "text", "道路"),
        Column("place", "text", "位置", required=False),
        Column("district", "text", "区县"),
        Column("since", "time", "发生时间"),
        Column("expected_end", "time", "预计结束", required=False),
        Column("is_open", "flag", "仍在影响通行"),
        Column("lanes_closed", "int", "占用车道", "条", required=False, least=0, most=12),
        Column("longitude", "float", "经度", "度", required=False, least=-180, most=180),
        Column("latitude", "float", "纬度", "度", required=False, least=-90, most=90),
    ),
)
