"""Reads tables: one query in DuckDB over whatever a source gives, filtered by bound values."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from city.errors import BadInput
from tools.feeds.columns import Made, Scan, has_value, make_columns
from tools.feeds.dataset import Column, Dataset
from tools.feeds.duck import Duck, Run, quoted
from tools.feeds.feed import Feed
from tools.feeds.filtering import Tests, in_zone, tests_of
from tools.feeds.locating import Locator, Part
from tools.feeds.reading import Asked, BadRow, Counted, LeftOut, Look, Where, Zones, fault
from tools.feeds.shapes import to_wkb

if TYPE_CHECKING:
    import polars as pl


class TableReader(ABC):
    """Rows of a source that is a table. What a source is and when it changes, is said by its kind."""

    def __init__(self, feed: Feed, zones: Zones, duck: Duck) -> None:
        self._feed, self._zones, self._duck = feed, zones, duck

    @abstractmethod
    def scan(self, dataset: Dataset, asked: Asked, *, counting: bool = False) -> Scan:
        """The source for a query; it may hold more rows than asked, never fewer. ``counting``: lost lines too."""

    @abstractmethod
    def parts(self, dataset: Dataset, now: datetime) -> Iterator[Part]:
        """The files, or the table, of the source, one after another."""

    def refresh(self, dataset: Dataset, now: datetime) -> None:  # noqa: B027  # most sources need none
        """See ``Reader.refresh``."""

    def file(self, now: datetime) -> Path:
        """See ``Reader.file``."""
        raise fault(self._feed, "is a table, not a file that is read whole", "use a source of kind gtfs", "source")

    def rows(self, dataset: Dataset, asked: Asked) -> pl.DataFrame:
        """See ``Reader.rows``."""
        import polars as pl

        scan = self.scan(dataset, asked)
        made = make_columns(self._feed, dataset, scan, self._zones)
        names = list(dict.fromkeys([*(asked.columns or dataset.named), *([dataset.time] if dataset.time else [])]))
        held = [dataset.named[name] for name in names if name in made]
        tests = tests_of(dataset, asked, made)
        found = self._run(scan, _selected(dataset, asked, scan, made, held, tests), tests.given)
        found = found.with_columns(self._standard(column, made[column.name], found) for column in held)
        if tests.loose:
            found = found.filter(*_exact(dataset, asked, self._zones.city))
        lacking = [dataset.named[name] for name in names if name not in made]
        absent = [pl.lit(None, dtype=self._dtype(column)).alias(column.name) for column in lacking]
        return found.with_columns(absent).select(asked.columns or list(dataset.named))

    def newest(self, dataset: Dataset, now: datetime, where: Where) -> datetime | None:
        """See ``Reader.newest``."""
        asked = Asked(now, where=where, columns=(dataset.time,))
        scan = self.scan(dataset, asked)
        made = make_columns(self._feed, dataset, scan, self._zones)
        tests, column = tests_of(dataset, asked, made), made[dataset.time]
        text = f"select max({column.text}) as newest from {scan.text}{tests.where}"  # noqa: S608  # see columns.py
        newest = self._run(scan, text, tests.given).item()
        return None if newest is None else min(in_zone(newest, column.zone, self._zones.city), now)

    def count(self, dataset: Dataset, now: datetime) -> Counted:
        """See ``Reader.count``."""
        asked = Asked(now, columns=(dataset.time,) if dataset.time else dataset.key[:1])
        scan = self.scan(dataset, asked)
        made = make_columns(self._feed, dataset, scan, self._zones)
        tests = tests_of(dataset, asked, made)
        newest = f"max({made[dataset.time].text})" if dataset.time else "null"
        text = f"select count(*), {newest} from {scan.text}{tests.where}"  # noqa: S608  # see columns.py
        rows, at = self._run(scan, text, tests.given).row(0)
        told = None if at is None else min(in_zone(at, made[dataset.time].zone, self._zones.city), now)
        return Counted(rows, told)

    def look(self, dataset: Dataset, now: datetime) -> Look:
        """See ``Reader.look``."""
        scan = self.scan(dataset, Asked(now), counting=True)
        made = make_columns(self._feed, dataset, scan, self._zones)
        tests = tests_of(dataset, Asked(now), made)
        with self._reading(scan) as run:
            row = run(_look_text(dataset, scan, made, tests), tests.given).row(0, named=True)
            lost = run(scan.lost, {}).row(0) if scan.lost else (0, "")
        left = [LeftOut(n, row[f"bad{i}"], str(row[f"like{i}"])) for i, n in enumerate(made) if row.get(f"bad{i}")]
        return Look(
            rows=row["rows"],
            newest=self.newest(dataset, now, {}) if dataset.time else None,
            left_out=(*left, *self._bad_shapes(scan, made)),
            repeated=row["repeated"],
            repeated_example=self._repeated(dataset, scan, made) if row["repeated"] else "",
            keyless=row["keyless"],
            lost=int(lost[0]),
            lost_example=str(lost[1] or "").strip(),
        )

    def bad_rows(self, dataset: Dataset, now: datetime, columns: Sequence[str], most: int) -> list[BadRow]:
        """See ``Reader.bad_rows``."""
        found: list[BadRow] = []
        for part in self.parts(dataset, now):
            with self._reading(part.scan) as run:
                found += Locator(self._feed, dataset, self._zones, part).find(run, now, columns, most)
            kept = Counter((row.column, row.is_lost) for row in found)
            if all(kept[(name, False)] >= most for name in columns) and columns:
                break
        return found

    def _repeated(self, dataset: Dataset, scan: Scan, made: Mapping[str, Made]) -> str:
        """A key that more than one row has."""
        keys = [f"cast({made[name].text} as varchar)" for name in dataset.key if name in made]
        where = " and ".join(f"{key} is not null" for key in keys)
        text = f"select {', '.join(keys)} from {scan.text} where {where} group by all having count(*) > 1"  # noqa: S608
        found = self._run(scan, f"{text} order by all limit 1", {})
        return ", ".join(found.row(0)) if found.height else ""

    def _bad_shapes(self, scan: Scan, made: Mapping[str, Made]) -> list[LeftOut]:
        found = []
        for name in [name for name, column in made.items() if column.told]:
            text = f"select {made[name].text} as shape from {scan.text}"  # noqa: S608  # see columns.py
            told = [said for said in self._run(scan, text, {})["shape"].to_list() if said]
            bad = [said for said, wkb in zip(told, to_wkb(told), strict=True) if wkb is None]
            found += [LeftOut(name, len(bad), bad[0][:40])] if bad else []
        return found

    def _standard(self, column: Column, made: Made, found: pl.DataFrame) -> pl.Expr | pl.Series:
        """A column as tools see it."""
        import polars as pl

        if made.told:
            return pl.Series(column.name, to_wkb(found[column.name].to_list()), dtype=pl.Binary())
        if column.type == "time":
            # A time of the hour that comes twice is the later one: it is never seen too early.
            local = pl.col(column.name).dt.replace_time_zone(str(made.zone), ambiguous="latest", non_existent="null")
            return local.dt.convert_time_zone(str(self._zones.city))
        return pl.col(column.name)

    def _dtype(self, column: Column) -> pl.DataType:
        import polars as pl

        kinds: dict[str, pl.DataType] = {
            "text": pl.String(),
            "int": pl.Int64(),
            "float": pl.Float64(),
            "flag": pl.Boolean(),
            "day": pl.Date(),
            "time": pl.Datetime("us", str(self._zones.city)),
            "shape": pl.Binary(),
        }
        return kinds[column.type]

    def _run(self, scan: Scan, text: str, given: Mapping[str, object]) -> pl.DataFrame:
        with self._reading(scan) as run:
            return run(text, given)

    @contextmanager
    def _reading(self, scan: Scan) -> Iterator[Run]:
        """A connection that may read the source. Raises BadInput where DuckDB cannot."""
        import duckdb

        try:
            with self._duck.connection(scan.files, scan.frame) as run:
                yield run
        except duckdb.Error as error:
            raise self.unreadable(error) from error

    def unreadable(self, error: Exception) -> BadInput:
        """What DuckDB could not read, as an error of the feed."""
        return fault(self._feed, f"cannot be read: {_first_line(error)}", _REMEDY, "source")


_REMEDY = "look at the file, and at `kind`, `encoding`, `delimiter` and `records`"


def _first_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _selected(
    dataset: Dataset, asked: Asked, scan: Scan, made: Mapping[str, Made], held: Sequence[Column], tests: Tests
) -> str:
    fields = [f"{made[column.name].text} as {quoted(column.name)}" for column in held]
    text = f"select {', '.join(fields)} from {scan.text}{tests.where}"  # noqa: S608  # see columns.py
    if not asked.last or not dataset.time or not dataset.key or tests.loose:
        return text
    keys = ", ".join(made[name].text if name in made else "null" for name in dataset.key)
    # Every field decides between rows of the same time, so that the same question has the same answer.
    order = ", ".join([f"{made[dataset.time].text} desc", *(f"{made[column.name].text} desc" for column in held)])
    return f"{text} qualify row_number() over (partition by {keys} order by {order}) = 1"


def _exact(dataset: Dataset, asked: Asked, city: tzinfo) -> list[pl.Expr]:
    import polars as pl

    at = pl.col(dataset.time)
    tests = [at <= asked.now.astimezone(city)]
    if asked.since is not None:
        tests.append(at >= asked.since.astimezone(city))
    if asked.until is not None:
        until = asked.until.astimezone(city)
        tests.append(at < until if asked.until <= asked.now else at <= until)
    return tests


def _look_text(dataset: Dataset, scan: Scan, made: Mapping[str, Made], tests: Tests) -> str:
    """Counts rows, values that are there but came to nothing, keys that are empty or repeated."""
    time = made[dataset.time].text if dataset.time else ""
    fields = [f"count({time or '*'}) as rows"]
    for index, column in enumerate(made.values()):
        if column.raw is not None and not column.told:
            bad = f"{has_value(column.raw)} and {column.text} is null"
            fields.append(f"count(*) filter ({bad}) as bad{index}")
            fields.append(f"min(cast({column.raw.text} as varchar)) filter ({bad}) as like{index}")
    keys = [made[name].text for name in dataset.key if name in made]
    fields.append(f"count(*) filter ({keys[0]} is null) as keyless" if keys else "0 as keyless")
    whole = f" filter (not ({' or '.join(f'{key} is null' for key in keys)}))"
    unique = keys and not time  # counting the keys of a long history would need too much memory
    repeated = f"count(*){whole} - count(distinct ({', '.join(keys)})){whole}"
    fields.append(f"{repeated} as repeated" if unique else "0 as repeated")
    known = f" where {time} is null or {tests.texts[0]}" if time else ""  # a time that cannot be read is counted too
    return f"select {', '.join(fields)} from {scan.text}{known}"  # noqa: S608  # see columns.py
