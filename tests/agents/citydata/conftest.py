"""A small town's tools: car parks with free places, air by district, ways between places."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from agents.citydata.planning import Planner, signed_names
from agents.citydata.wanting import NOWHERE, OTHER, Signs, Wants
from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from serve.building import read_examples
from tests.conftest import YUNLAN
from tools.charts import Chart, Series
from tools.feeds.citydata import CityData
from tools.feeds.dataset import Column, Dataset
from tools.feeds.feed import Feed
from tools.feeds.feeds import Feeds
from tools.seam import Arguments, CannotCompute, Found, Period, measure, slot, tool
from tools.seam.audit import MemoryLog
from tools.seam.packed import Told
from tools.seam.tool import STAFF
from tools.seam.toolbox import Offered, Toolbox

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 26, 8, 30, tzinfo=ZONE)

LOTS = Dataset(
    "lots.register",
    "停车场名录",
    key=("name",),
    columns=(
        Column("name", "text", "名称"),
        Column("spaces", "int", "泊位", "个"),
        Column("aliases", "text", "别名", required=False),
    ),
)
FREE = Dataset(
    "lots.free",
    "空闲泊位",
    key=("name",),
    time="at",
    columns=(Column("name", "text", "名称"), Column("at", "time", "时间"), Column("free", "int", "空闲", "个")),
)


class AskLot(Arguments):
    lot: str = slot("entity", "停车场", of="lots.register.name")


class Lot(Found):
    name: str = measure("停车场")
    spaces: int | None = measure("泊位", "个")
    free: int = measure("空闲泊位", "个")
    at: datetime = measure("时间")


@tool("lots.lot", "一个停车场", needs=(LOTS, FREE))
def lot(asked: AskLot, data: CityData) -> Lot:
    """Free places of one car park."""
    rows = data.table(LOTS).filter(pl.col("name") == asked.lot)
    if rows.is_empty():
        raise CannotCompute(f"several or none: {asked.lot}", code="several", names=asked.lot)
    free = data.latest(FREE, {"name": asked.lot}).row(0, named=True)
    return Lot(name=asked.lot, spaces=rows["spaces"][0], free=free["free"], at=free["at"])


class AskNear(Arguments):
    place: str = slot("place", "地点")
    radius: int = slot("count", "半径", unit="米", default=800, ge=100, le=5_000)
    want: Literal["nearest", "cheapest"] = slot("choice", "要求", default="nearest")


class NearLots(Found):
    place: str = measure("地点")
    lots: list[Lot] = measure("停车场")


@tool("lots.near", "附近停车场", needs=(LOTS, FREE))
def near(asked: AskNear, data: CityData) -> NearLots:
    """Every car park, as if all were near."""
    spot = data.spot(asked.place)
    free = data.latest(FREE).sort("free", descending=True)
    lots = [Lot(name=r["name"], spaces=None, free=r["free"], at=r["at"]) for r in free.iter_rows(named=True)]
    return NearLots(place=spot.name, lots=lots)


class AskAir(Arguments):
    district: str | None = slot("district", "区", default=None)
    period: Period | None = slot("period", "时间段", default=None)


class Air(Found):
    district: str = measure("区")
    aqi: float = measure("空气质量指数", digits=1)
    chart: Chart | None = measure("变化")


@tool("air.now", "空气质量")
def air(asked: AskAir, data: CityData) -> Air:
    """A fixed value for each district."""
    name = next((d.name for d in data.pack.districts if d.id == asked.district), "全市")
    chart = Chart(kind="bar", title="指数", labels=("昨天", "今天"), series=(Series(name="指数", values=(40.0, 52.5)),))
    return Air(district=name, aqi=52.5, chart=chart)


class AskWay(Arguments):
    origin: str = slot("place", "起点")
    destination: str = slot("place", "终点")
    at: datetime | None = slot("time", "出发时间", default=None)
    quick: bool = slot("flag", "赶时间", default=False)


class Way(Found):
    minutes: int = measure("用时", "分钟")


@tool("ways.time", "路上多久")
def way(asked: AskWay, data: CityData) -> Way:
    """Always twenty minutes."""
    return Way(minutes=20)


class AskBrief(Arguments):
    day: str | None = slot("day", "日子", default=None)


@tool("brief.day", "早报", audience=STAFF, permission="brief.read")
def brief(asked: AskBrief, data: CityData) -> Way:
    """For staff."""
    return Way(minutes=1)


EXAMPLES = {
    "lots.lot": ("{}停车场还有车位吗", "{}还剩几个车位", "{}满了没有", "看下{}空位", "{}有没有地方停"),
    "lots.near": (
        "{}附近哪里能停车",
        "去{}把车停哪儿",
        "{}周边停车场",
        "{}旁边有停车的地方吗",
        "找个{}附近便宜的停车场",
    ),
    "air.now": ("{}今天空气怎么样", "{}空气质量", "{}空气好不好", "{}有雾霾吗", "{}污染指数多少"),
    "ways.time": ("从{}到鼓楼要多久", "开车去{}多长时间", "{}到会展中心堵不堵", "到{}要几分钟", "从{}过去远不远"),
    "brief.day": ("今天的早报", "给我一份早报", "城市运行早报", "今早的简报", "运行简报"),
}
PLACES = ("鼓楼", "会展中心", "市人民医院", "云城区", "澜东新区")
OTHERS = (
    "垃圾分类怎么分", "我的低保批了没有", "路灯坏了没人修", "办身份证带什么", "企业有什么补贴", "讲个笑话",
    "学校几月报名", "公租房怎么申请", "楼上太吵了", "养狗办什么证",
)  # fmt: skip
UNKNOWN = (
    "明天会下雨吗", "后天天气好吗", "有多少只流浪猫", "全市有多少辆电动车", "股票会涨吗", "明天猪肉多少钱一斤",
    "去年结婚的有多少对", "高铁还有票吗", "图书馆还有座位吗", "市里有多少个公务员",
)  # fmt: skip


def _told(id: str) -> Told:
    tell = {
        "lots.lot": "{{ name }}有{{ spaces }}泊位，现在空{{ free }}。\n{% if free < 5 %}快满了。{% endif %}",
        "lots.near": "{{ place }}附近空位最多的是{{ lots[0].name }}，空{{ lots[0].free }}。",
        "air.now": "{{ district }}空气质量指数{{ aqi }}。",
        "ways.time": "路上大约{{ minutes }}。",
        "brief.day": "早报{{ minutes }}。",
    }[id]
    words = {
        "lots.near": {"want": {"cheapest": ("便宜", "省钱"), "nearest": ("最近",)}},
        "ways.time": {"quick": {"true": ("赶时间", "急着")}},
    }.get(id, {})
    table = {"rows": "lots", "columns": ("name", "free"), "most": 1} if id == "lots.near" else None
    return Told.model_validate(
        {
            "audience": ("staff",) if id.startswith("brief") else ("citizen", "staff"),
            "tell": tell,
            "table": table,
            "words": words,
            "ask": {"place": "请问您在哪里附近停车？"},
            "examples": tuple(form.format(place) for form in EXAMPLES[id] for place in PLACES),
        }
    )


@pytest.fixture(scope="session")
def pack() -> CityPack:
    return load_pack(YUNLAN)


@pytest.fixture(scope="session")
def box(pack: CityPack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Toolbox]:
    folder = tmp_path_factory.mktemp("feeds")
    write(folder)
    made = toolbox(pack, folder)
    yield made
    made.close()


def write(folder: Path) -> None:
    names = ["鼓楼地下停车场", "会展中心P1停车场", "会展中心P2停车场", "古玩城停车场"]
    aliases = ["鼓楼停车库", "", "", ""]
    pl.DataFrame({"name": names, "spaces": [300, 800, 500, None], "aliases": aliases}).write_parquet(
        folder / "lots.parquet"
    )
    local = NOW.replace(tzinfo=None)
    times = [local - timedelta(minutes=5)] * 3 + [local - timedelta(hours=9)]
    pl.DataFrame({"name": names, "at": times, "free": [3, 120, 40, 7]}).write_parquet(folder / "free.parquet")


def toolbox(pack: CityPack, folder: Path) -> Toolbox:
    feeds = [
        Feed.model_validate(
            {"id": "lots", "dataset": "lots.register", "title": "停车场名录", "unit": "", "source":
             {"kind": "parquet", "path": "lots.parquet"}}
        ),
        Feed.model_validate(
            {"id": "free", "dataset": "lots.free", "title": "空闲泊位", "unit": "", "fresh_for": "PT30M", "source":
             {"kind": "parquet", "path": "free.parquet"}}
        ),
    ]  # fmt: skip
    tools = {one.id: Offered(one, _told(one.id)) for one in (lot, near, air, way, brief)}
    return Toolbox(pack, Gazetteer.of(pack), Feeds(pack, feeds, folder), MemoryLog(), tools)


@pytest.fixture(scope="session")
def planner(box: Toolbox, pack: CityPack) -> Planner:
    signs = Signs(box.gazetteer, signed_names(box, NOW, box.every))
    rules = [pair.question for pair in read_examples(pack)][::12]
    examples = {one.tool.id: one.told.examples for one in box.every}
    return Planner(box, Wants.learn(examples, {OTHER: [*OTHERS * 3, *rules], NOWHERE: UNKNOWN * 3}, signs, None))
