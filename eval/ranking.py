"""Measures of ranked lists with several right answers."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from pydantic import BaseModel, ConfigDict, Field

from eval.metrics.ranking import ndcg, recall, reciprocal_rank

__all__ = ["Ranking", "measure", "ndcg", "recall", "reciprocal_rank"]


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
