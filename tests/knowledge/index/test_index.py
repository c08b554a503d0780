"""Building, opening and searching an index as a whole."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from city.errors import BadInput, NotFound
from knowledge.embed import HashEmbedder
from knowledge.index import Entry, Example, IndexReader, Settings, build, open_index, teach
from tests.knowledge.index.corpus import entries, examples

ODD = ["", " ", "。，！？", "😀😀", "\x00\u200b", "a", "停" * 1_000_000, "\ud800停车", "%s'; DROP TABLE", "停车" * 3]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    folder = tmp_path_factory.mktemp("plain")
    build(entries(), folder, embedder=None)
    return open_index(folder, embedder=None)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> IndexReader:
    folder = tmp_path_factory.mktemp("taught")
    build(entries(), folder, embedder=HashEmbedder(), examples=examples(), settings=Settings(trees=20, threads=1))
    return open_index(folder, embedder=HashEmbedder())


def keys(reader: IndexReader, text: str, limit: int = 3) -> list[str]:
    rows = entries()
    return [rows[hit.row].key for hit in reader.search(text, limit=limit)]


def test_finds_a_rule_by_its_words(plain: IndexReader) -> None:
    assert keys(plain, "白桥路边泊位怎么收费")[0] == "白桥-停车#2"


def test_finds_a_rule_by_its_title(plain: IndexReader) -> None:
    assert {key.split("#")[0] for key in keys(plain, "南岭犬只饲养办法")} == {"南岭-养犬"}


def test_scores_fall_and_stay_between_nought_and_one(plain: IndexReader, taught: IndexReader) -> None:
    for reader in (plain, taught):
        scores = [hit.score for hit in reader.search("东湾夜间施工噪声", limit=50)]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 1 for score in scores)
        assert scores[0] > scores[-1]


def test_memory_answers_words_that_the_text_does_not_have(plain: IndexReader, taught: IndexReader) -> None:
    question = "请问青石剩饭剩菜丢哪个桶呀"
    assert keys(taught, question)[0] == "青石-垃圾#2"
    assert taught.search(question)[0].memory > 0
    assert plain.search(question)[0].memory == 0


@pytest.mark.parametrize("reader_name", ["plain", "taught"])
def test_only_allowed_rows_are_found(reader_name: str, request: pytest.FixtureRequest) -> None:
    reader: IndexReader = request.getfixturevalue(reader_name)
    chance = np.random.default_rng(3)
    for question in [example.question for example in examples(1)]:
        allowed = chance.random(len(reader)) < chance.random()
        found = [hit.row for hit in reader.search(question, allowed=allowed, limit=100)]
        assert all(allowed[row] for row in found)


def test_nothing_allowed_finds_nothing(taught: IndexReader) -> None:
    assert taught.search("停车", allowed=np.zeros(len(taught), np.bool_)) == []


def test_a_single_allowed_row_is_found(taught: IndexReader) -> None:
    allowed = np.zeros(len(taught), np.bool_)
    allowed[1] = True
    assert [hit.row for hit in taught.search("青石停车", allowed=allowed)] == [1]


def test_a_mask_of_another_length_is_refused(plain: IndexReader) -> None:
    with pytest.raises(BadInput, match="one per row"):
        plain.search("停车", allowed=np.ones(3, np.bool_))


@pytest.mark.parametrize("text", ODD, ids=range(len(ODD)))
def test_odd_queries_do_no_harm(text: str, plain: IndexReader, taught: IndexReader) -> None:
    for reader in (plain, taught):
        assert all(np.isfinite(hit.score) for hit in reader.search(text))


def test_a_query_without_terms_finds_nothing(taught: IndexReader) -> None:
    assert taught.search("？！") == []


def test_limit_bounds_what_is_found(taught: IndexReader) -> None:
    assert len(taught.search("办法", limit=5)) == 5
    assert taught.search("办法", limit=0) == []


def test_an_empty_corpus_builds_and_finds_nothing(tmp_path: Path) -> None:
    for embedder in (None, HashEmbedder()):
        build([], tmp_path / "index", embedder=embedder, examples=examples(1))
        reader = open_index(tmp_path / "index", embedder=embedder)
        assert len(reader) == 0
        assert reader.search("停车") == []


def test_entries_without_text_build(tmp_path: Path) -> None:
    build([Entry("a", "d", "", "", ""), Entry("b", "d", "", "", "停车")], tmp_path, embedder=HashEmbedder())
    assert [hit.row for hit in open_index(tmp_path, embedder=HashEmbedder()).search("停车")][:1] == [1]


def test_equal_input_gives_equal_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        settings = Settings(trees=5, threads=1)
        build(entries(), tmp_path / name, embedder=HashEmbedder(), examples=examples(), settings=settings)
    one = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    two = {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert one == two


def test_large_indexes_keep_the_filter(tmp_path: Path) -> None:
    build(entries(), tmp_path, embedder=HashEmbedder(), settings=Settings(flat_limit=10))
    reader = open_index(tmp_path, embedder=HashEmbedder())
    for row in range(0, len(reader), 7):
        allowed = np.zeros(len(reader), np.bool_)
        allowed[row] = True
        assert {hit.row for hit in reader.search("停车收费办法", allowed=allowed)} <= {row}


def test_teaching_again_replaces_what_was_learnt(tmp_path: Path) -> None:
    build(entries(), tmp_path, embedder=None)
    teach(entries(), tmp_path, embedder=None, examples=[Example("剩饭丢哪个桶", ("东湾-垃圾#2",))])
    assert keys(open_index(tmp_path, embedder=None), "剩饭丢哪个桶")[0] == "东湾-垃圾#2"
    teach(entries(), tmp_path, embedder=None, examples=[])
    assert all(hit.memory == 0 for hit in open_index(tmp_path, embedder=None).search("剩饭丢哪个桶"))


def test_teaching_another_corpus_is_refused(tmp_path: Path) -> None:
    build(entries(), tmp_path, embedder=None)
    with pytest.raises(BadInput, match="other entries"):
        teach(entries()[1:], tmp_path, embedder=None, examples=[])


def test_examples_of_unknown_provisions_are_ignored(tmp_path: Path) -> None:
    build(entries(), tmp_path, embedder=None, examples=[Example("停车", ("nowhere#1",)), Example(" ", ())])
    assert open_index(tmp_path, embedder=None).search("停车")


def test_one_key_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="two entries have the key 'a'"):
        build([Entry("a", "d", "", "", "x"), Entry("a", "d", "", "", "y")], tmp_path, embedder=None)


def test_opening_what_is_not_there_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no index"):
        open_index(tmp_path, embedder=None)


def test_another_embedder_is_refused(tmp_path: Path) -> None:
    build(entries(), tmp_path, embedder=HashEmbedder(16))
    with pytest.raises(BadInput, match="was built with the embedder"):
        open_index(tmp_path, embedder=HashEmbedder(32))


def test_without_its_embedder_an_index_searches_by_keyword(tmp_path: Path) -> None:
    build(entries(), tmp_path, embedder=HashEmbedder(), examples=examples(), settings=Settings(trees=5, threads=1))
    reader = open_index(tmp_path, embedder=None)
    hits = reader.search("白桥路边泊位怎么收费")
    assert entries()[hits[0].row].key == "白桥-停车#2"
    assert hits[0].dense == 0
