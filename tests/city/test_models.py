from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from city.models import FILE, Family, ModelChoice, ProfileName
from city.pack import PackError
from tests.city.pack.making import write
from tests.conftest import YUNLAN

CHAT: dict[str, Any] = {"model": "owner/big", "family": "qwen3", "context": 8192}
SMALL: dict[str, Any] = {"model": "owner/small", "family": "qwen3", "context": 4096}
ADAPTER: dict[str, Any] = {"name": "city-dispatch", "path": "/models/dispatch", "base": "owner/big"}
MODELS: dict[str, Any] = {"served_name": "city-llm", "chat": CHAT, "profiles": {"24gb": SMALL}}


def load(folder: Path, **changed: Any) -> ModelChoice:
    write(folder / FILE, {**MODELS, **changed})
    found = ModelChoice.load(folder)
    assert found is not None
    return found


def test_a_pack_without_the_file_names_no_models(tmp_path: Path) -> None:
    assert ModelChoice.load(tmp_path) is None


def test_a_card_has_its_own_model_or_the_one_for_all(tmp_path: Path) -> None:
    models = load(tmp_path)
    assert models.chat_for(ProfileName.SMALL).model == "owner/small"
    assert models.chat_for(ProfileName.H200).model == "owner/big"


def test_a_task_asks_for_its_adapter_and_the_others_for_the_model(tmp_path: Path) -> None:
    models = load(tmp_path, adapters={"dispatch": ADAPTER})
    assert models.model_for("dispatch") == "city-dispatch"
    assert models.model_for("route") == "city-llm"


def test_an_adapter_that_the_server_does_not_list_is_not_asked_for(tmp_path: Path) -> None:
    models = load(tmp_path, adapters={"dispatch": ADAPTER})
    assert models.model_for("dispatch", served={"city-llm"}) == "city-llm"
    assert models.model_for("dispatch", served={"city-llm", "city-dispatch"}) == "city-dispatch"


def test_adapters_go_with_the_model_they_were_trained_on(tmp_path: Path) -> None:
    other = {**ADAPTER, "name": "small-plan", "base": "owner/small"}
    models = load(tmp_path, adapters={"dispatch": ADAPTER, "route": ADAPTER, "plan": other})
    assert [one.name for one in models.adapters_for(ProfileName.H100)] == ["city-dispatch"]
    assert [one.name for one in models.adapters_for(ProfileName.SMALL)] == ["small-plan"]


@pytest.mark.parametrize(
    ("changed", "place", "said"),
    [
        ({"chat": {**CHAT, "family": "gpt"}}, "chat.family", "qwen3"),
        ({"chat": {**CHAT, "context": 100}}, "chat.context", "greater than or equal to 2048"),
        ({"chat": {**CHAT, "model": "no slash"}}, "chat.model", "pattern"),
        ({"chat": {**CHAT, "model": "/models/$(reboot)"}}, "chat.model", "pattern"),
        ({"chat": {**CHAT, "model": "--api-key/x"}}, "chat.model", "pattern"),
        ({"chat": {**CHAT, "colour": 1}}, "chat.colour", "not permitted"),
        ({"chat": {**CHAT, "more": {"--max-num-seqs": 3}}}, "chat.more.--max-num-seqs", "pattern"),
        ({"chat": {**CHAT, "more": {"a.b": 3}}}, "chat.more.a.b", "pattern"),
        ({"profiles": {"48gb": SMALL}}, "profiles.48gb", "24gb"),
        ({"adapters": {"dispatch": {**ADAPTER, "path": "relative"}}}, "adapters.dispatch.path", "pattern"),
        ({"adapters": {"dispatch": {**ADAPTER, "path": "/a=b"}}}, "adapters.dispatch.path", "pattern"),
        ({"adapters": {"dispatch": {**ADAPTER, "rank": 33}}}, "adapters.dispatch.rank", "8"),
        ({"adapters": {"dispatch": {**ADAPTER, "name": "city-llm"}}}, "", "'city-llm' names more than one model"),
        (
            {"adapters": {"dispatch": ADAPTER, "plan": {**ADAPTER, "path": "/models/other"}}},
            "",
            "'city-dispatch' names more than one model",
        ),
        (
            {"rerank": {"model": "a/b", "served_name": "r", "context": 512, "family": "qwen3_reranker"}},
            "rerank",
            "needs its chat_template",
        ),
    ],
)
def test_a_fault_names_file_place_and_remedy(tmp_path: Path, changed: dict[str, Any], place: str, said: str) -> None:
    with pytest.raises(PackError) as caught:
        load(tmp_path, **changed)
    problem = caught.value.problems[0]
    assert problem.file == FILE
    assert problem.where.startswith(place)
    assert said in problem.message
    assert problem.remedy


def test_the_example_citys_models_are_read_and_its_adapter_example_too() -> None:
    text = (YUNLAN / FILE).read_text(encoding="utf-8")
    models = ModelChoice.load(YUNLAN)
    assert models is not None
    assert models.chat_for(ProfileName.SMALL).family == Family.QWEN3
    (line,) = [line for line in text.splitlines() if line.startswith("#  dispatch:")]
    told = {**yaml.safe_load(text), "adapters": yaml.safe_load(line[1:])}
    assert ModelChoice.model_validate(told).adapters_for(ProfileName.H100)
