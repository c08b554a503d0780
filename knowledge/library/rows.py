"""Reading the tables of a snapshot, from any thread."""

from __future__ import annotations

import json
import sqlite3
import weakref
import zlib
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from city.errors import TryAgain
from knowledge.model import Document, Metadata, Node, Provision

_PROVISION = (
    "SELECT p.id, d.id, p.article, p.path, p.start, p.stop, p.text, p.refs "
    "FROM provisions p JOIN documents d ON d.seq = p.document"
)
_KEPT = 2048
"""Provisions kept, those asked for last: a search reads sixty, and the next search mostly the same ones."""


def _provision(record: Sequence[object]) -> Provision:
    key, document, article, path, start, stop, text, refs = record
    return Provision.model_validate(
        {
            "id": key,
            "document": document,
            "article": article,
            "path": json.loads(str(path)),
            "start": start,
            "end": stop,
            "text": text,
            "references": json.loads(str(refs)),
        }
    )


def _close_all(connections: deque[sqlite3.Connection]) -> None:
    while connections:
        connections.pop().close()


class Tables:
    """The SQLite file of a snapshot, opened read-only and immutable.

    Each call borrows a connection, so threads never share one; SQLite and the page cache hold the memory.
    """

    def __init__(self, path: Path) -> None:
        self._address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._idle: deque[sqlite3.Connection] = deque()
        weakref.finalize(self, _close_all, self._idle)
        self._metas: dict[int, Metadata] = {}
        self._kept: OrderedDict[int, Provision] = OrderedDict()
        self._lock = Lock()

    def close(self) -> None:
        """Close the connections that nobody is using."""
        _close_all(self._idle)

    @contextmanager
    def _base(self) -> Iterator[sqlite3.Connection]:
        try:
            base = self._idle.pop()
        except IndexError:
            try:
                base = sqlite3.connect(self._address, uri=True, check_same_thread=False, cached_statements=32)
            except sqlite3.OperationalError as error:
                raise TryAgain(f"the snapshot cannot be opened ({error}); it may just have been pruned") from error
        try:
            yield base
        finally:
            self._idle.append(base)

    def knows(self, name: str) -> bool:
        """Whether ``name`` is the id of a document or a provision."""
        with self._base() as base:
            query = "SELECT 1 FROM documents WHERE id=?1 UNION ALL SELECT 1 FROM provisions WHERE id=?1"
            return base.execute(query, (name,)).fetchone() is not None

    def row(self, provision: str) -> int | None:
        """Row of a provision id."""
        with self._base() as base:
            found = base.execute("SELECT row FROM provisions WHERE id=?", (provision,)).fetchone()
        return None if found is None else int(found[0])

    def sequence(self, document: str) -> int | None:
        """Number of a document id."""
        with self._base() as base:
            found = base.execute("SELECT seq FROM documents WHERE id=?", (document,)).fetchone()
        return None if found is None else int(found[0])

    def provisions(self, rows: Sequence[int]) -> list[Provision]:
        """The provisions of ``rows``, in that order. They are shared: nobody may change one."""
        asked = [int(row) for row in rows]
        with self._lock:
            found = {row: self._kept[row] for row in asked if row in self._kept}
        fresh = [row for row in dict.fromkeys(asked) if row not in found]
        if fresh:
            with self._base() as base:
                query = f"{_PROVISION} WHERE p.row=?"
                found |= {row: _provision(base.execute(query, (row,)).fetchone()) for row in fresh}
        with self._lock:
            for row in asked:
                self._kept[row] = found[row]
                self._kept.move_to_end(row)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return [found[row] for row in asked]

    def span(self, sequence: int) -> range:
        """Rows of a document."""
        with self._base() as base:
            query = "SELECT first_row, rows FROM documents WHERE seq=?"
            first, count = base.execute(query, (sequence,)).fetchone()
        return range(first, first + count)

    def range(self, rows: range) -> list[Provision]:
        """The provisions of consecutive rows."""
        with self._base() as base:
            query = f"{_PROVISION} WHERE p.row>=? AND p.row<? ORDER BY p.row"
            return [_provision(record) for record in base.execute(query, (rows.start, rows.stop))]

    def meta(self, sequence: int) -> Metadata:
        """Metadata of a document, with its end as settled by what replaced it."""
        known = self._metas.get(sequence)
        if known is None:
            with self._base() as base:
                (stored,) = base.execute("SELECT meta FROM documents WHERE seq=?", (sequence,)).fetchone()
            known = self._metas[sequence] = Metadata.model_validate_json(stored)
        return known

    def versions(self, work: str) -> list[int]:
        """Numbers of the documents of a work."""
        with self._base() as base:
            return [seq for (seq,) in base.execute("SELECT seq FROM documents WHERE work=? ORDER BY seq", (work,))]

    def of_level(self, level: str) -> list[int]:
        """The sequences of the documents of a level, in the snapshot's order."""
        with self._base() as base:
            found = base.execute(
                "SELECT seq FROM documents WHERE json_extract(meta, '$.level')=? ORDER BY seq", (level,)
            )
            return [sequence for (sequence,) in found]

    def titles(self) -> list[tuple[int, str]]:
        """Number and title of every document."""
        with self._base() as base:
            return list(base.execute("SELECT seq, json_extract(meta, '$.title') FROM documents"))

    def targets(self, row: int) -> list[int]:
        """Rows that a row refers to."""
        with self._base() as base:
            query = "SELECT target FROM edges WHERE source=? ORDER BY target"
            return [target for (target,) in base.execute(query, (row,))]

    def sources(self, row: int) -> list[int]:
        """Rows that refer to a row."""
        with self._base() as base:
            query = "SELECT source FROM edges WHERE target=? ORDER BY source"
            return [source for (source,) in base.execute(query, (row,))]

    def document(self, sequence: int) -> Document:
        """A whole document."""
        with self._base() as base:
            query = "SELECT text, tree, notes FROM bodies WHERE seq=?"
            text, tree, notes = base.execute(query, (sequence,)).fetchone()
        return Document(
            meta=self.meta(sequence),
            text=text,
            tree=Node.model_validate_json(zlib.decompress(tree)),
            provisions=self.range(self.span(sequence)),
            notes=json.loads(notes),
        )

    def digests(self) -> dict[str, tuple[int, str]]:
        """Number and content hash of every document, by id."""
        with self._base() as base:
            return {name: (seq, digest) for name, seq, digest in base.execute("SELECT id, seq, digest FROM documents")}

    def frequencies(self, pairs: Iterable[str]) -> dict[str, int]:
        """In how many of the provisions counted each pair of characters is; a rare one may be missing."""
        with self._base() as base:
            query = "SELECT provisions FROM pairs WHERE pair=?"
            found = ((pair, base.execute(query, (pair,)).fetchone()) for pair in pairs)
            return {pair: count[0] for pair, count in found if count is not None}

    def counted(self) -> int:
        """How many provisions ``frequencies`` are out of."""
        with self._base() as base:
            return int(base.execute("SELECT provisions FROM counted").fetchone()[0])
