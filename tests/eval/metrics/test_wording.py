"""How easy texts are to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from city.errors import BadInput
from eval.metrics.wording import Lexicon, lexicon, load, read


@pytest.fixture
def lists() -> Lexicon:
    return Lexicon(
        long_sentence=10,
        long_clause=5,
        characters_a_minute=300,
        officialese={"不予受理": "不受理", "不予": "不", "特此": ""},
        short_forms={"住建局": "住房和城乡建设局"},
        known=frozenset({"APP"}),
        double_negatives=("不得不",),
    )


def test_lengths_are_counted_in_characters(lists: Lexicon) -> None:
    found = read("请您带上身份证，到一楼。窗口开到5点；不收费！", lists)
    assert (found.characters, found.sentences, found.longest_sentence) == (19, 3, 10)
    assert found.mean_sentence == pytest.approx(19 / 3)
    assert (found.long_sentences, found.long_clauses) == (0, 0.5)
    assert read("请您带上身份证再到一楼的窗口。好。", lists).long_sentences == 0.5
    assert found.seconds == pytest.approx(3.8)
    assert found.numbers_per_100 == pytest.approx(100 / 19)


def test_words_of_offices_are_found_the_longest_first(lists: Lexicon) -> None:
    found = read("逾期不予受理，不予退费，不得不特此通知。", lists)
    assert found.officialese == ("不予受理", "不予", "特此")
    assert found.officialese_per_100 == pytest.approx(300 / 17)
    assert found.double_negatives == ("不得不",)


@pytest.mark.parametrize(
    ("text", "hard"),
    [
        ("用ETC缴费，用APP查。", ("ETC",)),
        ("用ETC（电子不停车收费系统）缴费，ETC很快。", ()),
        ("电子不停车收费系统（以下简称“ETC”）很快。", ()),
        ("（ETC）很快。", ("ETC",)),
        ("ETC（ABC）", ("ETC", "ABC")),
        ("请问住建局。", ("住建局",)),
        ("请问住建局（管房子的部门）。", ()),
        ("住房和城乡建设局，即住建局。", ()),
        ("VOC与ETC，VOC。", ("VOC", "ETC")),
        ("Word和A4不算。", ()),
    ],
)
def test_what_nothing_explains_is_named(lists: Lexicon, text: str, hard: tuple[str, ...]) -> None:
    assert read(text, lists).unexplained == hard


def test_rare_characters_and_nesting(lists: Lexicon) -> None:
    found = read("龘在巷口（见附件（一））。", lists)
    assert (found.rare, found.nesting) == (("龘",), 2)
    assert read("）（", lists).nesting == 1


def test_an_empty_text_has_nothing_hard_in_it(lists: Lexicon) -> None:
    found = read("", lists)
    assert (found.characters, found.sentences, found.mean_sentence, found.long_sentences) == (0, 0, 0, 0)


def test_the_lists_beside_the_code_find_what_they_are_for() -> None:
    lists = lexicon()
    assert read("人均可支配收入和企业已缴的钱，开发改造、个人防护都可以问。", lists).officialese == ()
    assert read("兹有材料，特此告知，相关部门将予以答复。", lists).officialese == ("特此", "相关部门", "予以")
    assert not lists.known & lists.short_forms.keys()


def test_a_wrong_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        load(tmp_path / "none.yaml")
    (tmp_path / "short.yaml").write_text("long_sentence: 0", encoding="utf-8")
    with pytest.raises(BadInput, match="long_sentence"):
        load(tmp_path / "short.yaml")
