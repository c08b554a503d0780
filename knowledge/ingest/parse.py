"""From metadata and text to a document: lines, marks, tree, provisions, cross-references."""

from __future__ import annotations

from city.errors import DocumentError
from knowledge.ingest.lines import split_lines
from knowledge.ingest.marking import mark
from knowledge.ingest.numbering import numbering_notes
from knowledge.ingest.outline import build_tree
from knowledge.ingest.provisions import Collector
from knowledge.ingest.references import find_references
from knowledge.ingest.source import Limits, clean
from knowledge.model import Document, Metadata


def parse_document(meta: Metadata, text: str, *, notes: tuple[str, ...] = (), limits: Limits | None = None) -> Document:
    """The document made of ``text``; nothing but newlines and invisible characters differs from what was
    given.

    The leaves of ``tree`` joined are ``Document.text``, and each provision's ``text`` is
    ``Document.text[start:end]``. Raises ``DocumentError`` for a text that is empty, too long or holds a NUL.
    """
    text, cleaning = clean(text, meta.source or meta.id, limits)
    if not text.strip():
        raise DocumentError(f"{meta.source or meta.id}: the text is empty. Give a file with text in it.")
    marks = mark(text, split_lines(text))
    tree = build_tree(text, marks.lines, articles=marks.articles)
    provisions = find_references(Collector(meta.id, text).collect(tree), tree)
    found = [*notes, *cleaning, *marks.notes, *numbering_notes(marks.lines)]
    return Document(meta=meta, text=text, tree=tree, provisions=provisions, notes=found)
