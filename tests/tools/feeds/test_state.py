"""How a dataset stands at a moment, and why."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from city.pack import CityPack
from tests.tools.feeds.conftest import FREE, LOTS, NOW, feed_of
from tools.feeds.dataset import Dataset
from tools.feeds.feeds import Feeds
from tools.feeds.files import RECHECK_S
from tools.feeds.known import every_dataset
from tools.feeds.state import FeedState, Standing, words_of

ROWS = "lot,at,free\np1,2026-11-26 08:00:00,3\np2,2026-11-26 08:20:00,5\np1,2026-11-26 09:00:00,7\n"
CSV = {"kind": "csv", "path": "rows.csv"}
State = Callable[..., FeedState]


@pytest.fixture
def state(pack: CityPack, folder: Path) -> State:
    """The state of one feed: ``state(FREE, CSV, fresh_for="PT1H")``."""

    def look(dataset: Dataset, source: dict[str, Any], *, now: datetime = NOW, **more: Any) -> FeedState:
        (found,) = Feeds(pack, [feed_of(dataset, source, **more)], folder).state(now, {dataset.id: dataset})
        return found

    return look


def test_what_is_current_is_fresh(folder: Path, state: State) -> None:
    (folder / "rows.csv").write_text(ROWS)
    found = state(FREE, CSV, fresh_for="PT1H", unit="office", every="5 min")
    assert (found.standing, found.rows, found.newest) == ("fresh", 2, NOW - timedelta(minutes=10))
    assert (found.dataset, found.unit, found.kind, found.limit) == (FREE.id, "office", "csv", timedelta(hours=1))
    assert (found.code, found.reason, found.problem) == ("", "", None)


def test_nothing_later_than_the_moment_is_seen(folder: Path, state: State) -> None:
    (folder / "rows.csv").write_text(ROWS)
    assert state(FREE, CSV, now=NOW - timedelta(minutes=20)).rows == 1
    assert state(FREE, CSV, now=NOW + timedelta(hours=1)).rows == 3


@pytest.mark.parametrize(("minutes", "standing"), [(10, "fresh"), (9, "late")])
def test_the_limit_itself_is_fresh_still(folder: Path, state: State, minutes: int, standing: str) -> None:
    (folder / "rows.csv").write_text(ROWS)
    assert state(FREE, CSV, fresh_for=timedelta(minutes=minutes)).standing == standing


def test_what_is_late_says_how_old_and_what_is_allowed(folder: Path, state: State) -> None:
    (folder / "rows.csv").write_text(ROWS)
    found = state(FREE, CSV, fresh_for="PT5M")
    assert (found.standing, found.code) == (Standing.LATE, "too_old")
    assert found.reason == "the newest is of 2026-11-26 08:20, older than the 5 min that are allowed"
    assert found.problem is not None
    assert found.problem.where == "[0].fresh_for"


def test_a_register_is_as_old_as_its_file(folder: Path, state: State) -> None:
    path = folder / "rows.csv"
    path.write_text("id,name\n1,a\n")
    old = (NOW - timedelta(days=3)).timestamp()
    os.utime(path, (old, old))
    assert state(LOTS, CSV, fresh_for="P2D").standing == "late"
    found = state(LOTS, CSV)
    assert (found.standing, found.rows, found.newest) == ("fresh", 1, NOW - timedelta(days=3))


@pytest.mark.parametrize(
    ("text", "standing", "code", "word"),
    [
        (None, "missing", "no_source", "'rows.csv'"),
        ("lot,at,free\n", "missing", "no_rows", "no row"),
        ("lot,at,free\np1,2027-01-01,3\n", "missing", "no_rows", "no row"),
        ("lot,time,free\np1,2026-11-26,3\n", "broken", "unreadable", "'at'"),
        ("lot,at,空\np1,2026-11-26,3\n".encode("gb18030"), "broken", "unreadable", "utf-8"),
    ],
)
def test_why_nothing_can_be_told(
    folder: Path, state: State, text: str | bytes | None, standing: str, code: str, word: str
) -> None:
    if text is not None:
        (folder / "rows.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    found = state(FREE, CSV, fresh_for="PT1H")
    assert (found.standing, found.code) == (standing, code)
    assert word in found.reason
    assert found.problem is not None
    assert found.problem.file == "feeds/test.yaml"
    assert found.problem.remedy


def test_a_database_counts_itself(folder: Path, state: State) -> None:
    with sqlite3.connect(folder / "city.db") as made:
        made.execute("create table free (lot text, at text, free int)")
        made.executemany("insert into free values (?, ?, ?)", [line.split(",") for line in ROWS.splitlines()[1:]])
    source = {"kind": "sql", "url": "sqlite:///city.db", "table": "free"}
    found = state(FREE, source, fresh_for="PT1H")
    assert (found.standing, found.rows, found.newest) == ("fresh", 2, NOW - timedelta(minutes=10))
    assert state(FREE, {**source, "table": "gone"}).standing == "broken"
    assert state(FREE, source, columns={"free": "places"}).standing == "broken"


def test_every_dataset_has_a_state(pack: CityPack, folder: Path) -> None:
    (folder / "rows.csv").write_text(ROWS)
    feeds = Feeds(pack, [feed_of(FREE, CSV), feed_of(Dataset("no.such", "?"), CSV)], folder)
    found = {one.dataset: one for one in feeds.state(NOW, {FREE.id: FREE, LOTS.id: LOTS})}
    assert {id: (one.standing, one.code) for id, one in found.items()} == {
        "no.such": ("broken", "unknown_dataset"),
        FREE.id: ("fresh", ""),
        LOTS.id: ("missing", "no_feed"),
    }
    assert (found[LOTS.id].title, found[LOTS.id].feed) == (LOTS.title, "")
    assert list(found) == sorted(found)


def test_feeds_for_staff_are_not_shown_to_others(pack: CityPack, folder: Path) -> None:
    (folder / "rows.csv").write_text(ROWS)
    feeds = Feeds(pack, [feed_of(FREE, CSV, visibility="internal")], folder)
    assert feeds.state(NOW, {FREE.id: FREE}, internal=False) == []
    assert len(feeds.state(NOW, {FREE.id: FREE})) == 1


def test_a_state_travels_as_json(folder: Path, state: State) -> None:
    (folder / "rows.csv").write_text(ROWS)
    found = state(FREE, CSV, fresh_for="PT5M")
    assert FeedState.model_validate(json.loads(found.model_dump_json())) == found


def test_a_change_is_seen_within_the_minute(pack: CityPack, folder: Path) -> None:
    path = folder / "rows.csv"
    path.write_text(ROWS)
    feeds = Feeds(pack, [feed_of(FREE, CSV)], folder)
    assert feeds.state(NOW, {FREE.id: FREE})[0].rows == 2
    path.write_text(ROWS + "p3,2026-11-26 08:25:00,9\n")
    time.sleep(RECHECK_S + 0.1)
    assert feeds.state(NOW, {FREE.id: FREE})[0].rows == 3


def test_the_rooms_name_their_datasets() -> None:
    known = every_dataset()
    assert {"parking.lots", "parking.free", "schools.register"} <= known.keys()
    assert all(id == one.id and one.title for id, one in known.items())


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=3), "3 h"),
        (timedelta(days=1, hours=6), "1 d 6 h"),
        (timedelta(seconds=90), "1 min 30 s"),
        (timedelta(0), "0 s"),
    ],
)
def test_spans_in_words(span: timedelta, words: str) -> None:
    assert words_of(span) == words
