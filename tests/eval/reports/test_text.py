"""Nothing hidden in a text stays hidden, nothing in it is obeyed."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from eval.reports.text import chance, clipped, hidden, label, markdown, number, plain, quoted, signed, span, visible


@pytest.mark.parametrize("letter", ["\u200b", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u3164", "\ufe01", "\U000e0041",
                                    "\U000e0100", "\x00", "\x1b", "\r", "\u2028", "\ud800", "\ue000"])  # fmt: skip
def test_hidden_letters_are_shown_by_their_number(letter: str) -> None:
    assert hidden(letter)
    told = f"U+{ord(letter):04X}"
    assert visible(f"前{letter}后") == f'<bdi>前<span class="hidden-letter">{told}</span>后</bdi>'
    assert plain(f"前{letter}后") == f"前⟦{told}⟧后"


@pytest.mark.parametrize("text", ["路灯不亮。", "A b-c 1.5％", "第一行\n第二行\t完", "𠮷野家", "مرحبا"])
def test_what_can_be_read_stays_as_it_is(text: str) -> None:
    assert visible(text) == f"<bdi>{text}</bdi>"
    assert plain(text) == text


def test_markup_in_texts_is_text() -> None:
    assert visible("<b>&\"'") == "<bdi>&lt;b&gt;&amp;&#34;&#39;</bdi>"
    assert visible(Markup("<b>")) == "<bdi>&lt;b&gt;</bdi>"


def test_markdown_in_texts_is_text() -> None:
    assert markdown("a|b\n[c](d) *e* `f` <g> & @h #1") == r"a\|b \[c\](d) \*e\* \`f\` &lt;g&gt; &amp; \@h \#1"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("a", "`a`"), ("a|b\nc", "`a¦b c`"), ("a ``b`` c", "``` a ``b`` c ```"), ("", "` `"), ("@all", "`@all`")],
)
def test_quoted_texts_do_not_leave_their_quotes(text: str, wanted: str) -> None:
    assert quoted(text) == wanted


def test_numbers_have_the_decimals_that_they_need() -> None:
    assert [number(v) for v in (None, 0.98765, -0.0001, 12.345, 12345.6)] == [
        "无数据",
        "0.988",
        "0.000",
        "12.3",
        "12346",
    ]
    assert (span(0.1, 9.99999, like=0.5), span(1.0, 20.0, like=11.0), span(None, 1.0)) == (
        "[0.100, 10.000]", "[1.0, 20.0]", "")  # fmt: skip
    assert [signed(v) for v in (0.05, -0.05, 0.0, None)] == ["+0.050", "-0.050", "+0.000", "无数据"]
    assert [chance(p) for p in (None, 0.0004, 0.25)] == ["", "p < 0.001", "p = 0.250"]


def test_long_texts_are_cut_and_say_so() -> None:
    assert clipped("一二三四", 4) == "一二三四"
    assert clipped("一二三四五", 4) == "一二三四……（略去 1 字）"
    assert label("一 二\n三四", 4) == "一 二…"
