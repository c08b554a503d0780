"""``citydesk feeds`` on a small city whose one dataset comes from an installed package, and on the example city."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from serve.cli.feeds import table
from serve.example_data import NOTE
from tests.city.pack.making import write
from tests.conftest import YUNLAN
from tests.serve.conftest import Ran, Run
from tests.serve.toolcity import FEED, ZONE, add_tools, installed, write_benches
from tools.feeds.world import maker_of, rooms_of

NOW = datetime(2026, 11, 26, 8, 30, tzinfo=ZONE)
AT = ("--as-of", "2026-11-26T08:30")
Feeds = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def rows(home: Path) -> Path:
    """The feed's file."""
    write_benches(home, NOW)
    return home / "xiaocheng" / "feeds" / "benches.csv"


@pytest.fixture
def city(small_city: Path, tmp_path: Path) -> Iterator[Path]:
    add_tools(small_city)
    with installed(tmp_path / "packages"):
        yield small_city


@pytest.fixture
def feeds(run: Run, city: Path, home: Path) -> Feeds:
    """``citydesk feeds …`` in that city."""
    return lambda *arguments: run("feeds", *arguments, "--city", city, "--home", home)


def listed(ran: Ran) -> dict[str, dict[str, Any]]:
    assert (ran.code, ran.err) == (0, ""), ran
    return {one["dataset"]: one for one in json.loads(ran.out)["feeds"]}


# —— list ——


def test_list_says_how_each_stands_and_which_a_tool_lacks(feeds: Feeds, rows: Path) -> None:
    found = listed(feeds("list", *AT, "--json"))
    assert {id: (one["standing"], one["code"]) for id, one in found.items()} == {
        "benches.free": ("fresh", ""),
        "benches.hedges": ("missing", "no_feed"),
    }
    assert (found["benches.free"]["rows"], found["benches.free"]["newest"]) == (2, "2026-11-26T08:27:00+08:00")
    lines = feeds("list", *AT).out.splitlines()
    cells = ["benches.free", "park-benches", "fresh", "2", "2026-11-26", "08:27", "10", "min", "park_office"]
    assert lines[1].split() == cells
    assert lines[-1].startswith("2 datasets at 2026-11-26 08:30: 1 fresh, 0 late, 1 missing, 0 broken; files in ")


@pytest.mark.parametrize(
    ("moment", "state"),
    [
        ("2026-11-26T08:30", "fresh"),
        ("2026-11-26T09:30", "late"),
        ("2026-11-26T06:00", "missing"),
        ("2026-11-26T00:28:00Z", "fresh"),
    ],
)
def test_list_as_of_a_moment(feeds: Feeds, rows: Path, moment: str, state: str) -> None:
    assert listed(feeds("list", "--as-of", moment, "--json"))["benches.free"]["standing"] == state


def test_list_without_files_says_what_to_do(feeds: Feeds) -> None:
    ran = feeds("list", *AT)
    assert ran.code == 0
    assert "citydesk feeds example" in ran.out
    assert "0 fresh, 0 late, 2 missing" in ran.out


def test_what_is_late_is_told_with_its_remedy(feeds: Feeds, rows: Path) -> None:
    out = feeds("list", "--as-of", "2026-11-27").out
    assert "feeds/benches.yaml: [0].fresh_for: feed park-benches: the newest is of 2026-11-26 08:27" in out


def test_a_moment_that_is_none(feeds: Feeds) -> None:
    assert "--as-of 'soon'" in feeds("list", "--as-of", "soon").fault()


def test_the_folder_is_a_setting(feeds: Feeds, rows: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    elsewhere = tmp_path / "data"
    elsewhere.mkdir()
    rows.rename(elsewhere / rows.name)
    assert listed(feeds("list", *AT, "--json"))["benches.free"]["standing"] == "missing"
    monkeypatch.setenv("CITYDESK_FEEDS", str(elsewhere))
    assert listed(feeds("list", *AT, "--json"))["benches.free"]["standing"] == "fresh"


# —— check ——


def test_check_is_sound_where_nothing_is_wrong(feeds: Feeds, rows: Path) -> None:
    ran = feeds("check", *AT)
    assert (ran.code, ran.out.splitlines()) == (
        0,
        ["park-benches (benches.free): sound, 2 rows", "1 feeds read: sound"],
    )


def test_check_names_file_row_and_column(feeds: Feeds, rows: Path) -> None:
    rows.write_text(rows.read_text("utf-8") + "b3,2026-11-26 08:20:00,many\n", "utf-8")
    ran = feeds("check", *AT)
    assert ran.code == 1
    assert "benches.csv row 4 (b3) column 'free': 'many' is no whole number → correct it" in ran.out
    assert ran.out.splitlines()[-1] == "1 feeds read: 1 to be mended"
    (found,) = json.loads(feeds("check", "park-benches", *AT, "--json").out)["feeds"]
    assert found["sound"] is False
    assert [(bad["file"], bad["row"], bad["own"]) for bad in found["bad"]] == [("benches.csv", 4, "free")]


def test_check_of_what_is_missing_or_late(feeds: Feeds, home: Path) -> None:
    ran = feeds("check", *AT)
    assert ran.code == 1
    assert "put it there" in ran.out
    write_benches(home, NOW)
    assert feeds("check", "--as-of", "2026-11-28").code == 1


def test_an_unknown_feed_is_told_with_the_nearest(feeds: Feeds) -> None:
    assert "nearest: park-benches" in feeds("check", "park-bench").fault()
    assert "citydesk feeds list" in feeds("show", "zzzzz").fault()


# —— show ——


def test_show_says_what_columns_are_made_of_and_the_newest_rows(
    feeds: Feeds, city: Path, rows: Path, home: Path
) -> None:
    out = feeds("show", "park-benches", *AT).out
    assert "feeds/benches.yaml: [0]" in out
    assert [line.split() for line in out.splitlines()[-3:]] == [
        ["bench", "at", "free"],
        ["b1", "2026-11-26", "08:27", "4"],
        ["b2", "2026-11-26", "06:30", "90909"],
    ]
    columns = {
        "bench": {"value": "b7"},
        "free": {"from": "free", "times": 2},
        "at": {"from": "at", "format": "%Y-%m-%d %H:%M:%S"},
    }
    write(city / "feeds" / "benches.yaml", [{**FEED, "columns": columns}])
    found = json.loads(feeds("show", "benches.free", *AT, "--rows", "1", "--json").out)
    assert [one["made_of"] for one in found["columns"]] == ["always 'b7'", "at as %Y-%m-%d %H:%M:%S", "free × 2"]
    assert [(row["bench"], row["free"]) for row in found["rows"]] == [("b7", 8)]


def test_show_of_what_is_missing_has_columns_and_a_reason(feeds: Feeds) -> None:
    ran = feeds("show", "park-benches", *AT)
    assert ran.code == 0
    assert "there is no file 'benches.csv'" in ran.out
    assert json.loads(feeds("show", "park-benches", *AT, "--json").out)["rows"] == []


def test_tables_are_aligned_whatever_the_script() -> None:
    assert table([["a", "b"], ["停车", "x"], ["abc", "甲" * 40]]) == [
        "a     b",
        "停车  x",
        f"abc   {'甲' * 13}…",
    ]


# —— example ——


@pytest.fixture
def example(run: Run, home: Path) -> Feeds:
    """``citydesk feeds example`` of the example city: two rooms, three weeks."""
    days = ("--since", "2026-11-01", "--until", "2026-11-22", "--rooms", "schools, tourism")
    return lambda *arguments: run("feeds", "example", *days, *arguments, "--city", YUNLAN, "--home", home)


def test_example_writes_where_the_feeds_look(run: Run, example: Feeds, home: Path) -> None:
    ran = example()
    assert ran.code == 0
    assert "made up" in ran.out
    assert ran.out.splitlines()[0].startswith("schools ")
    note = json.loads((home / "yunlan" / "feeds" / NOTE).read_text("utf-8"))
    assert note["made_up"] is True
    assert set(note["rooms"]) == {"schools", "tourism"}
    found = listed(run("feeds", "list", "--as-of", "2026-11-20T09:00", "--home", home, "--json"))
    assert {one["standing"] for id, one in found.items() if id.startswith(("schools.", "tourism."))} == {"fresh"}
    assert found["parking.free"]["standing"] == "missing"
    checked = run(
        "feeds", "check", "tourism-inside", "education-schools", "--as-of", "2026-11-20T09:00", "--home", home
    )
    assert checked.code == 0, checked.out


def test_example_again_writes_the_same_and_leaves_nothing_old(example: Feeds, home: Path, run: Run) -> None:
    assert example().code == 0
    folder = home / "yunlan" / "feeds"
    before = {path.name: path.read_bytes() for path in (folder / "schools").iterdir() if path.is_file()}
    (folder / ".kept").mkdir()
    (folder / ".kept" / "copy.csv").write_text("x")
    assert before
    assert example("--json").code == 0
    assert {path.name: path.read_bytes() for path in (folder / "schools").iterdir() if path.is_file()} == before


def test_example_refuses_a_folder_with_other_files(example: Feeds, tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    write(folder / "parking" / "lots.csv", "real\n")
    assert "'parking/lots.csv', which is no example data" in example(folder).fault()
    assert not (folder / "schools").exists()
    assert example(folder, "--force").code == 0
    assert (folder / "parking" / "lots.csv").read_text("utf-8") == "real\n"
    assert (folder / "schools").is_dir()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("--rooms", "moon"), "world/moon.yaml"),
        (("--since", "2026-11-30", "--until", "2026-11-30"), "is not after"),
        (("--since", "soon"), "--since 'soon'"),
    ],
)
def test_example_says_what_is_wrong(run: Run, home: Path, given: tuple[str, ...], says: str) -> None:
    assert says in run("feeds", "example", *given, "--home", home).fault()
    assert not home.exists()


def test_a_damaged_note_is_told(example: Feeds, tmp_path: Path) -> None:
    write(tmp_path / "mine" / NOTE, '{"rooms": {"schools": 3}}')
    assert NOTE in example(tmp_path / "mine").fault()


def test_a_note_takes_nothing_away_outside_its_folder(example: Feeds, tmp_path: Path) -> None:
    write(tmp_path / "precious.csv", "real\n")
    names = ["../precious.csv", "schools/../../precious.csv", "schools/old.csv"]
    write(tmp_path / "mine" / "schools" / "old.csv", "x\n")
    write(tmp_path / "mine" / NOTE, json.dumps({"rooms": {"schools": {"files": names}}}))
    assert example(tmp_path / "mine").code == 0
    assert (tmp_path / "precious.csv").read_text("utf-8") == "real\n"
    assert not (tmp_path / "mine" / "schools" / "old.csv").exists()


def test_a_recipe_without_room_is_told(run: Run, small_city: Path, home: Path) -> None:
    write(small_city / "world" / "moon.yaml", {})
    assert "tools/moon/example.py" in run("feeds", "example", "--city", small_city, "--home", home).fault()
    (small_city / "world" / "moon.yaml").unlink()
    assert "no recipe" in run("feeds", "example", "--city", small_city, "--home", home).fault()


def test_every_recipe_of_the_example_city_has_a_maker() -> None:
    rooms = rooms_of(YUNLAN)
    assert {"parking", "schools"} <= set(rooms)
    assert [room for room in rooms if maker_of(room) is None] == []
    assert maker_of("../x") is None
    assert maker_of("feeds") is None
