"""What a snapshot says of itself."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from city.errors import BadInput, NotFound
from knowledge.index import Settings
from knowledge.library.durable import file_hash
from knowledge.model import Level

FORMAT = 1
NAME = "manifest.json"
PROVISIONS = "provisions.sqlite"
INDEX = "index"


class FileMark(BaseModel):
    """Size in bytes and SHA-256 of one file of a snapshot."""

    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class SnapshotInfo(BaseModel):
    """A built snapshot. ``id`` is the hash of everything that went in, so the same input has the same id."""

    model_config = ConfigDict(frozen=True)

    format: int = FORMAT
    id: str
    built_at: datetime
    documents: int
    provisions: int
    edges: int = Field(description="resolved references between provisions")
    embedder: str | None
    settings: Settings
    examples: int = 0
    regions: tuple[str, ...] = Field(description="region path of each region number in the filter arrays")
    levels: tuple[Level, ...] = Field(description="level of each level number in the filter arrays")
    notes: tuple[str, ...] = Field(default=(), description="what was settled while building, for the report")
    files: dict[str, FileMark] = Field(default_factory=dict, description="every other file, by its path inside")


def mark_files(folder: Path) -> dict[str, FileMark]:
    """Size and hash of every file below ``folder`` but the manifest."""
    return {
        path.relative_to(folder).as_posix(): FileMark(size=path.stat().st_size, sha256=file_hash(path))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != NAME
    }


def read_manifest(folder: Path) -> SnapshotInfo:
    """The manifest of the snapshot in ``folder``, once every file it names is there with its size.

    Raises ``NotFound`` where there is no snapshot and ``BadInput`` where it does not fit this program or is
    damaged.
    """
    try:
        info = SnapshotInfo.model_validate_json((folder / NAME).read_bytes())
    except FileNotFoundError:
        raise NotFound(f"there is no snapshot at {str(folder)!r}; build one first") from None
    except ValidationError:
        raise BadInput(f"the manifest at {str(folder)!r} cannot be read; build the snapshot again") from None
    if info.format != FORMAT:
        raise BadInput(f"the snapshot {info.id!r} has format {info.format}, this program reads {FORMAT}; build again")
    for name, mark in info.files.items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != mark.size:
            raise BadInput(f"the snapshot {info.id!r} is damaged: {name!r} is missing or cut; build it again")
    return info


def verify_files(folder: Path) -> SnapshotInfo:
    """Like ``read_manifest``, and every file also has the hash it had when it was built."""
    info = read_manifest(folder)
    for name, mark in info.files.items():
        if file_hash(folder / name) != mark.sha256:
            raise BadInput(f"the snapshot {info.id!r} is damaged: {name!r} has changed; build it again")
    return info
