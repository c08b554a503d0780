"""A trained static embedding, read with numpy: a text's vector is the mean of its terms' vectors, normalised.

The folder holds ``tokenizer.json`` (terms, Hugging Face form), ``model.safetensors`` (one vector a term) and
``embedder.json``. The terms are those of the keyword index, so no tokenizer runs while answering.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from city.errors import BadInput, NotFound
from knowledge.index.terms import Codes, normalise, places, term_counts, term_rows
from knowledge.index.types import Floats

WEIGHTS = "model.safetensors"
TOKENIZER = "tokenizer.json"
CARD = "embedder.json"
UNKNOWN = "[UNK]"


def term_code(term: str) -> int:
    """The code of a term of one or two characters."""
    return ord(term) if len(term) == 1 else ord(term[0]) << 16 | ord(term[1])


def term_text(code: int) -> str:
    """The term of a code."""
    return chr(code) if code <= 0xFFFF else chr(code >> 16) + chr(code & 0xFFFF)


class StaticEmbedder:
    """The embedding in a folder that ``train_embedder`` wrote."""

    def __init__(self, folder: Path) -> None:
        from safetensors.numpy import load_file

        try:
            self.name: str = json.loads((folder / CARD).read_text(encoding="utf-8"))["name"]
            vocabulary: dict[str, int] = json.loads((folder / TOKENIZER).read_text(encoding="utf-8"))["model"]["vocab"]
            weights = load_file(folder / WEIGHTS)["embedding.weight"]
        except FileNotFoundError as fault:
            raise NotFound(f"no embedding at {str(folder)!r}; train one with `citydesk knowledge train`") from fault
        except (KeyError, ValueError) as fault:
            raise BadInput(f"the embedding at {str(folder)!r} is damaged ({fault}); train it again") from fault
        terms = [(term_code(term), place) for term, place in vocabulary.items() if term != UNKNOWN]
        terms.sort()
        self._codes: Codes = np.array([code for code, _ in terms], np.uint32)
        self._table: Floats = weights[[place for _, place in terms]].astype(np.float32)
        self.dim = int(self._table.shape[1])

    def encode(self, texts: Sequence[str]) -> Floats:
        """``float32[len(texts), dim]``, rows of length 1, or 0 for a text of which no term is known."""
        if len(texts) == 1:
            codes, counts = term_counts(normalise(texts[0]))
            place, known = places(self._codes, codes)
            vector: Floats = counts[known].astype(np.float32) @ self._table[place[known]]
            return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9), np.float32)[None, :]
        if not texts:
            return np.zeros((0, self.dim), np.float32)
        from scipy.sparse import csr_array

        keys = term_rows([normalise(text) for text in texts])
        place, known = places(self._codes, (keys >> np.uint64(32)).astype(np.uint32))
        rows = (keys[known] & np.uint64(0xFFFFFFFF)).astype(np.int32)
        ones = np.ones(len(rows), np.float32)
        bags = csr_array((ones, (rows, place[known])), shape=(len(texts), len(self._codes)))
        vectors = np.asarray(bags @ self._table, np.float32)
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        """The same as ``encode``: questions and documents share their terms."""
        return self.encode(texts)
