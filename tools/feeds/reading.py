"""Read one source as rows in a dataset's standard columns, through DuckDB. Filters are bound values, never text."""

from __future__ import annotations

import glob
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

from city.errors import BadInput
from tools.feeds.dataset import Column, Dataset
from tools.feeds.errors import NoData
from tools.feeds.feed import ColumnMap, Feed, FileSource

if TYPE_CHECKING:
    import polars as pl

Where = Mapping[str, object]


class Reader(Protocol):
    """Reads one feed. Every method may raise NoData where the source is not there."""

    def rows(
        self,
        dataset: Dataset,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        where: Where | None = None,
        columns: Sequence[str] | None = None,
        including: bool = False,
    ) -> pl.DataFrame:
        """Rows with ``since <= time < until`` (``including``: ``<=``) in standard columns."""

    def newest(self, dataset: Dataset, now: datetime, where: Where) -> datetime | None:
        """Time of the newest row up to ``now``."""

    def version(self) -> str:
        """Changes when the source changes."""

    def changed(self) -> datetime | None:
        """When the source was last renewed, as far as it tells."""

    def file(self) -> Path:
        """The file of a source that is read whole."""


def reader_of(feed: Feed, roots: Sequence[Path], zone: ZoneInfo) -> Reader:
    """The reader of a feed's kind of source."""
    zone = ZoneInfo(feed.zone) if feed.zone else zone
    if isinstance(feed.source, FileSource):
        return FileReader(feed, feed.source, roots, zone)
    raise BadInput(f"feed {feed.id}: sources of kind {feed.source.kind!r} cannot be read yet")


class FileReader:
    """CSV, Parquet and JSON files."""

    def __init__(self, feed: Feed, source: FileSource, roots: Sequence[Path], zone: ZoneInfo) -> None:
        self._feed, self._source, self._roots, self._zone = feed, source, roots, zone

    def rows(
        self,
        dataset: Dataset,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        where: Where | None = None,
        columns: Sequence[str] | None = None,
        including: bool = False,
    ) -> pl.DataFrame:
        """See ``Reader.rows``."""
        import polars as pl

        wanted = [dataset.named[name] for name in (columns or dataset.named)]
        present = self._present(dataset)
        fields = [f"{self._made(column)} as {_quoted(column.name)}" for column in wanted if column.name in present]
        tests, given = self._tests(dataset, since, until, where or {}, including)
        text = f"select {', '.join(fields)} from {self._scan()}"  # noqa: S608  # names are quoted, values are bound
        relation = self._run(text + (f" where {' and '.join(tests)}" if tests else ""), given)
        found = pl.DataFrame(relation)
        absent = [pl.lit(None, dtype=_dtype(c, self._zone)).alias(c.name) for c in wanted if c.name not in present]
        times = [pl.col(c.name).dt.replace_time_zone(str(self._zone)) for c in wanted if c.type == "time"]
        return found.with_columns(*absent, *times).select(column.name for column in wanted)

    def newest(self, dataset: Dataset, now: datetime, where: Where) -> datetime | None:
        """See ``Reader.newest``."""
        tests, given = self._tests(dataset, None, now, where, including=True)
        made = self._made(dataset.named[dataset.time])
        text = f"select max({made}) from {self._scan()} where {' and '.join(tests)}"  # noqa: S608  # as above
        found = self._run(text, given).fetchall()[0][0]
        return found.replace(tzinfo=self._zone) if found is not None else None

    def version(self) -> str:
        """See ``Reader.version``."""
        return ";".join(f"{p.name}:{p.stat().st_mtime_ns}:{p.stat().st_size}" for p in self._files())

    def changed(self) -> datetime | None:
        """See ``Reader.changed``."""
        return datetime.fromtimestamp(max(p.stat().st_mtime for p in self._files()), self._zone).replace(microsecond=0)

    def file(self) -> Path:
        """See ``Reader.file``."""
        return self._files()[-1]

    def _files(self) -> list[Path]:
        for root in self._roots:
            found = sorted(Path(path) for path in glob.glob(str(root / self._source.path)))  # noqa: PTH207  # patterns across folders
            if found:
                return found
        raise NoData(f"{self._feed.title}: there is no file {self._source.path!r} in {self._roots[0]}")

    def _scan(self) -> str:
        files = "[" + ", ".join(_literal(str(path)) for path in self._files()) + "]"
        if self._source.kind == "parquet":
            return f"read_parquet({files}, union_by_name = true)"
        if self._source.kind == "csv":
            return f"read_csv({files}, header = true, delim = {_literal(self._source.delimiter)}, union_by_name = true)"
        return f"read_json({files}, union_by_name = true)"

    def _present(self, dataset: Dataset) -> set[str]:
        """Standard columns that the source can give."""
        held = {row[0] for row in self._run(f"describe select * from {self._scan()}", {}).fetchall()}  # noqa: S608
        found = set()
        for name, column in dataset.named.items():
            made = self._feed.columns.get(name, ColumnMap())
            if made.value is not None or (made.from_ or name) in held:
                found.add(name)
            elif column.required:
                raise BadInput(
                    f"feed {self._feed.id}: {self._source.path} has no column {made.from_ or name!r} for {name!r}; "
                    f"name the right one under `columns` (it has {', '.join(sorted(held))})"
                )
        return found

    def _made(self, column: Column) -> str:
        made = self._feed.columns.get(column.name, ColumnMap())
        if made.value is not None:
            return f"cast({_literal(made.value)} as {_SQL_TYPE[column.type]})"
        text = _quoted(made.from_ or column.name)
        if made.words:
            cases = " ".join(f"when {_literal(said)} then {_literal(std)}" for said, std in made.words.items())
            text = f"case cast({text} as varchar) {cases} end"
        if made.format:
            text = f"try_strptime(cast({text} as varchar), {_literal(made.format)})"
        text = f"try_cast({text} as {_SQL_TYPE[column.type]})"
        if made.times != 1:
            text = f"cast({text} * {made.times!r} as {_SQL_TYPE[column.type]})"
        if column.least is not None or column.most is not None:
            text = f"case when {_bounds(text, column)} then {text} end"
        return text

    def _tests(
        self, dataset: Dataset, since: datetime | None, until: datetime | None, where: Where, including: bool
    ) -> tuple[list[str], dict[str, object]]:
        tests: list[str] = []
        given: dict[str, object] = {}
        if dataset.time:
            time = self._made(dataset.named[dataset.time])
            for name, moment, sign in (("since", since, ">="), ("until", until, "<=" if including else "<")):
                if moment is not None:
                    tests.append(f"{time} {sign} ${name}")
                    given[name] = moment.astimezone(self._zone).replace(tzinfo=None)
        for index, (name, value) in enumerate(where.items()):
            values = list(value) if isinstance(value, list | tuple | set | frozenset) else [value]
            tests.append(f"{self._made(dataset.named[name])} in (select unnest($w{index}))")
            given[f"w{index}"] = values
        return tests, given

    def _run(self, text: str, given: dict[str, object]) -> Any:  # a DuckDB relation
        import duckdb

        connection = duckdb.connect()
        try:
            return connection.sql(text, params=given or None)
        except duckdb.Error as error:
            raise BadInput(f"feed {self._feed.id}: {self._source.path} cannot be read: {error}") from error


_SQL_TYPE = {
    "text": "varchar",
    "int": "bigint",
    "float": "double",
    "flag": "boolean",
    "day": "date",
    "time": "timestamp",
    "shape": "blob",
}


def _dtype(column: Column, zone: ZoneInfo) -> pl.DataType:
    import polars as pl

    kinds: dict[str, pl.DataType] = {
        "text": pl.String(),
        "int": pl.Int64(),
        "float": pl.Float64(),
        "flag": pl.Boolean(),
        "day": pl.Date(),
        "time": pl.Datetime("us"),
        "shape": pl.Binary(),
    }
    return kinds[column.type]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"


def _bounds(text: str, column: Column) -> str:
    tests = []
    if column.least is not None:
        tests.append(f"{text} >= {column.least!r}")
    if column.most is not None:
        tests.append(f"{text} <= {column.most!r}")
    return " and ".join(tests)
