"""What remembered questions teach beyond themselves: which documents, and kinds of documents, people ask
about.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from knowledge.index.keyword import KeywordIndex
from knowledge.index.memory import Memory, Priors
from knowledge.index.types import Floats, Mask

_SMOOTHING = 3.0


@dataclass(frozen=True, slots=True)
class Lessons:
    """What was learnt; ``kinds`` is ``float32[documents]``. ``leave`` is a remembered question to be forgotten."""

    leave: int | None
    priors: Priors
    kinds: Floats


def document_kinds(titles: KeywordIndex, documents: Floats) -> Floats:
    """How much each document's title looks like the titles of documents that held answers.

    The mean over the title's terms of the log ratio between a term's share among answers (``documents``
    counts them) and its share among all titles: naive Bayes with a fixed length.
    """
    terms, rows = titles.occurrences()
    answers = np.bincount(terms, documents[rows], minlength=len(titles.terms))
    rate = float(documents.sum()) / max(titles.size, 1)
    expected = titles.frequency * rate
    ratio = np.log((answers + _SMOOTHING) / (expected + _SMOOTHING))
    total = np.bincount(rows, ratio[terms], minlength=titles.size)
    count = np.bincount(rows, minlength=titles.size)
    return (total / np.maximum(count, 1)).astype(np.float32)


def learn(memory: Memory, titles: KeywordIndex, active: Mask | None = None) -> Lessons:
    """Lessons of the remembered questions, or of those that are ``active``."""
    priors = memory.priors(active)
    return Lessons(None, priors, document_kinds(titles, priors.documents))
