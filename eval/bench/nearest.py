"""How long does it take to find the nearest of many vectors: every row on the CPU, in inverted lists, on a GPU?

The vectors are drawn at random: their time is that of real ones, and no neighbourhood of theirs says how many of the
nearest the lists find.
"""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
from pydantic import BaseModel

from eval.bench.timing import each, timed
from knowledge.index import Settings
from knowledge.index.types import Floats

_LIMIT = 100
_TOGETHER = 64


class Nearest(BaseModel):
    """The nearest 100, milliseconds a question (median). ``exact``: every row, as an index of few rows does it on the
    CPU; ``lists``: the inverted lists of a larger one, built with all cores; ``gpu``: every row in 16 bits, a question
    alone and one of 64.
    """

    rows: int
    dim: int
    exact_ms: float
    lists_ms: float
    lists_build_seconds: float
    gpu_ms: float | None = None
    gpu_of_many_ms: float | None = None


class _Taken(NamedTuple):
    build: float
    question: float


def nearest(rows: int, dim: int, questions: int) -> Nearest:
    """Draw, build, ask."""
    drawn = np.random.default_rng(7)
    vectors = drawn.random((rows, dim), np.float32) - np.float32(0.5)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    asked = vectors[drawn.integers(rows, size=questions)]
    exact, lists = (_indexed(vectors, asked, limit) for limit in (rows, 0))
    found = Nearest(
        rows=rows,
        dim=dim,
        exact_ms=round(exact.question, 2),
        lists_ms=round(lists.question, 2),
        lists_build_seconds=round(lists.build, 1),
    )
    on_gpu = _on_gpu(vectors, asked)
    return found.model_copy(update={name: round(taken, 3) for name, taken in on_gpu.items()})


def _indexed(vectors: Floats, asked: Floats, flat_limit: int) -> _Taken:
    from knowledge.index.dense import DenseIndex, build_dense

    settings = Settings(flat_limit=flat_limit, threads=os.cpu_count() or 1)
    with TemporaryDirectory(prefix="citydesk-nearest-") as folder:
        seconds, _ = timed(lambda: build_dense(vectors, Path(folder), settings))
        index = DenseIndex(Path(folder), settings)
        return _Taken(seconds, float(np.median(each(lambda one: index.search(one, _LIMIT, None), asked))))


def _on_gpu(vectors: Floats, asked: Floats) -> dict[str, float]:
    import torch

    if not torch.cuda.is_available():
        return {}
    held = torch.from_numpy(vectors).to("cuda", torch.float16)

    def ask(rows: Floats) -> None:
        there = torch.from_numpy(rows).to("cuda", torch.float16)
        (there @ held.T).topk(_LIMIT, dim=1).indices.cpu()

    alone = each(lambda one: ask(one[None, :]), asked)
    many = each(lambda _: ask(asked[:_TOGETHER]), asked)
    return {"gpu_ms": float(np.median(alone)), "gpu_of_many_ms": float(np.median(many)) / len(asked[:_TOGETHER])}
