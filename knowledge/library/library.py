"""One search over the snapshot that serves.

::

    store = Store(Path("var/knowledge"))
    store.publish(store.build(load_corpus(...)).id, by="kb_editor")
    library = Library.open(store, embedder=None)
    for hit in library.search(Query("停车前多少分钟免费", as_of=date(2026, 11, 20), region="P/C")):
        print(hit.score, hit.meta.title, hit.provision.article)
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

import numpy as np

from city.errors import BadInput, CityDeskError, NotFound
from knowledge.index import Embedder
from knowledge.library.conflicts import Conflict, find_conflicts
from knowledge.library.hits import Hit, Parts
from knowledge.library.reader import SnapshotReader, bare_title
from knowledge.library.reranking import Reranking
from knowledge.library.scope import CITIZEN, Scope, region_applies
from knowledge.library.store import Store
from knowledge.library.versions import VersionMatch, best_match, without
from knowledge.library.withdrawal import Withdrawal, Withdrawn
from knowledge.model import Document, Level, Metadata, Provision, Visibility

_log = logging.getLogger(__name__)
STAFF_ROLES = frozenset({"staff"})


@dataclass(frozen=True, slots=True)
class Query:
    """A question about the law on a day, by someone somewhere. See ``Scope`` for the filters."""

    text: str
    as_of: date
    region: str = ""
    role: str = CITIZEN
    levels: frozenset[Level] | None = None
    documents: frozenset[str] | None = None
    limit: int = 10

    @property
    def scope(self) -> Scope:
        """The hard filter of this question."""
        return Scope(self.as_of, self.region, self.role, self.levels, self.documents)


class Library:
    """The knowledge that serves. Threads share one; a publish or a withdrawal holds from the next call on.

    Whoever asks without a role of ``staff_roles`` reads what the public reads, and nothing that is withdrawn.
    """

    def __init__(
        self,
        store: Store,
        embedder: Embedder | None,
        staff_roles: frozenset[str],
        reranking: Reranking | None = None,
        near: Embedder | None = None,
    ) -> None:
        self._store = store
        self._embedder = embedder
        self._reranking = reranking
        self.near = near
        self._staff_roles = staff_roles
        self._lock = Lock()
        self._failed: tuple[str, int] | None = None
        self._reader = self._open(store.current())

    @classmethod
    def open(
        cls,
        store: Store,
        *,
        embedder: Embedder | None,
        staff_roles: Iterable[str] = STAFF_ROLES,
        reranking: Reranking | None = None,
        near: Embedder | None = None,
    ) -> Library:
        """Open the current snapshot, to be searched with the ``embedder`` it was built with and a last stage, if any.

        ``near`` compares sentences (``corpus_statistics``) and must not need a server. Raises ``NotFound`` when nothing
        is published, ``BadInput`` when damaged or built with another embedder.
        """
        return cls(store, embedder, frozenset(staff_roles), reranking, near)

    @property
    def is_slow(self) -> bool:
        """Whether a search waits for a model, here or at a server: an event loop should let a thread do it."""
        return self._reranking is not None or self._embedder is not self.near

    @property
    def snapshot(self) -> str:
        """Id of the snapshot that answers now."""
        return self._fresh().info.id

    def search(self, query: Query) -> list[Hit]:
        """The provisions that answer the question, best first, from those in force for whoever asks.

        A model that cannot be reached is left out, and the hits say so (``Hit.without``): somebody waits for an answer.
        """
        reader, withdrawn = self._fresh(), self._withdrawn()
        staff = query.role in self._staff_roles
        limit = max(query.limit, self._reranking.top) if self._reranking and query.limit > 0 else query.limit
        scored = reader.search(query.text, query.scope, staff=staff, withdrawn=withdrawn, limit=limit)
        provisions = reader.tables.provisions([found.row for found in scored])
        hits = [
            Hit(
                provision=provision,
                meta=reader.tables.meta(int(reader.columns.document[found.row])),
                score=found.score,
                parts=Parts(found.keyword, found.dense, found.memory),
                snapshot=reader.info.id,
                without=found.without,
            )
            for found, provision in zip(scored, provisions, strict=True)
        ]
        return self._reranking.order(query.text, hits)[: query.limit] if self._reranking else hits

    def changes(self, query: Query, day: date) -> bool:
        """Whether anything within the query's filters is in force on its day and not on ``day``."""
        reader, withdrawn = self._fresh(), self._withdrawn()
        staff = query.role in self._staff_roles
        then, now = (
            reader.mask(scope, staff=staff, withdrawn=withdrawn)
            for scope in (query.scope, replace(query.scope, as_of=day))
        )
        return bool(np.any(then & ~now))

    def get(self, provision: str, *, as_of: date | None = None, role: str = CITIZEN) -> Provision:
        """The provision with that id. With ``as_of``, only if it is in force on that day.

        Raises ``NotFound`` also for what the role may not read. Staff may still open what is withdrawn, to
        review it.
        """
        reader = self._fresh()
        row = reader.tables.row(provision)
        if row is not None:
            seen = self._readable(reader, [row], role=role, as_of=as_of)
            if seen:
                return seen[0]
        when = f" in force on {as_of.isoformat()}" if as_of else ""
        raise NotFound(f"there is no provision {provision!r}{when}; check the id, or search for its words")

    def meta(self, document: str, *, role: str = CITIZEN) -> Metadata:
        """What is known of a document, its end as settled. Raises ``NotFound`` as ``document`` does."""
        reader = self._fresh()
        return reader.tables.meta(self._sequence(reader, document, role))

    def document(self, document: str, *, role: str = CITIZEN) -> Document:
        """A whole document. For the public, a withdrawn provision is blotted out at the same length.

        Raises ``NotFound`` also for what the role may not read.
        """
        reader = self._fresh()
        found = reader.tables.document(self._sequence(reader, document, role))
        if role in self._staff_roles:
            return found
        withdrawn = self._withdrawn()
        return without(found, [p for p in found.provisions if withdrawn.covers(p.id)])

    def withdrawal(self, name: str) -> Withdrawal | None:
        """Who withdrew the document or provision ``name`` and why, or None when it is not withdrawn."""
        entries = self._withdrawn().entries
        return entries.get(name) or entries.get(name.partition("#")[0])

    def titled(self, title: str, *, role: str = CITIZEN) -> list[Metadata]:
        """The documents that are cited by ``title``, every version that the role may read, oldest first."""
        reader = self._fresh()
        metas = [reader.tables.meta(sequence) for sequence in reader.titled.get(bare_title(title), ())]
        seen = [meta for meta in metas if self._may_read(meta, role)]
        return sorted(seen, key=lambda meta: (meta.valid_from or date.max, meta.id))

    def of_level(self, level: Level, *, role: str = CITIZEN) -> list[Document]:
        """Every document of a level that the role may read, by id; what is withdrawn as a whole is left out."""
        reader, gone = self._fresh(), self._withdrawn()
        found = (reader.tables.meta(sequence) for sequence in reader.tables.of_level(level.value))
        metas = [meta for meta in found if self._may_read(meta, role)]
        names = sorted(meta.id for meta in metas if not gone.covers(meta.id))
        return [self.document(name, role=role) for name in names]

    def versions(self, work: str, *, role: str = CITIZEN) -> list[Metadata]:
        """Every version of a work, oldest first; those with no known start come last."""
        reader = self._fresh()
        metas = [reader.tables.meta(sequence) for sequence in reader.tables.versions(work)]
        seen = [meta for meta in metas if self._may_read(meta, role)]
        return sorted(seen, key=lambda meta: (meta.valid_from or date.max, meta.id))

    def other_versions(self, provision: Provision, *, role: str = CITIZEN) -> list[VersionMatch]:
        """Where the other versions of the same work say the same, oldest first.

        The most similar provision is found by its words, since articles are renumbered; None where nothing
        is close.
        """
        reader = self._fresh()
        own = self.meta(provision.document, role=role)
        matches = []
        for meta in self.versions(own.work or own.id, role=role):
            sequence = reader.tables.sequence(meta.id)
            if meta.id == own.id or sequence is None:
                continue
            there = self._readable(reader, reader.tables.span(sequence), role=role)
            matches.append(best_match(provision, meta, there))
        return matches

    def neighbours(self, provision: Provision, *, distance: int = 1, role: str = CITIZEN) -> list[Provision]:
        """The provisions up to ``distance`` before and after it, in the order of the document."""
        reader = self._fresh()
        row = reader.tables.row(provision.id)
        sequence = reader.tables.sequence(provision.document)
        if row is None or sequence is None:
            return []
        span = reader.tables.span(sequence)
        near = range(max(span.start, row - distance), min(span.stop, row + distance + 1))
        return self._readable(reader, [other for other in near if other != row], role=role)

    def referred(self, provision: Provision, *, as_of: date, role: str = CITIZEN) -> list[Provision]:
        """The provisions that this one refers to, as in force on ``as_of``."""
        reader = self._fresh()
        row = reader.tables.row(provision.id)
        return [] if row is None else self._readable(reader, reader.tables.targets(row), role=role, as_of=as_of)

    def referring(self, provision: Provision, *, as_of: date, role: str = CITIZEN) -> list[Provision]:
        """The provisions that refer to this one, as in force on ``as_of``."""
        reader = self._fresh()
        row = reader.tables.row(provision.id)
        return [] if row is None else self._readable(reader, reader.tables.sources(row), role=role, as_of=as_of)

    def conflicts(self, hits: Sequence[Hit], *, as_of: date) -> list[Conflict]:
        """Pairs of hits in force on ``as_of`` that give different figures for the same matter."""
        tables = self._fresh().tables
        in_force = [hit for hit in hits if hit.meta.in_force(as_of)]
        return find_conflicts(in_force, tables.frequencies, tables.counted())

    def applies(self, meta: Metadata, *, as_of: date, region: str) -> bool:
        """Whether a document is in force on a day for someone in ``region``."""
        return meta.in_force(as_of) and region_applies(meta.region, region)

    def _withdrawn(self) -> Withdrawn:
        return self._store.withdrawals.now()

    def _may_read(self, meta: Metadata, role: str) -> bool:
        if role in self._staff_roles:
            return True
        return meta.visibility is Visibility.PUBLIC and meta.id not in self._withdrawn().entries

    def _sequence(self, reader: SnapshotReader, document: str, role: str) -> int:
        sequence = reader.tables.sequence(document)
        if sequence is None or not self._may_read(reader.tables.meta(sequence), role):
            raise NotFound(f"there is no document {document!r}; check the id, or search for its title")
        return sequence

    def _readable(
        self, reader: SnapshotReader, rows: Iterable[int], *, role: str, as_of: date | None = None
    ) -> list[Provision]:
        """The provisions of ``rows`` that the role may read, in force on ``as_of`` where given."""
        withdrawn, kept = self._withdrawn(), []
        for row in rows:
            meta = reader.tables.meta(int(reader.columns.document[row]))
            if self._may_read(meta, role) and (as_of is None or meta.in_force(as_of)):
                kept.append(row)
        found = reader.tables.provisions(kept)
        if role in self._staff_roles:
            return found
        return [provision for provision in found if not withdrawn.covers(provision.id)]

    def _fresh(self) -> SnapshotReader:
        """The reader of the snapshot that serves. While one thread opens a new one, others use the old."""
        name = self._store.current()
        if name is not None and name != self._reader.info.id and self._lock.acquire(blocking=False):
            try:
                self._swap(name)
            finally:
                self._lock.release()
        return self._reader

    def _swap(self, name: str) -> None:
        """Open the snapshot ``name``. One that cannot be opened is tried again once it is published again."""
        attempt = (name, self._store.pointer.stat().st_mtime_ns)
        if attempt == self._failed:
            return
        try:
            self._reader = self._open(name)
        except CityDeskError:
            self._failed = attempt
            _log.exception("the published snapshot cannot be opened; %s keeps serving", self._reader.info.id)

    def _open(self, name: str | None) -> SnapshotReader:
        if name is None:
            where = str(self._store.root)
            raise NotFound(f"no snapshot is published in {where!r}; build and publish one first")
        reader = SnapshotReader(self._store.folder(name), embedder=self._embedder)
        if reader.info.id != name:
            raise BadInput(f"the snapshot folder {name!r} holds {reader.info.id!r}; build it again")
        return reader
