"""What goes into an index, what comes out, and every number that may be tuned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of an index: a provision as retrieval sees it.

    ``references`` are rows of the same index that the text refers to.
    """

    key: str
    document: str
    title: str
    path: str
    text: str
    references: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the provisions a person confirmed as its answer.

    ``group`` names what may not be split between folds while learning (a topic, a day, a case); examples with
    an empty group stand alone.
    """

    question: str
    keys: tuple[str, ...]
    group: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """One row found. ``score`` is in [0, 1] and comparable between queries; the parts are for explanation.

    ``without`` names the stages that could not be asked, their model being out of reach.
    """

    row: int
    score: float
    keyword: float = 0.0
    dense: float = 0.0
    memory: float = 0.0
    without: tuple[str, ...] = ()


class Embedder(Protocol):
    """Turns texts into vectors: ``embedder.encode(["停车收费"])`` has shape ``[1, dim]``, its row length 1."""

    @property
    def name(self) -> str:
        """Identity of the model: an index refuses to open with another one."""

    @property
    def dim(self) -> int:
        """Number of components of a vector."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """``float32[len(texts), dim]``, every row L2-normalised (or all zero where nothing is known)."""

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """The same for questions, which some models read with an instruction before them."""


Stage = Literal["keyword", "dense", "memory", "ranker"]


class Settings(BaseModel):
    """Everything tunable. The defaults were chosen by cross-validation on public questions, see docs."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title_weight: float = Field(1.0, description="how often a term of the title counts, text = 1")
    path_weight: float = Field(1.0, description="how often a term of the headings counts, text = 1")
    k1: float = Field(1.2, description="BM25 saturation of term frequency")
    b: float = Field(0.6, description="BM25 length normalisation")
    query_chars: int = Field(2000, description="a longer query is cut here, so that its cost is bounded")
    pool_unlearnt: int = Field(300, description="candidates by keyword where nothing was learnt")
    pool_plain: int = Field(60, description="candidates by keyword, authority and other hits of the document")
    pool_widened: int = Field(200, description="candidates when memory lends the query its documents and words")
    pool_dense: int = Field(60, description="candidates by vector where there is an adapted one as well")
    pool_adapted: int = Field(200, description="candidates by adapted vector, or by vector where nothing was learnt")
    prior_weight: float = Field(0.03, description="worth of each e-fold of past answers in a document")
    expansion_weight: float = Field(1.0, description="worth of the words that memory lends, the query's own = 1")
    dense_weight: float = Field(0.15, description="share of the dense ranking where nothing was learnt")
    adapted_weight: float = Field(0.5, description="share of the ranking by predicted answer where no ranker is")
    vote_weight: float = Field(0.3, description="worth of memory's votes where no ranker was trained")
    flat_limit: int = Field(20_000, description="up to this many rows vectors are searched exhaustively")
    probes: int = Field(24, description="inverted lists looked at per query in a large dense index")
    authority_weight: float = Field(0.02, description="worth of each e-fold of citations, best keyword score = 1")
    document_weight: float = Field(0.02, description="worth of a document's other hits for one of its rows")
    neighbours: int = Field(60, description="remembered questions that have a voice")
    question_power: float = Field(2.0, description="likeness of questions to this power is a voice, without vectors")
    answer_power: float = Field(8.0, description="likeness to the predicted answer to this power is a voice")
    term_kernel: float = Field(2.0, description="worth of the likeness of terms in the kernel, vectors = 1")
    vector_width: float = Field(2.0, description="how fast the kernel falls as questions' vectors part")
    ridge: float = Field(0.5, description="ridge of the regression from questions to answers")
    memory_rank: int = Field(512, description="main directions kept of the kernel of remembered questions")
    answer_words: int = Field(50, description="terms kept of the answers to a remembered question")
    expansion_terms: int = Field(32, description="terms that memory lends a question")
    least_examples: int = Field(60, description="fewer examples than this train no ranker")
    least_groups: int = Field(10, description="fewer groups of examples than this train no ranker")
    most_examples: int = Field(4000, description="examples remembered, the last ones; a build holds their square")
    trees: int = Field(400, description="trees of the ranker")
    tree_rate: float = Field(0.045, description="learning rate of the ranker")
    tree_leaf_rows: int = Field(50, description="least candidates in a leaf of the ranker")
    tree_truncation: int = Field(60, description="ranks that the ranker tries to get right")
    threads: int = Field(2, description="threads used while training the ranker")
    seed: int = Field(7, description="seed of everything random")
