"""Whole talks through real vLLM, whose model answers at random: whatever it says, nothing unproven reaches a reader."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agents.context import House
from agents.contract import Answer, TurnRequest
from agents.desk import Desk
from agents.engines.ladder import EngineLadder
from agents.engines.vllm.engine import VLLMEngine
from agents.outcomes import Outcome
from city.outbound import allow_model_requests
from tests.conftest import TODAY
from tests.vllm.conftest import StartVLLM
from tests.vllm.server import Server
from tests.vllm.test_engine import settings

pytestmark = pytest.mark.vllm

TALKS = (
    ("路边停车多久开始收费", "那超过了怎么收"),
    ("居住证怎么办", "要带哪些材料"),
    ("小区里能不能建充电桩", "需要谁同意"),
    ("养狗要办证吗", "不办会罚多少钱"),
    ("新建住宅的日照有什么要求", "老小区旁边也一样吗"),
    ("餐馆油烟扰民归哪条规定管", "罚款是多少"),
    ("公租房申请有什么条件", "申请以后多久有结果"),
    ("建筑工地晚上能施工吗", "高考那几天呢"),
)


@pytest.fixture(autouse=True)
def _real_server_allowed(_no_model_requests: None) -> None:
    allow_model_requests(True)


def roomy(house: House) -> House:
    """A turn may take its time: the model is served by the cores that run the tests."""
    limits = house.pack.city.limits.model_copy(update={"turn_seconds": 120.0})
    pack = replace(house.pack, city=house.pack.city.model_copy(update={"limits": limits}))
    return replace(house, pack=pack)


@pytest.fixture
async def desk(house: House, vllm_server: Server) -> AsyncIterator[Desk]:
    model = VLLMEngine(settings(vllm_server, max_tokens=150))
    ladder = EngineLadder([model, house.engine])
    yield Desk(replace(roomy(house), engine=ladder), checkpointer=InMemorySaver(), today=TODAY)
    await model.pool.close()


async def talk(desk: Desk, number: int) -> list[Answer]:
    said = TALKS[number % len(TALKS)]
    return [await desk.ask(TurnRequest(text=text), thread=f"talk{number}") for text in said]


def is_shown(house: House, answer: Answer) -> bool:
    """Whether every quote stands where its citation says."""
    for citation in answer.citations:
        provision = house.library.get(citation.provision)
        begin = citation.start - provision.start
        if provision.text[begin : begin + len(citation.quote)] != citation.quote:
            return False
    return True


async def test_a_model_that_talks_at_random_makes_the_desk_say_nothing_unproven(desk: Desk, house: House) -> None:
    talks = await asyncio.gather(*(talk(desk, number) for number in range(len(TALKS))))
    answers = [answer for turns in talks for answer in turns]
    assert all(answer.outcome in Outcome for answer in answers)
    assert not [answer.text for answer in answers if not is_shown(house, answer)]
    by_model = [answer for answer in answers if answer.engine.startswith("vllm:")]
    assert len(by_model) > len(answers) / 2
    assert not any(answer.degraded for answer in by_model)
    # The model's own text is noise: where anything was answered, it is told in the documents' words.
    told = [answer for answer in answers if answer.outcome in (Outcome.ANSWERED, Outcome.PARTLY_ANSWERED)]
    assert all(answer.citations for answer in told)


async def test_on_the_second_turn_most_of_the_prompt_is_known_to_the_server(desk: Desk) -> None:
    """The figure to reach: at least 80 % of the prompts' tokens."""
    talks = await asyncio.gather(*(talk(desk, number) for number in range(len(TALKS))))
    read, known = Counter[str](), Counter[str]()
    for _, second in talks:
        for step in second.trace:
            if step.step.startswith("engine:"):
                read[step.step] += int(step.note["prompt_tokens"])
                known[step.step] += int(step.note["cached_tokens"])
    print({name: f"{known[name]}/{read[name]} {known[name] / read[name]:.0%}" for name in read if read[name]})
    assert known.total() >= 0.8 * read.total() > 0


async def test_every_talk_ends_with_a_name_when_the_only_server_is_killed(house: House, start_vllm: StartVLLM) -> None:
    with start_vllm() as doomed:
        model = VLLMEngine(settings(doomed, max_tokens=400))
        desk = Desk(
            replace(roomy(house), engine=EngineLadder([model, house.engine])),
            checkpointer=InMemorySaver(),
            today=TODAY,
        )
        running = asyncio.gather(*(talk(desk, number) for number in range(40)))
        await asyncio.sleep(3)
        assert await asyncio.to_thread(doomed.metrics)
        doomed.kill()
        answers = [answer for turns in await running for answer in turns]
        await model.pool.close()
    assert len(answers) == 80
    assert {answer.outcome for answer in answers} <= set(Outcome) - {Outcome.TIMED_OUT}
    assert any(answer.degraded and "备用程序" in answer.text for answer in answers)
