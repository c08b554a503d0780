"""A feed over HTTP, from a real server: kept, bounded, not fetched too often, replayable."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput, TryAgain
from tests.tools.feeds.conftest import FREE, LOTS, NOW, ZONE, feed_of
from tests.tools.feeds.server import Answers, serving
from tools.feeds import fetching
from tools.feeds.dataset import Dataset
from tools.feeds.duck import Duck
from tools.feeds.errors import NoData
from tools.feeds.feed import HttpSource
from tools.feeds.fetching import Fetched
from tools.feeds.files import FileReader
from tools.feeds.reading import Asked, Zones


@pytest.fixture
def server() -> Iterator[Answers]:
    with serving() as answers:
        yield answers


@dataclass
class Clock:
    """A clock that the test moves."""

    at: datetime = NOW

    def __call__(self) -> datetime:
        return self.at


def rows_of(free: int, at: datetime = NOW, lot: str = "p1") -> bytes:
    return json.dumps([{"lot": lot, "at": f"{at:%Y-%m-%dT%H:%M}", "free": free}]).encode()


@dataclass
class Door:
    """A reader of the server, on a clock."""

    reader: FileReader
    clock: Clock
    fetched: Fetched

    def free(self, now: datetime | None = None, dataset: Dataset = FREE) -> list[int]:
        """What is read after a refresh."""
        at = now or self.clock.at
        self.reader.refresh(dataset, at)
        found: list[int] = self.reader.rows(dataset, Asked(at))["free"].to_list()
        return found


Opens = Callable[..., Door]


@pytest.fixture
def door(server: Answers, folder: Path) -> Opens:
    def open_(**more: Any) -> Door:
        clock = Clock()
        source = HttpSource.model_validate({"kind": "http", "format": "json", "url": server.url, **more})
        feed = feed_of(FREE, source.model_dump())
        fetched = Fetched(feed, source, folder / "kept", ZONE, clock)
        return Door(FileReader(feed, "json", source, fetched, Zones(ZONE, ZONE), Duck(), folder), clock, fetched)

    return open_


def test_it_is_fetched_not_more_often_than_said(server: Answers, door: Opens) -> None:
    opened = door(every="PT5M")
    server.body = rows_of(1)
    assert [opened.free() for _ in range(5)] == [[1]] * 5
    assert len(server.asked) == 1
    server.body = rows_of(2)
    opened.clock.at += timedelta(minutes=4, seconds=59)
    assert opened.free() == [1]
    opened.clock.at += timedelta(seconds=1)
    assert opened.free() == [2]
    assert len(server.asked) == 2


def test_another_start_finds_the_kept_copy(server: Answers, door: Opens) -> None:
    server.body = rows_of(1)
    assert door().free() == [1]
    server.status = 500
    assert door().free() == [1]
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "broken",
    [
        {"status": 500},
        {"status": 404},
        {"body": b"<html>please sign in</html>"},
        {"body": b'[{"lot": "p1"}]'},
        {"body": b'{"code": 1, "message": "limit"}'},
        {"body": b"[" + b" " * 1_100_000 + b"]"},
        {"short": 100},
        {"status": 302, "headers": {"Location": "ftp://127.0.0.1/x"}},
        {"status": 302, "headers": {"Location": "file:///etc/passwd"}},
        {"status": 302, "headers": {"Location": "/again"}},
        {"status": 302},
    ],
)
def test_what_is_wrong_never_takes_the_place_of_what_is_kept(
    broken: dict[str, Any], server: Answers, door: Opens
) -> None:
    opened = door(every="PT5M", most_mb=1)
    server.body = rows_of(1)
    assert opened.free() == [1]
    for name, value in broken.items():
        setattr(server, name, value)
    opened.clock.at += timedelta(minutes=6)
    assert opened.free() == [1]
    assert opened.fetched.failed
    assert len(server.asked) >= 2
    first = len(server.asked)
    assert opened.free() == [1], "not asked again at once"
    assert len(server.asked) == first
    for name in broken:
        setattr(server, name, getattr(Answers(), name))
    server.body = rows_of(2)
    opened.clock.at += timedelta(minutes=1)
    assert opened.free() == [2], "a failure is tried again after a minute"
    assert not opened.fetched.failed


@pytest.mark.parametrize(
    ("broken", "error", "message"),
    [
        ({"status": 503}, TryAgain, "127.0.0.1 answered 503"),
        ({"body": b"<html>"}, BadInput, "cannot be read"),
        ({"body": b"x" * 1_100_000}, BadInput, "sends more than 1 MB → "),
        ({"status": 301, "headers": {"Location": "https://127.0.0.1/"}}, BadInput, "another scheme \\(https\\) → "),
        ({"status": 301, "headers": {"Location": "/"}}, BadInput, "redirects again and again → "),
    ],
)
def test_without_a_copy_the_fault_is_told(
    broken: dict[str, Any], error: type[Exception], message: str, server: Answers, door: Opens, folder: Path
) -> None:
    for name, value in broken.items():
        setattr(server, name, value)
    opened = door(most_mb=1)
    with pytest.raises(error, match=message):
        opened.free()
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_nobody_there(door: Opens) -> None:
    opened = door(url="http://127.0.0.1:1/free.json")
    with pytest.raises(TryAgain, match=r"127\.0\.0\.1 cannot be reached"):
        opened.free()


def test_a_server_that_drips_is_given_up(server: Answers, door: Opens) -> None:
    server.body, server.drip_s = rows_of(1), 0.05
    with pytest.raises(TryAgain, match=r"took longer than 0\.4 s"):
        door(timeout_s=0.4).free()


def test_a_slow_server_holds_up_nobody_who_has_a_copy(
    server: Answers, door: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "WAIT_S", 0.05)
    opened = door(every="PT5M")
    server.body = rows_of(1)
    opened.free()
    server.body, server.wait_s = rows_of(2), 0.6
    opened.clock.at += timedelta(minutes=6)
    assert opened.free() == [1]
    thread = opened.fetched._running
    assert thread is not None
    thread.join()
    assert opened.free() == [2]


def test_the_past_is_read_from_what_was_known_then(server: Answers, door: Opens) -> None:
    opened = door(every="PT5M", keep="PT1H")
    for minutes in range(0, 30, 10):
        opened.clock.at = NOW + timedelta(minutes=minutes)
        server.body = rows_of(minutes, opened.clock.at)
        opened.free()
    asked = len(server.asked)
    assert opened.free() == [0, 10, 20], "a server that tells only the present has a history"
    assert opened.free(NOW + timedelta(minutes=15)) == [0, 10]
    assert opened.free(NOW) == [0]
    assert len(server.asked) == asked, "the past is never fetched"
    opened.clock.at = NOW + timedelta(minutes=75)
    server.body = rows_of(75, opened.clock.at)
    assert opened.free() == [20, 75], "older copies are gone"


def test_a_row_that_two_copies_hold_is_one_row(server: Answers, door: Opens) -> None:
    opened = door(every="PT5M", keep="PT1H")
    server.body = rows_of(1)
    opened.free()
    opened.clock.at += timedelta(minutes=5)
    server.body = rows_of(2)
    assert opened.free() == [2]


def test_a_register_is_one_copy(server: Answers, door: Opens) -> None:
    names = Dataset("lots", "名录", LOTS.columns[:2], key=("id",))
    opened = door(every="PT5M", keep="PT1H")
    for state in ("a", "b"):
        server.body = json.dumps([{"id": state, "name": state}]).encode()
        opened.reader.refresh(names, opened.clock.at)
        opened.clock.at += timedelta(minutes=10)
    assert opened.reader.rows(names, Asked(opened.clock.at))["id"].to_list() == ["b"]
    assert opened.reader.rows(names, Asked(NOW + timedelta(minutes=9)))["id"].to_list() == ["a"]
    assert opened.reader.changed(opened.clock.at) == NOW + timedelta(minutes=10)
    assert opened.reader.version(NOW) != opened.reader.version(opened.clock.at)


def test_keys_come_from_the_environment_and_go_to_no_other_server(
    server: Answers, door: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEED_KEY", "geheim")
    with serving() as other:
        other.body = rows_of(5)
        server.status, server.headers = 302, {"Location": other.url}
        assert door(url=server.url + "?key=${FEED_KEY}", headers={"X-Key": "k-${FEED_KEY}"}).free() == [5]
    path, headers = server.asked[0]
    assert path.endswith("?key=geheim")
    assert headers["X-Key"] == "k-geheim"
    assert "X-Key" not in other.asked[0][1]


@pytest.mark.parametrize("name", ["FEED_KEY", "CITYDESK_MODEL_KEY"])
def test_variables_that_are_not_for_feeds(name: str, door: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FEED_KEY", raising=False)
    monkeypatch.setenv("CITYDESK_MODEL_KEY", "geheim")
    with pytest.raises(BadInput, match=f"source.headers.X: feed parking.free: .*{name}") as told:
        door(headers={"X": f"${{{name}}}"}).free()
    assert "geheim" not in str(told.value)


def test_nothing_fetched_yet_is_no_data(door: Opens) -> None:
    with pytest.raises(NoData, match="nothing was fetched yet"):
        door().reader.rows(FREE, Asked(NOW))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/y", "httpx://x"])
def test_other_schemes_are_no_source(url: str) -> None:
    with pytest.raises(ValueError, match="url"):
        HttpSource.model_validate({"kind": "http", "format": "json", "url": url})
