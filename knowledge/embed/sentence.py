"""Any sentence-transformers model as an embedder (extra ``models``)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np

from city.errors import NotFound
from knowledge.index.types import Floats


class SentenceTransformerEmbedder:
    """A model by name or path, loaded at first use."""

    def __init__(self, model: str, *, device: str | None = None, batch: int = 64) -> None:
        self.name = f"sentence-transformers:{model}"
        self._source = model
        self._device = device
        self._batch = batch

    @cached_property
    def _model(self) -> Any:
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as fault:
            raise NotFound(
                f"the embedding model {self._source!r} needs sentence-transformers; install `citydesk[models]`"
            ) from fault
        try:
            return SentenceTransformer(self._source, device=self._device)
        except OSError as fault:
            raise NotFound(f"no embedding model {self._source!r}: {fault}") from fault

    @property
    def dim(self) -> int:
        """Number of components of a vector."""
        return int(self._model.get_sentence_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Floats:
        """``float32[len(texts), dim]``, L2-normalised."""
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        vectors = self._model.encode(
            list(texts), batch_size=self._batch, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)
