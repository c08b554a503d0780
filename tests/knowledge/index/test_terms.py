"""Texts as terms."""

from __future__ import annotations

from knowledge.embed.static import term_code, term_text
from knowledge.index.terms import normalise, term_counts, term_rows


def terms(text: str) -> set[str]:
    return {term_text(int(code)) for code in term_counts(normalise(text))[0]}


def test_characters_and_neighbouring_pairs() -> None:
    assert terms("停车费") == {"停", "车", "费", "停车", "车费"}


def test_punctuation_separates() -> None:
    assert terms("停，车") == {"停", "车"}


def test_width_and_case_do_not_matter() -> None:
    assert terms("ＰＭ２") == terms("pm2")


def test_letters_pair_only_among_themselves() -> None:
    assert "a车" not in terms("a车ab")
    assert "ab" in terms("a车ab")


def test_codes_and_texts_are_inverse() -> None:
    assert all(term_text(term_code(term)) == term for term in ("停", "停车", "a", "pm"))


def test_rows_are_counted_apart() -> None:
    rows = term_rows(["停", "", "停停"]) & 0xFFFFFFFF
    assert sorted(rows.tolist()) == [0, 2, 2, 2]
