"""Embeddings and rerank over a real vLLM pooling server: the tiny model's last hidden states, cosine as the score."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from city.errors import BadInput
from city.outbound import allow_model_requests
from knowledge.embed.prefixes import Prefixes
from knowledge.embed.served import ServedEmbedder
from knowledge.endpoint import PATIENT, Endpoint
from knowledge.rerank.served import ServedReranker
from tests.vllm.conftest import StartVLLM
from tests.vllm.server import Server
from tests.vllm.tiny import HIDDEN

pytestmark = pytest.mark.vllm

TEXTS = ["路边停车多久开始收费", "养犬应当办理登记。", "", "泊位每小时两元，十五分钟内免费。", "路边停车多久开始收费"]


@pytest.fixture(autouse=True)
def _real_server_allowed(_no_model_requests: None) -> None:
    allow_model_requests(True)


@pytest.fixture(scope="module")
def pooling(start_vllm: StartVLLM) -> Iterator[Server]:
    with start_vllm(
        runner="pooling",
        reasoning_parser=False,
        default_chat_template_kwargs=False,
        structured_outputs_config=False,
        enable_force_include_usage=False,
    ) as server:
        yield server


def embedder(server: Server, **settings: int) -> ServedEmbedder:
    endpoint = Endpoint(server.url)
    return ServedEmbedder(endpoint, "tiny", Prefixes("", ""), served=server.model, patience=PATIENT, **settings)


def test_texts_become_unit_vectors_in_their_order(pooling: Server) -> None:
    found = embedder(pooling).encode(TEXTS)
    assert found.shape == (len(TEXTS), HIDDEN)
    assert np.linalg.norm(found, axis=1) == pytest.approx([1, 1, 0, 1, 1], abs=1e-3)
    assert found[0] @ found[4] == pytest.approx(1, abs=1e-3)
    assert found[0] @ found[1] < 0.999


def test_many_batches_give_what_single_ones_give(pooling: Server) -> None:
    texts = [f"第{number}条 停放不超过{number}分钟的免费。" for number in range(150)]
    together = embedder(pooling, parallel=3).encode(texts)
    assert np.allclose(together[[0, 77, 149]], embedder(pooling).encode([texts[0], texts[77], texts[149]]), atol=2e-3)


def test_a_text_beyond_the_models_limit_is_cut(pooling: Server) -> None:
    long = "停车场应当公示收费标准。" * 3_000
    found = embedder(pooling).encode([long])
    assert np.linalg.norm(found[0]) == pytest.approx(1, abs=1e-3)


def test_a_model_that_only_embeds_is_found_out_as_a_reranker(pooling: Server) -> None:
    """vLLM answers ``/v1/rerank`` for any pooling model, here with cosines, which are no probabilities."""
    reranker = ServedReranker(Endpoint(pooling.url), "tiny", served=pooling.model, patience=PATIENT)
    with pytest.raises(BadInput, match="scores outside 0 and 1"):
        # About half of the cosines of random vectors are negative: among so many texts one surely is.
        reranker.rerank(TEXTS[0], [f"{word}应当办理登记。" for word in "停车养犬垃圾噪声医院学校社保燃气供水公交地铁"])
