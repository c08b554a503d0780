from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from agents.engines.embedded import EmbeddedEngine
from agents.engines.ladder import EngineLadder
from agents.engines.vllm.engine import VLLMEngine
from agents.engines.vllm.probe import Probe
from city.errors import BadInput
from city.outbound import allow_model_requests
from city.pack import CityPack, load_pack
from serve.engine import model_of, model_settings, watched
from serve.house import open_house
from serve.settings import Settings
from tests.serve.small_city import make_city

URLS = "http://127.0.0.1:9/v1,http://127.0.0.1:10/v1"
MODELS = """\
served_name: city-llm
chat: {model: owner/big, family: qwen3, context: 8192}
adapters:
  dispatch: {name: city-dispatch, path: /models/d, base: owner/big}
"""


@pytest.fixture
def city(tmp_path: Path) -> Path:
    return make_city(tmp_path / "city")


@pytest.fixture
def pack(city: Path) -> CityPack:
    return load_pack(city)


def test_the_packs_models_name_what_is_asked_for(city: Path, pack: CityPack) -> None:
    (city / "models.yaml").write_text(MODELS, encoding="utf-8")
    told = {"model_url": URLS, "model_key": "k", "model_salt": "s", "model_chat": 3, "model_batch": 2}
    made = model_settings(Settings.model_validate({"city": city, "engine": "vllm", **told}), pack)
    assert made.urls == ("http://127.0.0.1:9/v1", "http://127.0.0.1:10/v1")
    names = [made.model, made.model_for("dispatch"), made.model_for("route")]
    assert names == ["city-llm", "city-dispatch", "city-llm"]
    assert (made.api_key, made.salt, made.chat.slots, made.batch.slots) == ("k", "s", 3, 2)


def test_a_setting_names_the_model_before_the_pack_does(city: Path, pack: CityPack) -> None:
    (city / "models.yaml").write_text(MODELS, encoding="utf-8")
    settings = Settings(city=city, engine="vllm", model_url=URLS, model_name="other")
    assert model_settings(settings, pack).model == "other"


def test_a_model_without_a_name_or_a_server_is_told_what_to_do(city: Path, pack: CityPack) -> None:
    with pytest.raises(BadInput, match=r"add models\.yaml"):
        model_settings(Settings(city=city, engine="vllm", model_url=URLS), pack)
    with pytest.raises(BadInput, match="set CITYDESK_MODEL_URL"):
        model_settings(Settings(city=city), pack)


def test_vllm_stands_above_the_embedded_engine(city: Path, tmp_path: Path) -> None:
    from serve.building import build_knowledge

    plain = Settings(city=city, home=tmp_path / "home")
    build_knowledge(plain, publish=True, progress=lambda stage, share: None)
    assert isinstance(open_house(plain).engine, EmbeddedEngine)
    with_model = plain.model_copy(update={"engine": "vllm", "model_url": URLS, "model_name": "m"})
    engine = open_house(with_model).engine
    assert isinstance(engine, EngineLadder)
    assert [type(step) for step in engine.steps] == [VLLMEngine, EmbeddedEngine]
    assert engine.name == "vllm:m"
    assert model_of(engine) is engine.steps[0]


async def test_a_server_that_is_not_there_does_not_keep_the_house_shut(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    allow_model_requests(True)
    settings = Settings(engine="vllm", model_url=URLS, model_name="m")
    model = VLLMEngine(model_settings(settings, load_pack(settings.city)))
    looked, look = asyncio.Event(), model.look

    async def watch() -> list[Probe]:
        found = await look()
        looked.set()
        return found

    monkeypatch.setattr(model, "look", watch)
    async with watched(EngineLadder([model])):
        await asyncio.wait_for(looked.wait(), 20)
    assert "the probe of http://127.0.0.1:9/v1 failed" in caplog.text
