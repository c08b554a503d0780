"""Where suites find their cases: the files that a ``suite.yaml`` names, and what slices a message falls into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from city.errors import BadInput
from eval.place import rows, shared_data
from eval.suite import find

if TYPE_CHECKING:
    from city.gazetteer import Gazetteer
    from eval.place import Place

NOWHERE = "-"
"""The slice of messages that name no place of the city, or one that lies in several districts."""


def of_city(suite: str, place: Place) -> Iterator[tuple[str, dict[str, Any]]]:
    """The lines of the city's files of a suite, as (name of the file, object).

    Raises NotFound where a file is absent, BadInput naming a line that is no object or has no id.
    """
    for name in find(suite).config.data:
        for where, row in rows([place.root / name]):
            if "id" not in row:
                raise BadInput(f"{where} has no id; give every case one")
            yield where.rsplit(":", 1)[0].removesuffix(".jsonl"), row


def city_files(suite: str, place: Place) -> list[Path]:
    """The city's files of a suite, folders opened."""
    paths = [place.root / name for name in find(suite).config.data]
    return [file for path in paths for file in (sorted(path.glob("*.jsonl")) if path.is_dir() else [path])]


def shared_files(suite: str) -> list[Path]:
    """The public files of a suite."""
    return [shared_data() / name for name in find(suite).config.shared]


def district(gazetteer: Gazetteer, text: str) -> str:
    """The district that a message speaks of, `NOWHERE` where it is open."""
    return gazetteer.locate(text).district or NOWHERE
