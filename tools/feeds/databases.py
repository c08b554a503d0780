"""Feeds in a database: a table or view, read only, with the filters it can be trusted with pushed down as bound values.

What comes back goes through the same query as a file's rows, so a filter here may let through too much, never too
little. SQLite and PostgreSQL are tested; of another database only ``select`` is asked.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from city.errors import TryAgain
from tools.feeds.columns import AWARE, Raw, Scan, asked_names, make_columns
from tools.feeds.dataset import Dataset
from tools.feeds.duck import Duck, quoted
from tools.feeds.feed import Feed, SqlSource
from tools.feeds.filtering import in_zone
from tools.feeds.locating import Part
from tools.feeds.pushing import early, newest_of, pushed
from tools.feeds.reading import Asked, Counted, Look, Where, Zones, fault
from tools.feeds.tables import TableReader
from tools.feeds.variables import filled

if TYPE_CHECKING:
    import polars as pl
    import sqlalchemy as sa

MOST_ROWS = 500_000
"""Rows of one question: a database is asked for what is needed, not copied."""
SAMPLE = 100_000
"""Rows of a long history that a check looks at."""


class SqlReader(TableReader):
    """Reads a table of a database."""

    def __init__(
        self,
        feed: Feed,
        source: SqlSource,
        roots: Sequence[Path],
        zones: Zones,
        duck: Duck,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(feed, zones, duck)
        self._source, self._roots, self._clock = source, roots, clock
        self._lock = threading.Lock()
        self._opened: tuple[sa.Engine, sa.Table] | None = None
        self._timeout_ms = max(1, round(source.timeout_s * 1000))

    def version(self, now: datetime) -> str:
        """See ``Reader.version``: nothing tells when a table changed, so it counts as new after ``every``."""
        return str(int(self._clock() / self._source.every.total_seconds()))

    def changed(self, now: datetime) -> datetime | None:
        """See ``Reader.changed``: unknown."""
        return None

    def newest(self, dataset: Dataset, now: datetime, where: Where) -> datetime | None:
        """See ``Reader.newest``."""
        return super().newest(dataset, now, where) if where else self._newest(dataset, now)

    def count(self, dataset: Dataset, now: datetime) -> Counted:
        """See ``Reader.count``; the rows of a long table are counted by the database."""
        import sqlalchemy as sa

        with self._asking() as (connection, table):
            own = {std: table.c[name] for std, name in asked_names(self._feed, dataset).items() if name in table.c}
            tests = pushed(self._feed, dataset, Asked(now), own, self._zones)
            rows = connection.execute(sa.select(sa.func.count()).select_from(table).where(*tests)).scalar_one()
        if rows < SAMPLE:
            return super().count(dataset, now)
        make_columns(self._feed, dataset, self.scan(dataset, Asked(now), counting=True), self._zones)
        return Counted(rows, self._newest(dataset, now) if dataset.time else None)

    def look(self, dataset: Dataset, now: datetime) -> Look:
        """See ``Reader.look``; of a long table a sample is looked at."""
        import sqlalchemy as sa

        look = super().look(dataset, now)
        if look.rows < SAMPLE:
            return look
        with self._asking() as (connection, table):
            count = connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()
        note = f"only {SAMPLE:,} of {count:,} rows were looked at"
        return replace(look, rows=count, notes=(note,))

    def parts(self, dataset: Dataset, now: datetime) -> Iterator[Part]:
        """See ``TableReader.parts``: the table; its rows have no numbers."""
        yield Part(self._source.table, self.scan(dataset, Asked(now), counting=True), None)

    def scan(self, dataset: Dataset, asked: Asked, *, counting: bool = False) -> Scan:
        """See ``TableReader.scan``: the rows that the database lets through, in memory."""
        import sqlalchemy as sa

        most = SAMPLE if counting else MOST_ROWS
        with self._asking() as (connection, table):
            own = {std: table.c[name] for std, name in asked_names(self._feed, dataset).items() if name in table.c}
            wanted = {*(asked.columns or dataset.named), *dataset.key, dataset.time, *asked.where}
            fetched = {column.name: column for std, column in own.items() if std in wanted}
            query = sa.select(*fetched.values()).where(*pushed(self._feed, dataset, asked, own, self._zones))
            rows = connection.execute(query.limit(most + (not counting))).fetchall() if fetched else []
        if len(rows) > most:
            message = f"{self._source.table} gave more than {most:,} rows for one question"
            raise fault(self._feed, message, "point the feed at a view of what is needed", "source.table")
        frame = _frame(list(fetched), rows)
        types = {name: _TYPES.get(str(kind), "VARCHAR") for name, kind in frame.schema.items()}
        held = {c.name: Raw("null", "VARCHAR") for c in own.values()}  # there, but not asked for
        held |= {name: Raw(quoted(name), kind) for name, kind in types.items()}
        return Scan("given", held, tuple(table.c.keys()), frame=frame)

    def _newest(self, dataset: Dataset, now: datetime) -> datetime | None:
        """The newest row; where the database can say which is the end of the table, only that is fetched."""
        with self._asking() as (connection, table):
            column = table.c.get(asked_names(self._feed, dataset).get(dataset.time, ""))
            end = None if column is None else newest_of(self._feed, dataset, now, column, self._zones)
            most = None if end is None else connection.execute(end).scalar_one_or_none()
        if most is not None:
            since = early(most, self._feed, dataset, self._zones)
            found: Any = self.rows(dataset, Asked(now, since=since, columns=(dataset.time,)))[dataset.time].max()
            if found is not None:
                return in_zone(found, None, self._zones.city)
        return super().newest(dataset, now, {})

    @contextmanager
    def _asking(self) -> Iterator[tuple[sa.Connection, sa.Table]]:
        """A connection that only reads, for the time allowed. Raises BadInput, or TryAgain where it took too long."""
        import sqlalchemy as sa

        engine, table = self._open()
        try:
            with engine.connect() as connection:
                if engine.dialect.name == "postgresql":
                    connection.exec_driver_sql("set transaction read only")
                    connection.exec_driver_sql(f"set local statement_timeout = {self._timeout_ms}")
                yield connection, table
        except sa.exc.OperationalError as error:
            raise TryAgain(f"feed {self._feed.id}: the database does not answer: {_short(error)}") from error
        except sa.exc.SQLAlchemyError as error:
            self._opened = None  # the table may have other columns now
            remedy = "look at the table, and at the rights of the user"
            raise fault(self._feed, f"the table cannot be read: {_short(error)}", remedy, "source.table") from error

    def _open(self) -> tuple[sa.Engine, sa.Table]:
        import sqlalchemy as sa

        with self._lock:
            if self._opened is None:
                engine = self._engine()
                schema, _, name = self._source.table.rpartition(".")
                try:
                    with warnings.catch_warnings():
                        warnings.simplefilter("ignore", sa.exc.SAWarning)  # a type unknown here is read as text
                        table = sa.Table(name, sa.MetaData(), schema=schema or None, autoload_with=engine)
                except sa.exc.NoSuchTableError as error:
                    message = f"there is no table or view {self._source.table!r}"
                    raise fault(self._feed, message, "correct the name", "source.table") from error
                except sa.exc.SQLAlchemyError as error:
                    raise TryAgain(f"feed {self._feed.id}: the database does not answer: {_short(error)}") from error
                self._opened = engine, _untyped(table) if engine.dialect.name == "sqlite" else table
            return self._opened

    def _engine(self) -> sa.Engine:
        import sqlalchemy as sa

        remedy = "write for example postgresql+psycopg://reader:${FEED_PASSWORD}@host/database"
        try:
            url = sa.make_url(filled(self._feed, self._source.url, "source.url"))
            if url.get_backend_name() == "sqlite":
                return sa.create_engine("sqlite://", creator=self._sqlite(url), poolclass=sa.NullPool)
            timeout = {"connect_timeout": max(1, round(self._source.timeout_s))}
            given = timeout if url.get_backend_name() == "postgresql" else {}
            return sa.create_engine(url, poolclass=sa.NullPool, connect_args=given)
        except ModuleNotFoundError as error:
            remedy = "pip install 'citydesk[postgres]', or that driver"
            raise fault(self._feed, f"the driver {error.name} is not installed", remedy, "source.url") from error
        except (sa.exc.ArgumentError, sa.exc.NoSuchModuleError) as error:
            raise fault(self._feed, "the database's address is none", remedy, "source.url") from error

    def _sqlite(self, url: sa.URL) -> Callable[[], sqlite3.Connection]:
        """Opens the file for reading only, and gives up after the time allowed."""
        found = [path for root in self._roots if (path := root / (url.database or "")).is_file()]
        if not found:
            message = f"there is no database {url.database!r} in {self._roots[0]}"
            raise fault(self._feed, message, "write its path in the feed folder", "source.url")
        address = f"file:{quote(str(found[0].resolve()))}?mode=ro"

        def connect() -> sqlite3.Connection:
            made = sqlite3.connect(address, uri=True, timeout=self._source.timeout_s, check_same_thread=False)
            until = time.monotonic() + self._source.timeout_s
            made.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
            return made

        return connect


_STEPS = 10_000
"""SQLite's steps between two looks at the clock."""
_TYPES = {
    "Int64": "BIGINT",
    "Float64": "DOUBLE",
    "Boolean": "BOOLEAN",
    "Binary": "BLOB",
    "Date": "DATE",
    "Datetime(time_unit='us', time_zone=None)": "TIMESTAMP",
    "Datetime(time_unit='us', time_zone='UTC')": AWARE[0],
}


def _untyped(table: sa.Table) -> sa.Table:
    """SQLite keeps days and times as text of any form: they are read as they stand."""
    import sqlalchemy as sa

    made = {c.name: sa.String() if isinstance(c.type, sa.Date | sa.DateTime | sa.Time) else c.type for c in table.c}
    return sa.Table(table.name, sa.MetaData(), *(sa.Column(name, kind) for name, kind in made.items()))


def _frame(names: Sequence[str], rows: Sequence[Any]) -> pl.DataFrame:
    """Rows as typed columns: where one kind of value fills a column it stays that kind, else all become text."""
    import polars as pl

    return pl.DataFrame([_series(name, [row[index] for row in rows]) for index, name in enumerate(names)])


def _series(name: str, values: list[Any]) -> pl.Series:
    import polars as pl

    kinds = {type(value) for value in values} - {type(None)}
    plain: dict[type, Any] = {bool: pl.Boolean, int: pl.Int64, float: pl.Float64, bytes: pl.Binary, date: pl.Date}
    if len(kinds) == 1 and (kind := next(iter(kinds))) in plain and _fits(kind, values):
        return pl.Series(name, values, dtype=plain[kind])
    if kinds == {Decimal} or kinds == {Decimal, int}:
        return pl.Series(name, [None if value is None else float(value) for value in values], dtype=pl.Float64)
    if kinds == {datetime}:
        aware = {value.tzinfo is not None for value in values if value is not None}
        if aware == {True}:
            moments = [None if value is None else value.astimezone(UTC).replace(tzinfo=None) for value in values]
            return pl.Series(name, moments, dtype=pl.Datetime("us")).dt.replace_time_zone("UTC")
        if aware == {False}:
            return pl.Series(name, values, dtype=pl.Datetime("us"))
    return pl.Series(name, [_text(value) for value in values], dtype=pl.String)


def _fits(kind: type, values: Sequence[Any]) -> bool:
    return kind is not int or all(value is None or -(2**63) <= value < 2**63 for value in values)


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, date):  # and datetime
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def _short(error: Exception) -> str:
    """The database's own words, without the statement and its values."""
    return " ".join(str(getattr(error, "orig", None) or error).split())[:300]
