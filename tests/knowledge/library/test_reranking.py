"""The last stage of the library's search."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from city.errors import CityDeskError, NotFound, TryAgain
from knowledge.index.types import Floats
from knowledge.library import Library, Query, Reranking, Store
from tests.knowledge.library.making import HERE, document, noise, parking

PARKING = Query("停车位收费标准", as_of=date(2026, 1, 1), region=HERE)


class Prefers:
    """Gives 1 to texts with a word, 0.1 to others; or fails."""

    name = "model:prefers"

    def __init__(self, word: str, fault: CityDeskError | None = None) -> None:
        self.word, self.fault = word, fault
        self.seen: list[Sequence[str]] = []

    def rerank(self, query: str, texts: Sequence[str]) -> Floats:
        self.seen.append(texts)
        if self.fault is not None:
            raise self.fault
        return np.array([1.0 if self.word in text else 0.1 for text in texts], np.float32)


@pytest.fixture
def built(store: Store) -> Store:
    store.publish(store.build([parking(), noise()]).id)
    return store


def search(store: Store, reranking: Reranking | None, query: Query = PARKING) -> list[tuple[str, float]]:
    return [
        (hit.provision.id, hit.score) for hit in Library.open(store, embedder=None, reranking=reranking).search(query)
    ]


def test_the_reranker_puts_hits_in_order_and_scores_stay_at_their_places(built: Store) -> None:
    without = search(built, None)
    reranked = search(built, Reranking(Prefers("分钟免费"), share=1.0))
    assert without[0][0] == "parking#3"
    assert reranked[0][0] == "parking#2"
    assert [score for _, score in reranked] == [score for _, score in without]
    assert sorted(name for name, _ in reranked) == sorted(name for name, _ in without)


def test_what_it_reads_is_the_title_the_headings_and_the_text(built: Store) -> None:
    reranker = Prefers("分钟免费")
    search(built, Reranking(reranker))
    assert "parking 第一章 总则\n停车位应当标明收费标准。" in reranker.seen[0]


def test_its_own_score_is_told(built: Store) -> None:
    library = Library.open(built, embedder=None, reranking=Reranking(Prefers("分钟免费"), share=1.0))
    hits = library.search(PARKING)
    assert [round(hit.parts.rerank, 1) for hit in hits[:2]] == [1.0, 0.1]
    assert {hit.without for hit in hits} == {()}


def test_more_hits_are_read_than_wanted_but_no_more_given(built: Store) -> None:
    first = search(built, Reranking(Prefers("分钟免费"), share=1.0), replace(PARKING, limit=1))
    assert [name for name, _ in first] == ["parking#2"]
    assert search(built, Reranking(Prefers("分钟免费")), replace(PARKING, limit=0)) == []


def test_hits_below_the_top_stay_below(built: Store) -> None:
    without = search(built, None)
    reranker = Prefers(without[-1][0])
    reranked = search(built, Reranking(reranker, top=2))
    assert len(reranker.seen[0]) == 2
    assert reranked[2:] == without[2:]


def test_a_small_share_leaves_the_order_to_the_index(built: Store) -> None:
    assert search(built, Reranking(Prefers("分钟免费"), share=0.01)) == search(built, None)


@pytest.mark.parametrize("fault", [TryAgain("nobody there"), NotFound("no such model")])
def test_without_its_model_search_goes_on_and_says_so(
    built: Store, fault: CityDeskError, caplog: pytest.LogCaptureFixture
) -> None:
    reranker = Prefers("分钟免费", fault)
    library = Library.open(built, embedder=None, reranking=Reranking(reranker))
    for _ in range(3):
        hits = library.search(PARKING)
        assert {hit.without for hit in hits} == {("rerank",)}
        assert [(hit.provision.id, hit.score) for hit in hits] == search(built, None)
    assert len(reranker.seen) == 1  # it is left alone for a while
    assert "searched without the reranker" in caplog.text


def test_one_hit_needs_no_order(store: Store) -> None:
    store.publish(store.build([document("one", "停车位收费标准。")]).id)
    reranker = Prefers("停车")
    assert [name for name, _ in search(store, Reranking(reranker))] == ["one#1"]
    assert reranker.seen == []
