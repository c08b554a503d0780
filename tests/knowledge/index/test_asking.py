"""An index and the model that it was built with: known again by its vectors, and done without while out of reach."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from city.errors import BadInput, NotFound, TryAgain
from knowledge.circuit import Circuit
from knowledge.embed import HashEmbedder, Prefixes, ServedEmbedder
from knowledge.index import Scored, Settings, build, check_embedder, open_index
from knowledge.index.asking import Asker
from knowledge.index.probe import probe
from knowledge.index.types import Floats
from tests.knowledge.index.corpus import entries, examples
from tests.knowledge.pooling import SOON, Pooling

QUESTIONS = ("白桥路边泊位怎么收费", "小区里的树能不能挪走", "厨余垃圾投放到哪里")
RANKED = Settings(trees=5, threads=1)


class Clock:
    """A clock that the test moves."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


class Swappable(HashEmbedder):
    """Answers as another model once told to, under the same name; ``lost`` counts the calls that get no answer."""

    def __init__(self, dim: int = 64) -> None:
        super().__init__(dim)
        self.salt = self.question = ""
        self.lost = 0
        self.noise = 0.0
        self.calls = 0

    def encode(self, texts: Sequence[str]) -> Floats:
        self.calls += 1
        if self.lost:
            self.lost -= 1
            raise TryAgain("nobody there")
        vectors = super().encode([self.salt + text for text in texts])
        vectors += np.random.default_rng(1).standard_normal(vectors.shape).astype(np.float32) * self.noise
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        return self.encode([self.question + text for text in texts])


def served(server: Pooling) -> ServedEmbedder:
    return ServedEmbedder(server.endpoint(), "m", Prefixes(), patience=SOON)


def plain(hits: Sequence[Scored]) -> list[Scored]:
    return [replace(hit, without=()) for hit in hits]


def test_an_index_may_be_searched_by_the_same_model_in_another_place_and_precision(tmp_path: Path) -> None:
    build(entries(), tmp_path, embedder=Swappable())
    rounded = Swappable()
    rounded.noise = 0.005
    check_embedder(tmp_path, rounded)
    assert open_index(tmp_path, embedder=rounded).search(QUESTIONS[0])[0].dense > 0


@pytest.mark.parametrize("dim", [16, 64])
def test_another_model_under_the_same_name_is_refused(tmp_path: Path, dim: int) -> None:
    build(entries(), tmp_path, embedder=Swappable())
    other = Swappable(dim)
    other.salt, other.name = "另一个模型的读法", Swappable().name
    with pytest.raises(BadInput, match="another model answers to that name"):
        open_index(tmp_path, embedder=other)
    with pytest.raises(BadInput, match="build again"):
        check_embedder(tmp_path, other)


def test_a_model_that_reads_questions_otherwise_is_refused(tmp_path: Path) -> None:
    build(entries(), tmp_path, embedder=Swappable())
    other = Swappable()
    other.question = "请检索与此有关的条款："
    with pytest.raises(BadInput, match="query_prefix"):
        open_index(tmp_path, embedder=other)


def test_an_index_of_before_is_known_by_its_name_alone(tmp_path: Path) -> None:
    build(entries(), tmp_path, embedder=Swappable())
    manifest = (tmp_path / "index.json").read_text().replace('"probed": true', '"probed": false')
    (tmp_path / "index.json").write_text(manifest)
    (tmp_path / "probe.npy").unlink()
    assert open_index(tmp_path, embedder=Swappable()).search(QUESTIONS[0])[0].dense > 0


@pytest.mark.parametrize("learnt", [False, True])
def test_while_the_server_is_gone_the_words_answer_and_say_so(tmp_path: Path, server: Pooling, learnt: bool) -> None:
    known = examples() if learnt else []
    build(entries(), tmp_path, embedder=served(server), examples=known, settings=RANKED)
    reader = open_index(tmp_path, embedder=served(server))
    assert reader.search(QUESTIONS[0])[0].without == ()
    assert reader.search(QUESTIONS[0])[0].dense > 0
    by_words = open_index(tmp_path, embedder=None)
    server.always = 503
    for question in QUESTIONS:
        hits = reader.search(question)
        assert {hit.without for hit in hits} == {("dense",)}
        assert plain(hits) == by_words.search(question)


def test_a_server_that_is_gone_is_not_asked_by_every_search(tmp_path: Path, server: Pooling) -> None:
    build(entries(), tmp_path, embedder=served(server))
    reader = open_index(tmp_path, embedder=served(server))
    server.always = "reset"
    server.bodies.clear()
    for question in QUESTIONS:
        assert reader.search(question)
    assert len(server.bodies) == 2  # one question, tried twice


def test_a_server_that_is_gone_at_the_start_is_checked_when_it_comes_back(tmp_path: Path) -> None:
    build(entries(), tmp_path, embedder=Swappable())
    late, clock = Swappable(), Clock()
    late.lost = 1
    asker = Asker(late, probe(Swappable()), Circuit(10, clock), clock)
    asker.open()
    assert asker.vector("停车") is None
    clock.now = 11
    assert asker.vector("停车") is not None
    late.lost, late.calls = 1, 0
    assert asker.vector("停车") is None
    clock.now, late.salt = 30, "换了模型"
    assert asker.vector("停车") is None
    clock.now, late.salt = 50, ""
    assert asker.vector("停车") is not None


def test_a_model_is_checked_again_every_ten_minutes(caplog: pytest.LogCaptureFixture) -> None:
    model, clock = Swappable(), Clock()
    asker = Asker(model, probe(model), Circuit(10, clock), clock)
    asker.open()
    model.salt = "换了模型"
    assert asker.vector("停车") is not None
    clock.now = 601
    assert asker.vector("停车") is None
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


def test_a_missing_model_is_told_at_once(tmp_path: Path, server: Pooling) -> None:
    build(entries(), tmp_path, embedder=served(server))
    server.always = 404
    with pytest.raises(NotFound, match="check address and model"):
        open_index(tmp_path, embedder=served(server))


def test_an_index_is_not_built_without_its_model(tmp_path: Path, server: Pooling) -> None:
    server.always = 503
    with pytest.raises(TryAgain):
        build(entries(), tmp_path, embedder=served(server))
    with pytest.raises(NotFound):
        open_index(tmp_path, embedder=None)


def test_a_circuit_lets_one_caller_find_out() -> None:
    clock = Clock()
    circuit = Circuit(10, clock)
    assert circuit.ready()
    circuit.failed()
    assert not circuit.ready()
    clock.now = 11
    assert [circuit.ready(), circuit.ready()] == [True, False]
    circuit.worked()
    assert [circuit.ready(), circuit.ready()] == [True, True]
