"""An embedding model behind an OpenAI-compatible ``/v1/embeddings``, such as ``vllm serve … --runner pooling``."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any

import numpy as np

from city.errors import BadInput
from knowledge.embed.prefixes import Prefixes, identity
from knowledge.embed.vectors import of_said, unit_rows
from knowledge.endpoint import HURRIED, Endpoint, Patience
from knowledge.index.types import Floats
from knowledge.pacing import Pace, PacedRoom

_TEXTS, _CHARS = 64, 48_000
_LEAST_WORK = 4_000
"""Characters; a batch of fewer takes about as long."""
_START = 4


class ServedEmbedder:
    """A model by the name that the pack gives it; ``served`` is its name at the server where that is another one.

    A search does not wait for a busy server; give ``PATIENT`` to the one that builds. A text beyond the model's limit
    is cut there, as sentence-transformers does. ``parallel`` batches are under way at most, fewer where the server does
    not bear so many. ``dim`` keeps the first components only (for models trained for it),
    0 keeps all.

    ::

        embedder = ServedEmbedder(Endpoint("http://127.0.0.1:8001/v1"), "BAAI/bge-m3", Prefixes("", ""))
        embedder.encode(["停车收费"]).shape    # (1, 1024)
    """

    def __init__(
        self,
        endpoint: Endpoint,
        model: str,
        prefixes: Prefixes,
        *,
        served: str = "",
        dim: int = 0,
        parallel: int = 4,
        patience: Patience = HURRIED,
    ) -> None:
        self.name = identity(model, prefixes, dim)
        self._endpoint, self._served = endpoint, served or model
        self._prefixes = prefixes
        self._cut, self._width = dim, 0
        self._parallel = max(1, parallel)
        self._room = PacedRoom(Pace(self._parallel, _START))
        self._patience = patience

    @property
    def dim(self) -> int:
        """Number of components of a vector; asks the server once. Raises as ``encode`` does."""
        if not self._width:
            self.encode(["维"])
        return self._cut or self._width

    def encode(self, texts: Sequence[str]) -> Floats:
        """``float32[len(texts), dim]``, L2-normalised, noughts for a blank text; several batches are under way at once.

        Raises ``TryAgain`` where the server does not answer, ``NotFound``, ``Refused`` or ``BadInput`` where it never
        will or where what it answers cannot be a vector for each text.
        """
        return self._all(texts, self._prefixes.document or "")

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """The same for questions, with the model's instruction before each."""
        return self._all(texts, self._prefixes.query or "")

    def _all(self, texts: Sequence[str], prefix: str) -> Floats:
        def encode(said: list[str]) -> Floats:
            batches = list(_batches([prefix + text for text in said]))
            if len(batches) == 1:
                return self._batch(batches[0])
            with ThreadPoolExecutor(min(self._parallel, len(batches))) as pool:
                running = [pool.submit(self._paced, batch) for batch in batches]
                wait(running, return_when=FIRST_EXCEPTION)
                for future in running:
                    future.cancel()  # has no effect unless a batch failed: the others need not be asked then
                failed = next((f for f in running if not f.cancelled() and f.exception()), None)
                return np.concatenate([(failed or future).result() for future in running])

        return of_said(texts, encode, lambda: self.dim)

    def _paced(self, texts: list[str]) -> Floats:
        """A batch among others. Pauses after a full server's refusal count as its time, so they slow us down, too."""
        with self._room.place(max(_LEAST_WORK, sum(map(len, texts)))):
            return self._batch(texts)

    def _batch(self, texts: list[str]) -> Floats:
        body = {
            "model": self._served,
            "input": texts,
            "encoding_format": "base64",
            "truncate_prompt_tokens": -1,  # vLLM: cut at the model's own limit, where it would refuse the batch
        }
        answer = self._endpoint.post("/embeddings", body, self._patience)
        vectors = unit_rows(_in_order(answer, len(texts), self._who), self._cut, self._who)
        self._width = self._width or vectors.shape[1]
        if vectors.shape[1] != self._width:
            raise BadInput(f"{self._who} gave vectors of {self._width} components and now of {vectors.shape[1]}")
        return vectors

    @property
    def _who(self) -> str:
        return f"the embedding model {self._served!r} at {self._endpoint.url!r}"


def _batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in order, so many and so many characters at a time."""
    batch: list[str] = []
    size = 0
    for text in texts:
        if batch and (len(batch) == _TEXTS or size + len(text) > _CHARS):
            yield batch
            batch, size = [], 0
        batch.append(text)
        size += len(text)
    if batch:
        yield batch


def _in_order(answer: dict[str, Any], count: int, who: str) -> Floats:
    """The vectors of an answer in the order of the texts. Raises ``BadInput`` where one is missing or is none."""
    data = answer.get("data")
    try:
        found = {int(one["index"]): _components(one["embedding"]) for one in data or ()}
    except (KeyError, TypeError, ValueError) as fault:
        raise BadInput(f"{who} gives what is no vector ({fault!r}); is it an embedding model?") from fault
    if sorted(found) != list(range(count)) or len(data or ()) != count:
        raise BadInput(f"{who} gave {len(data or ())} vectors for {count} texts; is it an embedding model?")
    if len({len(vector) for vector in found.values()}) != 1:
        raise BadInput(f"{who} gives vectors of different lengths; is it an embedding model?")
    return np.stack([found[row] for row in range(count)])


def _components(given: object) -> Floats:
    """Base64 of float32 in little-endian order, or a list where a server knows no base64."""
    if isinstance(given, str):
        return np.frombuffer(base64.b64decode(given, validate=True), "<f4")
    return np.asarray(given, np.float32).reshape(-1)
