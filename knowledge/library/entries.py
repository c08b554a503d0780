"""Documents as the index and its training see them."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.index.types import Entry
from knowledge.library.tables import searched_title
from knowledge.model import Document


def entries_of(documents: Iterable[Document]) -> list[Entry]:
    """One entry per provision, without references."""
    return [
        Entry(p.id, document.meta.id, searched_title(document.meta), " ".join(p.path), p.text)
        for document in documents
        for p in document.provisions
    ]
