"""Building a snapshot in a staging folder, out of everybody's sight until it is complete and checked."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from city.errors import BadInput
from knowledge.index import Embedder, Example, Settings, open_index
from knowledge.index import build as build_index
from knowledge.library.columns import make_columns, save_columns
from knowledge.library.durable import flush_tree
from knowledge.library.manifest import FORMAT, INDEX, NAME, PROVISIONS, SnapshotInfo, mark_files, verify_files
from knowledge.library.tables import TableWriter, read_entries
from knowledge.library.validity import settle_ends
from knowledge.model import Document

Progress = Callable[[str, float], None]
FILTERS = "filters"


def write_documents(documents: Iterable[Document], stage: Path, progress: Progress) -> TableWriter:
    """Write the documents into the stage's tables. The writer returned is not finished yet."""
    writer = TableWriter(stage / PROVISIONS)
    try:
        for count, document in enumerate(documents, 1):
            writer.add(document)
            if count % 100 == 0:
                progress(f"documents ({count})", 0.0)
    except BaseException:
        writer.close()
        raise
    progress("documents", 1.0)
    return writer


def identity(digest: str, *, embedder: Embedder | None, examples: Sequence[Example], settings: Settings) -> str:
    """The id of the snapshot that these inputs make."""
    parts = {
        "format": FORMAT,
        "documents": digest,
        "embedder": embedder.name if embedder else None,
        "examples": [[example.question, list(example.keys), example.group] for example in examples],
        "settings": settings.model_dump(mode="json"),
    }
    canonical = json.dumps(parts, ensure_ascii=False, sort_keys=True).encode()
    return f"s{hashlib.sha256(canonical).hexdigest()[:20]}"


def complete(
    stage: Path,
    writer: TableWriter,
    *,
    name: str,
    built_at: datetime,
    embedder: Embedder | None,
    examples: Sequence[Example],
    settings: Settings,
    progress: Progress,
) -> SnapshotInfo:
    """Finish the tables, build filters and index, write the manifest, check it all and flush it to disk."""
    ends, notes = settle_ends(writer.metas.values())
    writer.finish(ends)
    columns, regions, levels = make_columns(writer.metas, writer.documents)
    save_columns(columns, stage / FILTERS)
    entries = read_entries(stage / PROVISIONS)
    build_index(entries, stage / INDEX, embedder=embedder, examples=examples, settings=settings, progress=progress)
    info = SnapshotInfo(
        id=name,
        built_at=built_at,
        documents=len(writer.metas),
        provisions=len(entries),
        edges=writer.edges,
        embedder=embedder.name if embedder else None,
        settings=settings,
        examples=len(examples),
        regions=regions,
        levels=levels,
        notes=tuple(notes),
        files=mark_files(stage),
    )
    (stage / NAME).write_text(info.model_dump_json(indent=1), encoding="utf-8")
    progress("verify", 0.0)
    _verify(stage, embedder)
    flush_tree(stage)
    progress("verify", 1.0)
    return info


def _verify(stage: Path, embedder: Embedder | None) -> None:
    """Open what was written as a reader would. Raises ``BadInput`` when tables and index do not agree."""
    info = verify_files(stage)
    with closing(sqlite3.connect(f"{(stage / PROVISIONS).absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as base:
        (problem,) = base.execute("PRAGMA quick_check(1)").fetchone()
        (rows,) = base.execute("SELECT count(*) FROM provisions").fetchone()
    indexed = len(open_index(stage / INDEX, embedder=embedder))
    if problem != "ok" or rows != info.provisions or indexed != rows:
        raise BadInput(
            f"the new snapshot does not hold together (tables {problem}, {rows} provisions, {indexed} "
            "indexed); check the disk and build again"
        )
