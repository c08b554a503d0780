"""`citydesk check` looks at feeds, tools and rights too, each mistake with file, place and remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from city.pack import load_pack
from serve.checking import check_everything
from serve.toolpacks import check_tool_packs, known_datasets
from tests.city.pack.making import write
from tests.conftest import YUNLAN
from tests.serve.conftest import Run
from tests.serve.toolcity import add_tools, installed

Change = Callable[[Any], object]


@pytest.fixture
def city(small_city: Path, tmp_path: Path) -> Iterator[Path]:
    """The small city with its benches."""
    with installed(tmp_path / "site"):
        add_tools(small_city)
        yield small_city


def spoil(city: Path, file: str, change: Change) -> None:
    path = city / file
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    change(data)
    write(path, data)


def test_the_example_citys_tools_feeds_and_rights_are_sound() -> None:
    assert list(map(str, check_tool_packs(load_pack(YUNLAN)))) == []


def test_a_city_with_tools_of_its_own_is_sound(city: Path) -> None:
    assert list(map(str, check_everything(city))) == []
    assert "benches.free" in known_datasets()


@pytest.mark.parametrize(
    ("file", "change", "where", "says"),
    [
        ("feeds/benches.yaml", lambda d: d[0].update(dataset="benches.fre"), "[0].dataset", "benches.fre"),
        ("feeds/benches.yaml", lambda d: d[0].update(columns={"fre": "x"}), "[0].columns.fre", "no column 'fre'"),
        ("feeds/benches.yaml", lambda d: d[0].update(colour="red"), "[0].colour", "red"),
        ("tools/benches.yaml", lambda d: d.update({"benches.fee": d["benches.sum"]}), "benches.fee", "no tool"),
        ("tools/benches.yaml", lambda d: d["benches.free"].update(tell="{{ seats }}"), "benches.free.tell", "'seats'"),
        ("tools/benches.yaml", lambda d: d["benches.sum"].update(tells=""), "benches.sum.tells", ""),
    ],
)
def test_a_mistake_is_one_problem(city: Path, file: str, change: Change, where: str, says: str) -> None:
    spoil(city, file, change)
    (problem,) = check_everything(city)
    assert problem.file == file
    assert where in problem.where
    assert says in problem.message
    assert problem.remedy


def test_rights_of_a_wrong_post_or_name(city: Path) -> None:
    write(city / "citydata" / "rights.yaml", {"posts": {"agent": ["benches.mange"], "boss": []}})
    found = check_everything(city)
    assert {(one.file, one.where) for one in found} == {
        ("citydata/rights.yaml", "posts.agent"),
        ("citydata/rights.yaml", "posts.boss"),
    }


def test_one_broken_file_does_not_hide_the_others(city: Path) -> None:
    write(city / "tools" / "benches.yaml", "a: [")
    write(city / "citydata" / "rights.yaml", {"posts": {"boss": []}})
    spoil(city, "feeds/benches.yaml", lambda d: d[0].update(dataset="no.such"))
    files = [one.file for one in check_tool_packs(load_pack(city))]
    assert files == ["feeds/benches.yaml", "tools/benches.yaml", "citydata/rights.yaml"]


def test_the_command_ends_with_one(city: Path, run: Run) -> None:
    assert run("check", city).code == 0
    spoil(city, "feeds/benches.yaml", lambda d: d[0].update(dataset="no.such"))
    ran = run("check", city)
    assert ran.code == 1
    assert "feeds/benches.yaml: [0].dataset" in ran.out
