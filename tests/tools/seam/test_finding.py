"""Which tools there are: rooms, entry points of other installations, and what the pack switches on."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tools as house
from city.gazetteer import Gazetteer
from city.pack import PackError, load_pack
from tests.city.pack.making import make_pack, write
from tests.tools.seam.toys import CITIZEN, FREE, NOW
from tools.feeds.citydata import CityData
from tools.feeds.feeds import Feeds
from tools.seam import Arguments, Found, measure, slot, tool
from tools.seam.audit import MemoryLog
from tools.seam.finding import ENTRY_POINTS, every_tool, tools_of
from tools.seam.packed import read_told
from tools.seam.tool import AnyTool
from tools.seam.toolbox import Toolbox

CODE = '''
from tools.seam import Arguments, Found, measure, tool


class Tall(Found):
    metres: float = measure("高度", "米", digits=1)


@tool("{id}", "塔高")
def tower(asked: Arguments, data: object) -> Tall:
    """Height of the tower."""
    return Tall(metres={metres})


again = tower
'''
CODE = CODE.replace("data: object", "data: CityData").replace(
    "from tools.seam import", "from tools.feeds.citydata import CityData\nfrom tools.seam import"
)


@pytest.fixture
def fresh() -> Iterator[None]:
    """Tools are looked for anew, before and after."""
    every_tool.cache_clear()
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith(("towers", "other_towers", "tools.zz_")):
            del sys.modules[name]
    every_tool.cache_clear()


def distribution(folder: Path, name: str, value: str) -> None:
    """What pip leaves of an installed package with one entry point."""
    info = folder / f"{name}-1.0.dist-info"
    write(info / "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    write(info / "entry_points.txt", f"[{ENTRY_POINTS}]\n{name} = {value}\n")


def metres(made: AnyTool) -> object:
    no_data: Any = None
    return made.run(made.arguments(), no_data).metres


@pytest.mark.parametrize("value", ["towers", "towers:tower"])
@pytest.mark.usefixtures("fresh")
def test_another_installation_adds_tools_by_an_entry_point(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    assert "towers.height" not in every_tool()
    every_tool.cache_clear()
    write(tmp_path / "towers.py", CODE.format(id="towers.height", metres=61.5))
    distribution(tmp_path, "towers", value)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert every_tool()["towers.height"].room == "towers"

    root = make_pack(tmp_path / "city")
    write(root / "tools" / "towers.yaml", {"towers.height": {"audience": ["citizen"], "tell": "塔高{{ metres }}。"}})
    pack = load_pack(root)
    box = Toolbox.open(pack, Gazetteer.of(pack), Feeds.open(pack, tmp_path), MemoryLog())
    assert [offered.tool.id for offered in box.offered(CITIZEN)] == ["towers.height"]
    assert box.call("towers.height", {}, CITIZEN, NOW).value == {"metres": 61.5}
    box.close()


@pytest.mark.usefixtures("fresh")
def test_a_package_of_an_entry_point_is_searched_module_by_module(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Adding a tool to it is adding a file."""
    write(tmp_path / "towers" / "__init__.py", "")
    write(tmp_path / "towers" / "old.py", CODE.format(id="towers.height", metres=61.5))
    write(tmp_path / "towers" / "inner" / "__init__.py", "raise RuntimeError('not a module of tools')")
    distribution(tmp_path, "towers", "towers")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert [id for id in every_tool() if id.startswith("towers.")] == ["towers.height"]
    every_tool.cache_clear()
    write(tmp_path / "towers" / "anew.py", CODE.format(id="towers.depth", metres=3.5))
    assert [id for id in every_tool() if id.startswith("towers.")] == ["towers.depth", "towers.height"]
    assert metres(every_tool()["towers.depth"]) == 3.5


@pytest.mark.usefixtures("fresh")
def test_an_entry_point_takes_the_place_of_a_tool_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "rooms" / "zz_towers" / "__init__.py", '"""A room."""\n')
    write(tmp_path / "rooms" / "zz_towers" / "tools.py", CODE.format(id="towers.height", metres=1.0))
    monkeypatch.setattr(house, "__path__", [*house.__path__, str(tmp_path / "rooms")])
    ours = every_tool()["towers.height"]
    assert metres(ours) == 1.0
    every_tool.cache_clear()
    write(tmp_path / "other_towers.py", CODE.format(id="towers.height", metres=2.0))
    distribution(tmp_path, "other_towers", "other_towers")
    monkeypatch.syspath_prepend(str(tmp_path))
    theirs = every_tool()["towers.height"]
    assert metres(theirs) == 2.0


@pytest.mark.usefixtures("fresh")
def test_two_rooms_with_one_id_are_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ("zz_one", "zz_two"):
        write(tmp_path / room / "__init__.py", '"""A room."""\n')
        write(tmp_path / room / "tools.py", CODE.format(id="zz.height", metres=1.0))
    monkeypatch.setattr(house, "__path__", [*house.__path__, str(tmp_path)])
    with pytest.raises(TypeError, match=r"two tools have the id 'zz\.height'"):
        every_tool()


def test_a_tool_known_by_two_names_is_one_tool(tmp_path: Path) -> None:
    module = type(sys)("towers")
    exec(CODE.format(id="towers.height", metres=1.0), module.__dict__)  # noqa: S102  # our own text
    assert [made.id for made in tools_of(module)] == ["towers.height"]


def test_what_the_pack_does_not_name_is_off(tmp_path: Path) -> None:
    pack = load_pack(make_pack(tmp_path / "city"))
    box = Toolbox.open(pack, Gazetteer.of(pack), Feeds.open(pack, tmp_path), MemoryLog())
    assert box.offered(CITIZEN) == []
    box.close()


TOLD = {"audience": ["citizen"], "tell": "好。"}


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.yaml": {"x.y": {"audience": [], "tell": "好。"}}}, "audience"),
        ({"a.yaml": {"x.y": {"audience": ["mayor"], "tell": "好。"}}}, "audience"),
        ({"a.yaml": {"x.y": {**TOLD, "effect": "write"}}}, "effect"),
        ({"a.yaml": {"x.y": {"audience": ["citizen"]}}}, "tell"),
        ({"a.yaml": {"x.y": TOLD}, "b.yaml": {"x.y": TOLD}}, "two files"),
        ({"a.yaml": {"x.y": {**TOLD, "endings": {"several": "有{names"}}}}, "opens or closes nothing"),
        ({"a.yaml": "x: [1"}, "a.yaml"),
    ],
)
def test_what_is_wrong_in_the_pack_is_named(tmp_path: Path, files: dict[str, object], said: str) -> None:
    for name, content in files.items():
        write(tmp_path / "tools" / name, content)
    with pytest.raises(PackError, match=said):
        read_told(tmp_path)


def test_names_that_are_heard_come_from_a_dataset_that_is_read() -> None:
    """Else nobody could ever say them, and nothing would tell why."""

    class Named(Arguments):
        bench: str = slot("entity", "座椅", of="benches.free.bench")

    class Seen(Found):
        free: int = measure("空位", "个")

    def look(asked: Named, data: CityData) -> Seen:
        return Seen(free=0)

    look.__annotations__ = {"asked": Named, "data": CityData, "return": Seen}
    assert tool("benches.look", "看", needs=(FREE,))(look).needs == (FREE,)
    with pytest.raises(TypeError, match=r"benches\.look: the names of an argument are in \['benches\.free'\]"):
        tool("benches.look", "看")(look)
