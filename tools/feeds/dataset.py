"""Datasets: what tools ask for, in standard columns. A city's feed says which of its own columns each one is.

Example::

    LOTS = Dataset(
        "parking.lots", "停车场名录", key=("id",),
        columns=(Column("id", "text", "编号"), Column("name", "text", "名称"), Column("spaces", "int", "泊位数", "个")),
    )
    FREE = Dataset(
        "parking.free", "空闲泊位", key=("lot",), time="at",
        columns=(Column("lot", "text", "编号"), Column("at", "time", "时间"), Column("free", "int", "空闲泊位", "个")),
    )
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ColumnType = Literal["text", "int", "float", "flag", "day", "time", "shape"]
"""``time`` is an aware moment (polars Datetime in the city's zone), ``day`` a date, ``shape`` a geometry as WKB bytes
in WGS-84 degrees, longitude first."""


@dataclass(frozen=True)
class Column:
    """One standard column. ``least`` and ``most`` bound what can be true; a value beyond is left out and counted."""

    name: str
    type: ColumnType
    title: str
    unit: str = ""
    required: bool = True
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True)
class Dataset:
    """Rows of one kind.

    ``key``: columns that tell things apart. ``time``: the column that says when a row became true; empty for a register
    that has no history. A key may have many rows over time; ``form`` "gtfs" is a whole timetable in a zip instead.
    """

    id: str
    title: str
    columns: tuple[Column, ...] = ()
    key: tuple[str, ...] = ()
    time: str = ""
    form: Literal["table", "gtfs"] = "table"
    named: dict[str, Column] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "named", {column.name: column for column in self.columns})
        missing = [name for name in (*self.key, *([self.time] if self.time else [])) if name not in self.named]
        if missing:
            raise ValueError(f"{self.id}: {missing} is no column of it")
