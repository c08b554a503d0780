"""References from one document to another.

《…条例》第十条 finds its provision, in the version that applies.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from knowledge.model import Document, Reference

_BRACKETS = re.compile(r"[（(][^（）()]*(?:修[正订改]|年|版|试行|暂行|节选)[^（）()]*[)）]$")
_PREFIX = "中华人民共和国"


def title_key(title: str) -> str:
    """A title as it is compared: without 《》, spaces, a bracketed edition and the name of the state."""
    bare = re.sub(r"[《》〈〉<>\s\u3000]", "", title)
    return _BRACKETS.sub("", bare).removeprefix(_PREFIX)


class Titles:
    """Documents by title and by work, to look a reference up.

    >>> Titles([]).resolve(Reference(start=0, end=1, words="第一条", work="某条例", article=1)) is None
    True
    """

    def __init__(self, documents: Iterable[Document]) -> None:
        self._versions: dict[str, list[Document]] = defaultdict(list)
        self._provisions: dict[str, set[str]] = {}
        for document in documents:
            meta = document.meta
            for key in {title_key(meta.title), meta.work or meta.id}:
                self._versions[key].append(document)
            self._provisions[meta.id] = {provision.id for provision in document.provisions}

    def version(self, work: str, as_of: date | None = None) -> Document | None:
        """The version of ``work`` (a title or a work's id) in force on ``as_of``.

        Without a date the newest.
        """
        versions = self._versions.get(title_key(work)) or self._versions.get(work, [])
        if as_of is not None:
            versions = [document for document in versions if document.meta.in_force(as_of)]
        return max(versions, key=lambda document: document.meta.valid_from or date.min, default=None)

    def resolve(self, reference: Reference, as_of: date | None = None) -> str | None:
        """Id of the provision that ``reference`` names in another document, or None where it is not held."""
        if reference.work is None or reference.article is None:
            return None
        document = self.version(reference.work, as_of)
        if document is None:
            return None
        number = f"{reference.article}-{reference.sub}" if reference.sub else str(reference.article)
        target = f"{document.meta.id}#{number}"
        return target if target in self._provisions[document.meta.id] else None


def resolve_references(documents: Iterable[Document], as_of: date | None = None) -> list[Document]:
    """``documents`` with references to each other resolved, as on ``as_of`` (without a date: newest
    versions).

    The documents given are not changed; references inside a document and to works not held stay as they are.
    """
    held = list(documents)
    titles = Titles(held)
    return [_resolved(document, titles, as_of) for document in held]


def _resolved(document: Document, titles: Titles, as_of: date | None) -> Document:
    changed = False
    provisions = []
    for provision in document.provisions:
        references = []
        for reference in provision.references:
            target = titles.resolve(reference, as_of) if reference.work else reference.target
            changed = changed or target != reference.target
            references.append(reference.model_copy(update={"target": target}))
        provisions.append(provision.model_copy(update={"references": tuple(references)}))
    return document.model_copy(update={"provisions": provisions}) if changed else document
