"""Which judge the settings name, and that a model is never its own judge."""

from __future__ import annotations

from typing import Any

import pytest

from city.errors import BadInput
from city.models import ModelChoice
from city.pack import CityPack, load_pack
from eval.judging.endpoint import Endpoint, endpoint_of, task_models
from serve.settings import Settings
from tests.conftest import YUNLAN

URL = "http://127.0.0.1:9/v1"


@pytest.fixture(scope="module")
def pack() -> CityPack:
    return load_pack(YUNLAN)


def _settings(**more: Any) -> Settings:
    return Settings(city=YUNLAN, **more)


def test_without_settings_nobody_judges(pack: CityPack) -> None:
    assert endpoint_of(_settings(), pack) is None


def test_address_model_and_key_are_taken_as_they_are(pack: CityPack) -> None:
    found = endpoint_of(_settings(judge_url=f"{URL}/ ", judge_model="j", judge_key="k"), pack)
    assert found == Endpoint(URL, "j", "k")


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"judge_url": URL}, "set CITYDESK_JUDGE_MODEL too"),
        ({"judge_model": "j"}, "set CITYDESK_JUDGE_URL too"),
        ({"judge_url": "127.0.0.1:9", "judge_model": "j"}, "no base URL"),
    ],
)
def test_half_a_judge_is_refused(pack: CityPack, given: dict[str, str], why: str) -> None:
    with pytest.raises(BadInput, match=why):
        endpoint_of(_settings(**given), pack)


@pytest.mark.parametrize("name", ["city-llm", "City-LLM", " city-llm"])
def test_the_model_that_answers_is_no_judge(pack: CityPack, name: str) -> None:
    given = {"engine": "vllm", "model_url": URL, "model_name": "city-llm"}
    with pytest.raises(BadInput, match="judges its own answers"):
        endpoint_of(_settings(judge_url=URL, judge_model=name, **given), pack)


def test_nor_is_the_model_that_the_pack_names_or_an_adapter_of_it(pack: CityPack) -> None:
    choice = ModelChoice.load(pack.root)
    assert choice is not None
    given: dict[str, Any] = {"engine": "vllm", "model_url": URL}
    assert choice.served_name in task_models(_settings(**given), pack)
    for name in task_models(_settings(**given), pack):
        with pytest.raises(BadInput, match="judges its own answers"):
            endpoint_of(_settings(judge_url=URL, judge_model=name, **given), pack)


def test_where_no_model_answers_any_may_judge(pack: CityPack) -> None:
    assert endpoint_of(_settings(judge_url=URL, judge_model="city-llm", model_name="city-llm"), pack)
