"""Rerankers on this machine, through the code that loads the large ones."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from city.errors import BadInput, NotFound
from knowledge.rerank import CrossEncoderReranker
from tests.knowledge.tiny import make_cross_encoder

pytestmark = [pytest.mark.models, pytest.mark.filterwarnings("ignore")]  # libraries warn of each other's changes

TEXTS = ["养犬登记", "停车收费", "", "路边泊位每小时怎么收费"]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sentence_transformers")
    return make_cross_encoder(tmp_path_factory.mktemp("models") / "tiny")


def test_every_text_gets_a_score_between_nought_and_one(weights: Path) -> None:
    reranker = CrossEncoderReranker("org/tiny", source=str(weights), device="cpu", batch=2)
    scores = reranker.rerank("停车怎么收费", TEXTS)
    assert scores.shape == (4,)
    assert scores.dtype == np.float32
    assert scores[2] == 0
    assert ((scores >= 0) & (scores <= 1)).all()
    assert len({round(float(score), 4) for score in scores}) == 4
    alone = [reranker.rerank("停车怎么收费", [text])[0] for text in TEXTS]
    np.testing.assert_allclose(scores, alone, atol=1e-5)
    assert reranker.rerank("停车", []).shape == (0,)


def test_scores_do_not_depend_on_the_portions(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reranker = CrossEncoderReranker("org/tiny", source=str(weights), device="cpu")
    whole = reranker.rerank("停车怎么收费", TEXTS)
    monkeypatch.setattr("knowledge.local._ROOM", 24)
    np.testing.assert_allclose(reranker.rerank("停车怎么收费", TEXTS), whole, atol=1e-5)


def test_the_scores_are_those_of_the_weights(weights: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(weights)
    model = AutoModelForSequenceClassification.from_pretrained(weights).eval()
    with torch.no_grad():
        logits = model(**tokenizer("停车怎么收费", TEXTS[1], return_tensors="pt")).logits
    expected = float(torch.sigmoid(logits)[0, 0])
    reranker = CrossEncoderReranker("org/tiny", source=str(weights), device="cpu")
    assert reranker.rerank("停车怎么收费", [TEXTS[1]])[0] == pytest.approx(expected, abs=1e-5)


def test_a_classifier_is_no_reranker(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(BadInput, match="gives 3 scores a pair"):
        CrossEncoderReranker("x", source=str(make_cross_encoder(tmp_path / "three", labels=3))).rerank("问", ["停车"])


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    with pytest.raises(NotFound, match="nowhere"):
        CrossEncoderReranker(str(tmp_path / "nowhere")).rerank("停车", ["停车"])
