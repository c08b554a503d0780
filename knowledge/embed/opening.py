"""From what a city configures to an embedder."""

from __future__ import annotations

from pathlib import Path

from knowledge.embed.sentence import SentenceTransformerEmbedder
from knowledge.embed.static import WEIGHTS, StaticEmbedder
from knowledge.index.types import Embedder


def open_embedder(source: str | Path) -> Embedder:
    """The static embedding in a folder, or else the sentence-transformers model of that name or path.

    Raises ``NotFound`` where the folder or the extra ``models`` is missing.
    """
    folder = Path(source)
    if isinstance(source, Path) or (folder / WEIGHTS).is_file():
        return StaticEmbedder(folder)
    return SentenceTransformerEmbedder(str(source))
