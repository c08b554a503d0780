"""Dense index: vectors in FAISS, exhaustive while few, inverted lists with 8-bit codes when many.

The vectors themselves are kept as ``float16`` beside it, so that any candidate can be compared with a query.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from city.errors import BadInput
from knowledge.index.store import load_array, save_array
from knowledge.index.types import Floats, Mask, Settings

_FILE = "dense.faiss"
_TRAINING_ROWS = 40_000


def build_dense(vectors: Floats, folder: Path, settings: Settings) -> None:
    """Write the vectors (``float32[rows, dim]``, L2-normalised) and their FAISS index into ``folder``."""
    import faiss

    rows, dim = vectors.shape
    save_array(folder, "dense_vectors", vectors.astype(np.float16))
    if rows <= settings.flat_limit:
        return
    lists = int(2 * np.sqrt(rows))
    index = faiss.IndexIVFScalarQuantizer(
        faiss.IndexFlatIP(dim), dim, lists, faiss.ScalarQuantizer.QT_8bit, faiss.METRIC_INNER_PRODUCT
    )
    index.cp.seed = settings.seed
    index.cp.niter = 10
    pick = np.random.default_rng(settings.seed).permutation(rows)[:_TRAINING_ROWS]
    _threads(settings.threads)
    index.train(vectors[np.sort(pick)])
    index.add(vectors)
    faiss.write_index(index, str(folder / _FILE))


class DenseIndex:
    """The opened dense index. Similarities are cosines in [-1, 1]."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        self._vectors: NDArray[np.float16] = load_array(folder, "dense_vectors")
        self.size, self.dim = self._vectors.shape
        self._probes = settings.probes
        self._index: Any = None
        self._flat: Floats | None = None
        if self.size <= settings.flat_limit:
            self._flat = self._vectors.astype(np.float32)
        else:
            self._index = _open(folder / _FILE, self.size)
            # One query has nothing to share among threads, and idle ones spin.
            _threads(1)

    def similarities(self, vector: Floats, rows: NDArray[Any]) -> Floats:
        """Cosine of a query vector ``[dim]`` with each of ``rows``."""
        chosen: Floats = self._vectors[rows].astype(np.float32) if self._flat is None else self._flat[rows]
        return chosen @ vector

    def vectors(self, rows: NDArray[Any]) -> Floats:
        """Vectors of rows, ``float32[len(rows), dim]``."""
        return np.asarray(self._vectors[rows], np.float32)

    def search(self, vector: Floats, limit: int, allowed: Mask | None) -> NDArray[np.int64]:
        """The nearest rows, best first, among those ``allowed``; nothing else is ever looked at."""
        if not np.any(vector):
            return np.zeros(0, np.int64)
        if self._flat is not None:
            scores = self._flat @ vector
            if allowed is not None:
                scores[~allowed] = -np.inf
            limit = min(limit, len(scores))
            best = np.argpartition(-scores, limit - 1)[:limit] if limit else np.zeros(0, np.int64)
            best = best[np.lexsort((best, -scores[best]))]
            found: NDArray[np.int64] = best[np.isfinite(scores[best])]
            return found
        return self._search_lists(vector, limit, allowed)

    def _search_lists(self, vector: Floats, limit: int, allowed: Mask | None) -> NDArray[np.int64]:
        import faiss

        probes, selector = self._probes, None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            # A narrow filter empties most lists: look at as many more as it removes rows.
            share = max(float(np.count_nonzero(allowed)) / self.size, 1e-6)
            probes = int(min(self._index.nlist, np.ceil(probes / share)))
            selector = _make(faiss, "IDSelectorBitmap", bits)
        parameters = _make(faiss, "SearchParametersIVF", nprobe=probes, sel=selector)
        _, rows = self._index.search(vector[None, :].astype(np.float32), limit, params=parameters)
        found: NDArray[np.int64] = rows[0]
        return found[found >= 0]


def _threads(count: int) -> None:
    import faiss

    faiss.omp_set_num_threads(count)


def _make(faiss: Any, name: str, *given: Any, **named: Any) -> Any:
    """An object of FAISS whose real constructor its type stubs do not know."""
    return getattr(faiss, name)(*given, **named)


def _open(path: Path, rows: int) -> Any:
    """Read the FAISS file memory-mapped and check that it belongs to the vectors."""
    import faiss

    try:
        index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
    except RuntimeError as fault:
        raise BadInput(f"the vector index {str(path)!r} cannot be read; build the index again") from fault
    if index.ntotal != rows:
        raise BadInput(f"the vector index {str(path)!r} has {index.ntotal} rows, not {rows}; build the index again")
    return index
