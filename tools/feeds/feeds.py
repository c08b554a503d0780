"""Every feed of a city: opened once, safe to share between threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, TypeAdapter, ValidationError

from city.pack import CityPack, PackError, Problem
from city.pack.record import read_record
from city.pack.yamlfile import read_yaml, validation_problems
from tools.feeds.dataset import Dataset
from tools.feeds.errors import NoData, NotCurrent
from tools.feeds.feed import Feed
from tools.feeds.reading import Reader, reader_of

if TYPE_CHECKING:
    import polars as pl

    from tools.feeds.citydata import CityData

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
_LIST = TypeAdapter(list[Feed])
_ANCIENT = timedelta(days=365 * 200)


class Used(NamedTuple):
    """A feed that was read, and the time of the newest row used (None for a register without time)."""

    feed: Feed
    at: datetime | None


class _Kept(NamedTuple):
    version: str
    value: Any
    used: Mapping[str, Used]


@dataclass(frozen=True)
class _Open:
    feed: Feed
    reader: Reader


class Feeds:
    """The feeds of one pack. ``folder`` is where this installation keeps its files."""

    def __init__(self, pack: CityPack, feeds: Sequence[Feed], folder: Path) -> None:
        self._pack = pack
        self._zone = ZoneInfo(pack.city.timezone)
        roots = (folder, pack.root)
        self._all = {feed.dataset: _Open(feed, reader_of(feed, roots, self._zone)) for feed in feeds}
        self._kept: dict[tuple[str, str], _Kept] = {}
        self._lock = threading.RLock()

    @classmethod
    def open(cls, pack: CityPack, folder: Path) -> Feeds:
        """The feeds that ``feeds/*.yaml`` names. Raises PackError with everything that is wrong."""
        return cls(pack, read_feeds(pack.root), folder)

    @property
    def all(self) -> tuple[Feed, ...]:
        """Every feed, in the order of the files."""
        return tuple(opened.feed for opened in self._all.values())

    def has(self, dataset: Dataset, *, internal: bool) -> bool:
        """Whether there is a feed of this dataset that may be read."""
        opened = self._all.get(dataset.id)
        return opened is not None and (internal or opened.feed.visibility == "public")

    def table(self, dataset: Dataset, now: datetime, *, internal: bool) -> tuple[pl.DataFrame, Used]:
        """See ``CityData.table``. Registers are kept in memory until their file changes."""
        opened = self._opened(dataset, internal)
        if not dataset.time:
            rows = self._once(("table", dataset.id), opened.reader.version(), lambda: opened.reader.rows(dataset))
            return rows, Used(opened.feed, opened.reader.changed())
        rows = opened.reader.rows(dataset, until=now, including=True)
        return rows, Used(opened.feed, _newest(rows, dataset))

    def latest(
        self, dataset: Dataset, now: datetime, where: Mapping[str, object], *, internal: bool
    ) -> tuple[pl.DataFrame, Used]:
        """See ``CityData.latest``."""
        opened = self._opened(dataset, internal)
        since = now - (opened.feed.fresh_for or _ANCIENT)
        rows = opened.reader.rows(dataset, since=since, until=now, where=where, including=True)
        if rows.is_empty():
            newest = opened.reader.newest(dataset, now, where)
            if newest is None:
                raise NoData(f"{opened.feed.title}: no row of {dict(where) or 'anything'} up to {now:%Y-%m-%d %H:%M}")
            raise NotCurrent(
                f"{opened.feed.title}: the newest row is of {newest:%Y-%m-%d %H:%M}, older than allowed",
                title=opened.feed.title,
                at=newest,
            )
        kept = rows.sort(dataset.time).unique(subset=list(dataset.key), keep="last", maintain_order=True)
        return kept, Used(opened.feed, _newest(kept, dataset))

    def between(
        self,
        dataset: Dataset,
        since: datetime,
        until: datetime,
        now: datetime,
        where: Mapping[str, object],
        columns: Sequence[str] | None,
        *,
        internal: bool,
    ) -> tuple[pl.DataFrame, Used]:
        """See ``CityData.between``."""
        opened = self._opened(dataset, internal)
        later = until > now
        rows = opened.reader.rows(
            dataset, since=since, until=now if later else until, where=where, columns=columns, including=later
        )
        return rows.sort(dataset.time), Used(opened.feed, _newest(rows, dataset))

    def file(self, dataset: Dataset, *, internal: bool) -> tuple[Path, Used]:
        """See ``CityData.timetable``."""
        opened = self._opened(dataset, internal)
        return opened.reader.file(), Used(opened.feed, opened.reader.changed())

    def derived(self, name: str, datasets: Sequence[Dataset], data: CityData, build: Callable[[], T]) -> T:
        """See ``CityData.derived``."""
        versions = [self._opened(dataset, data.internal).reader.version() for dataset in datasets]
        version, key = "|".join(versions), ("derived", name)
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.version != version:
                before = dict(data.used)
                data.used.clear()
                value = build()
                kept = self._kept[key] = _Kept(version, value, dict(data.used))
                data.used.update(before)
        data.used.update(kept.used)
        found: T = kept.value
        return found

    def settings(self, file: str, model: type[M]) -> M:
        """See ``CityData.settings``."""
        path = self._pack.root / file
        if not path.is_file():
            raise NoData(f"the city's pack has no {file}")
        found: M = self._once(
            ("settings", file), str(path.stat().st_mtime_ns), lambda: read_record(self._pack.root, file, model)
        )
        return found

    def _opened(self, dataset: Dataset, internal: bool) -> _Open:
        if not self.has(dataset, internal=internal):
            raise NoData(
                f"the city has no feed of {dataset.title} ({dataset.id}) for this reader",
                code="no_feed",
                title=dataset.title,
            )
        return self._all[dataset.id]

    def _once(self, key: tuple[str, str], version: str, build: Callable[[], Any]) -> Any:
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.version != version:
                kept = self._kept[key] = _Kept(version, build(), {})
            return kept.value


def _newest(rows: pl.DataFrame, dataset: Dataset) -> datetime | None:
    if not dataset.time or rows.is_empty() or dataset.time not in rows.columns:
        return None
    newest: Any = rows[dataset.time].max()
    return newest if isinstance(newest, datetime) else None


def read_feeds(root: Path) -> list[Feed]:
    """The feeds of a pack. Raises PackError naming every problem."""
    found: list[Feed] = []
    problems: list[Problem] = []
    for path in sorted(root.glob("feeds/*.yaml")):
        name = path.relative_to(root).as_posix()
        data, faults = read_yaml(path, root)
        problems += faults
        if faults:
            continue
        try:
            found += _LIST.validate_python(data or [])
        except ValidationError as error:
            problems += validation_problems(error, name)
    for twice in sorted({f.dataset for f in found if sum(g.dataset == f.dataset for g in found) > 1}):
        problems.append(
            Problem(
                file="feeds",
                message=f"two feeds provide {twice!r}",
                remedy="keep one, or join their files by a pattern",
            )
        )
    if problems:
        raise PackError(problems)
    return found
