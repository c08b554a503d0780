"""Memory of confirmed questions: what was the answer when somebody asked something like this?

Kernel ridge regression (a Gaussian process' mean) predicts the answer of a new question from the remembered
ones: the kernel is the cosine of the questions' tf-idf terms plus a Gaussian of their vectors, and what is
predicted is the answer's vector and the answer's words. Remembered questions whose answers lie close to the
predicted vector then vote for their provisions. The regression has an exact leave-out form (Rasmussen &
Williams 2006, 5.4.2), so that learning sees memory as it will be for a question it has never met.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge.index.dense import DenseIndex
from knowledge.index.keyword import KeywordIndex
from knowledge.index.store import load_array, save_array
from knowledge.index.structure import Structure
from knowledge.index.terms import Codes, normalise, places, term_counts
from knowledge.index.types import Embedder, Entry, Example, Floats, Ints, Mask, Settings

Places = NDArray[np.int64]


def group_numbers(examples: Sequence[Example]) -> Ints:
    """The number of each example's group; without a group each is its own."""
    numbers: dict[object, int] = {}
    names = [example.group or position for position, example in enumerate(examples)]
    return np.fromiter((numbers.setdefault(name, len(numbers)) for name in names), np.int32, len(names))


def _question_weights(index: KeywordIndex, codes: Codes, counts: NDArray[np.int64]) -> Floats:
    """tf-idf of a question's terms, L2-normalised; the collection's idf, the highest for terms it does not
    know.
    """
    place, known = index.places(codes)
    idf = np.full(len(codes), np.log1p(index.size * 2.0 + 1), np.float32)
    idf[known] = index.idf[place[known]]
    weights = idf * np.sqrt(counts).astype(np.float32)
    return (weights / max(float(np.linalg.norm(weights)), 1e-9)).astype(np.float32)


def _answer_words(index: KeywordIndex, entries: Sequence[Entry], rows: Sequence[int], limit: int) -> dict[int, float]:
    """The most telling terms of some provisions: places in the vocabulary with weights, L2 norm 1."""
    total: dict[int, float] = {}
    for row in rows:
        codes, counts = term_counts(normalise(entries[row].text))
        place, known = index.places(codes)
        terms = place[known]
        frequency = counts[known] / (counts[known] + 1.0)
        weights = index.idf[terms] * frequency
        norm = float(np.linalg.norm(weights)) or 1.0
        for term, weight in zip(terms.tolist(), (weights / norm).tolist(), strict=True):
            total[term] = total.get(term, 0.0) + weight
    best = sorted(total.items(), key=lambda item: (-item[1], item[0]))[:limit]
    norm = float(np.sqrt(sum(weight * weight for _, weight in best))) or 1.0
    return {term: weight / norm for term, weight in sorted(best)}


def build_memory(
    entries: Sequence[Entry],
    examples: Sequence[Example],
    answers: Sequence[Sequence[int]],
    index: KeywordIndex,
    dense: DenseIndex | None,
    embedder: Embedder | None,
    folder: Path,
    settings: Settings,
) -> None:
    """Write the memory of ``examples`` whose provisions are the rows ``answers`` (arrays ``mem_*``)."""
    occurrences: list[tuple[int, int, float]] = []
    words: list[tuple[int, int, float]] = []
    pairs: list[tuple[int, int]] = []
    for number, (example, rows) in enumerate(zip(examples, answers, strict=True)):
        codes, counts = term_counts(normalise(example.question[: settings.query_chars]))
        weights = _question_weights(index, codes, counts)
        occurrences += [(c, number, w) for c, w in zip(codes.tolist(), weights.tolist(), strict=True)]
        told = _answer_words(index, entries, rows, settings.answer_words)
        words += [(number, term, weight) for term, weight in told.items()]
        pairs += [(number, row) for row in rows]
    occurrences.sort()
    terms, starts = np.unique(np.array([o[0] for o in occurrences], np.uint32), return_index=True)
    save_array(folder, "mem_terms", terms)
    save_array(folder, "mem_starts", np.append(starts, len(occurrences)).astype(np.int64))
    save_array(folder, "mem_questions", np.array([o[1] for o in occurrences], np.int32))
    save_array(folder, "mem_weights", np.array([o[2] for o in occurrences], np.float32))
    save_array(folder, "mem_words", np.array([(n, t) for n, t, _ in words], np.int64).reshape(-1, 2))
    save_array(folder, "mem_word_weights", np.array([w for _, _, w in words], np.float32))
    save_array(folder, "mem_pairs", np.array(pairs, np.int32).reshape(-1, 2))
    save_array(folder, "mem_groups", group_numbers(examples))
    spread = np.zeros((len(examples), len(terms)), np.float32)
    spread[[o[1] for o in occurrences], np.searchsorted(terms, [o[0] for o in occurrences])] = [
        o[2] for o in occurrences
    ]
    kernel = settings.term_kernel * (spread @ spread.T)
    if dense is not None and embedder is not None:
        questions = embedder.encode_queries([e.question[: settings.query_chars] for e in examples])
        centres = np.stack([dense.vectors(np.array(rows)).mean(axis=0) for rows in answers])
        centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
        save_array(folder, "mem_question_vectors", questions)
        save_array(folder, "mem_answer_vectors", centres)
        kernel += _vector_kernel(questions @ questions.T, settings)
    _save_spectrum(kernel, folder, settings.memory_rank)


def _save_spectrum(kernel: Floats, folder: Path, rank: int) -> None:
    """The kernel's largest eigenvalues with their vectors (``mem_values``, ``mem_basis``) and the mean of the others
    (``mem_tail``): questions have little in common beyond their main topics, so that the rest is nearly flat, and a
    question then costs as much as it has neighbours, not as their square.
    """
    from scipy.linalg import eigh

    size = len(kernel)
    kept = min(rank, size)
    values, basis = eigh(kernel.astype(np.float64), subset_by_index=[size - kept, size - 1])
    rest = (float(np.trace(kernel)) - float(values.sum())) / max(size - kept, 1)
    save_array(folder, "mem_values", values.astype(np.float32))
    save_array(folder, "mem_basis", basis.astype(np.float32))
    save_array(folder, "mem_tail", np.array([max(rest, 0.0)], np.float32))


def _vector_kernel(cosines: Floats, settings: Settings) -> Floats:
    """Kernel of questions' vectors of length 1: Gaussian in their distance, 1 where they are equal."""
    kernel: Floats = np.exp(np.float32(settings.vector_width) * (cosines - np.float32(1)))
    return kernel


@dataclass(frozen=True, slots=True)
class Priors:
    """How often each row, section and document was an answer of the remembered questions in use."""

    rows: Places
    row_counts: Floats
    sections: Floats
    documents: Floats


@dataclass(frozen=True, slots=True)
class Recalled:
    """What memory says to one question.

    ``similarity`` (of answers), ``likeness`` (of questions' terms), ``nearness`` (of questions' vectors) and
    ``shares`` (in the prediction) are per remembered question; ``rows``
    are the distinct rows voted for, rising, with their ``votes``; ``words`` are places in the vocabulary.
    ``adapted`` is the predicted vector of the answer.
    """

    similarity: Floats
    likeness: Floats
    nearness: Floats
    shares: Floats
    best: float
    rows: Places
    votes: Floats
    sections: Floats
    documents: Floats
    words: Places
    word_weights: Floats
    adapted: Floats | None


def _unit(vector: Floats) -> Floats:
    return (vector / max(float(np.linalg.norm(vector)), 1e-9)).astype(np.float32)


class Memory:
    """The opened memory. ``leave`` names a remembered question: its whole group then counts as unknown."""

    def __init__(self, folder: Path, structure: Structure, settings: Settings, dense: bool) -> None:
        from scipy.sparse import csr_array

        self._terms: Codes = np.asarray(load_array(folder, "mem_terms"))
        pairs = np.asarray(load_array(folder, "mem_pairs"))
        self.pair_questions, self.pair_rows = pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64)
        self.groups: Ints = np.asarray(load_array(folder, "mem_groups"))
        self.size = len(self.groups)
        starts, questions, weights = (
            np.asarray(load_array(folder, f"mem_{name}")) for name in ("starts", "questions", "weights")
        )
        self._asked = csr_array((weights, questions, starts), shape=(len(self._terms), self.size))
        words = np.asarray(load_array(folder, "mem_words"))
        self._lendable, places = np.unique(words[:, 1], return_inverse=True)
        told = (np.asarray(load_array(folder, "mem_word_weights")), (words[:, 0], places))
        self._told = csr_array(told, shape=(self.size, len(self._lendable)))
        self._basis: Floats = np.asarray(load_array(folder, "mem_basis"))
        self._flat = float(load_array(folder, "mem_tail")[0]) + settings.ridge
        values: Floats = np.asarray(load_array(folder, "mem_values"))
        self._damped = (1 - self._flat / (values + np.float32(settings.ridge))).astype(np.float32)
        self._vectors: Floats | None = None
        if dense:
            self._vectors = np.asarray(load_array(folder, "mem_question_vectors"))
            self._answers: Floats = np.asarray(load_array(folder, "mem_answer_vectors"))
            self._residual = self._answers - self._vectors
        self._structure = structure
        self._settings = settings

    def active(self, leave: int | None) -> Mask:
        """Which remembered questions may be used."""
        return np.ones(self.size, np.bool_) if leave is None else self.groups != self.groups[leave]

    def priors(self, active: Mask | None = None) -> Priors:
        """How often rows, sections and documents were answers of the questions in use."""
        structure = self._structure
        rows = self.pair_rows if active is None else self.pair_rows[active[self.pair_questions]]
        distinct, counts = np.unique(rows, return_counts=True)
        return Priors(
            rows=distinct,
            row_counts=counts.astype(np.float32),
            sections=np.bincount(structure.sections[rows], minlength=structure.section_count).astype(np.float32),
            documents=np.bincount(structure.documents[rows], minlength=structure.document_count).astype(np.float32),
        )

    def likeness(self, index: KeywordIndex, codes: Codes, counts: NDArray[np.int64]) -> Floats:
        """Cosine of a question's terms with every remembered one's, ``float32[questions]``."""
        weights = _question_weights(index, codes, counts)
        place, known = places(self._terms, codes)
        present = np.zeros(len(self._terms), np.float32)
        present[place[known]] = weights[known]
        total: Floats = self._asked.T @ present
        return total

    def _coefficients(self, kernel: Floats, leave: int | None) -> Floats:
        """Share of each remembered question in a prediction: the kernel matrix with its ridge, inverted, times
        ``kernel``.
        """
        if leave is None:
            # Not BLAS: its threads cost more than they save on one small product, and other queries run beside.
            along = np.einsum("ij,i->j", self._basis, kernel) * self._damped
            predicted: Floats = (kernel - np.einsum("ij,j->i", self._basis, along)) / np.float32(self._flat)
            return predicted
        members = np.flatnonzero(self.groups == self.groups[leave])
        inverse = -((self._basis[members] * self._damped) @ self._basis.T)
        inverse[np.arange(len(members)), members] += 1
        unit = (members == leave).astype(np.float32)
        shares = -np.linalg.solve(inverse[:, members].T, unit) @ inverse
        shares[members] = 0
        return shares.astype(np.float32)

    def recall(self, likeness: Floats, vector: Floats | None, leave: int | None = None) -> Recalled:
        """What memory says to a question with these likenesses and this vector."""
        settings, active = self._settings, self.active(leave)
        kernel = np.float32(settings.term_kernel) * likeness
        adapted, nearness = None, likeness
        if self._vectors is not None and vector is not None:
            nearness = self._vectors @ vector
            kernel = kernel + _vector_kernel(nearness, settings)
            shares = self._coefficients(kernel, leave)
            adapted = _unit(vector + shares @ self._residual)
            similarity = self._answers @ adapted
            voices = np.maximum(similarity, 0) ** np.float32(settings.answer_power)
        else:
            shares = self._coefficients(kernel, leave)
            similarity = likeness
            voices = np.maximum(similarity, 0) ** np.float32(settings.question_power)
        likeness, similarity = likeness * active, similarity * active
        rows, votes = self._poll(voices * active)
        words, weights = self._lend(shares)
        structure = self._structure
        return Recalled(
            similarity=similarity,
            likeness=likeness,
            nearness=nearness * active,
            shares=shares,
            best=float(similarity.max(initial=0.0)),
            rows=rows,
            votes=votes,
            sections=np.bincount(structure.sections[rows], votes, structure.section_count).astype(np.float32),
            documents=np.bincount(structure.documents[rows], votes, structure.document_count).astype(np.float32),
            words=words,
            word_weights=weights,
            adapted=adapted,
        )

    def _poll(self, voices: Floats) -> tuple[Places, Floats]:
        """The rows that the loudest questions vote for, and their votes."""
        keep = self._settings.neighbours
        if keep < len(voices):
            voices = np.where(voices >= np.partition(voices, -keep)[-keep], voices, np.float32(0))
        ballots = voices[self.pair_questions]
        cast = np.flatnonzero(ballots > 0)
        rows, which = np.unique(self.pair_rows[cast], return_inverse=True)
        return rows, np.bincount(which, ballots[cast], minlength=len(rows)).astype(np.float32)

    def _lend(self, shares: Floats) -> tuple[Places, Floats]:
        """The words that the predicted answer holds most surely, with weights."""
        total = self._told.T @ shares
        limit = min(self._settings.expansion_terms, len(total))
        best = np.argpartition(total, len(total) - limit)[len(total) - limit :]
        best = best[total[best] > 0]
        return self._lendable[best], total[best].astype(np.float32)
