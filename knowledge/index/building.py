"""Building an index: keyword postings, vectors, and what confirmed questions teach."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from city.errors import BadInput
from knowledge.index.dense import build_dense
from knowledge.index.keyword import build_keyword, grouped, save_keyword
from knowledge.index.learning import learn_ranker
from knowledge.index.memory import build_memory
from knowledge.index.parts import open_parts
from knowledge.index.probe import save_probe
from knowledge.index.store import FORMAT, fresh_folder, load_json, save_json
from knowledge.index.structure import build_structure
from knowledge.index.types import Embedder, Entry, Example, Floats, Ints, Settings

Progress = Callable[[str, float], None]
_BATCH = 4096


def _quiet(stage: str, share: float) -> None:
    """Progress that nobody watches."""


def embedding_text(entry: Entry) -> str:
    """What of an entry its vector stands for."""
    return f"{entry.title} {entry.path} {entry.text}"


def _encode(entries: Sequence[Entry], embedder: Embedder, progress: Progress) -> Floats:
    vectors = np.zeros((len(entries), embedder.dim), np.float32)
    for start in range(0, len(entries), _BATCH):
        batch = entries[start : start + _BATCH]
        vectors[start : start + len(batch)] = embedder.encode([embedding_text(e) for e in batch])
        progress("dense", (start + len(batch)) / len(entries))
    return vectors


def _check_keys(entries: Sequence[Entry]) -> dict[str, int]:
    rows = {entry.key: row for row, entry in enumerate(entries)}
    if len(rows) != len(entries):
        seen: set[str] = set()
        for entry in entries:
            if entry.key in seen:
                raise BadInput(f"two entries have the key {entry.key!r}; give every provision its own id")
            seen.add(entry.key)
    return rows


def _heads(entries: Sequence[Entry], numbers: Ints, text_of: Callable[[Entry], str]) -> list[Entry]:
    """One short entry for each number (document or section), in order of number."""
    first = np.unique(numbers, return_index=True)[1]
    return [Entry(entries[i].key, entries[i].document, "", "", text_of(entries[i])) for i in first.tolist()]


def _build_keywords(entries: Sequence[Entry], folder: Path, settings: Settings, report: Progress) -> None:
    """Structure, and the keyword indexes of rows, sections' headings, whole documents and titles."""
    documents, sections = build_structure(entries, folder)
    postings = build_keyword(entries, settings, lambda share: report("keyword", 0.7 * share))
    save_keyword(folder, "rows", postings, len(entries), settings)
    count = int(documents.max()) + 1 if len(entries) else 0
    save_keyword(folder, "wholes", grouped(postings, documents), count, settings)
    del postings
    for name, numbers, text_of in (
        ("heads", sections, lambda e: f"{e.title}\n{e.path}"),
        ("titles", documents, lambda e: e.title),
    ):
        heads = _heads(entries, numbers, text_of)
        save_keyword(folder, name, build_keyword(heads, settings, lambda _: None), len(heads), settings)
    report("keyword", 1.0)


def _known(
    examples: Sequence[Example], rows: dict[str, int], settings: Settings
) -> tuple[list[Example], list[list[int]]]:
    """The examples that can be learnt from, and the rows of their provisions."""
    kept, answers = [], []
    for example in examples[-settings.most_examples :]:
        found = [rows[key] for key in dict.fromkeys(example.keys) if key in rows]
        if found and example.question.strip():
            kept.append(example)
            answers.append(found)
    return kept, answers


def build(
    entries: Sequence[Entry],
    folder: Path,
    *,
    embedder: Embedder | None,
    examples: Sequence[Example] = (),
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> None:
    """Build an index of ``entries`` in ``folder``, replacing what is there.

    Row ``i`` of the index is ``entries[i]``. Examples none of whose provisions is among the entries are
    ignored; with enough of them a ranker is trained. ``progress`` is called with a stage and the share done.
    Raises ``BadInput`` when two entries share a key.
    """
    settings = settings or Settings()
    report = progress or _quiet
    rows = _check_keys(entries)
    fresh_folder(folder)
    _build_keywords(entries, folder, settings, report)
    if embedder is not None:
        build_dense(_encode(entries, embedder, report), folder, settings)
        save_probe(embedder, folder)
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "rows": len(entries),
        "embedder": embedder.name if embedder else None,
        "probed": embedder is not None,
        "settings": settings.model_dump(),
    }
    _teach(entries, folder, embedder, _known(examples, rows, settings), manifest, report)


def teach(
    entries: Sequence[Entry],
    folder: Path,
    *,
    embedder: Embedder | None,
    examples: Sequence[Example],
    progress: Progress | None = None,
) -> None:
    """Replace what the index of ``entries`` in ``folder`` learnt by what ``examples`` teach; nothing is indexed anew.

    Not for a folder that somebody is reading: copy it first. Raises ``BadInput`` when the entries are not its own.
    """
    manifest = load_json(folder, "index")
    if manifest["rows"] != len(entries) or manifest["embedder"] != (embedder.name if embedder else None):
        raise BadInput(f"the index at {str(folder)!r} is of other entries or another embedder; build it again")
    (folder / "index.json").unlink()
    known = _known(examples, _check_keys(entries), Settings.model_validate(manifest["settings"]))
    _teach(entries, folder, embedder, known, manifest, progress or _quiet)


def _teach(
    entries: Sequence[Entry],
    folder: Path,
    embedder: Embedder | None,
    known: tuple[list[Example], list[list[int]]],
    manifest: dict[str, Any],
    report: Progress,
) -> None:
    """Learn from the known examples, and write the manifest last."""
    examples, answers = known
    manifest.update(examples=0, ranker=False)
    if examples:
        parts = open_parts(folder, embedder, manifest)
        report("memory", 0.0)
        build_memory(entries, examples, answers, parts.rows, parts.dense, embedder, folder, parts.settings)
        manifest["examples"] = len(examples)
        parts = open_parts(folder, embedder, manifest)
        manifest["ranker"] = learn_ranker(parts, examples, answers, folder, lambda share: report("ranker", share))
    save_json(folder, "index", manifest)
    report("done", 1.0)
