"""A few texts by whose vectors a model is known again: a name alone can lie."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from city.errors import BadInput
from knowledge.index.store import load_array, save_array
from knowledge.index.types import Embedder, Floats

NAME = "probe"
ALIKE = 0.99
"""Cosine at least, of the same model in another precision or another program; other models are nowhere near."""
_TEXTS = (
    "路边停车位每小时怎么收费",
    "饲养犬只应当登记并定期接种疫苗。",
    "施工单位夜间不得从事产生噪声的作业，抢修、抢险除外。",
    "Who may apply for a public rental flat?",
)


def probe(embedder: Embedder) -> Floats:
    """The vectors of the texts as documents, then as questions: ``float32[2 * texts, dim]``."""
    return np.concatenate([embedder.encode(_TEXTS), embedder.encode_queries(_TEXTS)])


def save_probe(embedder: Embedder, folder: Path) -> None:
    """Keep what the model gives now."""
    save_array(folder, NAME, probe(embedder))


def load_probe(folder: Path) -> Floats:
    """What the model gave when the index was built."""
    return np.asarray(load_array(folder, NAME))


def check_probe(now: Floats, then: Floats, name: str) -> None:
    """Raise ``BadInput`` where the model ``name`` does not give the vectors that it gave ``then``."""
    if now.shape != then.shape:
        raise BadInput(
            f"the embedding model {name!r} gives vectors of {now.shape[1]} components, the index was built with "
            f"{then.shape[1]}: another model answers to that name; serve the old one, or name the new one "
            "and build again"
        )
    nought = ~then.any(axis=1) & ~now.any(axis=1)
    likeness = np.where(nought, np.float32(1), np.einsum("ij,ij->i", now, then))
    half = len(likeness) // 2
    if float(likeness[:half].min()) < ALIKE:
        raise BadInput(
            f"the embedding model {name!r} does not give the vectors that the index was built with (cosine "
            f"{likeness[:half].min():.3f}): another model answers to that name; serve the old one, or name the new one "
            "and build again"
        )
    if float(likeness[half:].min()) < ALIKE:
        raise BadInput(
            f"the embedding model {name!r} reads questions otherwise than when the index was built (cosine "
            f"{likeness[half:].min():.3f}): write `embedding: query_prefix` in city.yaml and build again"
        )
