"""Embeddings of a server: what is sent, what is believed, and what a failure is called."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from city.errors import BadInput, CityDeskError, NotFound, Refused, TryAgain
from city.outbound import allow_model_requests
from knowledge.embed import Prefixes, ServedEmbedder, prefixes_of
from knowledge.endpoint import PATIENT, Endpoint, Patience
from tests.knowledge.pooling import SOON, Pooling, cosine_to_hash, unused_port

TEXTS = [f"第{number}条 路边停车" for number in range(300)]


def served(server: Pooling, prefixes: Prefixes = Prefixes(), **knobs: Any) -> ServedEmbedder:  # noqa: B008
    return ServedEmbedder(server.endpoint(), "m", prefixes, **{"patience": SOON, **knobs})


def test_many_texts_come_back_in_their_order_with_length_one(server: Pooling) -> None:
    server.delay = 0.02
    vectors = served(server).encode(TEXTS)
    assert vectors.shape == (300, 32)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(cosine_to_hash(vectors, TEXTS, 32), 1, atol=1e-5)
    assert len(server.bodies) == 5
    assert 2 <= server.most_at_once <= 4


def test_the_number_under_way_is_bounded(server: Pooling) -> None:
    server.delay = 0.02
    served(server, parallel=1).encode(TEXTS)
    assert server.most_at_once == 1


def test_long_texts_make_small_batches(server: Pooling) -> None:
    texts = ["停" * 20_000, "车" * 20_000, "位" * 90_000, "短"]
    vectors = served(server).encode(texts)
    sizes = [[len(text) for text in body["input"]] for body in server.bodies]
    assert sorted(sizes) == [[20_000, 20_000], [24_000, 1]]
    assert {body["truncate_prompt_tokens"] for body in server.bodies} == {-1}
    assert vectors[3] @ served(server).encode(["短"])[0] == pytest.approx(1, abs=1e-5)


def test_blank_texts_are_noughts_and_are_not_sent(server: Pooling) -> None:
    embedder = served(server)
    vectors = embedder.encode(["", "停车", " \n"])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [0, 1, 0], atol=1e-5)
    assert server.texts == ["停车"]
    assert embedder.encode([]).shape == (0, 32)
    assert embedder.encode(["", ""]).shape == (2, 32)


def test_only_questions_get_the_instruction(server: Pooling) -> None:
    embedder = served(server, prefixes_of("Qwen/Qwen3-Embedding-0.6B"))
    embedder.encode(["停车"])
    embedder.encode_queries(["停车"])
    assert server.texts[0] == "停车"
    assert server.texts[1].startswith("Instruct: ")
    assert server.texts[1].endswith("\nQuery:停车")


def test_the_pack_may_give_other_prefixes() -> None:
    assert prefixes_of("intfloat/multilingual-e5-large") == Prefixes("query: ", "passage: ")
    assert prefixes_of("intfloat/multilingual-e5-large", "问：", "") == Prefixes("问：", "")
    assert prefixes_of("somebody/else") == Prefixes(None, None)


def test_the_name_is_of_the_model_not_of_its_place() -> None:
    def name(url: str, model: str, prefixes: Prefixes, **knobs: Any) -> str:
        return ServedEmbedder(Endpoint(url), model, prefixes, **knobs).name

    plain = name("http://a.invalid/v1", "BAAI/bge-m3", Prefixes("", ""))
    assert (
        plain
        == name("http://b.invalid/v1", "BAAI/bge-m3", Prefixes("", ""), served="other-name")
        == "model:BAAI/bge-m3"
    )
    assert (
        len({plain, name("x", "BAAI/bge-m3", Prefixes("问：", "")), name("x", "BAAI/bge-m3", Prefixes(), dim=8)}) == 3
    )


def test_fewer_components_are_kept_where_asked(server: Pooling) -> None:
    embedder = served(server, dim=8)
    vectors = embedder.encode(["停车", "养犬"])
    assert vectors.shape == (2, embedder.dim) == (2, 8)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    with pytest.raises(BadInput, match="at least 64"):
        served(server, dim=64).encode(["停车"])


def test_lists_of_numbers_are_read_as_well_as_base64(server: Pooling) -> None:
    expected = served(server).encode(["停车"])
    server.base64 = False
    np.testing.assert_allclose(served(server).encode(["停车"]), expected, atol=1e-6)


@pytest.mark.parametrize("fault", [503, 429, 500, "reset"])
def test_what_passes_is_tried_once_more(server: Pooling, fault: int | str) -> None:
    server.faults = [fault]
    assert served(server).encode(["停车"]).shape == (1, 32)
    assert len(server.bodies) == 2
    server.faults = [fault, fault]
    with pytest.raises(TryAgain):
        served(server).encode(["停车"])
    assert len(server.bodies) == 4


@pytest.mark.parametrize(
    ("fault", "raised", "told"),
    [(400, BadInput, "input length"), (404, NotFound, "check address and model"), (401, Refused, "set its key"),
     (413, BadInput, "not now"), ("text", BadInput, "base URL")],
)  # fmt: skip
def test_what_fails_again_is_not_tried_again(
    server: Pooling, fault: int | str, raised: type[CityDeskError], told: str
) -> None:
    server.always = fault
    with pytest.raises(raised, match=told):
        served(server).encode(["停车"])
    assert len(server.bodies) == 1


def test_a_build_waits_longer_for_a_busy_server_than_a_search(server: Pooling) -> None:
    server.faults = [503, 503, 503]
    with pytest.raises(TryAgain):
        served(server).encode_queries(["停车"])
    server.faults = [503, 503, 503]
    assert served(server, patience=PATIENT._replace(pause=0.01)).encode(["停车"]).shape == (1, 32)


def test_a_slow_server_is_left_at_the_deadline(server: Pooling) -> None:
    server.always = "slow"
    start = time.monotonic()
    with pytest.raises(TryAgain, match="does not answer"):
        served(server, patience=Patience(0.3, 2, 0.01)).encode_queries(["停车"])
    assert time.monotonic() - start < 1.5


def test_no_server_is_told_as_such() -> None:
    allow_model_requests(True)
    embedder = ServedEmbedder(Endpoint(f"http://127.0.0.1:{unused_port()}/v1"), "m", Prefixes(), patience=SOON)
    with pytest.raises(TryAgain, match="is it running"):
        embedder.encode(["停车"])


def test_the_key_is_sent(server: Pooling) -> None:
    server.key = "secret"
    assert served(server).encode(["停车"]).shape == (1, 32)
    with pytest.raises(Refused, match="set its key"):
        ServedEmbedder(Endpoint(server.url, "wrong"), "m", Prefixes(), patience=SOON).encode(["停车"])


def _changed(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def apply(answer: dict[str, Any]) -> dict[str, Any]:
        change(answer["data"])
        return answer

    return apply


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data: data.pop(), "1 vectors for 2 texts"),
        (lambda data: data.append(data[0]), "3 vectors for 2 texts"),
        (lambda data: data[1].update(index=0), "2 vectors for 2 texts"),
        (lambda data: data[1].update(index=7), "2 vectors for 2 texts"),
        (lambda data: data[1].update(embedding=[1.0, 2.0]), "different lengths"),
        (lambda data: data[1].update(embedding=[float("nan")] * 32), "not finite"),
        (lambda data: data[1].update(embedding=[0.0] * 32), "nought"),
        (lambda data: data[1].update(embedding="%%%"), "no vector"),
        (lambda data: data[1].pop("embedding"), "no vector"),
        (lambda data: [one.update(embedding=[]) for one in data], "shape 2 × 0"),
    ],
)
def test_what_cannot_be_a_vector_for_each_text_is_refused(
    server: Pooling, change: Callable[[list[dict[str, Any]]], object], told: str
) -> None:
    server.always = _changed(change)
    with pytest.raises(BadInput, match=told):
        served(server).encode(["停车", "养犬"])


def test_an_answer_without_vectors_is_refused(server: Pooling) -> None:
    server.always = lambda answer: {"error": {"code": 503}}
    with pytest.raises(BadInput, match="0 vectors"):
        served(server).encode(["停车"])


def test_shuffled_answers_are_put_in_order(server: Pooling) -> None:
    server.always = _changed(lambda data: data.reverse())
    np.testing.assert_allclose(cosine_to_hash(served(server).encode(TEXTS), TEXTS, 32), 1, atol=1e-5)


def test_vectors_do_not_change_their_length_on_the_way(server: Pooling) -> None:
    embedder = served(server)
    embedder.encode(["停车"])
    server.dim = 16
    with pytest.raises(BadInput, match="of 32 components and now of 16"):
        embedder.encode(["停车"])


def test_one_failed_batch_fails_the_whole_without_asking_for_the_rest(server: Pooling) -> None:
    server.always = 400
    with pytest.raises(BadInput):
        served(server, parallel=1).encode(TEXTS)
    assert len(server.bodies) <= 2


def test_the_switch_keeps_every_call_in(server: Pooling) -> None:
    allow_model_requests(False)
    with pytest.raises(Refused, match="switched off"):
        served(server).encode(["停车"])
    assert server.bodies == []
