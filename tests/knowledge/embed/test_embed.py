"""Embedders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from city.errors import BadInput, NotFound
from knowledge.embed import HashEmbedder, Recipe, StaticEmbedder
from knowledge.embed.pairs import corpus_pairs
from knowledge.embed.training import train_embedder
from tests.knowledge.index.corpus import entries


def test_hash_vectors_have_length_one_and_depend_on_terms_alone() -> None:
    vectors = HashEmbedder(16).encode(["停车", "停车。", "养犬", ""])
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), [1, 1, 1, 0], atol=1e-6)
    np.testing.assert_array_equal(vectors[0], vectors[1])


def test_pairs_are_one_an_entry_and_repeatable() -> None:
    assert len(corpus_pairs(entries(), 1)) == len(entries())
    assert corpus_pairs(entries(), 1) == corpus_pairs(entries(), 1)
    assert corpus_pairs(entries(), 1) != corpus_pairs(entries(), 2)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="citydesk knowledge train"):
        StaticEmbedder(tmp_path / "nowhere")


def test_a_damaged_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "embedder.json").write_text("{}")
    with pytest.raises(BadInput, match="damaged"):
        StaticEmbedder(tmp_path)


@pytest.mark.models
@pytest.mark.filterwarnings("ignore")  # libraries warn of each other's changes; none of it is ours
def test_a_trained_embedding_knows_what_belongs_together(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    recipe = Recipe(dim=16, epochs=1, least_steps=60, threads=1, least_entries=1)
    train_embedder(entries(), tmp_path, recipe=recipe)
    embedder = StaticEmbedder(tmp_path)
    assert embedder.dim == 16
    one, same, other = embedder.encode(["路边泊位收取两元", "机动车停放", "接种疫苗"])
    assert one @ same > one @ other
    np.testing.assert_allclose(embedder.encode(["机动车停放"])[0], same, atol=1e-5)
    assert embedder.encode([]).shape == (0, 16)
    np.testing.assert_array_equal(embedder.encode_queries(["机动车停放"]), embedder.encode(["机动车停放"]))
