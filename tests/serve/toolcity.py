"""The small city with tools: benches in a park, brought by an installed package through an entry point."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from tests.city.pack.making import write
from tools.seam.finding import ENTRY_POINTS, every_tool

ZONE = ZoneInfo("Asia/Shanghai")
CODE = '''
"""Tools of the park."""

import threading

from tools.feeds.citydata import CityData
from tools.feeds.dataset import Column, Dataset
from tools.seam import Arguments, CannotCompute, Found, measure, slot, tool
from tools.seam.tool import STAFF

FREE = Dataset(
    "benches.free", "空闲座椅", key=("bench",), time="at",
    columns=(
        Column("bench", "text", "编号"), Column("at", "time", "时间"), Column("free", "int", "空位", "个"),
    ),
)
HEDGES = Dataset("benches.hedges", "绿篱", key=("id",), columns=(Column("id", "text", "编号"),))


class Bench(Arguments):
    bench: str = slot("text", "座椅", default="b1")


class Seats(Found):
    free: int | None = measure("空位", "个")


@tool("benches.free", "空闲座椅", needs=(FREE, HEDGES))
def free(asked: Bench, data: CityData) -> Seats:
    """Free seats of a bench now."""
    return Seats(free=data.latest(FREE, {"bench": asked.bench})["free"][0])


class Count(Arguments):
    of: list[int] = slot("none", "数")
    half: bool = slot("flag", "折半", default=False)


class Sum(Found):
    total: float = measure("合计", "个", digits=1)


@tool("benches.sum", "座椅合计")
def add(asked: Count, data: CityData) -> Sum:
    """Sum of numbers."""
    if not asked.of:
        raise CannotCompute("no numbers", code="no_numbers")
    return Sum(total=sum(asked.of) / (2 if asked.half else 1))


@tool("benches.repair", "座椅报修", audience=STAFF, permission="benches.manage", effect="propose")
def repair(asked: Bench, data: CityData) -> Seats:
    """Draft of a repair order."""
    return Seats(free=None)


@tool("benches.off", "没有开通")
def off(asked: Bench, data: CityData) -> Seats:
    """A tool that the city does not switch on."""
    return Seats(free=1)
'''
BOTH = ["citizen", "staff"]
TOLD: dict[str, Any] = {
    "benches.free": {"audience": BOTH, "tell": "现在有{{ free }}空位。", "examples": ["公园还有座位吗"]},
    "benches.sum": {
        "audience": BOTH,
        "tell": "合计{{ total }}。",
        "words": {"half": {"true": ["折半"]}},
        "endings": {"no_numbers": "请给出至少一个数。"},
    },
    "benches.repair": {"audience": ["staff"], "tell": "已拟好报修单。"},
}
FEED: dict[str, Any] = {
    "id": "park-benches",
    "dataset": "benches.free",
    "title": "公园座椅感应",
    "unit": "park_office",
    "source": {"kind": "csv", "path": "benches.csv"},
    "fresh_for": "PT10M",
}


def add_tools(city: Path) -> None:
    """Switch the tools on in a city's pack."""
    write(city / "tools" / "benches.yaml", TOLD)
    write(city / "feeds" / "benches.yaml", [FEED])


def write_benches(home: Path, now: datetime) -> None:
    """The feed's file: b1 was seen three minutes before ``now``, b2 two hours before."""
    rows = [("b1", now - timedelta(minutes=3), 4), ("b2", now - timedelta(hours=2), 90909)]
    lines = [f"{bench},{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S},{free}" for bench, at, free in rows]
    write(home / "xiaocheng" / "feeds" / "benches.csv", "\n".join(["bench,at,free", *lines]) + "\n")


@contextmanager
def installed(folder: Path) -> Iterator[Path]:
    """The package with the tools, installed in ``folder`` for this process; others need it in PYTHONPATH."""
    write(folder / "benches_of_the_park.py", CODE)
    info = folder / "benches-1.0.dist-info"
    write(info / "METADATA", "Metadata-Version: 2.1\nName: benches\nVersion: 1.0\n")
    write(info / "entry_points.txt", f"[{ENTRY_POINTS}]\nbenches = benches_of_the_park\n")
    sys.path.insert(0, str(folder))
    every_tool.cache_clear()
    try:
        yield folder
    finally:
        sys.path.remove(str(folder))
        sys.modules.pop("benches_of_the_park", None)
        every_tool.cache_clear()
