"""A reranker behind ``/v1/rerank``, such as ``vllm serve BAAI/bge-reranker-v2-m3 --runner pooling``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from city.errors import BadInput
from knowledge.endpoint import HURRIED, Endpoint, Patience
from knowledge.index.types import Floats
from knowledge.rerank.scores import of_said


class ServedReranker:
    """A model by the name that the pack gives it; ``served`` is its name at the server where that is another one.

    ::

        reranker = ServedReranker(Endpoint("http://127.0.0.1:8002/v1"), "BAAI/bge-reranker-v2-m3")
        reranker.rerank("停车收费", ["泊位每小时两元。", "养犬应当登记。"])    # array([0.97, 0.001], dtype=float32)
    """

    def __init__(self, endpoint: Endpoint, model: str, *, served: str = "", patience: Patience = HURRIED) -> None:
        self.name = f"model:{model}"
        self._endpoint, self._served = endpoint, served or model
        self._patience = patience

    def rerank(self, query: str, texts: Sequence[str]) -> Floats:
        """How well each text answers the question, ``float32[len(texts)]`` in [0, 1]."""
        return of_said(texts, lambda said: self._scores(query, said), self._who)

    def _scores(self, query: str, texts: list[str]) -> Floats:
        body = {"model": self._served, "query": query, "documents": texts, "truncate_prompt_tokens": -1}
        answer = self._endpoint.post("/rerank", body, self._patience)
        results = answer.get("results")
        try:
            found = {int(one["index"]): float(one["relevance_score"]) for one in results or ()}
        except (KeyError, TypeError, ValueError) as fault:
            raise BadInput(f"{self._who} gives what is no score ({fault!r}); is it a reranker?") from fault
        if sorted(found) != list(range(len(texts))) or len(results or ()) != len(texts):
            raise BadInput(f"{self._who} gave {len(results or ())} scores for {len(texts)} texts; is it a reranker?")
        return np.array([found[row] for row in range(len(texts))], np.float32)

    @property
    def _who(self) -> str:
        return f"the reranker {self._served!r} at {self._endpoint.url!r}"
