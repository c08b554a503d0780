from __future__ import annotations

from pathlib import Path

import pytest

from city.lexicon import Entry, Lexicon, load_lexicon
from city.pack import PackError
from tests.city.pack.making import write
from tests.conftest import YUNLAN

LEXICON = Lexicon(
    [
        Entry(say=("娃", "小孩"), means=("儿童", "子女")),
        Entry(say=("娃娃亲",), means=("婚约",)),
        Entry(say=("娃",), means=("学生", "儿童")),
        Entry(say=("C++", "a.b"), means=("编程",)),
    ]
)


def test_the_longest_word_wins() -> None:
    assert LEXICON.glosses("娃娃亲算数吗") == {"娃娃亲": ("婚约",)}


def test_meanings_of_several_entries_are_joined_once() -> None:
    assert LEXICON.glosses("娃上学") == {"娃": ("儿童", "子女", "学生")}


def test_a_meaning_already_said_is_not_added() -> None:
    assert LEXICON.expand("小孩和儿童") == "小孩和儿童 子女"
    assert LEXICON.expand("小孩、儿童、子女") == "小孩、儿童、子女"


def test_a_word_said_twice_is_explained_once() -> None:
    assert LEXICON.expand("小孩和小孩") == "小孩和小孩 儿童 子女"


def test_signs_are_words_and_no_patterns() -> None:
    assert LEXICON.expand("学C++") == "学C++ 编程"
    assert LEXICON.expand("axb") == "axb"


def test_an_empty_lexicon_changes_nothing(tmp_path: Path) -> None:
    assert load_lexicon(tmp_path).expand("娃上学") == "娃上学"
    write(tmp_path / "lexicon.yaml", "# 还没有\n")
    assert load_lexicon(tmp_path).glosses("娃上学") == {}


@pytest.mark.parametrize(
    ("content", "place", "said"),
    [
        ([{"say": ["娃"], "means": []}], "[0].means", "at least 1"),
        ([{"say": ["娃"], "means": ["儿童"]}, {"say": "娃", "means": ["儿童"]}], "[1].say", "tuple"),
        ([{"say": [""], "means": ["儿童"]}], "[0].say[0]", "at least 1"),
        ([{"say": ["娃"], "means": ["儿童"], "note": "x"}], "[0].note", "not permitted"),
        ({"娃": "儿童"}, "", "list"),
        ("a: [", "line", "expected"),
        ("娃".encode("gb18030"), "byte 0", "UTF-8"),
    ],
)
def test_a_fault_names_file_place_and_remedy(tmp_path: Path, content: object, place: str, said: str) -> None:
    write(tmp_path / "lexicon.yaml", content)
    with pytest.raises(PackError) as caught:
        load_lexicon(tmp_path)
    problem = next(p for p in caught.value.problems if p.where.startswith(place))
    assert problem.file == "lexicon.yaml"
    assert said in problem.message
    assert problem.remedy


def test_the_example_citys_lexicon_helps_and_never_adds_what_is_there() -> None:
    lexicon = load_lexicon(YUNLAN)
    assert "儿童" in lexicon.expand("我家娃要上学")
    for text in ("路边停车收费", "儿童乘车免费"):
        added = lexicon.expand(text).removeprefix(text).split()
        assert all(word not in text for word in added)
