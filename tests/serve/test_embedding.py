"""A city whose pack names models for search, and an installation that says where they run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from city.errors import BadInput, TryAgain
from city.outbound import allow_model_requests
from city.pack import CityPack, load_pack
from knowledge.embed import CachedEmbedder, SentenceTransformerEmbedder, StaticEmbedder
from knowledge.library import Hit, Query
from knowledge.library.statistics import corpus_statistics
from knowledge.rerank import CrossEncoderReranker, ServedReranker
from serve.building import build_knowledge
from serve.embedding import building_embedder_of, embedder_of, reranking_of, search_embedder_of
from serve.house import open_house
from serve.library import open_library, store_of
from serve.settings import Settings
from tests.city.pack.making import write
from tests.conftest import TODAY
from tests.knowledge.pooling import Pooling, pooling
from tests.serve.conftest import Run
from tests.serve.small_city import CITY

QUESTION = "道路停车几分钟不收费"


def quiet(stage: str, share: float) -> None:
    assert 0 <= share <= 1, stage


@pytest.fixture
def server() -> Iterator[Pooling]:
    allow_model_requests(True)
    with pooling() as state:
        yield state


def settings_of(city: Path, home: Path, server: Pooling | None, **more: Any) -> Settings:
    said = {
        **CITY,
        "embedding": {"static": "learned/embedding", "model": "org/embedding"},
        "rerank": {"model": "org/rr"},
    }
    write(city / "city.yaml", said)
    if server is not None:
        more = {"embed_url": server.url, "rerank_url": server.url, "build_seconds": 1.0, **more}
    return Settings(city=city, home=home, **more)


def search(settings: Settings, text: str = QUESTION) -> list[Hit]:
    pack = load_pack(settings.city)
    return open_library(settings, pack).search(Query(text=text, as_of=TODAY, region=pack.city.region))


def pack_of(settings: Settings) -> CityPack:
    return load_pack(settings.city)


def test_what_the_pack_names_searches_where_the_settings_say(small_city: Path, tmp_path: Path, server: Pooling) -> None:
    settings = settings_of(small_city, tmp_path / "home", server, embed_name="emb", rerank_name="rr")
    build_knowledge(settings, publish=True, progress=quiet)
    hit = search(settings)[0]
    assert hit.provision.id == "xc-parking-2024#2"
    assert hit.parts.dense > 0
    assert hit.parts.rerank > 0
    assert hit.without == ()
    assert {body["model"] for body in server.bodies} == {"emb", "rr"}


def test_the_servers_may_move(small_city: Path, tmp_path: Path, server: Pooling) -> None:
    build_knowledge(settings_of(small_city, tmp_path / "home", server), publish=True, progress=quiet)
    with pooling() as other:
        assert search(settings_of(small_city, tmp_path / "home", other, embed_name="renamed"))[0].without == ()
        assert other.bodies


def test_a_second_build_computes_nothing_again(small_city: Path, tmp_path: Path, server: Pooling) -> None:
    settings = settings_of(small_city, tmp_path / "home", server)
    first = build_knowledge(settings, publish=True, progress=quiet)
    documents = set(server.texts)
    server.bodies.clear()
    assert build_knowledge(settings, publish=True, progress=quiet).id == first.id
    write(small_city / "learned/pairs.jsonl", '{"question": "车停多久要钱", "provisions": ["xc-parking-2024#2"]}')
    assert build_knowledge(settings, publish=True, progress=quiet).id != first.id
    assert set(server.texts) - documents == {"车停多久要钱"}
    # What is asked again is the probe, never a document.
    assert not [text for text in server.texts if "小城市" in text]


def test_a_model_swapped_under_its_name_is_refused_until_built_again(
    small_city: Path, tmp_path: Path, server: Pooling
) -> None:
    settings = settings_of(small_city, tmp_path / "home", server)
    first = build_knowledge(settings, publish=True, progress=quiet)
    server.seed = "另一个模型"
    with pytest.raises(BadInput, match="another model answers to that name"):
        search(settings)
    assert build_knowledge(settings, publish=True, progress=quiet).id == first.id
    assert search(settings)[0].parts.dense > 0


def test_a_build_fails_where_the_server_is_gone(small_city: Path, tmp_path: Path, server: Pooling) -> None:
    settings = settings_of(small_city, tmp_path / "home", server)
    server.always = 503
    with pytest.raises(TryAgain, match="cannot answer now"):
        build_knowledge(settings, publish=True, progress=quiet)
    assert store_of(settings, pack_of(settings)).current() is None


def test_a_house_opens_and_answers_with_every_server_gone(
    small_city: Path, tmp_path: Path, server: Pooling, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(small_city, tmp_path / "home", server)
    build_knowledge(settings, publish=True, progress=quiet)
    server.always = "reset"
    hits = search(settings)
    assert hits[0].provision.id == "xc-parking-2024#2"
    assert hits[0].without == ("dense", "rerank")
    open_house(settings)
    monkeypatch.setenv("CITYDESK_EMBED_URL", server.url)
    monkeypatch.setenv("CITYDESK_RERANK_URL", server.url)
    told = run("knowledge", "search", QUESTION, "--city", str(small_city), "--home", str(tmp_path / "home"))
    assert "searched without: dense, rerank" in told.err


def test_what_sorts_messages_needs_no_server(small_city: Path, tmp_path: Path, server: Pooling) -> None:
    settings = settings_of(small_city, tmp_path / "home", server)
    build_knowledge(settings, publish=True, progress=quiet)
    library = open_library(settings, pack_of(settings))
    server.bodies.clear()
    encode = corpus_statistics(library).encode
    assert encode is not None
    assert encode(["停车"]).shape == (1, StaticEmbedder(small_city / "learned/embedding").dim)
    assert server.bodies == []


def test_without_models_in_the_pack_nothing_changes(small: Settings) -> None:
    pack = pack_of(small)
    elsewhere = small.model_copy(
        update={"embed_url": "http://model.invalid/v1", "rerank_url": "http://model.invalid/v1"}
    )
    for settings in (small, elsewhere):
        assert isinstance(search_embedder_of(settings, pack), StaticEmbedder)
        assert isinstance(building_embedder_of(settings, pack, Path("none")), StaticEmbedder)
        assert reranking_of(settings, pack) is None
        assert search(settings)[0].parts.rerank == 0


def test_without_addresses_the_models_run_here(small_city: Path, tmp_path: Path) -> None:
    settings = settings_of(small_city, tmp_path, None, embed_name="/weights/e", rerank_name="/weights/r")
    pack = pack_of(settings)
    assert isinstance(embedder_of(pack), StaticEmbedder)
    embedder, reranking = search_embedder_of(settings, pack), reranking_of(settings, pack)
    assert isinstance(embedder, SentenceTransformerEmbedder)
    assert embedder.name == "model:org/embedding"
    assert isinstance(building_embedder_of(settings, pack, tmp_path), CachedEmbedder)
    assert reranking is not None
    assert isinstance(reranking.reranker, CrossEncoderReranker)
    assert (reranking.top, reranking.share) == (30, 0.7)
    served = reranking_of(settings.model_copy(update={"rerank_url": "http://model.invalid/v1"}), pack)
    assert served is not None
    assert isinstance(served.reranker, ServedReranker)
