"""A reranker of a server: what is sent and what is believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from city.errors import BadInput, Refused, TryAgain
from city.outbound import allow_model_requests
from knowledge.rerank import ServedReranker
from tests.knowledge.pooling import SOON, Pooling

TEXTS = ["养犬登记", "停车收费标准", "", "停车"]


def served(server: Pooling) -> ServedReranker:
    return ServedReranker(server.endpoint(), "BAAI/bge-reranker-v2-m3", served="rr", patience=SOON)


def test_scores_are_in_the_order_of_the_texts(server: Pooling) -> None:
    scores = served(server).rerank("停车收费", TEXTS)
    np.testing.assert_allclose(scores, [0, 1, 0, 0.5])
    assert scores.dtype == np.float32
    assert server.bodies[0]["model"] == "rr"
    assert server.bodies[0]["documents"] == ["养犬登记", "停车收费标准", "停车"]
    assert server.bodies[0]["truncate_prompt_tokens"] == -1


def test_nothing_to_read_asks_nobody(server: Pooling) -> None:
    assert served(server).rerank("停车", ["", " "]).tolist() == [0, 0]
    assert served(server).rerank("停车", []).shape == (0,)
    assert server.bodies == []


def test_long_texts_are_cut(server: Pooling) -> None:
    served(server).rerank("停", ["停" * 9_000])
    assert [len(text) for text in server.bodies[0]["documents"]] == [2_000]


def _changed(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def apply(answer: dict[str, Any]) -> dict[str, Any]:
        change(answer["results"])
        return answer

    return apply


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda results: results.pop(), "2 scores for 3 texts"),
        (lambda results: results[0].update(index=9), "3 scores for 3 texts"),
        (lambda results: results[0].update(relevance_score=-3.2), "sigmoid"),
        (lambda results: results[0].update(relevance_score=1.5), "sigmoid"),
        (lambda results: results[0].update(relevance_score=float("nan")), "sigmoid"),
        (lambda results: results[0].pop("relevance_score"), "no score"),
    ],
)
def test_what_cannot_be_a_score_for_each_text_is_refused(
    server: Pooling, change: Callable[[list[dict[str, Any]]], object], told: str
) -> None:
    server.always = _changed(change)
    with pytest.raises(BadInput, match=told):
        served(server).rerank("停车收费", TEXTS)


@pytest.mark.parametrize("fault", [503, "reset"])
def test_what_passes_is_tried_once_more(server: Pooling, fault: int | str) -> None:
    server.faults = [fault]
    assert served(server).rerank("停车收费", TEXTS)[1] == 1
    server.faults = [fault, fault]
    with pytest.raises(TryAgain):
        served(server).rerank("停车收费", TEXTS)


def test_the_switch_keeps_every_call_in(server: Pooling) -> None:
    allow_model_requests(False)
    with pytest.raises(Refused, match="switched off"):
        served(server).rerank("停车", TEXTS)
