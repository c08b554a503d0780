"""How rows hang together: documents, sections under one heading, and which documents others lean on."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from knowledge.index.store import load_array, save_array
from knowledge.index.types import Entry, Floats, Ints

_NAMED = re.compile(r"《([^《》\n]{2,80})》")
_SHORTEST_NAME = 2


def _numbered(names: Sequence[object]) -> Ints:
    """Each name's number in order of first appearance."""
    numbers: dict[object, int] = {}
    return np.fromiter((numbers.setdefault(name, len(numbers)) for name in names), np.int32, len(names))


def citations(entries: Sequence[Entry], documents: Ints) -> Floats:
    """How many other documents name each document in 《》, ``float32[documents]``.

    A name counts for the shortest title that ends with it, since texts leave out the state's name in front.
    """
    titles: dict[int, str] = {}
    citing: dict[str, set[int]] = defaultdict(set)
    for entry, document in zip(entries, documents.tolist(), strict=True):
        titles.setdefault(document, entry.title.strip("《》 "))
        for name in _NAMED.findall(entry.text):
            citing[name].add(document)
    holders: dict[str, list[int]] = defaultdict(list)
    for document, title in titles.items():
        holders[title].append(document)
    by_ending: dict[str, str] = {}
    for title in sorted(holders, key=lambda title: (len(title), title)):
        for cut in range(max(1, len(title) - _SHORTEST_NAME + 1)):
            by_ending.setdefault(title[cut:], title)
    sources: dict[str, set[int]] = defaultdict(set)
    for name, documents_naming in citing.items():
        sources[by_ending.get(name, "")] |= documents_naming
    counts = np.zeros(len(titles), np.float32)
    for title, held in holders.items():
        for document in held:
            counts[document] = len(sources[title] - {document})
    return counts


def build_structure(entries: Sequence[Entry], folder: Path) -> tuple[Ints, Ints]:
    """Write the arrays ``documents``, ``sections``, ``authority``; return the first two (``int32[rows]``)."""
    documents = _numbered([entry.document for entry in entries])
    sections = _numbered([(entry.document, entry.path) for entry in entries])
    save_array(folder, "documents", documents)
    save_array(folder, "sections", sections)
    save_array(folder, "authority", np.log1p(citations(entries, documents)))
    return documents, sections


class Structure:
    """The opened structure: documents, sections and authority of rows, sizes of documents."""

    def __init__(self, folder: Path) -> None:
        self.documents: Ints = np.asarray(load_array(folder, "documents"))
        self.sections: Ints = np.asarray(load_array(folder, "sections"))
        self.document_authority: Floats = np.asarray(load_array(folder, "authority"))
        self.document_count = len(self.document_authority)
        self.section_count = int(self.sections.max()) + 1 if len(self.sections) else 0
        self.authority: Floats = self.document_authority[self.documents]
        sizes = np.bincount(self.documents, minlength=self.document_count)
        self.sizes: Floats = np.log1p(sizes).astype(np.float32)
