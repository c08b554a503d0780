"""Retrieval: keyword, dense, memory of confirmed questions, and a learnt ranker over all of them."""

from knowledge.index.building import build, embedding_text, teach
from knowledge.index.reading import IndexReader, open_index
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
    "embedding_text",
    "open_index",
    "teach",
]
