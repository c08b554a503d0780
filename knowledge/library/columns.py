"""The filter arrays of a snapshot: what a hard filter must know of every document, as small numbers on
disk.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.index.types import Ints
from knowledge.model import Level, Metadata, Visibility

NEVER = 0  # valid_from of a document whose start is unknown: no day is it in force
OPEN = np.iinfo(np.int32).max  # valid_to of a document with no end
_MAP_FROM = 1 << 16  # bytes; a smaller file is read whole

Bytes = NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Columns:
    """One array per fact. All but ``document`` have one element per document, in the order of the snapshot.

    ``document`` has one per row (provision): the number of its document. Days are proleptic Gregorian
    ordinals, regions and levels are numbers into the manifest's tables, ``public`` is 1 for what every
    citizen may read.
    """

    document: Ints
    valid_from: Ints
    valid_to: Ints
    region: Ints
    level: Bytes
    public: Bytes


def make_columns(
    metas: Mapping[str, Metadata], documents: Sequence[int]
) -> tuple[Columns, tuple[str, ...], tuple[Level, ...]]:
    """The arrays, and the tables of regions and levels that they number."""
    values = list(metas.values())
    regions = tuple(sorted({meta.region for meta in values}))
    levels = tuple(Level)
    region_number = {region: number for number, region in enumerate(regions)}
    level_number = {level: number for number, level in enumerate(levels)}
    starts = [meta.valid_from.toordinal() if meta.valid_from else NEVER for meta in values]
    stops = [meta.valid_to.toordinal() if meta.valid_to else OPEN for meta in values]
    columns = Columns(
        document=np.asarray(documents, np.int32),
        valid_from=np.asarray(starts, np.int32),
        valid_to=np.asarray(stops, np.int32),
        region=np.asarray([region_number[meta.region] for meta in values], np.int32),
        level=np.asarray([level_number[meta.level] for meta in values], np.int8),
        public=np.asarray([meta.visibility is Visibility.PUBLIC for meta in values], np.int8),
    )
    return columns, regions, levels


def save_columns(columns: Columns, folder: Path) -> None:
    """Write every array to ``folder/NAME.npy``."""
    folder.mkdir()
    for field in fields(columns):
        np.save(folder / f"{field.name}.npy", getattr(columns, field.name), allow_pickle=False)


def open_columns(folder: Path) -> Columns:
    """Open the arrays: large ones memory-mapped, small ones (an empty one cannot be mapped) read."""
    arrays = {}
    for field in fields(Columns):
        path = folder / f"{field.name}.npy"
        large = path.stat().st_size > _MAP_FROM
        arrays[field.name] = np.load(path, mmap_mode="r" if large else None, allow_pickle=False)
    return Columns(**arrays)
