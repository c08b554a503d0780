"""Build a pack's knowledge: corpora to documents, documents to a snapshot, and the embedding they share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pydantic import Field, ValidationError

from city.pack import CityPack, PackError, Problem, load_pack
from city.pack.yamlfile import validation_problems
from city.schema import Record
from knowledge.corpus import load_corpus
from knowledge.index import Example
from knowledge.index import Settings as IndexSettings
from knowledge.library import SnapshotInfo
from knowledge.model import Document
from serve.embedding import building_embedder_of
from serve.library import store_of
from serve.settings import Settings

Progress = Callable[[str, float], None]
PAIRS = "learned/pairs.jsonl"


class Pair(Record):
    """One line of the confirmed pairs."""

    question: str = Field(min_length=1)
    provisions: tuple[str, ...] = Field(min_length=1)
    group: str = ""


def read_documents(pack: CityPack) -> list[Document]:
    """Every document of the pack's corpora. Raises PackError with all problems."""
    return load_corpus(pack.root, folders=pack.city.corpora, names={u.id: u.name for u in pack.units})


def read_examples(pack: CityPack) -> list[Example]:
    """Confirmed question-provision pairs of the pack: ``learned/pairs.jsonl`` with question, provisions, group?.

    Raises PackError with all bad lines.
    """
    path = pack.root / PAIRS
    if not path.is_file():
        return []
    examples, problems = [], []
    for number, line in enumerate(path.read_bytes().split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            pair = Pair.model_validate(json.loads(line.decode("utf-8-sig")))
        except UnicodeDecodeError:
            problems.append(_bad_line(number, "is not UTF-8", "save the file as UTF-8"))
        except ValidationError as error:
            problems += validation_problems(error, PAIRS, f"line {number}")
        except (ValueError, RecursionError) as error:
            problems.append(_bad_line(number, f"is not JSON ({error})", "write one JSON object a line"))
        else:
            examples.append(Example(pair.question, pair.provisions, pair.group))
    if problems:
        raise PackError(problems)
    return examples


def _bad_line(number: int, message: str, remedy: str) -> Problem:
    return Problem(file=PAIRS, where=f"line {number}", message=message, remedy=remedy)


def index_settings(pack: CityPack) -> IndexSettings:
    """The index's settings, with what the pack says instead. Raises PackError for an unknown name or a bad value."""
    try:
        return IndexSettings.model_validate(pack.city.retrieval)
    except ValidationError as error:
        raise PackError(validation_problems(error, "city.yaml", "retrieval")) from error


def build_knowledge(settings: Settings, *, publish: bool, progress: Progress) -> SnapshotInfo:
    """Build, and with ``publish`` let it serve, the snapshot of the pack's documents."""
    pack = load_pack(settings.city)
    progress("reading", 0.0)
    documents = read_documents(pack)
    progress("reading", 1.0)
    store = store_of(settings, pack)
    info = store.build(
        documents,
        embedder=building_embedder_of(settings, pack, store.vectors),
        examples=read_examples(pack),
        settings=index_settings(pack),
        progress=progress,
    )
    if publish and store.current() != info.id:
        store.publish(info.id, by="build")
    return info


def publish_documents(
    settings: Settings, documents: Iterable[Document], examples: Sequence[Example] = ()
) -> SnapshotInfo:
    """Build any documents as the pack's knowledge and let them serve; for benchmarks over other corpora."""
    pack = load_pack(settings.city)
    store = store_of(settings, pack)
    info = store.build(documents, embedder=building_embedder_of(settings, pack, store.vectors), examples=examples)
    if store.current() != info.id:
        store.publish(info.id, by="bench")
    return info


def train_embedding(settings: Settings, out: Path | None, *, progress: Progress) -> Path:
    """Train the static embedding on the pack's documents."""
    from knowledge.embed import train_embedder
    from knowledge.library import entries_of

    pack = load_pack(settings.city)
    folder = out or pack.root / (pack.city.embedding.static or "learned/embedding")
    train_embedder(entries_of(read_documents(pack)), folder, examples=read_examples(pack), progress=progress)
    return folder
