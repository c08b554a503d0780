"""Embedders: a static embedding trained on the corpus itself, or a model, on this machine or behind an endpoint."""

from knowledge.embed.cache import CachedEmbedder
from knowledge.embed.hashing import HashEmbedder
from knowledge.embed.prefixes import Prefixes, prefixes_of
from knowledge.embed.sentence import SentenceTransformerEmbedder
from knowledge.embed.served import ServedEmbedder
from knowledge.embed.static import StaticEmbedder
from knowledge.embed.training import Recipe, train_embedder, train_embedder_apart

__all__ = [
    "CachedEmbedder",
    "HashEmbedder",
    "Prefixes",
    "Recipe",
    "SentenceTransformerEmbedder",
    "ServedEmbedder",
    "StaticEmbedder",
    "prefixes_of",
    "train_embedder",
    "train_embedder_apart",
]
