"""The parts of an opened index."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from knowledge.index.dense import DenseIndex
from knowledge.index.keyword import KeywordIndex
from knowledge.index.memory import Memory
from knowledge.index.structure import Structure
from knowledge.index.types import Embedder, Settings


class Parts(NamedTuple):
    """The opened parts of an index. ``heads`` are sections by title and headings, ``wholes`` whole documents."""

    settings: Settings
    structure: Structure
    rows: KeywordIndex
    heads: KeywordIndex
    wholes: KeywordIndex
    titles: KeywordIndex
    dense: DenseIndex | None
    embedder: Embedder | None
    memory: Memory | None


def open_parts(folder: Path, embedder: Embedder | None, manifest: dict[str, Any]) -> Parts:
    """Open every part that the manifest names."""
    settings = Settings.model_validate(manifest["settings"])
    structure = Structure(folder)
    has_vectors = embedder is not None and manifest["embedder"] is not None
    return Parts(
        settings=settings,
        structure=structure,
        rows=KeywordIndex(folder, "rows"),
        heads=KeywordIndex(folder, "heads"),
        wholes=KeywordIndex(folder, "wholes"),
        titles=KeywordIndex(folder, "titles"),
        dense=DenseIndex(folder, settings) if has_vectors else None,
        embedder=embedder if has_vectors else None,
        memory=Memory(folder, structure, settings, has_vectors) if manifest["examples"] else None,
    )
