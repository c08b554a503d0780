"""A small city with toy tools: benches in a park, and how many of them are free."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

from city.errors import BadInput, TryAgain
from city.gazetteer import Gazetteer
from city.pack import CityPack, load_pack
from tests.city.pack.making import make_pack
from tools.feeds.citydata import CityData
from tools.feeds.dataset import Column, Dataset
from tools.feeds.feed import Feed
from tools.feeds.feeds import Feeds
from tools.seam import Arguments, CannotCompute, Found, NoData, NotAllowed, measure, slot, tool
from tools.seam.audit import CallLog, MemoryLog
from tools.seam.hands import Hands
from tools.seam.packed import Audience, Told
from tools.seam.tool import EVERYBODY, STAFF, AnyTool, Effect
from tools.seam.toolbox import Caller, Offered, Toolbox

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 26, 8, 30, tzinfo=ZONE)
FREE = Dataset(
    "benches.free",
    "空闲座椅",
    key=("bench",),
    time="at",
    columns=(
        Column("bench", "text", "编号"),
        Column("at", "time", "时间"),
        Column("free", "int", "空位", "个", least=0, most=1000),
    ),
)
FEED: dict[str, Any] = {
    "id": "park-benches",
    "dataset": "benches.free",
    "title": "公园座椅感应",
    "unit": "bureau",
    "source": {"kind": "csv", "path": "benches.csv"},
    "fresh_for": "PT10M",
}


class Bench(Arguments):
    """Which bench."""

    bench: str = slot("text", "座椅", default="b1")


class Seats(Found):
    """How many seats."""

    free: int | None = measure("空位", "个")


@tool("benches.free", "空闲座椅", needs=(FREE,))
def free(asked: Bench, data: CityData) -> Seats:
    """Free seats of a bench now."""
    rows = data.latest(FREE, {"bench": asked.bench})
    return Seats(free=rows["free"][0])


@tool("benches.closed", "封闭的座椅", audience=STAFF, permission="benches.manage")
def closed(asked: Bench, data: CityData) -> Seats:
    """Benches taken out of use; for the park's staff."""
    return Seats(free=0)


@tool("benches.report", "报修单", audience=STAFF, permission="benches.manage", effect="propose")
def report(asked: Bench, data: CityData) -> Seats:
    """Draft of a repair order, which a person approves."""
    return Seats(free=0)


Way = Literal["row", "none", "several", "busy_feed", "bad_feed", "crash", "quit", "wrong", "timeout"]


class Ask(Arguments):
    """How it shall end."""

    way: Way = slot("choice", "方式")


@tool("toys.end", "各种结局")
def end(asked: Ask, data: CityData) -> Seats:
    """Ends in the way that is asked for."""
    if asked.way == "row":
        raise NotAllowed("not your row", code="row")
    if asked.way == "none":
        raise NoData("no such bench", bench="b9")
    if asked.way == "several":
        raise CannotCompute("two benches", code="several", names="一号、二号")
    if asked.way == "busy_feed":
        raise TryAgain("the feed is busy")
    if asked.way == "bad_feed":
        raise BadInput("line 3 is damaged")
    if asked.way == "crash":
        raise ZeroDivisionError("secret detail")
    if asked.way == "quit":
        raise SystemExit(3)
    if asked.way == "timeout":
        raise TimeoutError("of its own")
    return "seven"  # type: ignore[return-value]  # what a careless tool might do


def waiting(going: threading.Event, begun: threading.Event, timeout_s: float = 0.05) -> AnyTool:
    """A tool that is in no hurry: it ends when ``going`` is set."""

    @tool("toys.wait", "慢", needs=(FREE,), timeout_s=timeout_s)
    def wait(asked: Bench, data: CityData) -> Seats:
        """Waits."""
        begun.set()
        assert going.wait(30)
        return Seats(free=7)

    return wait


def told(*audience: Audience, permission: str = "", **more: Any) -> Told:
    """What a pack says of a tool."""
    return Told(audience=audience or ("citizen", "staff"), permission=permission, tell="有{{ free }}", **more)


def a_tool(audience: Iterable[str] = EVERYBODY, permission: str = "", effect: Effect = "read") -> AnyTool:
    """A tool made past the decorator, which would refuse some of them."""
    circle = frozenset(name for name in ("citizen", "staff") if name in set(audience))
    return free.__class__(
        id="toys.any",
        title="任意",
        run=lambda asked, data: Seats(free=1),
        arguments=Bench,
        result=Seats,
        audience=circle,
        permission=permission,
        effect=effect,
        needs=(),
        timeout_s=5.0,
        cost=1,
    )


def make_city(folder: Path) -> CityPack:
    """The city's pack."""
    return load_pack(make_pack(folder))


def write_rows(folder: Path, rows: Sequence[tuple[str, datetime, int]]) -> None:
    """The feed's file; times are the city's."""
    lines = [f"{bench},{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S},{free}" for bench, at, free in rows]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "benches.csv").write_text("\n".join(["bench,at,free", *lines]) + "\n", encoding="utf-8")


def box_of(
    pack: CityPack, folder: Path, *offered: Offered, log: CallLog | None = None, hands: Hands | None = None
) -> Toolbox:
    """A toolbox with these tools; without any, with all toys as the pack switches them on."""
    given = offered or (
        Offered(free, told()),
        Offered(closed, told("staff")),
        Offered(report, told("staff")),
        Offered(end, told(endings={"several": "有好几处：{names}，请说清楚是哪一处。"})),
    )
    feeds = Feeds(pack, [Feed.model_validate(FEED)], folder)
    by_id = {one.tool.id: one for one in given}
    return Toolbox(pack, Gazetteer.of(pack), feeds, log or MemoryLog(), by_id, hands=hands)


CITIZEN = Caller.citizen()
KEEPER = Caller.staff("benches.manage", who="lin")
