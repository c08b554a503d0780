"""Every model server dies in the middle of two hundred talks: each still ends with a name, within its time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agents.context import House
from agents.contract import Answer, TurnRequest
from agents.desk import Desk
from agents.engines.ladder import EngineLadder
from agents.engines.vllm.engine import VLLMEngine
from agents.engines.vllm.settings import ModelSettings
from agents.outcomes import Outcome
from city.outbound import allow_model_requests
from eval.servers.profiles import Profile
from eval.servers.running import InThread, in_thread
from tests.conftest import TODAY

TALKS = 200
SLOW = Profile(first=0.3, prefill_rate=1_000_000, step=0.02, answer=(100, 150))
"""A talk takes some seconds, so that most are on their way when the servers go."""
QUESTIONS = (
    "路边停车多久开始收费", "居住证怎么办", "养狗要办证吗", "公租房申请有什么条件", "建筑工地晚上能施工吗",
    "新建住宅的日照有什么要求", "餐馆油烟扰民归哪条规定管", "小区里能不能建充电桩",
)  # fmt: skip


@pytest.fixture
def servers(_no_model_requests: None) -> Iterator[list[InThread]]:
    allow_model_requests(True)
    with ExitStack() as running:
        yield [running.enter_context(in_thread(SLOW, seed=seed)) for seed in range(2)]


async def test_two_hundred_talks_outlive_their_servers(house: House, servers: list[InThread]) -> None:
    urls = tuple(one.server.url for one in servers)
    model = VLLMEngine(ModelSettings(urls=urls, model="m", salt="s"))
    desk = Desk(replace(house, engine=EngineLadder([model, house.engine])), checkpointer=InMemorySaver(), today=TODAY)
    limit = house.pack.city.limits.turn_seconds
    took: list[float] = []

    async def talk(number: int) -> Answer:
        begun = time.monotonic()
        text = f"{QUESTIONS[number % len(QUESTIONS)]}？"
        answer = await desk.ask(TurnRequest(text=text), thread=f"talk{number}")
        took.append(time.monotonic() - begun)
        return answer

    talks = asyncio.gather(*(talk(number) for number in range(TALKS)))
    # Both in the middle of their work, and some talks already over or writing.
    async with asyncio.timeout(60):
        while sum(one.server.seen.finished for one in servers) < TALKS:  # noqa: ASYNC110  # they live in threads
            await asyncio.sleep(0.02)
    working = [len(one.server.engine.running) for one in servers]
    for one in servers:
        one.kill()
    answers = await talks
    assert min(working) > 0
    assert len(answers) == TALKS
    assert {answer.outcome for answer in answers} <= set(Outcome)
    assert not [answer for answer in answers if not answer.text or not answer.outcome_label]
    assert max(took) < limit + 2  # the loop is busy; no talk hangs
    fallen = [answer for answer in answers if answer.degraded]
    assert len(fallen) > TALKS / 4
    assert all("备用程序" in answer.text or answer.outcome is Outcome.TIMED_OUT for answer in fallen)
    assert all("embedded" in answer.engine for answer in fallen if answer.outcome is not Outcome.TIMED_OUT)
    await model.pool.close()
