"""What the ranker looks at: one row of numbers per candidate."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knowledge.index.lessons import Lessons
from knowledge.index.matching import matching_features
from knowledge.index.memory import Memory
from knowledge.index.parts import Parts
from knowledge.index.signals import Rows, Signals, distinct, spread
from knowledge.index.types import Floats, Ints

_NONE = np.float32(-1)


def _relative(values: Floats) -> Floats:
    """Each value as a share of the highest among the candidates."""
    return (values / max(float(values.max(initial=0.0)), 1e-6)).astype(np.float32)


def _coarse(values: Floats, step: float) -> Floats:
    """Values in steps. A trait that tells each document from every other lets the trees learn answers by heart."""
    return (np.round(values / step) * step).astype(np.float32)


def _shifted(scores: Floats, rows: Rows, documents: Ints, step: int) -> Floats:
    """The score of the row ``step`` further, 0 where that is another document."""
    other = np.clip(rows + step, 0, len(scores) - 1)
    same = (documents[other] == documents[rows]) & (other != rows)
    return np.where(same, scores[other], np.float32(0))


def _rank_within(scores: Floats, groups: Ints) -> Floats:
    """How many candidates of the same group score higher."""
    order = np.lexsort((-scores, groups))
    sorted_groups = groups[order]
    first = np.searchsorted(sorted_groups, sorted_groups)
    ranks = np.empty(len(scores), np.float32)
    ranks[order] = (np.arange(len(scores)) - first).astype(np.float32)
    return ranks


def _text_features(signals: Signals, parts: Parts, rows: Rows) -> list[Floats]:
    structure = parts.structure
    documents, sections = structure.documents[rows], structure.sections[rows]
    keyword = signals.keyword[rows]
    plain = signals.plain[rows]
    before = _shifted(signals.keyword, rows, structure.documents, -1)
    after = _shifted(signals.keyword, rows, structure.documents, 1)
    best_of_section = np.zeros(structure.section_count, np.float32)
    np.maximum.at(best_of_section, sections, keyword)
    return [
        keyword,
        _relative(keyword),
        _relative(plain),
        before,
        after,
        np.maximum(_shifted(signals.keyword, rows, structure.documents, -2), before),
        np.maximum(_shifted(signals.keyword, rows, structure.documents, 2), after),
        signals.heads[sections],
        _relative(signals.heads[sections]),
        signals.wholes[documents],
        _relative(signals.wholes[documents]),
        signals.document_hits[documents],
        _relative(signals.document_hits[documents]),
        best_of_section[sections],
        _rank_within(keyword, documents),
        _rank_within(-plain, np.zeros(len(rows), np.int32)) * _NONE,
        _coarse(structure.document_authority[documents], 0.5),
        _coarse(structure.sizes[documents], 1.0),
        _coarse(np.log1p(parts.rows.lengths[rows]), 0.5),
        np.full(len(rows), signals.terms, np.float32),
    ]


def _memory_features(signals: Signals, parts: Parts, lessons: Lessons, rows: Rows) -> list[Floats]:
    recalled, expansion, led = signals.recalled, signals.expansion, signals.led
    if recalled is None or expansion is None or led is None or parts.memory is None:
        return []
    structure, priors = parts.structure, lessons.priors
    documents, sections = structure.documents[rows], structure.sections[rows]
    votes = spread(recalled.votes, recalled.rows, rows)
    near = sum(spread(recalled.votes, recalled.rows, rows + step) for step in (-2, -1, 1, 2))
    lent = expansion[rows]
    total = max(float(recalled.votes.sum()), 1e-6)
    return [
        _relative(led[rows]),
        led[rows],
        lent,
        _relative(lent),
        _relative(led[rows] + lent),
        _rank_within(led[rows] + lent, documents),
        votes,
        votes / np.float32(total),
        np.asarray(near, np.float32),
        recalled.sections[sections],
        recalled.sections[sections] / np.float32(total),
        recalled.documents[documents] / np.float32(total),
        _closest(recalled.similarity, parts.memory, rows),
        _closest(recalled.likeness, parts.memory, rows),
        _closest(recalled.nearness, parts.memory, rows),
        *_predicted(recalled.shares, parts, rows),
        np.minimum(spread(priors.row_counts, priors.rows, rows), 3),
        _coarse(np.log1p(priors.sections[sections]), 0.5),
        _coarse(np.log1p(priors.documents[documents]), 0.5),
        _coarse(lessons.kinds[documents], 0.2),
        np.full(len(rows), recalled.best, np.float32),
        (votes / np.maximum(spread(priors.row_counts, priors.rows, rows), 1)).astype(np.float32),
    ]


def _closest(similarity: Floats, memory: Memory, rows: Rows) -> Floats:
    """Similarity of the most similar remembered question that each row answered."""
    place = np.minimum(np.searchsorted(rows, memory.pair_rows), len(rows) - 1)
    hit = rows[place] == memory.pair_rows
    best = np.zeros(len(rows), np.float32)
    np.maximum.at(best, place[hit], similarity[memory.pair_questions[hit]])
    return best


def _predicted(shares: Floats, parts: Parts, rows: Rows) -> list[Floats]:
    """What the regression predicts for each row, its section and its document, as answers of 0 or 1."""
    if parts.memory is None:
        return []
    structure, answers = parts.structure, parts.memory.pair_rows
    weights = shares[parts.memory.pair_questions]
    place = np.minimum(np.searchsorted(rows, answers), len(rows) - 1)
    hit = rows[place] == answers
    of_row = np.bincount(place[hit], weights[hit], len(rows))
    of_section = np.bincount(structure.sections[answers], weights, structure.section_count)
    of_document = np.bincount(structure.documents[answers], weights, structure.document_count)
    predicted = (of_row, of_section[structure.sections[rows]], of_document[structure.documents[rows]])
    return [values.astype(np.float32) for values in predicted]


def _dense_features(signals: Signals, parts: Parts, rows: Rows) -> list[Floats]:
    vectors = signals.vectors()
    if parts.dense is None or not vectors:
        return []
    structure = parts.structure
    documents, sections, columns = structure.documents[rows], structure.sections[rows], []
    before, after = np.maximum(rows - 1, 0), np.minimum(rows + 1, len(structure.documents) - 1)
    # Candidates and their neighbours overlap: each vector is fetched once, and compared with all query vectors.
    near = distinct(np.concatenate([rows, before, after]))
    cosines = parts.dense.vectors(near) @ np.stack(vectors, axis=1)
    here = np.searchsorted(near, rows)
    beside = [
        (np.searchsorted(near, other), (structure.documents[other] == documents) & (other != rows))
        for other in (before, after)
    ]
    for number in range(len(vectors)):
        cosine = cosines[here, number]
        best = np.zeros(structure.document_count, np.float32)
        np.maximum.at(best, documents, cosine)
        of_section = np.zeros(structure.section_count, np.float32)
        np.maximum.at(of_section, sections, cosine)
        columns += [cosine, cosine - cosine.max(initial=0), best[documents]]
        columns += [_rank_within(cosine, np.zeros(len(rows), np.int32)), of_section[sections] - cosine]
        columns += [_rank_within(cosine, documents), _around(cosines[:, number], beside)]
    return columns


def _around(cosines: Floats, beside: list[tuple[Rows, NDArray[np.bool_]]]) -> Floats:
    """Mean cosine of the rows on either side in the same document: what surrounds the answer is about it as well."""
    total = sum(np.where(same, cosines[place], np.float32(0)) for place, same in beside)
    count = sum(same.astype(np.float32) for _, same in beside)
    return (total / np.maximum(count, 1)).astype(np.float32)


def features(signals: Signals, parts: Parts, lessons: Lessons, rows: Rows) -> Floats:
    """``float32[candidates, features]``; which columns there are depends only on the parts of the index."""
    columns = _text_features(signals, parts, rows)
    columns += _memory_features(signals, parts, lessons, rows)
    columns += _dense_features(signals, parts, rows)
    columns += matching_features(signals.asked, parts.rows, rows, parts.structure.documents[rows])
    # Column after column in memory: the trees read one column at a time.
    return np.stack(columns).astype(np.float32).T
