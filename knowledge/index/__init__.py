"""Retrieval: keyword, dense, memory of confirmed questions, and a learnt ranker over all of them."""

from knowledge.index.building import build, embedding_text, teach
from knowledge.index.reading import IndexReader, check_embedder, open_index
from knowledge.index.types import Embedder, Entry, Example, Scored, Settings, Stage

__all__ = [
    "Embedder",
    "Entry",
    "Example",
    "IndexReader",
    "Scored",
    "Settings",
    "Stage",
    "build",
    "check_embedder",
    "embedding_text",
    "open_index",
    "teach",
]
