"""Feeds in SQLite and in a real PostgreSQL: the same rows, filters pushed down, nothing written, no endless waiting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from city.errors import BadInput, TryAgain
from tests.tools.feeds.conftest import FREE, LOTS, NOW, ZONE, Opened, feed_of
from tests.tools.workorders.databases import postgres, run_sql
from tools.feeds import databases
from tools.feeds.databases import SqlReader
from tools.feeds.duck import Duck
from tools.feeds.reading import Asked, Zones

AT = NOW - timedelta(minutes=10)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One PostgreSQL server for the module."""
    folder = tmp_path_factory.mktemp("postgres")
    for parent in (folder, *folder.parents[:2]):
        parent.chmod(0o755)  # the server's own user must reach its folder
    with postgres(folder) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, folder: Path) -> str:
    """An empty database of either kind, as a feed names it."""
    if request.param == "sqlite":
        (folder / "city.sqlite").touch()
        return "sqlite:///city.sqlite"
    server: str = request.getfixturevalue("server")
    name = f"t{uuid4().hex}"
    run_sql(server, f"CREATE DATABASE {name}")
    return f"{server.rsplit('/', 1)[0]}/{name}"


Fill = Callable[..., None]


@pytest.fixture
def fill(url: str, folder: Path) -> Fill:
    """Runs statements in the database, past the feed."""
    own = url.replace("sqlite:///", f"sqlite:///{folder}/")

    def run(*statements: str, rows: list[dict[str, Any]] | None = None) -> None:
        engine = sa.create_engine(own, poolclass=sa.NullPool)
        with engine.begin() as connection:
            for statement in statements:
                connection.execute(sa.text(statement), rows or {})
        engine.dispose()

    return run


def test_a_register(url: str, fill: Fill, opened: Opened) -> None:
    fill("create table lots (no varchar(8), name text, spaces integer, fee numeric(8,2), inside text, opened date)")
    fill(
        "insert into lots values ('007', '鼓楼', 120, 5.5, '是', '2020-01-05'), ('p2', '东湖', -1, null, '否', null)",
    )
    columns = {"id": "no", "covered": {"from": "inside", "words": {"是": True, "否": False}}}
    data = opened(LOTS, {"kind": "sql", "url": url, "table": "lots"}, columns=columns)
    assert data.table(LOTS).rows() == [
        ("007", "鼓楼", 120, 5.5, True, date(2020, 1, 5)),
        ("p2", "东湖", None, None, False, None),
    ]
    assert data.used[LOTS.id].at is None


def test_a_view(url: str, fill: Fill, opened: Opened) -> None:
    fill(
        "create table t (id text, name text, gone integer)", "create view lots as select id, name from t where gone = 0"
    )
    fill("insert into t values ('1', 'a', 0), ('2', 'b', 1)")
    rows = opened(LOTS, {"kind": "sql", "url": url, "table": "lots"}).table(LOTS)
    assert rows["id"].to_list() == ["1"]


@pytest.mark.parametrize("kind", ["timestamp", "timestamp with time zone", "text", "text T", "bigint", "date"])
def test_times_of_every_kind(kind: str, url: str, fill: Fill, opened: Opened) -> None:
    if kind == "timestamp with time zone" and url.startswith("sqlite"):
        pytest.skip("SQLite has no such type")
    moments = [NOW + timedelta(hours=h) for h in (-30, -1, 0, 1)]
    said: dict[str, Callable[[datetime], str]] = {
        "timestamp with time zone": lambda at: f"'{at.astimezone(UTC).isoformat()}'",
        "text T": lambda at: f"'{at.isoformat()}'",
        "bigint": lambda at: str(int(at.timestamp())),
        "date": lambda at: f"'{at:%Y-%m-%d}'",
    }

    def plain(at: datetime) -> str:
        return f"'{at:%Y-%m-%d %H:%M:%S}'"

    write = said.get(kind, plain)
    fill(f"create table free (lot text, at {kind.split(' T')[0]}, free integer)")
    fill(*(f"insert into free values ('p', {write(at)}, {i})" for i, at in enumerate(moments)))  # noqa: S608  # ours
    columns = {"at": {"format": "epoch"}} if kind == "bigint" else {}
    data = opened(
        FREE,
        {"kind": "sql", "url": url, "table": "free"},
        columns=columns,
        fresh_for="PT2H" if kind != "date" else "P1D",
    )
    if kind == "date":
        assert data.table(FREE)["at"].to_list() == [datetime(2026, 11, d, tzinfo=ZONE) for d in (25, 26, 26, 26)]
        return
    assert data.table(FREE)["at"].to_list() == moments[:3]
    assert data.latest(FREE)["free"].to_list() == [2]
    assert data.between(FREE, moments[1], moments[2])["free"].to_list() == [1]
    assert data.feeds._all[FREE.id].reader.newest(FREE, NOW + timedelta(minutes=59), {}) == NOW
    assert data.feeds._all[FREE.id].reader.newest(FREE, NOW - timedelta(days=9), {}) is None


class Watched(SqlReader):
    """A reader that keeps what was fetched."""

    def scan(self, *args: Any, **more: Any) -> Any:
        made = super().scan(*args, **more)
        self.fetched = 0 if made.frame is None else made.frame.height
        return made


def watched(url: str, folder: Path, table: str, **more: Any) -> Watched:
    feed = feed_of(FREE, {"kind": "sql", "url": url, "table": table}, **more)
    assert feed.source.kind == "sql"
    return Watched(feed, feed.source, (folder,), Zones(ZONE, ZONE), Duck())


def test_only_what_is_asked_for_is_fetched(url: str, fill: Fill, folder: Path) -> None:
    fill("create table free (park text, at timestamp, free integer, state text)")
    rows = [
        {"p": f"p{i % 5}", "at": f"{NOW - timedelta(hours=i // 5):%Y-%m-%d %H:%M:%S}", "n": i, "s": "闲满"[i % 2]}
        for i in range(5_000)
    ]
    fill("insert into free values (:p, :at, :n, :s)", rows=rows)
    reader = watched(url, folder, "free", columns={"lot": "park"})
    week = Asked(NOW, since=NOW - timedelta(hours=9), where={"lot": "p3"})
    assert reader.rows(FREE, week).height == 10
    assert reader.fetched < 100, "lot and time were not pushed down"
    assert reader.newest(FREE, NOW, {}) == NOW
    assert reader.fetched < 1_000, "the whole table was copied for its newest time"


TIMES = [NOW + timedelta(minutes=13 * i) for i in range(-300, 20)]
WORDS = {"甲": "a", "乙": "b", "丙": "c", "c": "c"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def history(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """A table of 320 rows with words for lots, times as text in several forms in SQLite."""
    folder = tmp_path_factory.mktemp("history")
    url = "sqlite:///city.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("server")
    engine = sa.create_engine(url.replace("sqlite:///", f"sqlite:///{folder}/"), poolclass=sa.NullPool)
    forms = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y/%m/%d %H:%M"]
    with engine.begin() as connection:
        connection.execute(
            sa.text(f"create table history (lot text, at {'text' if 'sqlite' in url else 'timestamp'}, free integer)")
        )
        connection.execute(
            sa.text("insert into history values (:lot, :at, :free)"),
            [
                {"lot": [*WORDS][i % 4], "at": at.strftime(forms[i % 3 if "sqlite" in url else 0]), "free": i}
                for i, at in enumerate(TIMES)
            ],
        )
    return watched(url, folder, "history", columns={"lot": {"words": WORDS}})


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    since=st.integers(-310, 30),
    length=st.integers(0, 400),
    lots=st.lists(st.sampled_from("abcd"), max_size=3),
    n=st.one_of(st.none(), st.integers(0, 320)),
)
def test_a_pushed_filter_loses_nothing(
    history: Watched, since: int, length: int, lots: list[str], n: int | None
) -> None:
    first, last = NOW + timedelta(minutes=13 * since), NOW + timedelta(minutes=13 * (since + length))
    where: dict[str, object] = {"lot": lots} if n is None else {"free": n, "lot": lots}
    found = history.rows(FREE, Asked(NOW, since=first, until=last, where=where))
    expected = [
        i
        for i, at in enumerate(TIMES)
        if first <= at <= NOW and (at < last or last > NOW) and [*WORDS.values()][i % 4] in lots and n in (None, i)
    ]
    assert sorted(found["free"].to_list()) == expected


def test_nothing_can_be_written(url: str, fill: Fill, folder: Path) -> None:
    fill("create table free (lot text, at timestamp, free integer)")
    reader = watched(url, folder, "free")
    with pytest.raises((BadInput, TryAgain), match=r"read.?only"), reader._asking() as (connection, _):
        connection.exec_driver_sql("insert into free values ('x', null, 1)")


def test_a_slow_table_is_given_up(url: str, fill: Fill, opened: Opened) -> None:
    slow = (
        "select cast(1 as text) as id, cast(pg_sleep(9) as text) as name"
        if url.startswith("postgresql")
        else "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) as id, 'x' as name from n"
    )
    fill(f"create view lots as {slow}")
    begun = datetime.now(UTC)
    with pytest.raises(TryAgain, match=r"parking\.lots: the database does not answer"):
        opened(LOTS, {"kind": "sql", "url": url, "table": "lots", "timeout_s": 0.3}).table(LOTS)
    assert datetime.now(UTC) - begun < timedelta(seconds=6)


def test_too_many_rows_are_not_copied(url: str, fill: Fill, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    fill("create table lots (id text, name text)")
    fill("insert into lots values (:i, 'x')", rows=[{"i": str(i)} for i in range(12)])
    source = {"kind": "sql", "url": url, "table": "lots"}
    monkeypatch.setattr(databases, "MOST_ROWS", 12)
    assert opened(LOTS, source).table(LOTS).height == 12
    monkeypatch.setattr(databases, "MOST_ROWS", 11)
    with pytest.raises(BadInput, match=r"more than 11 rows.* → point the feed at a view"):
        opened(LOTS, source).table(LOTS)


def test_a_register_is_read_again_after_a_while(fill: Fill, url: str, folder: Path) -> None:
    fill("create table free (lot text, at timestamp, free integer)")
    feed = feed_of(FREE, {"kind": "sql", "url": url, "table": "free", "every": "PT10M"})
    assert feed.source.kind == "sql"
    seconds = [0.0]
    reader = SqlReader(feed, feed.source, (folder,), Zones(ZONE, ZONE), Duck(), clock=lambda: seconds[0])
    first = reader.version(NOW)
    seconds[0] = 599
    assert reader.version(NOW) == first
    seconds[0] = 600
    assert reader.version(NOW) != first


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"url": "sqlite:///none.sqlite"}, r"no database 'none.sqlite'"),
        ({"url": "no address"}, "address is none → write for example postgresql"),
        ({"url": "oracledb://x/y"}, "address is none"),
        ({"url": "mysql+pymysql://x/y"}, "driver pymysql is not installed"),
        ({"url": "postgresql+psycopg://u:${FEED_PASSWORD}@127.0.0.1:1/x"}, "does not answer"),
        ({"url": "sqlite:///city.sqlite", "table": "none"}, "no table or view 'none'"),
        ({"url": "sqlite:///city.sqlite", "table": "lots"}, r"\.columns\.name: .*no column 'name'.* → .*it has id"),
    ],
)
def test_what_is_wrong_is_told(
    source: dict[str, str], message: str, folder: Path, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEED_PASSWORD", "geheim")
    engine = sa.create_engine(f"sqlite:///{folder}/city.sqlite", poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(sa.text("create table lots (id text)"))
    with pytest.raises((BadInput, TryAgain), match=message) as told:
        opened(LOTS, {"kind": "sql", "table": "lots", "timeout_s": 1, **source}).table(LOTS)
    assert "geheim" not in str(told.value)


@pytest.mark.parametrize("table", ["lots; drop table lots", "lots--", "a.b.c", ""])
def test_a_table_is_a_name(table: str) -> None:
    with pytest.raises(ValueError, match="table"):
        feed_of(LOTS, {"kind": "sql", "url": "sqlite:///x", "table": table})
