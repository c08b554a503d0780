"""Searching an index that was built."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from city.errors import BadInput
from knowledge.index.asking import Asker
from knowledge.index.features import features
from knowledge.index.learning import context
from knowledge.index.lessons import learn
from knowledge.index.parts import Parts, open_parts
from knowledge.index.probe import check_probe, load_probe, probe
from knowledge.index.ranker import Ranker
from knowledge.index.recalls import Recalls
from knowledge.index.signals import Rows, Signals, candidates, read_query
from knowledge.index.store import FORMAT, load_json
from knowledge.index.types import Embedder, Floats, Mask, Scored, Stage


def open_index(folder: Path, *, embedder: Embedder | None) -> IndexReader:
    """Open an index. ``embedder`` must be the one it was built with, by its name and by the vectors it gives; without
    one, and while its server does not answer, the index searches by keyword.

    Raises ``NotFound`` where there is no index or no such model, ``BadInput`` where they do not fit.
    """
    manifest = load_json(folder, "index")
    if manifest.get("format") != FORMAT:
        raise BadInput(f"the index at {str(folder)!r} has format {manifest.get('format')!r}; build it again")
    if embedder is not None and manifest["embedder"] is not None and embedder.name != manifest["embedder"]:
        raise BadInput(
            f"the index at {str(folder)!r} was built with the embedder {manifest['embedder']!r}, "
            f"not {embedder.name!r}; build it again or configure that embedder"
        )
    parts = open_parts(folder, embedder, manifest)
    asker = None
    if parts.embedder is not None:
        # Indexes of before had no probe: their model is known by its name alone.
        asker = Asker(parts.embedder, load_probe(folder) if manifest.get("probed") else None)
        asker.open()
    # A ranker reads the columns it was trained on: without the embedder they are not the same.
    fits = manifest["ranker"] and (manifest["embedder"] is None or parts.dense is not None)
    return IndexReader(parts, Ranker(folder) if fits else None, asker)


def check_embedder(folder: Path, embedder: Embedder | None) -> None:
    """Raise ``BadInput`` where the embedder gives other vectors than when the index in ``folder`` was built, and
    ``TryAgain`` where it cannot be asked.
    """
    if embedder is not None and load_json(folder, "index").get("probed"):
        check_probe(probe(embedder), load_probe(folder), embedder.name)


class IndexReader:
    """An opened index; safe to share between threads, since searching changes nothing."""

    def __init__(self, parts: Parts, ranker: Ranker | None, asker: Asker | None) -> None:
        self._parts = parts
        self._lessons = learn(parts.memory, parts.titles) if parts.memory is not None else None
        self._ranker = ranker
        self._asker = asker
        self._recalls = Recalls(parts.memory.size) if parts.memory is not None else None
        self.settings = parts.settings

    def __len__(self) -> int:
        return self._parts.rows.size

    def upto(self, stage: Stage) -> IndexReader:
        """This index with only the stages up to ``stage``, to measure what each adds."""
        parts = self._parts
        if stage == "keyword":
            return IndexReader(parts._replace(dense=None, embedder=None, memory=None), None, None)
        if stage == "dense":
            return IndexReader(parts._replace(memory=None), None, self._asker)
        return IndexReader(parts, None if stage == "memory" else self._ranker, self._asker)

    def search(self, text: str, *, allowed: Mask | None = None, limit: int = 10) -> list[Scored]:
        """The provisions that answer ``text`` most likely, best first.

        ``allowed`` is ``bool[rows]``: rows outside it are never ranked, whatever the query. A longer text
        than ``Settings.query_chars`` is cut. Raises ``BadInput`` when the mask has another length than the
        index.
        """
        if allowed is not None and (allowed.shape != (len(self),) or allowed.dtype != np.bool_):
            raise BadInput(f"`allowed` must be bool[{len(self)}], one per row, not {allowed.dtype}{allowed.shape}")
        if not len(self) or limit <= 0 or (allowed is not None and not allowed.any()):
            return []
        vector = self._asker.vector(text[: self.settings.query_chars]) if self._asker is not None else None
        without = ("dense",) if self._asker is not None and vector is None else ()
        signals = read_query(text, self._parts, self._lessons, allowed, vector, self._recalls)
        if not signals.terms:
            return []
        rows = candidates(signals, self._parts, allowed)
        if not len(rows):
            return []
        score = self._score(signals, rows)
        best = np.lexsort((rows, -score))[:limit]
        rows = rows[best]
        scores, cosines, votes = (
            score[best].tolist(),
            self._cosines(signals, rows).tolist(),
            signals.votes(rows).tolist(),
        )
        found = zip(rows.tolist(), scores, signals.keyword[rows].tolist(), cosines, votes, strict=True)
        return [Scored(*parts, without) for parts in found]

    def _cosines(self, signals: Signals, rows: Rows) -> Floats:
        if self._parts.dense is None or signals.vector is None:
            return np.zeros(len(rows), np.float32)
        return np.clip(self._parts.dense.similarities(signals.vectors()[-1], rows), 0, 1)

    def _score(self, signals: Signals, rows: Rows) -> Floats:
        """How likely each candidate is the answer; a fixed mixture where nothing was learnt."""
        reached = self._parts.dense is None or signals.vector is not None
        if self._ranker is not None and self._lessons is not None and reached:
            return self._ranker.score(features(signals, self._parts, self._lessons, rows), context(signals))
        score = (signals.plain if signals.led is None else signals.led)[rows]
        if self._parts.dense is not None and signals.vector is not None:
            learnt = signals.recalled is not None
            share = np.float32(self.settings.adapted_weight if learnt else self.settings.dense_weight)
            score = (1 - share) * score + share * self._cosines(signals, rows)
        return np.clip(score + np.float32(self.settings.vote_weight) * signals.votes(rows), 0, 1).astype(np.float32)
