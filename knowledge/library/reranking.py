"""The last stage of search: a reranker over the best hits, left out while it cannot be reached."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from city.errors import CityDeskError
from knowledge.circuit import Circuit
from knowledge.library.hits import Hit
from knowledge.library.tables import searched_title
from knowledge.rerank.types import Reranker

STAGE = "rerank"
_QUERY_CHARS = 1_000
_log = logging.getLogger(__name__)


class Reranking:
    """``top`` hits are put in order by ``share`` of the reranker's score and the rest of the index's own.

    The scores themselves stay where they were, the highest at the first place: what an engine holds to be enough for an
    answer was learnt on the index's scores, and a reranker's are of another kind. Its own are in ``Parts.rerank``.
    """

    def __init__(
        self, reranker: Reranker, *, top: int = 30, share: float = 0.7, circuit: Circuit | None = None
    ) -> None:
        self.reranker, self.top, self.share = reranker, top, share
        self._circuit = circuit or Circuit()

    def order(self, query: str, hits: Sequence[Hit]) -> list[Hit]:
        """The hits (best first) in their new order; as they were, with a flag, where the reranker gives none."""
        if len(hits) < 2:
            return list(hits)
        best, others = hits[: self.top], hits[self.top :]
        try:
            scores = self._scores(query, best) if self._circuit.ready() else None
        except CityDeskError as fault:
            self._circuit.failed()
            _log.warning("searched without the reranker: %s", fault)
            scores = None
        if scores is None:
            return [replace(hit, without=(*hit.without, STAGE)) for hit in hits]
        own = np.array([hit.score for hit in best], np.float32)
        mixed = np.float32(self.share) * scores + np.float32(1 - self.share) * own
        order = np.lexsort((np.arange(len(best)), -mixed)).tolist()
        ordered = [
            replace(best[at], score=best[place].score, parts=replace(best[at].parts, rerank=float(scores[at])))
            for place, at in enumerate(order)
        ]
        return [*ordered, *others]

    def _scores(self, query: str, hits: Sequence[Hit]) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        texts = [f"{searched_title(hit.meta)} {' '.join(hit.provision.path)}\n{hit.provision.text}" for hit in hits]
        scores = self.reranker.rerank(query[:_QUERY_CHARS], texts)
        self._circuit.worked()
        return np.asarray(scores, np.float32)
