"""Where suites run: a city, what is published in it, the day and the engine. Opened once in each process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from city.errors import BadInput, NotFound
from city.pack import CityPack, load_pack
from serve.settings import ROOT, Settings

if TYPE_CHECKING:
    from agents.context import House

SHARED = "CITYDESK_SHARED_DATA"


@dataclass(frozen=True)
class Place:
    """Settings, the fixed moment of asking, and the seed from which a suite draws. ``scratch``: an empty folder of this
    process for what cases write.
    """

    settings: Settings
    day: date
    seed: int
    small: bool
    scratch: Path
    judge: dict[str, str] = field(default_factory=dict)

    @cached_property
    def pack(self) -> CityPack:
        """The city pack."""
        return load_pack(self.settings.city)

    @property
    def root(self) -> Path:
        """The pack's folder."""
        return self.settings.city

    @cached_property
    def house(self) -> House:
        """The house of this installation, without a store of work orders."""
        from serve.house import open_house

        return open_house(self.settings)

    @property
    def now(self) -> datetime:
        """The fixed moment of asking."""
        return self.at(self.day)

    def at(self, day: date) -> datetime:
        """Half past eight of a day, in the city's zone: when a suite asks."""
        return datetime.combine(day, time(8, 30), ZoneInfo(self.pack.city.timezone))


def shared_data() -> Path:
    """The folder of the public data beside the project."""
    return Path(os.environ.get(SHARED) or ROOT.parent / "shared" / "data")


def rows(paths: Sequence[Path]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The objects of JSONL files (folders: all their ``*.jsonl``, sorted) as (file and line, object).

    Raises NotFound where a file is absent, BadInput naming the line that is no JSON object.
    """
    for path in paths:
        files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        for file in files:
            if not file.is_file():
                raise NotFound(f"{file} is not there.")
            for number, line in enumerate(file.read_text(encoding="utf-8-sig").split("\n"), 1):
                if line.strip():
                    yield f"{file.name}:{number}", _object(line, file, number)


def _object(line: str, file: Path, number: int) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except ValueError as error:
        raise BadInput(f"{file}, line {number} is no JSON ({error}); correct it") from error
    if not isinstance(value, dict):
        raise BadInput(f"{file}, line {number} is no JSON object; write one object a line")
    return value
