"""An adapter that `citydesk train lora` made, served by the real vLLM and asked by the engine."""

from __future__ import annotations

from pathlib import Path

import pytest

from agents.engines.tasks import DISPATCH, DispatchGiven, DispatchOption
from agents.engines.vllm.engine import VLLMEngine
from agents.engines.vllm.settings import LaneSettings, ModelSettings
from city.outbound import allow_model_requests
from serve.training.encoding import Encoder
from serve.training.lora import load_base, train, with_adapter
from serve.training.recipe import ADAPTER, Recipe
from serve.training.records import Example
from serve.training.wording import messages
from tests.serve.training.samples import example
from tests.vllm.conftest import StartVLLM
from tests.vllm.server import Server

pytestmark = pytest.mark.vllm
NAME = "city-dispatch"
MATTERS = ("路灯不亮", "井盖响", "树枝断了", "站牌歪了")


def asked(matter: str) -> DispatchGiven:
    units = ("城管局", "住建局", "交通局")
    options = [
        DispatchOption(number=number, unit=unit, duty_item=f"{unit}的事", confidence=0.3)
        for number, unit in enumerate(units, 1)
    ]
    return DispatchGiven(message=f"你好，{matter}，谢谢", place="鼓楼", options=options)


def learnt(number: int) -> Example:
    """Always the third option by the second clause: no random model says so by itself."""
    return example(number).model_copy(
        update={"messages": messages("dispatch", asked(MATTERS[number]), '{"clause":1,"option":3}')}
    )


@pytest.fixture(scope="module")
def adapter(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an adapter of the tiny model."""
    import torch

    torch.set_num_threads(1)
    folder = tmp_path_factory.mktemp("adapter")
    recipe = Recipe(base=str(tiny_model), task="dispatch", epochs=40, batch=4, rate=1e-2, rank=8)
    torch.manual_seed(recipe.seed)
    tokenizer, base = load_base(recipe.base)
    encoder = Encoder(tokenizer, recipe.longest)
    model = with_adapter(base, recipe)
    encoded = [one for one in (encoder.example(learnt(number)) for number in range(len(MATTERS))) if one]
    losses = train(model, encoded, recipe, folder, lambda stage, share: None)
    assert losses[-1] < 0.1
    model.save_pretrained(folder / ADAPTER)
    return folder / ADAPTER


@pytest.fixture(scope="module")
def server(start_vllm: StartVLLM, adapter: Path) -> Server:
    # The tiny model's own penalty on repetition would count against what was learnt.
    return start_vllm(
        enable_lora=True, lora_modules=[f"{NAME}={adapter}"], max_loras=1, max_lora_rank=8, generation_config="vllm"
    )


def engine(server: Server, **adapters: str) -> VLLMEngine:
    """A patient one: server and tests share two cores."""
    lane = LaneSettings(slots=8, wait=120.0, first_token=120.0, decision=120.0)
    return VLLMEngine(ModelSettings(urls=(server.url,), model=server.model, adapters=adapters, connect=30.0, chat=lane))


async def test_the_engine_gets_what_the_adapter_learnt_and_only_for_its_task(server: Server) -> None:
    allow_model_requests(True)  # of the server on this machine
    with_it, without = engine(server, dispatch=NAME), engine(server, route=NAME)
    trained = [await with_it.decide(DISPATCH, asked(matter)) for matter in MATTERS]
    assert [(made.option, made.quote) for made in trained] == [(3, matter) for matter in MATTERS]
    plain = [await without.decide(DISPATCH, asked(matter)) for matter in MATTERS]
    assert plain != trained
    for one in (with_it, without):
        await one.pool.close()


async def test_the_server_writes_answers_as_they_were_learnt(server: Server) -> None:
    """The layout that the grammar leaves is that of the training data; else an adapter would fight the grammar."""
    import httpx

    from agents.engines.calls import Call
    from agents.engines.forms import FORMS

    body = engine(server, dispatch=NAME).decision(FORMS["dispatch"], "dispatch", asked(MATTERS[0]), Call())
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        answer = (await client.post(f"{server.url}/chat/completions", json=body)).json()
    assert answer["choices"][0]["message"]["content"] == learnt(0).messages[2].content


async def test_the_server_reads_the_prompt_that_was_trained_on(server: Server, tiny_model: Path) -> None:
    """Token for token: rendered and encoded here as there."""
    import httpx

    encoder = Encoder(load_base(str(tiny_model))[0], 4096)
    example_ = learnt(0)
    body = {
        "model": server.model,
        "messages": [one.model_dump() for one in example_.messages[:2]],
        "chat_template_kwargs": {"enable_thinking": False},
    }
    async with httpx.AsyncClient(timeout=60, trust_env=False) as client:
        answer = (await client.post(f"{server.root}/tokenize", json=body)).json()
    assert answer["tokens"] == encoder.prompt(example_.messages[:2])
