"""Any cross-encoder of sentence-transformers as a reranker (extra ``models``)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np

from city.errors import BadInput
from knowledge.index.types import Floats
from knowledge.local import open_model, portions
from knowledge.rerank.scores import of_said


class CrossEncoderReranker:
    """A model on this machine with one score a pair (bge-reranker, Qwen3-Reranker), loaded at first use.

    ``source`` is the folder of its weights where that is not its name.
    """

    def __init__(self, model: str, *, source: str = "", device: str | None = None, batch: int = 32) -> None:
        self.name = f"model:{model}"
        self._source = source or model
        self._device, self._batch = device, batch
        self._lock = Lock()

    @cached_property
    def _model(self) -> Any:
        model = open_model("CrossEncoder", self._source, self._device)
        if model.num_labels != 1:
            raise BadInput(f"the model {self._source!r} gives {model.num_labels} scores a pair; a reranker gives one")
        return model

    def rerank(self, query: str, texts: Sequence[str]) -> Floats:
        """How well each text answers the question, ``float32[len(texts)]`` in [0, 1]."""
        return of_said(texts, lambda said: self._scores(query, said), f"the reranker {self._source!r}")

    def _scores(self, query: str, texts: list[str]) -> Floats:
        with self._lock:  # tokenizers and GPU memory are not for several threads at once
            model = self._model
            from torch.nn import Sigmoid

            out = np.zeros(len(texts), np.float32)
            for rows in portions([len(query) + len(text) for text in texts], self._batch, model):
                pairs = [(query, texts[row]) for row in rows]
                scores = model.predict(pairs, batch_size=len(pairs), activation_fn=Sigmoid(), show_progress_bar=False)
                out[rows] = np.asarray(scores, np.float32).reshape(-1)
        return out
