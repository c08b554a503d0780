"""Which rows of a source are bad: their numbers, keys and values, a few of each column."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from tools.feeds.columns import Made, Scan, has_value, make_columns
from tools.feeds.dataset import Dataset
from tools.feeds.duck import Run, quoted
from tools.feeds.feed import Feed
from tools.feeds.filtering import Tests, tests_of
from tools.feeds.reading import Asked, BadRow, Zones
from tools.feeds.shapes import to_wkb

if TYPE_CHECKING:
    import polars as pl

_ROW = quoted("row of the source")


class Part(NamedTuple):
    """A file or table. ``first``: the number of its first row; None where rows have no number."""

    name: str
    scan: Scan
    first: int | None


@dataclass(frozen=True)
class Locator:
    """Looks for bad rows of a dataset in one part of a feed's source."""

    feed: Feed
    dataset: Dataset
    zones: Zones
    part: Part

    def find(self, run: Run, now: datetime, columns: Sequence[str], most: int) -> Iterator[BadRow]:
        """At most ``most`` rows of each column, of those without key, and of the lines that are no rows."""
        scan = self.part.scan
        made = make_columns(self.feed, self.dataset, scan, self.zones)
        tests = tests_of(self.dataset, Asked(now), made)
        lost = self._lost(run)
        yield from (self._row(line, None, "", text, is_lost=True) for line, text in lost[:most])
        numbers = [line for line, _ in lost]
        for name in columns:
            found = made.get(name)
            if found is not None and found.raw is not None:
                for row in self._bad(run, made, name, tests, most):
                    yield self._row(self._number(row[0], numbers), name, row[2], row[1], is_beyond=row[3])
        for name in self.dataset.key[:1]:
            found = made.get(name)
            if found is not None and found.raw is not None:
                rows = self._select(
                    run, made, f"{found.text} is null and not ({has_value(found.raw)})", "''", tests, most
                )
                yield from (self._row(self._number(row[0], numbers), name, "", "") for row in rows.iter_rows())

    def _bad(
        self, run: Run, made: Mapping[str, Made], name: str, tests: Tests, most: int
    ) -> list[tuple[int, str, str, bool]]:
        found = made[name]
        if found.raw is None:
            return []
        if found.told:
            rows = self._select(run, made, f"{found.text} is not null", found.text, tests, None)
            shapes = to_wkb(rows["value"].to_list())
            pairs = zip(rows.iter_rows(), shapes, strict=True)
            return [(row[0], row[1], row[2], False) for row, shape in pairs if shape is None][:most]
        bad = f"{has_value(found.raw)} and {found.text} is null"
        rows = self._select(run, made, bad, found.raw.text, tests, most, beyond=self._unbounded(name))
        return [(row[0], row[1], row[2], bool(row[3])) for row in rows.iter_rows()]

    def _unbounded(self, name: str) -> str:
        """The column's expression without the bounds of what can be true."""
        columns = tuple(replace(column, least=None, most=None) for column in self.dataset.columns)
        loose = replace(self.dataset, columns=columns)
        return make_columns(self.feed, loose, self.part.scan, self.zones)[name].text

    def _select(
        self,
        run: Run,
        made: Mapping[str, Made],
        bad: str,
        value: str,
        tests: Tests,
        most: int | None,
        beyond: str = "null",
    ) -> pl.DataFrame:
        """Row number, value, key and whether the value is only beyond its bounds, of rows that are ``bad``."""
        time = made[self.dataset.time].text if self.dataset.time else ""
        known = f" and ({time} is null or {tests.texts[0]})" if time else ""
        keys = [f"coalesce(cast({one.text} as varchar), '')" for n in self.dataset.key if (one := made.get(n))]
        key = f"concat_ws(', ', {', '.join(keys)})" if keys else "''"
        rows = f"(select row_number() over () as {_ROW}, * from {self.part.scan.text})"  # noqa: S608  # see columns.py
        fields = f"{_ROW} as row, cast({value} as varchar) as value, {key} as key, ({beyond}) is not null as beyond"
        limit = "" if most is None else f" limit {most}"
        return run(f"select {fields} from {rows} where ({bad}){known} order by 1{limit}", tests.given)  # noqa: S608

    def _lost(self, run: Run) -> list[tuple[int, str]]:
        """Lines that are no rows; they are known once the part was read."""
        if not self.part.scan.lost_rows:
            return []
        run(f"select count(*), {', '.join(_all(self.part.scan))} from {self.part.scan.text}", {})  # noqa: S608
        return [(row[0], str(row[1] or "").strip()) for row in run(self.part.scan.lost_rows, {}).iter_rows()]

    def _number(self, place: int, lost: Sequence[int]) -> int | None:
        """What a spreadsheet shows for the row in this place, from 1; lines that are no rows count there too."""
        lines = self.part.scan.lines
        if lines:
            return lines[place - 1]
        if self.part.first is None:
            return None
        number = place + self.part.first - 1
        while (more := place + self.part.first - 1 + bisect_left(lost, number + 1)) != number:
            number = more
        return number

    def _row(
        self,
        number: int | None,
        column: str | None,
        key: str,
        value: str,
        *,
        is_beyond: bool = False,
        is_lost: bool = False,
    ) -> BadRow:
        shown = key if key.strip(", ") and value != key else ""
        return BadRow(self.part.name, number, column or "", shown, value, is_beyond, is_lost)


def _all(scan: Scan) -> Iterator[str]:
    yield from (f"count({raw.text})" for raw in scan.held.values())
