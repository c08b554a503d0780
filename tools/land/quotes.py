"""Every clause that the room quotes, so that whoever holds the texts can see that each stands there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from city.pack.record import read_record
from tools.land.book import FILE as CHECKS
from tools.land.book import PARCEL, Book, Edition
from tools.land.settings import FILE as NORMS
from tools.land.settings import Norms, Words


class Quote(NamedTuple):
    """Words of an article. ``file`` and ``where`` say who quotes them."""

    document: str
    article: str
    quote: str
    file: str
    where: str


def quotes(root: Path) -> Iterator[Quote]:
    """What the pack's files of the room quote; nothing where it has none. Raises PackError."""
    if (root / CHECKS).is_file():
        book = read_record(root, CHECKS, Book)
        document, _, article = book.rise.clause.partition("#")
        yield Quote(document, article, book.rise.quote, CHECKS, "rise")
        for term in book.terms:
            yield from _editions(term.editions, term.name)
        for rule in book.rules:
            yield from _editions(rule.editions, rule.id)
    if (root / NORMS).is_file():
        for plan in read_record(root, NORMS, Norms).plans:
            for words in (plan.basis, plan.height, plan.roads):
                if isinstance(words, Words):
                    yield Quote(plan.document, words.article, words.quote, NORMS, plan.document)


def _editions(editions: tuple[Edition, ...], where: str) -> Iterator[Quote]:
    for edition in editions:
        document, _, article = edition.clause.partition("#")
        for quote in (edition.quote, *edition.quotes.values()):
            if quote and document != PARCEL:
                yield Quote(document, article, quote, CHECKS, where)
