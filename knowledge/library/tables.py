"""The tables of a snapshot: documents, provisions and the references between them, in one SQLite file."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import zlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from city.errors import BadInput
from knowledge.index import Entry
from knowledge.ingest.resolving import title_key
from knowledge.library.matter import count_pairs
from knowledge.model import Document, Metadata, Provision, Reference

_SCHEMA = """
CREATE TABLE documents (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, work TEXT NOT NULL, digest TEXT NOT NULL,
    first_row INTEGER NOT NULL, rows INTEGER NOT NULL, meta TEXT NOT NULL);
CREATE TABLE bodies (seq INTEGER PRIMARY KEY, text TEXT NOT NULL, tree BLOB NOT NULL, notes TEXT NOT NULL);
CREATE TABLE provisions (
    row INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER NOT NULL, article TEXT NOT NULL,
    path TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, text TEXT NOT NULL,
    refs TEXT NOT NULL);
CREATE TABLE edges (
    source INTEGER NOT NULL, target INTEGER NOT NULL, PRIMARY KEY (source, target)) WITHOUT ROWID;
CREATE TABLE pairs (pair TEXT PRIMARY KEY, provisions INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE counted (provisions INTEGER NOT NULL);
"""
_INDEXES = """
CREATE INDEX by_work ON documents (work);
CREATE INDEX by_target ON edges (target);
"""


@dataclass(frozen=True, slots=True)
class _Pending:
    """A reference whose target row is looked up once every document is in."""

    source: int
    target: str | None
    title: str | None
    suffix: str | None


def _pending(row: int, reference: Reference) -> _Pending | None:
    if reference.target is not None:
        return _Pending(row, reference.target, None, None)
    if reference.work is None or reference.article is None:
        return None
    suffix = f"#{reference.article}" + (f"-{reference.sub}" if reference.sub else "")
    return _Pending(row, None, title_key(reference.work), suffix)


class TableWriter:
    """Writes documents into a new file one at a time, so that a large corpus need not be held at once.

    Rows follow the order of the documents. The file is worthless until ``finish`` returns: no journal is
    kept.
    """

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE;")
        self._base.executescript(_SCHEMA)
        self._base.execute("BEGIN")
        self._rows: dict[str, int] = {}
        self._titles: dict[str, list[str]] = defaultdict(list)
        self._waiting: list[_Pending] = []
        self._digest = hashlib.sha256()
        self.metas: dict[str, Metadata] = {}
        self.documents: list[int] = []
        self.edges = 0

    @property
    def digest(self) -> str:
        """Hash of every document so far, in order."""
        return self._digest.hexdigest()

    def add(self, document: Document) -> None:
        """Add a document. Raises ``BadInput`` for an id met before or a provision that is not its span's
        text.
        """
        meta = document.meta
        if meta.id in self.metas:
            raise BadInput(f"two documents have the id {meta.id!r}; give each version its own id")
        seq = len(self.metas)
        self.metas[meta.id] = meta
        self._titles[title_key(meta.title)].append(meta.id)
        described, tree = meta.model_dump_json(), document.tree.model_dump_json().encode()
        digest = hashlib.sha256("\0".join((described, document.text)).encode() + tree)
        first = len(self.documents)
        for provision in document.provisions:
            self._add_provision(document, provision, seq, digest)
        notes = json.dumps(document.notes, ensure_ascii=False)
        self._base.execute(
            "INSERT INTO documents VALUES (?,?,?,?,?,?,?)",
            (
                seq,
                meta.id,
                meta.work or meta.id,
                digest.hexdigest(),
                first,
                len(document.provisions),
                described,
            ),
        )
        body = (seq, document.text, zlib.compress(tree, 1), notes)
        self._base.execute("INSERT INTO bodies VALUES (?,?,?,?)", body)
        self._digest.update(digest.digest())

    def _add_provision(self, document: Document, provision: Provision, seq: int, digest: hashlib._Hash) -> None:
        row = len(self.documents)
        if provision.id in self._rows:
            raise BadInput(f"two provisions have the id {provision.id!r}; give each its own")
        if not provision.id.startswith(f"{document.meta.id}#") or provision.document != document.meta.id:
            raise BadInput(f"the provision {provision.id!r} is not one of the document {document.meta.id!r}")
        if document.text[provision.start : provision.end] != provision.text:
            raise BadInput(f"the text of {provision.id!r} is not its span of the document; ingest it again")
        self._rows[provision.id] = row
        self.documents.append(seq)
        found = (_pending(row, reference) for reference in provision.references)
        self._waiting.extend(pending for pending in found if pending is not None)
        refs = "[" + ",".join(reference.model_dump_json() for reference in provision.references) + "]"
        path = json.dumps(provision.path, ensure_ascii=False)
        digest.update("\0".join((provision.id, provision.article, path, refs)).encode())
        self._base.execute(
            "INSERT INTO provisions VALUES (?,?,?,?,?,?,?,?,?)",
            (
                row,
                provision.id,
                seq,
                provision.article,
                path,
                provision.start,
                provision.end,
                provision.text,
                refs,
            ),
        )

    def finish(self, ends: dict[str, date]) -> None:
        """Write the settled ends and the references that have a target, and close the file."""
        for name, day in ends.items():
            meta = self.metas[name] = self.metas[name].model_copy(update={"valid_to": day})
            self._base.execute("UPDATE documents SET meta=? WHERE id=?", (meta.model_dump_json(), name))
        pairs = {(pending.source, row) for pending in self._waiting for row in self._targets(pending)}
        pairs = {(source, target) for source, target in pairs if source != target}
        self._base.executemany("INSERT INTO edges VALUES (?,?)", sorted(pairs))
        self.edges = len(pairs)
        self._count_pairs()
        self._base.execute("COMMIT")
        self._base.executescript(_INDEXES)
        self._base.execute("ANALYZE")
        self.close()

    def _count_pairs(self) -> None:
        """Write how common each pair of characters is; one met once is as rare as one never met."""
        texts = [text for (text,) in self._base.execute("SELECT text FROM provisions ORDER BY row")]
        frequencies, counted = count_pairs(texts)
        kept = sorted((pair, count) for pair, count in frequencies.items() if count > 1)
        self._base.executemany("INSERT INTO pairs VALUES (?,?)", kept)
        self._base.execute("INSERT INTO counted VALUES (?)", (counted,))

    def _targets(self, pending: _Pending) -> list[int]:
        if pending.target is not None:
            names = [pending.target]
        else:
            names = [name + (pending.suffix or "") for name in self._titles.get(pending.title or "", ())]
        return [self._rows[name] for name in names if name in self._rows]

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()


def read_entries(path: Path) -> list[Entry]:
    """Every provision as the index wants it, in row order, from a finished file."""
    base = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        targets: dict[int, list[int]] = defaultdict(list)
        for source, target in base.execute("SELECT source, target FROM edges ORDER BY source, target"):
            targets[source].append(target)
        documents = {
            seq: (name, searched_title(Metadata.model_validate_json(meta)))
            for seq, name, meta in base.execute("SELECT seq, id, meta FROM documents")
        }
        return [
            Entry(key, *documents[seq], " ".join(json.loads(headings)), text, tuple(targets.get(row, ())))
            for row, key, seq, headings, text in base.execute(
                "SELECT row, id, document, path, text FROM provisions ORDER BY row"
            )
        ]
    finally:
        base.close()


def searched_title(meta: Metadata) -> str:
    """The title with the topics, which are the other names by which people ask for the same matter."""
    return " ".join((meta.title, *meta.topics))
