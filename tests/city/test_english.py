from __future__ import annotations

from pathlib import Path

import pytest

from city.english import English, is_english, load_english, stem
from city.lexicon import Entry
from city.pack import PackError
from tests.city.pack.making import write
from tests.conftest import YUNLAN

ENGLISH = English(
    [
        Entry(say=("roadside parking", "park at the roadside"), means=("道路停车", "停放")),
        Entry(say=("park",), means=("停车", "公园")),
        Entry(say=("parks",), means=("公园",)),
        Entry(say=("free",), means=("免费", "免收")),
        Entry(say=("how long",), means=("多长时间",)),
        Entry(say=("last year",), means=("去年",)),
    ]
)


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("How long can I park here?", True),
        ("Where does Mr 王小明 register his dog?", True),
        ("停车多久免费", False),
        ("我的APP和ETC都不能用了", False),
        ("HZ-08", False),
        ("hello", False),
        ("", False),
    ],
)
def test_a_message_in_latin_letters_is_english(text: str, english: bool) -> None:
    assert is_english(text) is english


@pytest.mark.parametrize(
    "forms", [("park", "parks", "parked", "parking"), ("fine", "fines", "fined"), ("baby", "babies")]
)
def test_forms_of_a_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


def test_words_with_a_double_s_keep_it() -> None:
    assert stem("pass") == "pass"


def test_the_longest_phrase_wins_and_function_words_go() -> None:
    assert ENGLISH.in_chinese("How long can I park at the roadside for free?") == "多长时间 道路停车 免费"


def test_a_form_finds_the_word_but_the_word_as_it_stands_comes_first() -> None:
    assert ENGLISH.in_chinese("parked") == "停车"
    assert ENGLISH.in_chinese("parks") == "公园"


def test_what_is_not_known_stays_so_that_it_is_missed_in_the_answer() -> None:
    assert ENGLISH.in_chinese("Is parrot parking free?") == "parrot 停车 免费"


def test_codes_numbers_and_chinese_stay() -> None:
    assert ENGLISH.in_chinese("parking near HZ-08, 2 cars, 云湖") == "停车 near HZ-08 2 cars 云湖"


def test_days_are_put_as_chinese_writes_them() -> None:
    assert ENGLISH.in_chinese("free in May 2024") == "免费 2024年5月"
    assert ENGLISH.in_chinese("free parking in 2023") == "免费 停车 2023年"
    assert ENGLISH.in_chinese("Free last year?") == "免费 去年"


def test_the_other_meanings_widen_the_search() -> None:
    assert ENGLISH.glosses("停车 免费") == {"停车": ("公园",), "免费": ("免收",)}


def test_a_city_without_the_file_reads_no_english(tmp_path: Path) -> None:
    assert not load_english(tmp_path)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    write(tmp_path / "lexicon_en.yaml", "- say: [park]")
    with pytest.raises(PackError) as caught:
        load_english(tmp_path)
    assert caught.value.problems[0].file == "lexicon_en.yaml"


def test_yunlan_knows_thousands_of_phrases() -> None:
    assert load_english(YUNLAN).in_chinese("Is street parking free at night?") == "道路停车泊位 免费 夜间"
