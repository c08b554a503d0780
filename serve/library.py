"""The published knowledge of an installation."""

from __future__ import annotations

from city.errors import NotFound
from city.pack import CityPack
from knowledge.library import Library, Store
from serve.embedding import embedder_of, reranking_of, search_embedder_of
from serve.settings import Settings


def store_of(settings: Settings, pack: CityPack) -> Store:
    """Where the pack's snapshots live."""
    return Store(settings.home / pack.city.id / "knowledge")


def open_library(settings: Settings, pack: CityPack) -> Library:
    """The published knowledge. Raises NotFound telling how to build it."""
    store = store_of(settings, pack)
    if store.current() is None:
        raise NotFound(f"No knowledge is published for {pack.city.id!r} yet: run `citydesk knowledge build`.")
    near = embedder_of(pack)
    embedder = search_embedder_of(settings, pack) if pack.city.embedding.model else near
    return Library.open(store, embedder=embedder, reranking=reranking_of(settings, pack), near=near)
