"""Any sentence-transformers model as an embedder (extra ``models``)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np

from knowledge.embed.prefixes import Prefixes, identity
from knowledge.embed.vectors import of_said, unit_rows
from knowledge.index.types import Floats
from knowledge.local import open_model, portions


class SentenceTransformerEmbedder:
    """A model on this machine, loaded at first use; 16-bit on a GPU.

    ``model`` is the pack's name for it; ``source`` the folder of its weights or its name where they are kept, if that
    is another one. Code that comes with a model is never run. ``dim`` keeps the first components only, 0 keeps all.
    """

    def __init__(
        self,
        model: str,
        prefixes: Prefixes = Prefixes(),  # noqa: B008  # a NamedTuple does not change
        *,
        source: str = "",
        dim: int = 0,
        device: str | None = None,
        batch: int = 64,
    ) -> None:
        self.name = identity(model, prefixes, dim)
        self._source = source or model
        self._prefixes, self._cut = prefixes, dim
        self._device, self._batch = device, batch
        self._lock = Lock()

    @cached_property
    def _model(self) -> Any:
        return open_model("SentenceTransformer", self._source, self._device)

    @property
    def dim(self) -> int:
        """Number of components of a vector."""
        return self._cut or int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Floats:
        """``float32[len(texts), dim]``, L2-normalised, noughts for a blank text.

        Raises ``NotFound`` where model or extra is missing, ``BadInput`` where it gives no vectors.
        """
        return self._all(texts, self._prefixes.document, ("document", "passage"))

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """The same for questions, with the instruction before each: the pack's, or else the model's own."""
        return self._all(texts, self._prefixes.query, ("query",))

    def _all(self, texts: Sequence[str], prefix: str | None, own: Sequence[str]) -> Floats:
        def encode(said: list[str]) -> Floats:
            with self._lock:  # tokenizers and GPU memory are not for several threads at once
                prompts: dict[str, str] = self._model.prompts
                prompt = next((prompts[key] for key in own if prompts.get(key)), "") if prefix is None else prefix
                vectors = self._vectors(said, prompt)
            return unit_rows(vectors, self._cut, f"the embedding model {self._source!r}")

        return of_said(texts, encode, lambda: self.dim)

    def _vectors(self, said: Sequence[str], prompt: str) -> Floats:
        """As the model gives them, in portions. An empty prompt is given too: None would let the model's own in."""
        order, found = list[int](), []
        for rows in portions([len(text) for text in said], self._batch, self._model):
            texts = [said[row] for row in rows]
            order += rows
            found.append(self._model.encode(texts, prompt=prompt, batch_size=len(texts), show_progress_bar=False))
        vectors = np.concatenate(found).astype(np.float32)
        return np.asarray(vectors[np.argsort(order)])
