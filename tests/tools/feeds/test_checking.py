"""Mistakes in ``feeds/*.yaml`` are found before any data is read: file, place, remedy."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from city.pack import CityPack, PackError
from tests.city.pack.making import write
from tests.conftest import YUNLAN
from tests.tools.feeds.conftest import FREE, LOTS
from tools.feeds.checking import check_feeds
from tools.feeds.dataset import Column, Dataset
from tools.feeds.known import every_dataset

LINES = Dataset("transit.timetable", "时刻表", form="gtfs")
SIGNS = Dataset(
    "x.signs", "体征", columns=(Column("id", "text", "编号"), Column("length", "float", "长度", "米")), key=("id",)
)
KNOWN = {one.id: one for one in (LOTS, FREE, LINES, SIGNS)}
CSV = {"kind": "csv", "path": "a.csv"}
SOUND: dict[str, Any] = {
    "id": "lots",
    "dataset": LOTS.id,
    "title": "停车场",
    "unit": "traffic",
    "source": CSV,
    "columns": {
        "id": "编号",
        "spaces": {"from": "泊位", "times": 10_000, "unit": "万个"},
        "fee": {"from": "分", "times": 0.01, "unit": "分"},
        "covered": {"from": "室内", "words": {"是": True, "否": False}},
        "opened": {"from": "启用", "format": "%Y年%m月%d日"},
    },
}
HTTP = {"kind": "http", "url": "https://x.example/a", "format": "json"}
SQL = {"kind": "sql", "url": "postgresql://reader:${P}@db/x", "table": "lots"}


def found(root: Path, *feeds: dict[str, Any]) -> list[str]:
    write(root / "feeds" / "a.yaml", list(feeds))
    return [str(one) for one in check_feeds(root, KNOWN, {"traffic", "parks"})]


def changed(place: str, value: object) -> dict[str, Any]:
    """The sound feed with one thing changed: ``columns.fee.times``."""
    feed = deepcopy(SOUND)
    *path, last = place.split(".")
    inner = feed
    for name in path:
        inner = inner[name]
    inner[last] = value
    return feed


def test_a_sound_feed_is_sound(tmp_path: Path) -> None:
    assert found(tmp_path, SOUND) == []
    assert found(tmp_path, {**SOUND, "source": HTTP}, {**SOUND, "id": "b", "dataset": FREE.id, "columns": {}}) == []
    assert found(tmp_path, {**SOUND, "source": SQL}) == []
    assert found(tmp_path, {**SOUND, "source": {**HTTP, "headers": {"Authorization": "Bearer ${KEY}"}}}) == []
    assert (
        found(tmp_path, {"id": "t", "dataset": LINES.id, "title": "t", "source": {"kind": "gtfs", "path": "t"}}) == []
    )


@pytest.mark.parametrize(
    ("place", "value", "where", "says", "remedy"),
    [
        ("dataset", "parking.lot", "dataset", "no tool knows the dataset 'parking.lot'", "write 'parking.lots'"),
        ("dataset", "zzz", "dataset", "no tool knows", "take the feed out"),
        ("unit", "trafic", "unit", "'trafic' is no unit of the city", "write 'traffic'"),
        ("columns.space", "泊位", "columns.space", "has no column 'space'", "write 'spaces'"),
        ("columns.qqq", "泊位", "columns.qqq", "has no column 'qqq'", "of id, name, spaces, fee"),
        ("columns.fee.unit", "元", "columns.fee.times", "is asked in '元', the source has '元'", "`times: 1`"),
        ("columns.fee.times", 1, "columns.fee.times", "the source has '分'", "`times: 0.01`"),
        ("columns.fee.times", 0, "columns.fee.times", "makes every value 0", "multiplied"),
        ("columns.fee.unit", "公斤", "columns.fee.unit", "'公斤' cannot become that", "correct `unit`"),
        ("columns.spaces.unit", "辆", "columns.spaces.unit", "cannot become", "correct `unit`"),
        ("columns.opened.times", 2, "columns.opened.times", "is for numbers, and this is day", "take it out"),
        ("columns.covered.unit", "个", "columns.covered.unit", "is for numbers, and this is flag", "take it out"),
        ("columns.fee.format", "%Y", "columns.fee.format", "for days and times, and this is float", "take it out"),
        ("columns.opened.format", "%m-%d", "columns.opened.format", "does not say the year", "%Y-%m-%d"),
        ("columns.opened.format", "%Q", "columns.opened.format", "is no form of a day", "epoch"),
        ("columns.opened.format", "%Y%m%d %I", "columns.opened.format", "half day", "%H"),
        ("columns.covered.words", {"是": "yes"}, "columns.covered.words.是", "'yes' is no flag", "true or false"),
        ("columns.spaces.words", {"多": 1.5}, "columns.spaces.words.多", "1.5 is no int", "whole number"),
        ("columns.spaces", {"value": "many"}, "columns.spaces.value", "'many' is no int", "whole number"),
        ("columns.opened", {"value": "soon"}, "columns.opened.value", "'soon' is no day", "2026-11-26"),
        ("columns.fee", {"value": 3, "from": "费"}, "columns.fee", "makes from idle", "keep one"),
        ("columns.fee", {"from": "/a.b"}, "columns.fee.from", "JSON document, and the source is csv", "name it"),
        ("source", {**CSV, "sheet": "一"}, "source.sheet", "`sheet` means nothing for csv, only for xlsx", "take it"),
        ("source", {**CSV, "header": 3}, "source.header", "names in row 1, or none", "write 1 or 0"),
        ("source", {**HTTP, "delimiter": ";"}, "source.delimiter", "means nothing for json", "take it"),
        (
            "source",
            {"kind": "gtfs", "path": "a.zip"},
            "source.kind",
            "is a table, and the source is of kind gtfs",
            "corr",
        ),
        ("source", {**HTTP, "headers": {"X-Api-Key": "abc"}}, "source.headers.X-Api-Key", "key or password", "${NAME}"),
        ("source", {**SQL, "url": "mysql://a:b@h/d"}, "source.url", "key or password stands in the pack", "${NAME}"),
        ("source", {**HTTP, "url": "http://x/${CITYDESK_MODEL_KEY}"}, "source.url", "CITYDESK_MODEL_KEY is a", "own"),
    ],
)
def test_each_mistake_is_told_with_place_and_remedy(
    tmp_path: Path, place: str, value: object, where: str, says: str, remedy: str
) -> None:
    (told,) = found(tmp_path, changed(place, value))
    before, _, after = told.partition(" → ")
    assert before.startswith(f"feeds/a.yaml: [0].{where}: feed lots: ")
    assert says in before
    assert remedy in after


def test_a_timetable_has_no_columns(tmp_path: Path) -> None:
    gtfs = {"id": "t", "dataset": LINES.id, "title": "t", "source": {"kind": "gtfs", "path": "t.zip"}}
    (told,) = found(tmp_path, {**gtfs, "columns": {"stop": "站"}})
    assert "take `columns` out" in told
    (told,) = found(tmp_path, {**gtfs, "source": CSV})
    assert "is a GTFS zip, and the source is of kind csv" in told


def test_an_id_is_given_once(tmp_path: Path) -> None:
    (told,) = found(tmp_path, SOUND, {**SOUND, "dataset": FREE.id, "columns": {}})
    assert told.startswith("feeds/a.yaml: [1].id")


@pytest.mark.parametrize(
    ("feed", "says"),
    [
        ({**SOUND, "zone": "Asia/Yunlan"}, "is no time zone"),
        ({**SOUND, "fresh_for": "soon"}, "fresh_for"),
        ({**SOUND, "source": {**CSV, "path": "../a.csv"}}, "outside the feed folder"),
        ({**SOUND, "source": {**CSV, "encoding": "gbk99"}}, "is no encoding"),
        ({**SOUND, "colums": {}}, "colums"),
    ],
)
def test_what_is_no_feed_at_all_is_told(tmp_path: Path, feed: dict[str, Any], says: str) -> None:
    with pytest.raises(PackError, match=says) as told:
        found(tmp_path, feed)
    assert all(one.file == "feeds/a.yaml" and one.remedy for one in told.value.problems)


def test_the_example_citys_feeds_are_sound(pack: CityPack) -> None:
    known = every_dataset()
    assert known
    assert list(map(str, check_feeds(YUNLAN, known, {unit.id for unit in pack.units}))) == []
