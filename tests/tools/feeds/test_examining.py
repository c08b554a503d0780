"""A check names the rows that are wrong: file, row as a spreadsheet shows it, column, remedy."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from city.pack import CityPack
from tests.tools.feeds.conftest import FREE, LOTS, NOW, feed_of
from tools.feeds.dataset import Column, Dataset
from tools.feeds.examining import SHOWN, Examined
from tools.feeds.feeds import Feeds
from tools.feeds.scans import letters

ROWS: list[dict[str, str]] = [
    {"编号": "a", "名称": "甲", "泊位": "10", "室内": "是"},
    {"编号": "b", "名称": "乙", "泊位": "many", "室内": "是"},
    {"编号": "c", "名称": "丙", "泊位": "-4", "室内": "或许"},
    {"编号": "", "名称": "丁", "泊位": "4", "室内": "否"},
]
COLUMNS: dict[str, Any] = {
    "id": "编号",
    "name": "名称",
    "spaces": "泊位",
    "covered": {"from": "室内", "words": {"是": True, "否": False}},
}
SOURCES: dict[str, dict[str, Any]] = {
    "csv": {"kind": "csv", "path": "lots.csv"},
    "xlsx": {"kind": "xlsx", "path": "lots.xlsx", "header": 2},
    "json": {"kind": "json", "path": "lots.json"},
    "jsonl": {"kind": "jsonl", "path": "lots.jsonl"},
    "geojson": {"kind": "geojson", "path": "lots.geojson"},
    "parquet": {"kind": "parquet", "path": "lots.parquet"},
    "sql": {"kind": "sql", "url": "sqlite:///lots.db", "table": "lots"},
}
FIRST = {"csv": 2, "xlsx": 3, "sql": None}
AREAS = Dataset("x.areas", "片区", (Column("id", "text", "编号"), Column("area", "shape", "范围")), ("id",))
Check = Callable[..., Examined]


@pytest.fixture
def check(pack: CityPack, folder: Path) -> Check:
    """Reads one feed wholly: ``check(LOTS, source, columns={…})``."""

    def read(dataset: Dataset, source: dict[str, Any], **more: Any) -> Examined:
        (found,) = Feeds(pack, [feed_of(dataset, source, **more)], folder).examine(NOW, {dataset.id: dataset})
        return found

    return read


def write(folder: Path, kind: str) -> None:
    """The rows as a file of this kind."""
    path = folder / f"lots.{kind}"
    texts = {
        "csv": "\n".join([",".join(ROWS[0]), *(",".join(row.values()) for row in ROWS)]) + "\n",
        "json": json.dumps(ROWS),
        "jsonl": "\n".join(map(json.dumps, ROWS)),
        "geojson": json.dumps({"features": [{"type": "Feature", "properties": row} for row in ROWS]}),
    }
    if kind in texts:
        path.write_text(texts[kind], "utf-8")
    elif kind == "parquet":
        pl.DataFrame([{name: value or None for name, value in row.items()} for row in ROWS]).write_parquet(path)
    elif kind == "xlsx":
        book = Workbook()
        assert book.active is not None
        for line in (["停车场名录"], [*ROWS[0]], *([*row.values()] for row in ROWS)):
            book.active.append(line)
        book.save(path)
    else:
        with sqlite3.connect(folder / "lots.db") as made:
            made.execute("create table lots (编号 text, 名称 text, 泊位 text, 室内 text)")
            rows = [tuple(value or None for value in row.values()) for row in ROWS]
            made.executemany("insert into lots values (?, ?, ?, ?)", rows)


@pytest.mark.parametrize("kind", SOURCES)
def test_every_bad_value_has_its_place_and_remedy(kind: str, folder: Path, check: Check) -> None:
    write(folder, kind)
    found = check(LOTS, SOURCES[kind], columns=COLUMNS)
    file = "lots" if kind == "sql" else f"lots.{kind}"
    first = FIRST.get(kind, 1)
    rows = [None if first is None else first + place for place in (1, 2, 2, 3)]
    told = [(bad.file, bad.row, bad.key, bad.own, bad.value) for bad in found.bad]
    assert told == [
        (file, rows[0], "b", "泊位", "many"),
        (file, rows[1], "c", "泊位", "-4"),
        (file, rows[2], "c", "室内", "或许"),
        (file, rows[3], "", "编号", ""),
    ]
    number, beyond, word, key = (f"{bad.message} → {bad.remedy}" for bad in found.bad)
    assert "no whole number" in number
    assert "`nothing`" in number
    assert "between 0 and 10000 个" in beyond
    assert "`times`" in beyond
    assert "是, 否" in word
    assert "key is empty" in key
    assert not found.is_sound
    assert {p.where for p in found.problems} == {"[0].columns.spaces", "[0].columns.covered", "[0].columns.id"}


@pytest.mark.parametrize("kind", SOURCES)
def test_sound_rows_are_sound(kind: str, folder: Path, check: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{__name__}.ROWS", ROWS[:1])
    write(folder, kind)
    found = check(LOTS, SOURCES[kind], columns=COLUMNS)
    assert (found.is_sound, found.bad, found.problems, found.notes) == (True, (), (), ())
    assert found.state.rows == 1


def test_a_line_that_is_no_row_is_shown_and_counted_on(folder: Path, check: Check) -> None:
    (folder / "lots.csv").write_text("id,name,spaces\na,A,1\nb,B,2,3,4\nc,C,x\n")
    found = check(LOTS, SOURCES["csv"])
    assert [(bad.row, bad.value) for bad in found.bad] == [(3, "b,B,2,3,4"), (4, "x")]
    assert any("1 line is no row" in problem.message for problem in found.problems)


def test_blank_lines_of_a_sheet_keep_their_numbers(folder: Path, check: Check) -> None:
    book = Workbook()
    assert book.active is not None
    for line in (["id", "name", "spaces"], ["a", "A", 1], [], [], ["b", "B", "x"]):
        book.active.append(line)
    book.save(folder / "lots.xlsx")
    (bad,) = check(LOTS, {"kind": "xlsx", "path": "lots.xlsx"}).bad
    assert (bad.row, bad.key) == (5, "b")


def test_every_file_of_a_pattern_is_named(folder: Path, check: Check) -> None:
    for month in ("10", "11"):
        (folder / f"free-{month}.csv").write_text(f"lot,at,free\np1,2026-{month}-01 08:00,3\np2,2026-{month}-01,x\n")
    found = check(FREE, {"kind": "csv", "path": "free-*.csv"})
    assert [(bad.file, bad.row, bad.key) for bad in found.bad] == [
        ("free-10.csv", 3, "p2"),
        ("free-11.csv", 3, "p2"),
    ]


def test_only_a_few_of_each_are_shown(folder: Path, check: Check) -> None:
    (folder / "free.csv").write_text("lot,at,free\n" + "p1,2026-11-01,x\n" * 50)
    found = check(FREE, {"kind": "csv", "path": "free.csv"})
    assert len(found.bad) == SHOWN
    assert "50 values" in found.problems[0].message


def test_a_few_bad_values_in_many_are_a_note(folder: Path, check: Check) -> None:
    (folder / "free.csv").write_text("lot,at,free\n" + "p1,2026-11-01,1\n" * 500 + "p1,2026-11-01,x\n")
    found = check(FREE, {"kind": "csv", "path": "free.csv"})
    assert found.is_sound
    assert [bad.row for bad in found.bad] == [502]
    assert "free: 1 value cannot be read" in found.notes[0]


def test_a_time_that_cannot_be_read_is_found(folder: Path, check: Check) -> None:
    (folder / "free.csv").write_text("lot,at,free\np1,2026-11-01 08:00,1\np1,26/11/2026,1\np1,2027-01-01,x\n")
    (bad,) = check(FREE, {"kind": "csv", "path": "free.csv"}).bad
    assert (bad.row, bad.own, bad.value) == (3, "at", "26/11/2026")
    assert "`format`" in bad.remedy


def test_rows_of_the_same_key_are_told(folder: Path, check: Check) -> None:
    (folder / "lots.csv").write_text("id,name\na,A\nb,B\nb,C\n")
    (problem,) = check(LOTS, SOURCES["csv"]).problems
    assert "1 row has the 'id' of another, for example b" in problem.message


def test_shapes_that_are_none_are_found(folder: Path, check: Check) -> None:
    (folder / "areas.csv").write_text('id,area\na,"POINT(113 30)"\nb,somewhere\n')
    (bad,) = check(AREAS, {"kind": "csv", "path": "areas.csv"}).bad
    assert (bad.row, bad.own, bad.value) == (3, "area", "somewhere")
    assert "WGS-84" in bad.remedy


def test_what_cannot_be_read_at_all_is_one_reason(folder: Path, check: Check) -> None:
    found = check(LOTS, SOURCES["csv"])
    assert (found.state.standing, found.is_sound) == ("missing", False)
    (folder / "lots.csv").write_text("id\na\n")
    found = check(LOTS, SOURCES["csv"])
    assert found.state.standing == "broken"
    assert found.state.problem is not None
    assert "'name'" in found.state.problem.message


def test_only_those_named_are_read(pack: CityPack, folder: Path) -> None:
    (folder / "lots.csv").write_text("id,name\na,A\n")
    feeds = Feeds(pack, [feed_of(LOTS, SOURCES["csv"]), feed_of(FREE, SOURCES["csv"], id="free")], folder)
    known = {LOTS.id: LOTS, FREE.id: FREE}
    assert [one.state.feed for one in feeds.examine(NOW, known, only=["free"])] == ["free"]
    assert [one.state.feed for one in feeds.examine(NOW, known, only=[LOTS.id])] == [LOTS.id]
    assert len(list(feeds.examine(NOW, known))) == 2


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kinds=st.lists(st.sampled_from(["ok", "bad", "lost"]), min_size=1, max_size=12))
def test_numbers_are_those_of_the_file_whatever_lies_between(kinds: list[str], folder: Path, check: Check) -> None:
    lines = {"ok": "k{},A,1", "bad": "k{},A,x", "lost": "k{},A,1,2,3"}
    text = "\n".join(lines[kind].format(place) for place, kind in enumerate(kinds))
    (folder / "lots.csv").write_text(f"id,name,spaces\n{text}\n")
    found = check(LOTS, SOURCES["csv"])
    for kind, own in (("bad", "spaces"), ("lost", "")):
        places = [place + 2 for place, one in enumerate(kinds) if one == kind][:SHOWN]
        assert [bad.row for bad in found.bad if bad.own == own] == places


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_file_without_names_has_letters(kind: str, folder: Path, check: Check) -> None:
    lines: list[list[object]] = [["a", "A", 1], ["b", "B", "x"]]
    if kind == "csv":
        (folder / "lots.csv").write_text("\n".join(",".join(map(str, line)) for line in lines) + "\n")
    else:
        book = Workbook()
        assert book.active is not None
        for line in lines:
            book.active.append(line)
        book.save(folder / "lots.xlsx")
    source = {**SOURCES[kind], "header": 0}
    found = check(LOTS, source, columns={"id": "A", "name": "B", "spaces": "C"})
    assert found.state.rows == 2
    assert [(bad.row, bad.key, bad.own, bad.value) for bad in found.bad] == [(2, "b", "C", "x")]


def test_letters_go_on_as_in_a_spreadsheet() -> None:
    names = letters(703)
    assert [names[at] for at in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
    assert len(set(names)) == len(names)
