"""Embedding models on this machine, through the code that loads the large ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from city.errors import BadInput, NotFound
from knowledge.embed import Prefixes, SentenceTransformerEmbedder
from knowledge.index import build, open_index
from tests.knowledge.index.corpus import entries
from tests.knowledge.tiny import make_embedding_model

pytestmark = [pytest.mark.models, pytest.mark.filterwarnings("ignore")]  # libraries warn of each other's changes

TEXTS = ["停车收费", "", "养犬登记怎么登记", "路边泊位每小时怎么收费"]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sentence_transformers")
    return make_embedding_model(tmp_path_factory.mktemp("models") / "tiny", prompts={"query": "检索："})


def opened(weights: Path, prefixes: Prefixes = Prefixes("", ""), dim: int = 0) -> SentenceTransformerEmbedder:  # noqa: B008
    return SentenceTransformerEmbedder("org/tiny", prefixes, source=str(weights), dim=dim, device="cpu", batch=2)


def test_vectors_have_length_one_whatever_their_batch(weights: Path) -> None:
    embedder = opened(weights)
    vectors = embedder.encode(TEXTS)
    assert vectors.shape == (4, embedder.dim) == (4, 16)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 0, 1, 1], atol=1e-5)
    alone = np.concatenate([embedder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(vectors, alone, atol=1e-5)
    assert embedder.encode([]).shape == (0, 16)


def test_weights_kept_in_sixteen_bits_are_computed_in_more_on_a_cpu(weights: Path, tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    short = SentenceTransformer(str(weights), device="cpu").bfloat16()
    short.save(str(tmp_path / "short"))
    embedder = opened(tmp_path / "short")
    assert {str(one.dtype) for one in embedder._model.parameters()} == {"torch.float32"}
    np.testing.assert_allclose(embedder.encode(TEXTS), opened(weights).encode(TEXTS), atol=0.05)


def test_texts_are_read_in_portions_of_like_length_and_given_back_in_order(
    weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedder = SentenceTransformerEmbedder("org/tiny", Prefixes("", ""), source=str(weights), device="cpu", batch=3)
    texts = [text * times for times in (1, 9, 3) for text in TEXTS if text]
    whole = embedder.encode(texts)
    asked: list[list[str]] = []
    encode = embedder._model.encode

    def watched(said: list[str], **more: Any) -> Any:
        asked.append(said)
        return encode(said, **more)

    monkeypatch.setattr(embedder._model, "encode", watched)
    monkeypatch.setattr("knowledge.local._ROOM", 40)
    np.testing.assert_allclose(embedder.encode(texts), whole, atol=1e-5)
    assert sorted(text for said in asked for text in said) == sorted(texts)
    assert {len(said) for said in asked} == {1, 3}
    assert all(len(said) == 1 or len(said) * max(map(len, said)) <= 40 for said in asked)


def test_the_name_is_the_packs_wherever_the_weights_lie(weights: Path) -> None:
    assert opened(weights).name == "model:org/tiny"


def test_a_prefix_is_put_before_questions_only(weights: Path) -> None:
    embedder = opened(weights, Prefixes("问题：", ""))
    plain = opened(weights)
    np.testing.assert_allclose(embedder.encode_queries(["停车"]), plain.encode(["问题：停车"]), atol=1e-5)
    np.testing.assert_allclose(embedder.encode(["停车"]), plain.encode(["停车"]), atol=1e-5)
    assert float(embedder.encode(["停车"])[0] @ embedder.encode_queries(["停车"])[0]) < 0.999


def test_an_unknown_models_own_prompt_is_used(weights: Path) -> None:
    own, plain = opened(weights, Prefixes()), opened(weights)
    np.testing.assert_allclose(own.encode_queries(["停车"]), plain.encode(["检索：停车"]), atol=1e-5)
    np.testing.assert_allclose(own.encode(["停车"]), plain.encode(["停车"]), atol=1e-5)
    assert float(own.encode(["停车"])[0] @ own.encode_queries(["停车"])[0]) < 0.999


def test_fewer_components_are_kept_where_asked(weights: Path) -> None:
    short = opened(weights, dim=4)
    assert short.dim == 4
    whole = opened(weights).encode(["停车"])[:, :4]
    np.testing.assert_allclose(short.encode(["停车"]), whole / np.linalg.norm(whole), atol=1e-5)


def test_other_weights_under_the_same_name_are_refused(weights: Path, tmp_path: Path) -> None:
    build(entries(), tmp_path / "index", embedder=opened(weights))
    assert open_index(tmp_path / "index", embedder=opened(weights)).search("停车")[0].without == ()
    other = make_embedding_model(tmp_path / "other", seed=1)
    with pytest.raises(BadInput, match="another model answers to that name"):
        open_index(tmp_path / "index", embedder=opened(other))


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(NotFound, match="nowhere"):
        opened(tmp_path / "nowhere").encode(["停车"])


def test_a_folder_of_something_else_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    (tmp_path / "config.json").write_text('{"model_type": "none-such"}')
    with pytest.raises(BadInput, match="cannot be loaded"):
        opened(tmp_path).encode(["停车"])
