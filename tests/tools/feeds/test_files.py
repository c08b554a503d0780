"""Files of every kind say the same, while they lie still and while somebody replaces them."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from openpyxl import Workbook

from city.errors import BadInput
from tests.tools.feeds.conftest import FREE, LOTS, NOW, Opened
from tools.feeds.errors import NoData, NotCurrent

COLUMNS = {
    "id": "编号",
    "name": "名称",
    "spaces": "泊位",
    "fee": {"from": "收费（分）", "times": 0.01},
    "covered": {"from": "室内", "words": {"是": True, "否": False}},
    "opened": {"from": "启用", "format": "%Y年%m月%d日"},
}
ROWS = [
    {"编号": "007", "名称": "鼓楼停车场", "泊位": "120", "收费（分）": "500", "室内": "是", "启用": "2020年01月05日"},
    {"编号": "p2", "名称": "东湖, 北门", "泊位": "", "收费（分）": "", "室内": "否", "启用": ""},
]
TOLD = [
    {"id": "007", "name": "鼓楼停车场", "spaces": 120, "fee": 5.0, "covered": True, "opened": date(2020, 1, 5)},
    {"id": "p2", "name": "东湖, 北门", "spaces": None, "fee": None, "covered": False, "opened": None},
]


def csv_text(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    lines = [delimiter.join(f'"{value}"' for value in values) for values in ([*rows[0]], *(r.values() for r in rows))]
    return "\n".join(lines) + "\n"


def write(folder: Path, kind: str, rows: list[dict[str, str]] = ROWS) -> dict[str, Any]:
    """Writes the rows as a file of this kind; the source that reads it."""
    form = kind.split()[0]
    path = folder / f"lots.{form}"
    if form == "parquet":
        pl.DataFrame([{k: v or None for k, v in row.items()} for row in rows]).write_parquet(path)
    elif form == "xlsx":
        book = Workbook()
        sheet = book.active
        assert sheet is not None
        sheet.append([*rows[0]])
        for row in rows:
            sheet.append([value or None for value in row.values()])
        book.save(path)
    else:
        path.write_bytes(TEXTS[kind](rows))
    return {"kind": form, "path": path.name, **MORE.get(kind, {})}


def features(rows: list[dict[str, str]]) -> bytes:
    made = [{"type": "Feature", "properties": row, "geometry": None} for row in rows]
    return json.dumps({"type": "FeatureCollection", "features": made}).encode()


TEXTS: dict[str, Callable[[list[dict[str, str]]], bytes]] = {
    "csv": lambda rows: csv_text(rows).encode(),
    "csv bom": lambda rows: csv_text(rows).encode("utf-8-sig"),
    "csv gb18030": lambda rows: csv_text(rows).encode("gb18030"),
    "csv tab": lambda rows: csv_text(rows, "\t").encode(),
    "csv crlf": lambda rows: csv_text(rows).replace("\n", "\r\n").encode(),
    "json": lambda rows: json.dumps(rows, ensure_ascii=False).encode(),
    "json bom": lambda rows: json.dumps(rows).encode("utf-8-sig"),
    "json rows": lambda rows: json.dumps({"code": 0, "data": {"rows": rows}}).encode(),
    "jsonl": lambda rows: "\n".join(json.dumps(row) for row in rows).encode(),
    "geojson": features,
}
MORE = {
    "csv gb18030": {"encoding": "gb18030"},
    "csv tab": {"delimiter": "\t"},
    "json rows": {"records": "data.rows"},
}
KINDS = [*TEXTS, "parquet", "xlsx"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_file_gives_the_same_rows(kind: str, folder: Path, opened: Opened) -> None:
    source = write(folder, kind)
    rows = opened(LOTS, source, columns=COLUMNS).table(LOTS)
    assert rows.to_dicts() == TOLD
    assert rows.schema == {
        "id": pl.String(),
        "name": pl.String(),
        "spaces": pl.Int64(),
        "fee": pl.Float64(),
        "covered": pl.Boolean(),
        "opened": pl.Date(),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_a_missing_column_is_told_with_place_and_remedy(kind: str, folder: Path, opened: Opened) -> None:
    source = write(folder, kind)
    with pytest.raises(BadInput) as told:
        opened(LOTS, source, columns={**COLUMNS, "name": "名字"}).table(LOTS)
    message = str(told.value)
    assert message.startswith("feeds/test.yaml: [0].columns.name: feed parking.lots: ")
    assert "'名字'" in message
    assert "名称" in message.split(" → ")[1], "the remedy names the columns that there are"


@pytest.mark.parametrize("kind", KINDS)
def test_columns_that_need_not_be_there_are_empty(kind: str, folder: Path, opened: Opened) -> None:
    rows = opened(LOTS, write(folder, kind), columns={"id": "编号", "name": "名称"}).table(LOTS)
    assert rows["spaces"].to_list() == [None, None]
    assert rows.schema["opened"] == pl.Date()


@pytest.mark.parametrize("kind", ["csv", "csv gb18030", "json", "jsonl", "geojson", "xlsx"])
def test_an_empty_file_has_no_rows(kind: str, folder: Path, opened: Opened) -> None:
    source = write(folder, kind)
    (folder / source["path"]).write_bytes(b"")
    rows = opened(LOTS, source, columns=COLUMNS).table(LOTS)
    assert rows.is_empty()
    assert rows.schema["spaces"] == pl.Int64()


@pytest.mark.parametrize(("kind", "text"), [("json", "[]"), ("jsonl", "\n"), ("csv", "编号,名称\n")])
def test_a_file_without_rows_has_no_rows(kind: str, text: str, folder: Path, opened: Opened) -> None:
    (folder / f"lots.{kind}").write_text(text, encoding="utf-8")
    assert opened(LOTS, {"kind": kind, "path": f"lots.{kind}"}, columns=COLUMNS).table(LOTS).is_empty()


@pytest.mark.parametrize("kind", ["parquet", "json", "geojson", "xlsx", "csv gb18030"])
def test_a_file_of_another_kind_is_told(kind: str, folder: Path, opened: Opened) -> None:
    source = write(folder, kind)
    (folder / source["path"]).write_bytes(b"\xff\xfe<html>busy</html>\x80")
    with pytest.raises(BadInput, match=r"^feeds/test.yaml: \[0\]\.source.*feed parking.lots: .* → "):
        opened(LOTS, source, columns=COLUMNS).table(LOTS)


def test_a_file_in_gb18030_read_as_utf8_is_told(folder: Path, opened: Opened) -> None:
    source = {**write(folder, "csv gb18030"), "encoding": "utf-8"}
    with pytest.raises(BadInput, match=r"is not utf-8.* → .*gb18030"):
        opened(LOTS, source, columns=COLUMNS).table(LOTS)


def test_no_file_is_no_data(opened: Opened) -> None:
    with pytest.raises(NoData, match=r"no file 'lots\.csv'"):
        opened(LOTS, {"kind": "csv", "path": "lots.csv"}).table(LOTS)


@pytest.mark.parametrize("path", ["/etc/passwd", "../lots.csv", "a/../../b.csv"])
def test_a_path_out_of_the_folder_is_refused(path: str, opened: Opened) -> None:
    with pytest.raises(ValueError, match="outside the feed folder"):
        opened(LOTS, {"kind": "csv", "path": path})


def test_a_linked_file_is_read(folder: Path, tmp_path: Path, opened: Opened) -> None:
    source = write(tmp_path, "csv")
    (folder / "lots.csv").symlink_to(tmp_path / "lots.csv")
    assert opened(LOTS, source, columns=COLUMNS).table(LOTS).height == 2


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_files_of_a_pattern_may_order_their_columns_as_they_like(kind: str, folder: Path, opened: Opened) -> None:
    write(folder, kind, ROWS[:1])
    (folder / f"lots.{kind}").rename(folder / f"a.{kind}")
    write(folder, kind, [dict(reversed(ROWS[1].items())) | {"备注": "新"}])
    rows = opened(LOTS, {"kind": kind, "path": f"*.{kind}"}, columns=COLUMNS).table(LOTS)
    assert rows.to_dicts() == TOLD


def test_broken_lines_are_left_out(folder: Path, opened: Opened) -> None:
    text = 'id,name,spaces\n1,a,5\n2,b\n3,c,7,8\n4,d,9\n5,"e"e,1\n6,f"f,2\n7,g,\n'
    (folder / "lots.csv").write_text(text, encoding="utf-8")
    rows = opened(LOTS, {"kind": "csv", "path": "lots.csv"}).table(LOTS)
    assert rows["id"].to_list() == ["1", "4", "6", "7"]


def test_ends_of_lines_may_be_mixed(folder: Path, opened: Opened) -> None:
    (folder / "lots.csv").write_bytes(b'id,name\r\n1,"a\nb"\r\n2,"c ""d"""\n3,e\r\n')
    rows = opened(LOTS, {"kind": "csv", "path": "lots.csv"}).table(LOTS)
    assert rows.select("id", "name").rows() == [("1", "a\nb"), ("2", 'c "d"'), ("3", "e")]


def test_a_broken_json_line_is_left_out(folder: Path, opened: Opened) -> None:
    (folder / "lots.jsonl").write_text(
        '{"id": 1, "name": "a"}\n{"id": 2, "na\n{"id": 3, "name": "c"}\n', encoding="utf-8"
    )
    rows = opened(LOTS, {"kind": "jsonl", "path": "lots.jsonl"}).table(LOTS)
    assert rows["id"].to_list() == ["1", "3"]


def test_json_paths_lead_into_rows_lists_and_the_top(folder: Path, opened: Opened) -> None:
    document = {
        "updated": "2026-11-26T08:20:00",
        "rows": [{"lot": {"code": "p1"}, "counts": [40, 12]}, {"lot": {"code": "p2"}, "counts": [9, None]}],
    }
    (folder / "free.json").write_text(json.dumps(document), encoding="utf-8")
    columns = {"lot": "lot.code", "at": "/updated", "free": "counts.1"}
    rows = opened(FREE, {"kind": "json", "path": "free.json", "records": "rows"}, columns=columns).latest(FREE)
    assert sorted(rows.rows()) == [("p1", NOW - timedelta(minutes=10), 12), ("p2", NOW - timedelta(minutes=10), None)]


def test_words_may_be_numbers_or_what_yaml_takes_for_a_flag(folder: Path, opened: Opened) -> None:
    (folder / "lots.csv").write_text("id,name,covered\n1,true,1\n2,false,0\n3,x,2\n", encoding="utf-8")
    columns = {"covered": {"words": {1: True, 0: False}}, "name": {"words": {True: "开", False: "关"}}}
    rows = opened(LOTS, {"kind": "csv", "path": "lots.csv"}, columns=columns).table(LOTS)
    assert rows["covered"].to_list() == [True, False, None]
    assert rows["name"].to_list() == ["开", "关", None]


def test_values_that_mean_nothing_are_empty(folder: Path, opened: Opened) -> None:
    (folder / "lots.csv").write_text("id,name,spaces\n1,a,-\n2,b,9999\n3,—,3\n", encoding="utf-8")
    rows = opened(LOTS, {"kind": "csv", "path": "lots.csv"}, nothing=["-", "—", "9999"]).table(LOTS)
    assert rows.select("id", "name", "spaces").rows() == [("1", "a", None), ("2", "b", None), ("3", None, 3)]


def test_values_beyond_what_can_be_true_are_empty(folder: Path, opened: Opened) -> None:
    (folder / "lots.csv").write_text("id,name,spaces,fee\n1,a,-1,nan\n2,b,10001,inf\n3,c,10000,1e2\n4,d,0,x\n")
    rows = opened(LOTS, {"kind": "csv", "path": "lots.csv"}).table(LOTS)
    assert rows["spaces"].to_list() == [None, None, 10_000, 0]
    assert rows["fee"].to_list() == [None, None, 100.0, None]


def test_the_last_row_of_a_key_counts(folder: Path, opened: Opened) -> None:
    (folder / "lots.csv").write_text("id,name\n1,old\n2,b\n1,new\n,x\n,y\n", encoding="utf-8")
    rows = opened(LOTS, {"kind": "csv", "path": "lots.csv"}).table(LOTS)
    assert rows.select("id", "name").rows() == [("2", "b"), ("1", "new"), (None, "x"), (None, "y")]


def test_a_renewed_register_is_seen_and_an_old_one_is_not_read_twice(folder: Path, opened: Opened) -> None:
    source = write(folder, "csv")
    data = opened(LOTS, source, columns=COLUMNS)
    first = data.table(LOTS)
    assert data.table(LOTS) is first
    write(folder, "csv", [{**ROWS[0], "名称": "改名停车场"}])
    time.sleep(0.3)
    assert data.table(LOTS)["name"].to_list() == ["改名停车场"]


def test_a_register_that_must_be_fresh_is_not_told_when_old(folder: Path, opened: Opened) -> None:
    source = write(folder, "csv")
    old = (NOW - timedelta(days=8)).timestamp()
    os.utime(folder / "lots.csv", (old, old))
    assert opened(LOTS, source, columns=COLUMNS, fresh_for="P9D").table(LOTS).height == 2
    with pytest.raises(NotCurrent):
        opened(LOTS, source, columns=COLUMNS, fresh_for="P7D").table(LOTS)


def test_files_replaced_while_they_are_read_give_one_state_or_the_other(folder: Path, opened: Opened) -> None:
    """A writer renames new files into place all the time; every reading is one whole state, none fails."""

    def put(state: int) -> None:
        frame = pl.DataFrame({"lot": [f"p{i}" for i in range(200)], "at": [NOW.replace(tzinfo=None)] * 200})
        part = folder / "part"
        frame.with_columns(free=pl.lit(state)).write_parquet(part)
        part.replace(folder / "free.parquet")

    put(0)
    done = threading.Event()

    def write_on() -> None:
        state = 0
        while not done.is_set():
            state += 1
            put(state)

    writer = threading.Thread(target=write_on)
    writer.start()
    seen: set[int] = set()
    try:
        for _ in range(40):
            states = set(opened(FREE, {"kind": "parquet", "path": "free.parquet"}).latest(FREE)["free"].to_list())
            assert len(states) == 1
            seen |= states
    finally:
        done.set()
        writer.join()
    assert len(seen) > 1, "the file never changed: the test shows nothing"


def test_many_threads_read_at_once(folder: Path, opened: Opened) -> None:
    write(folder, "csv")
    at = datetime(2026, 11, 26, 8, 0)
    pl.DataFrame(
        {"lot": ["a", "b"] * 500, "at": [at - timedelta(hours=i // 2) for i in range(1000)], "free": range(1000)}
    ).write_parquet(folder / "free.parquet")
    data = opened(FREE, {"kind": "parquet", "path": "free.parquet"})
    found: list[int] = []

    def read() -> None:
        for hours in range(1, 20):
            rows = data.between(FREE, NOW - timedelta(hours=hours), NOW, {"lot": "a"})
            found.append(rows.height - hours)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [0] * (8 * 19)
