import pytest

from agents.gate.normal import Normaliser
from agents.gate.words import Lexicon, expand
from city.errors import BadInput
from city.gate_rules import Characters


def found(words: str, text: str, masks: tuple[str, ...] = ()) -> list[tuple[int, int]]:
    hits = Lexicon({"x": words.split()}, masks).find(text)
    return [(hit.start, hit.end) for hit in hits.get("x", [])]


def test_alternatives_gaps_and_numbers() -> None:
    assert found("掉{进|到}水", "他掉到水里") == [(1, 4)]
    assert found("叫~不醒", "叫他都不醒") == [(0, 5)]
    assert found("叫~2不醒", "叫他三四次不醒") == []
    assert found("烧到#度", "烧到40度") == [(0, 5)]


def test_a_gap_does_not_cross_a_clause() -> None:
    assert found("叫~不醒", "叫他，不醒") == []


def test_latin_words_match_whole() -> None:
    assert found("fire", "fired") == []
    assert found("fire", "a fire") == [(2, 6)]


def test_a_mask_hides_what_it_covers_but_not_a_longer_word() -> None:
    assert found("急死", "急死了", ("急死了",)) == []
    assert found("打火机爆炸", "打火机爆炸", ("打火机",)) == [(0, 5)]


@pytest.mark.parametrize("word", ["~火", "{火", "{甲|乙}" * 13])
def test_broken_notation_names_the_word(word: str) -> None:
    with pytest.raises(BadInput, match="word"):
        list(expand(word))


@pytest.mark.parametrize("text", ["着 火 了", "着火了", "著*火了", "着\u200b火🔥了", "着·火了"])
def test_disguised_spellings_read_alike(text: str) -> None:
    plain = Normaliser(Characters(variants={"著": "着"})).read(text)
    assert plain.text == "着火了"
    assert plain.span(0, 3) == (0, len(text))


def test_a_blank_between_words_is_a_pause() -> None:
    assert Normaliser(Characters()).read("煤气漏了 头晕").text == "煤气漏了，头晕"
