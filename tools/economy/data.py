"""The datasets of this room: the register of indicators, and their figures with the day each was published."""

from __future__ import annotations

from tools.feeds.dataset import Column, Dataset

INDICATORS = Dataset(
    "economy.indicators",
    "经济指标名录",
    key=("id",),
    columns=(
        Column("id", "text", "编号"),
        Column("name", "text", "名称"),
        Column("aliases", "text", "别名（、隔开）", required=False),
        Column("unit", "text", "单位", required=False),
    ),
)

FIGURES = Dataset(
    "economy.figures",
    "经济指标数据",
    key=("indicator", "area", "month", "span"),
    time="published",
    columns=(
        Column("indicator", "text", "指标编号"),
        Column("area", "text", "地区：city 全市，或者区县编号"),
        Column("month", "day", "报告期最后一个月（当月第一天）"),
        Column("span", "text", "口径：single 当期，cumulative 当年累计"),
        Column("published", "day", "公布日期"),
        Column("value", "float", "数值", required=False),
        Column("growth", "float", "公布的同比", "%", required=False),
    ),
)
"""A corrected figure is a later row with the same key. Where only growth is published ``value`` is empty."""
CITY = "city"
