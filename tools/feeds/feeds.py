"""Every feed of a city: opened once, safe to share between threads."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, TypeAdapter, ValidationError

from city.pack import CityPack, PackError, Problem
from city.pack.record import read_record
from city.pack.yamlfile import read_yaml, validation_problems
from tools.feeds.dataset import Dataset
from tools.feeds.duck import Duck
from tools.feeds.errors import NoData, NotCurrent
from tools.feeds.examining import Examined, examine
from tools.feeds.feed import Feed
from tools.feeds.filtering import in_zone
from tools.feeds.known import every_dataset
from tools.feeds.opening import reader_of
from tools.feeds.reading import Asked, Reader
from tools.feeds.state import FeedState, state_of, without_feed

if TYPE_CHECKING:
    import polars as pl

    from tools.feeds.citydata import CityData

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
_LIST = TypeAdapter(list[Feed])


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
        roots, duck = (folder, pack.root), Duck()
        self._all = {feed.dataset: _Open(feed, reader_of(feed, roots, self._zone, duck)) for feed in feeds}
        self._kept: dict[tuple[str, ...], _Kept] = {}
        self._locks: dict[tuple[str, ...], threading.RLock] = defaultdict(threading.RLock)
        self._lock = threading.Lock()

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
        """See ``CityData.table``. Registers are kept in memory until their source changes; of rows with the same key
        the last one counts.
        """
        opened = self._opened(dataset, internal, now)
        if dataset.time:
            rows = opened.reader.rows(dataset, Asked(now))
            return rows, Used(opened.feed, self._newest(rows, dataset))
        changed = self._current(opened, now)
        version = opened.reader.version(now)
        rows = self._once(
            ("table", dataset.id), version, lambda: _last_of_each(opened.reader.rows(dataset, Asked(now)), dataset)
        )
        return rows, Used(opened.feed, changed)

    def latest(
        self, dataset: Dataset, now: datetime, where: Mapping[str, object], *, internal: bool
    ) -> tuple[pl.DataFrame, Used]:
        """See ``CityData.latest``."""
        opened = self._opened(dataset, internal, now)
        limit = opened.feed.fresh_for
        rows = opened.reader.rows(dataset, Asked(now, since=now - limit if limit else None, where=where, last=True))
        if rows.is_empty():
            newest = opened.reader.newest(dataset, now, where)
            if newest is None:
                raise NoData(f"{opened.feed.title}: no row of {dict(where) or 'anything'} up to {now:%Y-%m-%d %H:%M}")
            raise _stale(opened.feed, newest)
        rows = rows.sort(dataset.time, *dataset.key, maintain_order=True)
        kept = rows.unique(subset=list(dataset.key), keep="last", maintain_order=True) if dataset.key else rows.tail(1)
        return kept, Used(opened.feed, self._newest(kept, dataset))

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
        opened = self._opened(dataset, internal, now)
        wanted = None if columns is None else list(dict.fromkeys([*columns, dataset.time]))
        asked = Asked(now, since=since, until=until, where=where, columns=wanted)
        rows = opened.reader.rows(dataset, asked).sort(dataset.time, maintain_order=True)
        return rows.select(columns or rows.columns), Used(opened.feed, self._newest(rows, dataset))

    def file(self, dataset: Dataset, now: datetime, *, internal: bool) -> tuple[Path, Used]:
        """See ``CityData.timetable``."""
        opened = self._opened(dataset, internal, now)
        changed = self._current(opened, now)
        return opened.reader.file(now), Used(opened.feed, changed)

    def state(
        self, now: datetime, datasets: Mapping[str, Dataset] | None = None, *, internal: bool = True
    ) -> list[FeedState]:
        """Every dataset and feed as it stands at ``now``, by dataset; ``internal``: feeds for staff too.

        ``datasets``: the known ones by id; None: those of every room. Looked at anew where a source changed, and once
        a minute.
        """
        known = every_dataset() if datasets is None else datasets
        found = [without_feed(known[id]) for id in known if id not in self._all]
        for id, opened in self._all.items():
            if internal or opened.feed.visibility == "public":
                version = f"{self._version(opened, now)} {now.astimezone(UTC):%Y%m%d%H%M}"
                look = partial(state_of, opened.feed, opened.reader, known.get(id), now)
                found.append(self._once(("state", opened.feed.id, str(id in known)), version, look))
        return sorted(found, key=lambda one: one.dataset)

    def examine(
        self, now: datetime, datasets: Mapping[str, Dataset] | None = None, *, only: Collection[str] = ()
    ) -> Iterator[Examined]:
        """Read every feed wholly up to ``now``, one after another; ``only``: those with these ids or datasets."""
        known = every_dataset() if datasets is None else datasets
        for opened in self._all.values():
            feed = opened.feed
            if not only or feed.id in only or feed.dataset in only:
                yield examine(feed, opened.reader, known.get(feed.dataset), now)

    def derived(self, name: str, datasets: Sequence[Dataset], data: CityData, build: Callable[[], T]) -> T:
        """See ``CityData.derived``."""
        now = data.now
        versions = [self._opened(dataset, data.internal, now).reader.version(now) for dataset in datasets]
        if any(dataset.time for dataset in datasets):
            versions.append(now.isoformat())  # what is built from a history must not be seen before its time
        version, key = "|".join(versions), ("derived", name, str(data.internal))
        with self._lock_of(key):
            kept = self._kept.get(key)
            if kept is None or kept.version != version:
                before = dict(data.used)
                data.used.clear()
                try:
                    value = build()
                finally:
                    used = dict(data.used)
                    data.used.update(before)
                kept = self._kept[key] = _Kept(version, value, used)
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

    def _opened(self, dataset: Dataset, internal: bool, now: datetime) -> _Open:
        if not self.has(dataset, internal=internal):
            raise NoData(
                f"the city has no feed of {dataset.title} ({dataset.id}) for this reader",
                code="no_feed",
                title=dataset.title,
            )
        opened = self._all[dataset.id]
        opened.reader.refresh(dataset, now)
        return opened

    def _current(self, opened: _Open, now: datetime) -> datetime | None:
        """When a source without history was renewed. Raises NotCurrent where that is too long ago."""
        changed, limit = opened.reader.changed(now), opened.feed.fresh_for
        if changed is not None and limit is not None and changed < now - limit:
            raise _stale(opened.feed, changed)
        return changed

    def _newest(self, rows: pl.DataFrame, dataset: Dataset) -> datetime | None:
        newest: Any = None if rows.is_empty() else rows[dataset.time].max()
        return None if newest is None else in_zone(newest, None, self._zone)

    def _version(self, opened: _Open, now: datetime) -> str:
        try:
            return opened.reader.version(now)
        except NoData:
            return "none"

    def _lock_of(self, key: tuple[str, ...]) -> threading.RLock:
        with self._lock:
            return self._locks[key]

    def _once(self, key: tuple[str, ...], version: str, build: Callable[[], Any]) -> Any:
        with self._lock_of(key):
            kept = self._kept.get(key)
            if kept is None or kept.version != version:
                kept = self._kept[key] = _Kept(version, build(), {})
            return kept.value


def _stale(feed: Feed, newest: datetime) -> NotCurrent:
    message = f"{feed.title}: the newest row is of {newest:%Y-%m-%d %H:%M}, older than allowed"
    return NotCurrent(message, title=feed.title, at=newest)


def _last_of_each(rows: pl.DataFrame, dataset: Dataset) -> pl.DataFrame:
    """The last row of each whole key, in the order of the source; rows whose key has a gap are all kept."""
    import polars as pl

    if not dataset.key:
        return rows
    keys = [pl.col(name) for name in dataset.key]
    gap = pl.any_horizontal(key.is_null() for key in keys)
    return rows.filter(gap | pl.struct(keys).is_last_distinct())


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
            listed = _LIST.validate_python(data or [])
            found += [feed.model_copy(update={"origin": f"{name}: [{i}]"}) for i, feed in enumerate(listed)]
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
