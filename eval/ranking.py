"""Measures of ranked lists with several right answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from math import log2

from pydantic import BaseModel, ConfigDict, Field


class Ranking(BaseModel):
    """Means over questions. Recall is the share of a question's right answers found in the first k."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recall_5: float = Field(description="Recall@5")
    recall_10: float = Field(description="Recall@10")
    recall_20: float = Field(description="Recall@20")
    recall_100: float = Field(description="Recall@100")
    mrr_10: float = Field(description="mean reciprocal rank of the first right answer, 0 beyond rank 10")
    ndcg_10: float = Field(description="normalised discounted cumulative gain of the first 10")

    def __str__(self) -> str:
        return (
            f"R@5 {self.recall_5:.4f}  R@10 {self.recall_10:.4f}  R@20 {self.recall_20:.4f}  "
            f"R@100 {self.recall_100:.4f}  MRR@10 {self.mrr_10:.4f}  nDCG@10 {self.ndcg_10:.4f}"
        )


def recall(found: Sequence[str], right: Collection[str], depth: int) -> float:
    """Share of ``right`` among the first ``depth`` found."""
    return len(set(found[:depth]) & set(right)) / len(set(right))


def reciprocal_rank(found: Sequence[str], right: Collection[str], depth: int) -> float:
    """1 / rank of the first right answer, 0 beyond ``depth``."""
    return next((1 / rank for rank, key in enumerate(found[:depth], 1) if key in right), 0.0)


def ndcg(found: Sequence[str], right: Collection[str], depth: int) -> float:
    """Discounted gain of the right answers among the first ``depth``, as a share of the best possible."""
    gain = sum(1 / log2(rank + 1) for rank, key in enumerate(found[:depth], 1) if key in right)
    return gain / sum(1 / log2(rank + 1) for rank in range(1, min(len(set(right)), depth) + 1))


def measure(found: Sequence[Sequence[str]], right: Sequence[Collection[str]]) -> Ranking:
    """Means over questions; zero for none."""
    count = max(len(found), 1)
    pairs = list(zip(found, right, strict=True))

    def mean_recall(depth: int) -> float:
        return round(sum(recall(f, r, depth) for f, r in pairs) / count, 4)

    return Ranking(
        recall_5=mean_recall(5),
        recall_10=mean_recall(10),
        recall_20=mean_recall(20),
        recall_100=mean_recall(100),
        mrr_10=round(sum(reciprocal_rank(f, r, 10) for f, r in pairs) / count, 4),
        ndcg_10=round(sum(ndcg(f, r, 10) for f, r in pairs) / count, 4),
    )
