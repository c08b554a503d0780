"""The example data of the city that talks about city data need: the same for every run, made once in a home."""

from __future__ import annotations

import fcntl
import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from city.pack import CityPack
    from serve.settings import Settings

FOLDER = "hotlinebench/feeds"
_DAY, _HOUR = date(2026, 11, 20), 6


def with_feeds(settings: Settings, pack: CityPack) -> Settings:
    """Settings whose feeds hold the example data around the day of the talks. Some processes may ask at once."""
    folder = settings.home / pack.city.id / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    own = settings.model_copy(update={"feeds": str(folder)})
    with _alone(folder.parent / "feeds.lock"):
        from serve.example_data import write_missing

        if write_missing(own, pack, _DAY, lambda _room, _share: None):
            _dated(folder, datetime(_DAY.year, _DAY.month, _DAY.day, _HOUR, tzinfo=ZoneInfo(pack.city.timezone)))
    return own


def _dated(folder: Path, at: datetime) -> None:
    """A source without times of its own is told to be as old as its file: the same age for every run."""
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            os.utime(path, (at.timestamp(), at.timestamp()))


class _alone:  # noqa: N801  # reads as a word where it is used
    """One process at a time."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w")

    def __enter__(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()
