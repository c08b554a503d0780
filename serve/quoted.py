"""Do the quotes of a room's data stand where it says? Rooms of ``tools`` may not read documents: this is done here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from city.pack import Problem
from knowledge.model import Document, Visibility


class Quoted(Protocol):
    """Words, and where they are said to stand: ``article`` is an id such as document#s4.

    ``file`` and ``where`` say who quotes; ``public`` that anybody may be told the words.
    """

    @property
    def file(self) -> str:
        """File of the pack."""

    @property
    def where(self) -> str:
        """Place in it."""

    @property
    def document(self) -> str:
        """Id of the document."""

    @property
    def article(self) -> str:
        """Id of the article."""

    @property
    def quote(self) -> str:
        """The words."""

    @property
    def public(self) -> bool:
        """Whether anybody may read them."""


def lost_quotes(quotes: Iterable[Quoted], documents: Sequence[Document]) -> Iterator[Problem]:
    """Quotes that do not stand in their article, or that tell the public what is for staff only."""
    by_id = {document.meta.id: document for document in documents}
    texts = {provision.id: provision.text for document in documents for provision in document.provisions}
    for one in quotes:
        document = by_id.get(one.document)
        if document is None or one.article not in texts:
            message = f"there is no article {one.article!r}"
            yield Problem(file=one.file, where=one.where, message=message, remedy="correct document and article")
        elif one.quote not in texts[one.article]:
            message = f"{one.quote!r} does not stand in {one.article}"
            yield Problem(file=one.file, where=one.where, message=message, remedy="quote the article word for word")
        elif one.public and document.meta.visibility is not Visibility.PUBLIC:
            message = f"{one.document} is for staff only and is quoted to the public"
            yield Problem(file=one.file, where=one.where, message=message, remedy="quote a public document")
