"""Feeds in files: which files there are, when they changed, and reading them while somebody may be replacing them."""

from __future__ import annotations

import glob
import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from city.errors import BadInput
from tools.feeds.columns import Scan, asked_names, make_columns
from tools.feeds.dataset import Dataset
from tools.feeds.duck import Duck
from tools.feeds.errors import NoData
from tools.feeds.feed import Feed, Form, Layout
from tools.feeds.frames import scan_geojson, scan_xlsx
from tools.feeds.gtfs import check_timetable
from tools.feeds.locating import Part
from tools.feeds.reading import Asked, Counted, Look, Where, Zones, fault
from tools.feeds.scans import Setting, scan_csv, scan_json, scan_parquet
from tools.feeds.tables import TableReader

if TYPE_CHECKING:
    import polars as pl

T = TypeVar("T")
RECHECK_S = 0.25
"""For so long a file that was looked at is taken for unchanged."""
_PAUSES_S = (0.05, 0.3)
_BEING_WRITTEN_S = 2.0
_SCANS: dict[str, Callable[[Sequence[Path], Setting], Scan]] = {
    "parquet": scan_parquet,
    "csv": scan_csv,
    "json": scan_json,
    "jsonl": scan_json,
    "geojson": scan_geojson,
    "xlsx": scan_xlsx,
}


class Listed(NamedTuple):
    """A file and the state it is in; ``at`` is when it came."""

    path: Path
    mtime_ns: int
    size: int
    at: datetime


class Finder(Protocol):
    """Finds the files of a feed. ``repeats``: a later file may hold rows of an earlier one again, and is right."""

    repeats: bool

    def listed(self) -> list[Listed]:
        """Every file there is, in order; at least one. Raises NoData."""

    def chosen(self, listed: Sequence[Listed], *, history: bool, now: datetime) -> Sequence[Listed]:
        """Those that hold what was known at ``now``; of a register without history, one state of it."""

    def refresh(self, accept: Callable[[Path], None], now: datetime) -> None:
        """Get newer files where that is due; ``accept`` raises BadInput for one that cannot be used."""


class Pattern:
    """Files of the installation's feed folder by a pattern, or else of the pack."""

    repeats = False

    def __init__(self, title: str, pattern: str, roots: Sequence[Path], zone: tzinfo) -> None:
        self._title, self._pattern, self._roots, self._zone = title, pattern, roots, zone

    def listed(self) -> list[Listed]:
        """See ``Finder.listed``."""
        for root in self._roots:
            names = sorted(glob.glob(self._pattern, root_dir=root, recursive=True))  # noqa: PTH207  # patterns across folders
            found = [listed for name in names if (listed := list_file(root / name, self._zone))]
            if found:
                return found
        raise NoData(f"{self._title}: there is no file {self._pattern!r} in {self._roots[0]}", title=self._title)

    def chosen(self, listed: Sequence[Listed], *, history: bool, now: datetime) -> Sequence[Listed]:
        """See ``Finder.chosen``."""
        return listed

    def refresh(self, accept: Callable[[Path], None], now: datetime) -> None:
        """See ``Finder.refresh``."""


def list_file(path: Path, zone: tzinfo) -> Listed | None:
    """A file as it is now; None where it is gone, or is no file."""
    try:
        found = path.stat()
    except OSError:
        return None
    at = datetime.fromtimestamp(int(found.st_mtime), zone)
    return Listed(path, found.st_mtime_ns, found.st_size, at) if path.is_file() else None


class FileReader(TableReader):
    """Reads a feed's files."""

    def __init__(
        self, feed: Feed, form: Form, layout: Layout, finder: Finder, zones: Zones, duck: Duck, kept: Path
    ) -> None:
        super().__init__(feed, zones, duck)
        self._form, self._layout, self._finder, self._kept = form, layout, finder, kept
        self._listed: tuple[float, list[Listed]] = (0.0, [])
        self._scans: dict[tuple[object, ...], tuple[str, Scan]] = {}

    def rows(self, dataset: Dataset, asked: Asked) -> pl.DataFrame:
        """See ``Reader.rows``."""
        if not (self._finder.repeats and dataset.time and dataset.key):
            return self._steady(lambda: super(FileReader, self).rows(dataset, asked))
        wanted = asked.columns or list(dataset.named)
        keys = [*dataset.key, dataset.time]
        whole = replace(asked, columns=list(dict.fromkeys([*wanted, *keys])), last=False)
        rows = self._steady(lambda: super(FileReader, self).rows(dataset, whole))
        return rows.unique(subset=keys, keep="last", maintain_order=True).select(wanted)

    def newest(self, dataset: Dataset, now: datetime, where: Where) -> datetime | None:
        """See ``Reader.newest``."""
        return self._steady(lambda: super(FileReader, self).newest(dataset, now, where))

    def count(self, dataset: Dataset, now: datetime) -> Counted:
        """See ``Reader.count``. Raises BadInput for a timetable that lacks what it needs."""
        if self._form != "gtfs":
            return self._steady(lambda: super(FileReader, self).count(dataset, now))
        look = check_timetable(self._feed, self.file(now), now)
        if look.notes:
            raise fault(self._feed, look.notes[0], "export the timetable anew", "source")
        return Counted(look.rows, look.newest)

    def look(self, dataset: Dataset, now: datetime) -> Look:
        """See ``Reader.look``."""
        if self._form == "gtfs":
            return check_timetable(self._feed, self.file(now), now)
        return self._steady(lambda: super(FileReader, self).look(dataset, now))

    def version(self, now: datetime) -> str:
        """See ``Reader.version``."""
        return _version(self._finder.chosen(self._files(), history=True, now=now))

    def changed(self, now: datetime) -> datetime | None:
        """See ``Reader.changed``."""
        return max(one.at for one in self._finder.chosen(self._files(), history=True, now=now))

    def file(self, now: datetime) -> Path:
        """See ``Reader.file``."""
        if self._form != "gtfs":
            return super().file(now)
        return self._finder.chosen(self._files(), history=False, now=now)[-1].path

    def refresh(self, dataset: Dataset, now: datetime) -> None:
        """See ``Reader.refresh``."""
        self._finder.refresh(lambda path: self._accept(path, dataset, now), now)

    def scan(self, dataset: Dataset, asked: Asked, *, counting: bool = False) -> Scan:
        """See ``TableReader.scan``; made once of each state of the files."""
        import duckdb

        chosen = self._finder.chosen(self._files(), history=bool(dataset.time), now=asked.now)
        names = tuple(asked_names(self._feed, dataset).values())
        version, key = _version(chosen), (dataset.id, counting)
        known = self._scans.get(key)
        if known is not None and known[0] == version:
            return known[1]
        try:
            scan = self._scanned([one.path for one in chosen], names, counting)
        except duckdb.Error as error:
            raise self.unreadable(error) from error
        self._scans[key] = (version, scan)
        return scan

    def parts(self, dataset: Dataset, now: datetime) -> Iterator[Part]:
        """See ``TableReader.parts``."""
        names = tuple(asked_names(self._feed, dataset).values())
        first = 1 + self._layout.header if self._form in ("csv", "xlsx") else 1
        home = self._kept.parent.parent
        for one in self._finder.chosen(self._files(), history=bool(dataset.time), now=now):
            inside = one.path.is_relative_to(home)
            name = one.path.relative_to(home).as_posix() if inside else str(one.path)
            yield Part(name, self._scanned([one.path], names, True), first)

    def _scanned(self, files: Sequence[Path], names: tuple[str, ...], counting: bool) -> Scan:
        if self._form == "gtfs":
            raise fault(self._feed, "a timetable is no table", "give it to a dataset of form gtfs", "source.kind")
        return _SCANS[self._form](files, Setting(self._feed, self._layout, self._duck, self._kept, names, counting))

    def _accept(self, path: Path, dataset: Dataset, now: datetime) -> None:
        """Raises BadInput where the file cannot be this dataset: an error page is not to take the place of data."""
        import duckdb

        if self._form == "gtfs":
            problems = check_timetable(self._feed, path, now).notes
            if problems:
                raise fault(self._feed, problems[0], "look at what the address gives", "source.url")
            return
        names = tuple(asked_names(self._feed, dataset).values())
        try:
            make_columns(self._feed, dataset, self._scanned([path], names, False), self._zones)
        except duckdb.Error as error:
            raise self.unreadable(error) from error

    def _files(self, *, fresh: bool = False) -> list[Listed]:
        looked, known = self._listed
        if fresh or not known or time.monotonic() - looked > RECHECK_S:
            known = self._finder.listed()
            self._listed = (time.monotonic(), known)
        return known

    def _steady(self, read: Callable[[], T]) -> T:
        """What ``read`` gives while no file changed under it: it is tried again where one did."""
        for pause in (*_PAUSES_S, None):
            before = self._files(fresh=True)
            try:
                found = read()
            except BadInput:
                after = self._files(fresh=True)
                written = time.time() - max(one.mtime_ns for one in after) / 1e9 < _BEING_WRITTEN_S
                if pause is None or not (written or _version(before) != _version(after)):
                    raise
            else:
                if pause is None or _version(before) == _version(self._files(fresh=True)):
                    return found
            time.sleep(pause)
        raise AssertionError("the last try returns or raises")


def _version(files: Sequence[Listed]) -> str:
    told = ";".join(f"{one.path}:{one.mtime_ns}:{one.size}" for one in files)
    return hashlib.blake2b(told.encode(), digest_size=16).hexdigest()
