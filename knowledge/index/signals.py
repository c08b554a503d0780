"""One query, seen every way at once: the signals of all rows, and the candidates worth ranking."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.index.lessons import Lessons
from knowledge.index.matching import Asked, asked
from knowledge.index.memory import Recalled
from knowledge.index.parts import Parts
from knowledge.index.recalls import Recalls
from knowledge.index.terms import normalise, pair_sequence, term_counts
from knowledge.index.types import Floats, Mask

Rows = NDArray[np.int64]


_SAMPLED, _STRIDE = 64, 16


@dataclass(frozen=True, slots=True)
class Signals:
    """Scores of one query. Arrays over all rows, sections or documents; vectors are ``float32[dim]``."""

    terms: int
    asked: Asked
    keyword: Floats
    heads: Floats
    wholes: Floats
    plain: Floats
    document_hits: Floats
    led: Floats | None
    expansion: Floats | None
    recalled: Recalled | None
    vector: Floats | None

    def vectors(self) -> list[Floats]:
        """The query's vector and the one that memory predicts for its answer, as far as there are any."""
        adapted = self.recalled.adapted if self.recalled is not None else None
        return [vector for vector in (self.vector, adapted) if vector is not None]

    def votes(self, rows: Rows) -> Floats:
        """The share of memory's votes that each of ``rows`` has."""
        if self.recalled is None or not len(self.recalled.rows):
            return np.zeros(len(rows), np.float32)
        return spread(self.recalled.votes, self.recalled.rows, rows) / max(float(self.recalled.votes.sum()), 1e-9)


def spread(values: Floats, at: Rows, rows: Rows) -> Floats:
    """The value of each of ``rows`` where ``values`` stand at the rising rows ``at``, 0 elsewhere."""
    if not len(at):
        return np.zeros(len(rows), np.float32)
    place = np.minimum(np.searchsorted(at, rows), len(at) - 1)
    return np.where(at[place] == rows, values[place], np.float32(0))


def distinct(rows: Rows) -> Rows:
    """The distinct rows, rising. A fifth of the time of ``np.unique`` on the few hundred rows of one question."""
    rising: Rows = np.sort(rows)
    found: Rows = rising[np.concatenate([np.ones(min(1, len(rising)), np.bool_), rising[1:] != rising[:-1]])]
    return found


def best_rows(scores: Floats, allowed: Mask | None, limit: int) -> Rows:
    """The ``limit`` allowed rows with the highest positive scores, in no order."""
    if allowed is not None:
        scores = np.where(allowed, scores, np.float32(0))
    floor = np.float32(0)
    if len(scores) > _SAMPLED * limit:
        # A sample tells about where the best begin; partitioning all scores would cost more than scoring them.
        sample = scores[::_STRIDE]
        floor = max(
            floor, np.partition(sample, -min(len(sample), 2 * limit // _STRIDE + 8))[-(2 * limit // _STRIDE + 8)]
        )
    rows = np.flatnonzero(scores > floor)
    if len(rows) < limit and floor > 0:
        rows = np.flatnonzero(scores > 0)
    return rows if len(rows) <= limit else rows[np.argpartition(scores[rows], len(rows) - limit)[-limit:]]


def query_vector(text: str, parts: Parts) -> Floats | None:
    """The vector of a question, ``float32[dim]``; None for an index without vectors. Raises as the embedder does."""
    if parts.dense is None or parts.embedder is None:
        return None
    vector: Floats = parts.embedder.encode_queries([text[: parts.settings.query_chars]])[0]
    return vector


def read_query(
    text: str,
    parts: Parts,
    lessons: Lessons | None,
    allowed: Mask | None,
    vector: Floats | None,
    recalls: Recalls | None = None,
) -> Signals:
    """What the index knows of a query before candidates are chosen. Only ``allowed`` rows bear on it, but for what
    memory recalls: that is the same for every reader and day, and ``recalls`` keeps it.
    """
    settings, structure = parts.settings, parts.structure
    plain_text = normalise(text[: settings.query_chars])
    codes, counts = term_counts(plain_text)
    query = parts.rows.parse(codes, counts)
    keyword = parts.rows.scores(query)
    if allowed is not None:
        keyword = np.where(allowed, keyword, np.float32(0))
    top = best_rows(keyword, None, 200)
    hits = np.bincount(structure.documents[top], keyword[top] ** 2, minlength=structure.document_count)
    document_hits: Floats = np.log1p(10 * hits).astype(np.float32)
    lift = settings.authority_weight * structure.document_authority + settings.document_weight * document_hits
    plain = np.where(keyword > 0, keyword + lift[structure.documents], np.float32(0))
    recalled = led = expansion = None
    if parts.memory is not None and lessons is not None:
        key = (plain_text, None if vector is None else vector.tobytes())
        recalled = recalls.get(key) if recalls is not None else None
        if recalled is None:
            likeness = parts.memory.likeness(parts.rows, codes, counts)
            recalled = parts.memory.recall(likeness, vector, lessons.leave)
            if recalls is not None:
                recalls.put(key, recalled)
        total = max(float(recalled.word_weights.sum()), 1e-9)
        expansion = parts.rows.weighted(recalled.words, (recalled.word_weights / np.float32(total)).astype(np.float32))
        prior = np.log1p(lessons.priors.documents)
        led = plain + (settings.prior_weight * prior).astype(np.float32)[structure.documents]
    return Signals(
        terms=len(codes),
        asked=asked(query, pair_sequence(plain_text)),
        keyword=keyword,
        heads=parts.heads.scores(parts.heads.parse(codes, counts)),
        wholes=parts.wholes.scores(parts.wholes.parse(codes, counts)),
        plain=plain,
        document_hits=document_hits,
        led=led,
        expansion=expansion,
        recalled=recalled,
        vector=vector,
    )


def candidates(signals: Signals, parts: Parts, allowed: Mask | None) -> Rows:
    """The rows worth ranking, rising: the best of each signal. Every one is allowed."""
    sizes = parts.settings
    found = [best_rows(signals.plain, allowed, sizes.pool_unlearnt if signals.led is None else sizes.pool_plain)]
    if signals.led is not None and signals.expansion is not None and signals.recalled is not None:
        widened = signals.led + np.float32(sizes.expansion_weight) * signals.expansion
        found.append(best_rows(widened, allowed, sizes.pool_widened))
        voted = signals.recalled.rows
        found.append(voted if allowed is None else voted[allowed[voted]])
    if parts.dense is not None and signals.vector is not None:
        *others, best = signals.vectors()
        found.append(parts.dense.search(best, sizes.pool_adapted, allowed))
        found += [parts.dense.search(vector, sizes.pool_dense, allowed) for vector in others]
    return distinct(np.concatenate(found))
