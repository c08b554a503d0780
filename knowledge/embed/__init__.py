"""Embedders: a static embedding trained on the corpus itself, or any sentence-transformers model."""

from knowledge.embed.hashing import HashEmbedder
from knowledge.embed.opening import open_embedder
from knowledge.embed.sentence import SentenceTransformerEmbedder
from knowledge.embed.static import StaticEmbedder
from knowledge.embed.training import Recipe, train_embedder, train_embedder_apart

__all__ = [
    "HashEmbedder",
    "Recipe",
    "SentenceTransformerEmbedder",
    "StaticEmbedder",
    "open_embedder",
    "train_embedder",
    "train_embedder_apart",
]
