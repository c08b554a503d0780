"""Mistakes in what a pack says of tools and rights: file, place, remedy."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any, Literal

import pytest

from city.pack import PackError
from tests.city.pack.making import write
from tests.tools.seam.toys import FREE, Seats
from tools.feeds.citydata import CityData
from tools.seam import Arguments, Found, measure, slot, tool
from tools.seam.checking import check_rights, check_told
from tools.seam.packed import read_told
from tools.seam.tool import STAFF, AnyTool

POSTS = ("agent", "auditor")


class Asked(Arguments):
    place: str = slot("place", "地点")
    want: Literal["near", "cheap", "quiet"] = slot("choice", "要什么", default="near")
    shade: bool = slot("flag", "有树荫", default=False)
    radius: int = slot("count", "半径", unit="米", default=800)


class Bench(Found):
    name: str = measure("名称")


class Benches(Found):
    place: str = measure("地点")
    seats: tuple[Bench, ...] | None = measure("座椅", default=None)


@tool("benches.near", "附近座椅", needs=(FREE,))
def near(asked: Asked, data: CityData) -> Benches:
    """Benches near a place."""
    return Benches(place=asked.place)


class One(Arguments):
    bench: str = slot("entity", "座椅", of="benches.free.bench", default="b1")


@tool("benches.paint", "刷漆", needs=(FREE,), audience=STAFF, permission="benches.manage", effect="propose")
def paint(asked: One, data: CityData) -> Seats:
    """Draft of an order to paint a bench."""
    return Seats(free=0)


TOOLS: dict[str, AnyTool] = {one.id: one for one in (near, paint)}
SOUND: dict[str, Any] = {
    "benches.near": {
        "audience": ["citizen", "staff"],
        "tell": "{{ place }}附近。",
        "table": {"rows": "seats", "columns": ["name"]},
        "ask": {"place": "在哪儿？"},
        "words": {"want": {"cheap": ["便宜"], "quiet": ["安静"]}, "shade": {"true": ["树荫"]}},
        "examples": ["哪儿有座椅"],
    },
    "benches.paint": {"audience": ["staff"], "tell": "好了。"},
}


def faults(template: str, result: object) -> list[str]:
    """What stands for the look at templates, which another room has."""
    return ["line 1: nothing is named 'plaec'"] if "plaec" in template else []


def found(root: Path, told: dict[str, Any]) -> list[str]:
    write(root / "tools" / "benches.yaml", told)
    return [str(one) for one in check_told(root, TOOLS, faults)]


def changed(place: str, value: object) -> dict[str, Any]:
    """What is sound, with one thing changed; None takes it out."""
    made = deepcopy(SOUND)
    tool_, _, rest = place.partition("/")
    inner = made[tool_]
    *path, last = rest.split("/")
    for name in path:
        inner = inner[name]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return made


def test_what_is_sound_is_sound(tmp_path: Path) -> None:
    assert found(tmp_path, SOUND) == []


@pytest.mark.parametrize(
    ("place", "value", "where", "says", "remedy"),
    [
        ("benches.paint/audience", ["citizen"], "benches.paint.audience", "is not made for citizen", "write staff"),
        ("benches.near/tell", "{{ plaec }}", "benches.near.tell", "nothing is named 'plaec'", "place, seats"),
        ("benches.near/table/rows", "seat", "benches.near.table.rows", "'seat' is no list of records", "'seats'"),
        ("benches.near/table/rows", "place", "benches.near.table.rows", "'place' is no list of", "seats"),
        ("benches.near/table/columns", ["nam"], "benches.near.table.columns", "have no 'nam'", "'name'"),
        ("benches.near/ask/plce", "哪？", "benches.near.ask.plce", "takes no 'plce'", "'place'"),
        ("benches.near/ask/place", None, "benches.near.ask.place", "地点 has to be asked for", "write one"),
        ("benches.near/words/wnat", {}, "benches.near.words.wnat", "takes no 'wnat'", "'want'"),
        ("benches.near/words/radius", {"1": ["一"]}, "benches.near.words.radius", "and this is count", "take them"),
        ("benches.near/words/want/chaep", ["廉"], "benches.near.words.want.chaep", "no value 'chaep'", "'cheap'"),
        ("benches.near/words/want/quiet", None, "benches.near.words.want.quiet", "no words mean 'quiet'", "say it"),
        ("benches.near/words/want/quiet", [], "benches.near.words.want.quiet", "no words mean 'quiet'", "say it"),
        ("benches.near/words/want/quiet", ["便宜"], "benches.near.words.want.quiet", "means 'cheap' too", "meant"),
        ("benches.near/words/shade", None, "benches.near.words.shade.true", "no words mean 'true'", "say it"),
        ("benches.near/words/shade/yes", ["荫"], "benches.near.words.shade.yes", "no value 'yes'", "true"),
        ("benches.near/examples", ["座", "座"], "benches.near.examples", "'座' stands twice", "keep one"),
    ],
)
def test_each_mistake_is_told_with_place_and_remedy(
    tmp_path: Path, place: str, value: object, where: str, says: str, remedy: str
) -> None:
    (told,) = found(tmp_path, changed(place, value))
    before, _, after = told.partition(" → ")
    assert before.startswith(f"tools/benches.yaml: {where}: ")
    assert says in before
    assert remedy in after


def test_an_unknown_tool_is_told_with_the_nearest(tmp_path: Path) -> None:
    (told,) = found(tmp_path, {**SOUND, "benches.naer": SOUND["benches.near"]})
    assert told.startswith("tools/benches.yaml: benches.naer: there is no tool of this id → write 'benches.near'")


def test_what_does_not_load_is_told_by_the_reader(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="audience"):
        found(tmp_path, {"benches.near": {"tell": ""}})


def rights(root: Path, posts: dict[str, list[str]]) -> list[str]:
    write(root / "citydata" / "rights.yaml", {"posts": posts})
    write(root / "tools" / "benches.yaml", SOUND)
    return [str(one) for one in check_rights(root, TOOLS, read_told(root), POSTS)]


def test_rights_that_a_tool_asks_for_are_sound(tmp_path: Path) -> None:
    assert rights(tmp_path, {"agent": ["city.read", "benches.manage"], "auditor": []}) == []


@pytest.mark.parametrize(
    ("posts", "says", "remedy"),
    [
        ({"agnet": ["city.read"]}, "posts.agnet: is no post", "write 'agent'"),
        ({"agent": ["benches.mange"]}, "posts.agent: no tool asks for the right 'benches.mange'", "'benches.manage'"),
        ({"agent": ["bnches.manage"]}, "no tool asks for the right 'bnches.manage'", "'benches.manage'"),
    ],
)
def test_wrong_rights_are_told(tmp_path: Path, posts: dict[str, list[str]], says: str, remedy: str) -> None:
    (told,) = rights(tmp_path, posts)
    assert says in told
    assert remedy in told.split(" → ")[1]


def test_rights_of_a_room_without_tools_are_not_judged(tmp_path: Path) -> None:
    assert rights(tmp_path, {"agent": ["fountains.read"]}) == []


def test_a_city_without_rights_is_sound(tmp_path: Path) -> None:
    assert list(check_rights(tmp_path, TOOLS, {}, POSTS)) == []
