"""Datasets of the city's buses and metro."""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

GTFS = Dataset("transit.gtfs", "公交地铁时刻表", form="gtfs")

LINES = Dataset(
    "transit.lines",
    "公交地铁线路名录",
    key=("id",),
    columns=(
        Column("id", "text", "线路编号"),
        Column("name", "text", "线路"),
        Column("aliases", "text", "别名", required=False),
        Column("operator", "text", "运营单位", required=False),
        Column("fare", "float", "全程票价", "元", required=False, least=0, most=200),
        Column("fare_note", "text", "票价说明", required=False),
    ),
)

STOPS = Dataset(
    "transit.stops",
    "公交地铁站点名录",
    key=("name",),
    columns=(
        Column("name", "text", "站名"),
        Column("aliases", "text", "别名", required=False),
        Column("longitude", "float", "经度", "度", least=-180, most=180),
        Column("latitude", "float", "纬度", "度", least=-90, most=90),
    ),
)
