"""The dense model of an installation."""

from __future__ import annotations

from city.pack import CityPack
from knowledge.index import Embedder


def embedder_of(pack: CityPack) -> Embedder | None:
    """The dense model that the pack configures: a sentence-transformers model, its own static embedding, or none."""
    configured = pack.city.embedding
    folder = pack.root / configured.static
    if not configured.model and not (configured.static and folder.is_dir()):
        return None
    from knowledge.embed import open_embedder

    return open_embedder(configured.model or folder)
