"""The dense models of an installation: which ones, the pack says; where they run, the settings."""

from __future__ import annotations

from pathlib import Path

from city.pack import CityPack
from knowledge.endpoint import HURRIED, PATIENT, Endpoint, Patience
from knowledge.index import Embedder
from knowledge.library import Reranking
from serve.settings import Settings


def embedder_of(pack: CityPack) -> Embedder | None:
    """The pack's static embedding, or None. What sorts messages uses it: it is here when every server is gone."""
    folder = pack.root / pack.city.embedding.static
    if not (pack.city.embedding.static and folder.is_dir()):
        return None
    from knowledge.embed import StaticEmbedder

    return StaticEmbedder(folder)


def search_embedder_of(settings: Settings, pack: CityPack) -> Embedder | None:
    """The model that the index is searched with: the larger one of the pack, else its static embedding."""
    return _embedder_of(settings, pack, HURRIED._replace(seconds=settings.search_seconds))


def building_embedder_of(settings: Settings, pack: CityPack, kept: Path) -> Embedder | None:
    """The same for a build: what the larger model gave is kept in ``kept``, so that it is never computed twice."""
    embedder = _embedder_of(settings, pack, PATIENT._replace(seconds=settings.build_seconds))
    if embedder is None or not pack.city.embedding.model:
        return embedder
    from knowledge.embed import CachedEmbedder

    return CachedEmbedder(embedder, kept)


def _embedder_of(settings: Settings, pack: CityPack, patience: Patience) -> Embedder | None:
    said = pack.city.embedding
    if not said.model:
        return embedder_of(pack)
    from knowledge.embed import SentenceTransformerEmbedder, ServedEmbedder, prefixes_of

    prefixes = prefixes_of(said.model, said.query_prefix, said.document_prefix)
    if not settings.embed_url:
        return SentenceTransformerEmbedder(said.model, prefixes, source=settings.embed_name, dim=said.dim)
    return ServedEmbedder(
        Endpoint(settings.embed_url, settings.embed_key),
        said.model,
        prefixes,
        served=settings.embed_name,
        dim=said.dim,
        parallel=settings.embed_parallel,
        patience=patience,
    )


def reranking_of(settings: Settings, pack: CityPack) -> Reranking | None:
    """The last stage of search, where the pack names a reranker."""
    said = pack.city.rerank
    if said is None:
        return None
    from knowledge.rerank import CrossEncoderReranker, Reranker, ServedReranker

    reranker: Reranker
    if settings.rerank_url:
        endpoint = Endpoint(settings.rerank_url, settings.rerank_key)
        patience = HURRIED._replace(seconds=settings.search_seconds)
        reranker = ServedReranker(endpoint, said.model, served=settings.rerank_name, patience=patience)
    else:
        reranker = CrossEncoderReranker(said.model, source=settings.rerank_name)
    return Reranking(reranker, top=said.top, share=said.share)
