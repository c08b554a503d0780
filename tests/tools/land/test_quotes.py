"""Every clause that the room's files quote stands in the city's texts, in that article, and on the days it counts."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from tests.conftest import YUNLAN
from tools.land.book import PARCEL, Book
from tools.land.plans import article_number
from tools.land.quotes import quotes

ARTICLE = re.compile(r"^第([一二三四五六七八九十百]+)条", re.MULTILINE)


def text_of(document: str) -> str:
    found = [YUNLAN / folder / f"{document}.md" for folder in ("planning", "regulations")]
    return next(path for path in found if path.is_file()).read_text("utf-8")


def article_of(document: str, article: str) -> str:
    """The words of one article; the whole text where a document has sections instead."""
    text = text_of(document)
    if not article.isdigit():
        return text
    starts = [*ARTICLE.finditer(text)]
    ends = [*(one.start() for one in starts[1:]), len(text)]
    return next(
        text[one.start() : end] for one, end in zip(starts, ends, strict=True) if article_number(one[1]) == int(article)
    )


def test_every_quote_stands_in_its_article() -> None:
    found = list(quotes(YUNLAN))
    assert len(found) > 250
    lost = [one for one in found if one.quote not in article_of(one.document, one.article)]
    assert lost == []


def test_editions_hold_as_long_as_their_documents(book: Book) -> None:
    for name, span in book.documents.items():
        head = yaml.safe_load(text_of(name).split("---\n", 2)[1])
        assert (span.from_, span.until) == (head["valid_from"], head["valid_to"]), name


def test_every_number_of_a_rule_is_of_a_text_of_that_day(book: Book) -> None:
    for rule in book.rules:
        for edition in rule.editions:
            document = edition.clause.partition("#")[0]
            if document != PARCEL:
                assert document in book.documents, rule.id


@pytest.mark.parametrize("day", [date(2018, 8, 1), date(2025, 5, 31), date(2025, 6, 1), date(2026, 11, 26)])
def test_most_rules_have_an_edition_on_every_day(book: Book, day: date) -> None:
    assert sum(rule.edition(day) is not None for rule in book.rules) > 0.6 * len(book.rules)


def test_a_pack_without_the_room_quotes_nothing(tmp_path: Path) -> None:
    assert list(quotes(tmp_path)) == []
