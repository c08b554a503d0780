from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tools.land.book import Book

RULE: dict[str, Any] = {
    "id": "a.b",
    "title": "A",
    "given": "area",
    "least": "size",
    "editions": [{"clause": "d1#3", "quote": "x", "set": {"size": 5}}, {"clause": "d2#4", "set": {"size": 6}}],
}
BOOK: dict[str, Any] = {
    "documents": {"d1": {"from": "2020-01-01", "until": "2025-01-01"}, "d2": {"from": "2025-01-01"}},
    "rise": {"multi": 4, "high": 10, "clause": "d1#1", "quote": "x"},
    "groups": {"homes": ["dwelling"]},
    "terms": [{"name": "half", "value": "area / 2", "editions": [{"clause": "d1#1"}]}],
}


def book(**more: Any) -> Book:
    editions = [dict(edition) for edition in RULE["editions"]]
    return Book.model_validate({**BOOK, "rules": [{**RULE, "editions": editions, **more}]})


def test_editions_are_those_of_their_documents() -> None:
    rule = book().rules[0]
    assert [rule.edition(day) for day in (date(2019, 12, 31), date(2024, 12, 31), date(2025, 1, 1))] == [
        None,
        rule.editions[0],
        rule.editions[1],
    ]
    assert rule.editions[0].until == date(2025, 1, 1)


def test_an_edition_may_say_otherwise() -> None:
    found = book(editions=[{"clause": "d1#3", "until": None, "set": {"size": 5}}]).rules[0]
    assert found.edition(date(2030, 1, 1)) is found.editions[0]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"least": "sise"}, "names 'sise'"),
        ({"least": "gap.height"}, "names 'gap'"),
        ({"least": "size +"}, "is no formula"),
        ({"id": "ab"}, "String should match"),
        ({"editions": []}, "at least 1 item"),
        ({"editions": [{"clause": "d1#3", "set": {"size": 1}}, {"clause": "d1#4", "set": {"size": 1}}]}, "overlap"),
        ({"colour": "red"}, "Extra inputs"),
    ],
)
def test_what_is_no_rule_is_refused(more: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        book(**more)


def test_rules_may_use_terms_groups_and_their_thing() -> None:
    found = book(each="buildings as one", when="one.use in homes", least="half + size")
    assert found.rules[0].loop == ("buildings", "one")
    assert found.ids == ("a.b",)


def test_the_city_s_book_is_sound(book: Book) -> None:
    assert len(book.ids) > 130
    for rule in book.rules:
        for edition in rule.editions:
            assert edition.quote or edition.quotes or edition.clause == "@parcel", rule.id
