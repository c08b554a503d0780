"""The engine against real vLLM, whose model answers at random: the worst that a server's grammar must hold."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import date, datetime
from typing import Any

import pytest

from agents.engines.base import Task
from agents.engines.calls import Call, Lane
from agents.engines.ladder import EngineLadder
from agents.engines.scripted import ScriptedEngine
from agents.engines.tasks import (
    ALL,
    CHOOSE,
    WRITE,
    ChooseGiven,
    Chosen,
    DispatchGiven,
    DispatchOption,
    DraftClause,
    DraftedRule,
    DraftFact,
    DraftRuleGiven,
    HearFact,
    HearGiven,
    Passage,
    PlanGiven,
    PlanMade,
    RouteGiven,
    ToolArgument,
    ToolCard,
    WriteGiven,
)
from agents.engines.vllm.engine import VLLMEngine
from agents.engines.vllm.failures import Fault, ModelFailure
from agents.engines.vllm.settings import ModelSettings
from city.outbound import allow_model_requests
from tests.vllm.conftest import StartVLLM
from tests.vllm.server import MODEL, Server

pytestmark = pytest.mark.vllm

DECISIONS = 2_000
CANCELLED = 1_000
LANES: tuple[Lane, ...] = ("chat", "batch")
AT_ONCE = 48
MATTERS = (
    "路边停车多久开始收费",
    "楼下烧烤店的抽风机半夜还响，孩子睡不着",
    "我们厂去年营业额三千二百万，研发花了一百八十万",
    "鼓楼附近哪里能停车",
    "公租房怎么申请？要带什么材料",
    "11月3日那天的空气好不好",
)
PASSAGES = [
    Passage(
        number=n, title=f"办法{n}", article="第三条", sentences=[f"停放不超过{n}5分钟的免费。", "超过的按小时计费。"]
    )
    for n in range(1, 6)
]


@pytest.fixture(autouse=True)
def _real_server_allowed(_no_model_requests: None) -> None:
    allow_model_requests(True)


def settings(server: Server, **changes: object) -> ModelSettings:
    """Patient ones: server and tests share two cores."""
    patient: dict[str, object] = {"connect": 30.0, "between_tokens": 60.0, "total": 240.0}
    usual = ModelSettings(urls=(server.url,), model=MODEL, temperature=1.0)
    lanes = {
        name: usual.lane(name).model_copy(update={"first_token": 120.0, "wait": 120.0, "decision": 120.0})
        for name in LANES
    }
    return usual.model_copy(update=patient | lanes | changes)


@pytest.fixture
async def engine(vllm_server: Server) -> AsyncIterator[VLLMEngine]:
    made = VLLMEngine(settings(vllm_server))
    yield made
    await made.pool.close()


def given(task: str, number: int) -> Any:  # any task's input
    """An input of the task; they differ, so that not every prompt is known to the server."""
    matter = f"{MATTERS[number % len(MATTERS)]}（第{number}次问）"
    today = date(2026, 11, 20)
    match task:
        case "route":
            return RouteGiven(message=matter, history=["居住证怎么办"], available=["regulation", "service", "citydata"])
        case "choose":
            return ChooseGiven(question=matter, as_of=today, passages=PASSAGES)
        case "dispatch":
            options = [
                DispatchOption(number=n, unit=f"单位{n}", duty_item=f"事项{n}", confidence=0.3) for n in range(1, 4)
            ]
            return DispatchGiven(message=matter, options=options)
        case "hear_facts":
            facts = [HearFact(id=f"firm.f{n}", label=f"事实{n}", type="money") for n in range(20)]
            return HearGiven(text=matter, today=today, facts=facts)
        case "plan":
            arguments = [ToolArgument(name="place", title="地点", kind="place", required=True)]
            tools = [ToolCard(id=f"room.t{n}", title="查询", does="查一查", arguments=arguments) for n in range(30)]
            return PlanGiven(message=matter, now=datetime(2026, 11, 20, 9), tools=tools, proposed=PlanMade())
        case "draft_rule":
            clauses = [DraftClause(number=n, section="", text=f"奖励{n}万元，不超过{n}0%。") for n in range(1, 9)]
            staff = [DraftFact(id="firm.staff", label="人数", type="integer")]
            return DraftRuleGiven(title=matter, subject="firm", clauses=clauses, facts=staff, proposed=DraftedRule())
    return WriteGiven(question=matter, as_of=today, passages=PASSAGES[:2])


async def at_most(width: int, jobs: list[Callable[[], Awaitable[str]]]) -> Counter[str]:
    """The endings of jobs, ``width`` of them at a time."""
    gate = asyncio.Semaphore(width)

    async def run(job: Callable[[], Awaitable[str]]) -> str:
        async with gate:
            return await job()

    return Counter(await asyncio.gather(*(run(job) for job in jobs)))


async def test_the_probe_finds_a_launched_server_fit(engine: VLLMEngine) -> None:
    [found] = await engine.look()
    assert found.unfit == ""
    assert found.models == (MODEL,)
    assert {one.name: one.state for one in found.findings} == {
        "model": "ok", "json schema": "ok", "thinking off": "ok", "cached tokens": "ok", "cache salt": "ok",
        "priority": "ok",
    }  # fmt: skip


async def test_no_decision_of_two_thousand_is_invalid(engine: VLLMEngine) -> None:
    deciding: list[Task[Any, Any]] = [task for task in ALL if task is not WRITE]
    # Drafts are long; they come up less often, as in life.
    often = [task for task in deciding if task.name != "draft_rule"] * 8 + deciding

    def job(task: Task[Any, Any], number: int) -> Callable[[], Awaitable[str]]:
        async def decide() -> str:
            call = Call(session=f"talk{number}", domain="citizen", lane="batch")
            made = await engine.decide(task, given(task.name, number), call)
            assert isinstance(made, task.returns)
            return task.name if len(call.served) == 1 else f"{task.name}, repaired"

        return decide

    jobs = [job(often[number % len(often)], number) for number in range(DECISIONS)]
    endings = await at_most(AT_ONCE, jobs)
    assert sum(endings.values()) == DECISIONS
    assert not [ending for ending in endings if "repaired" in ending]


async def test_text_is_streamed_and_what_it_took_is_recorded(engine: VLLMEngine) -> None:
    call = Call(session="t", domain="citizen")
    pieces = [piece async for piece in engine.write(WRITE, given("write", 1), call)]
    assert len(pieces) > 20
    [served] = call.served
    assert served.prompt_tokens > served.cached_tokens >= 0
    assert served.written_tokens >= len(pieces)


async def test_trust_domains_do_not_share_what_is_cached(engine: VLLMEngine) -> None:
    asked = given("choose", 77)
    seen = []
    for domain in ("citizen", "citizen", "staff:transport"):
        call = Call(domain=domain)
        await engine.decide(CHOOSE, asked, call)
        seen.append(call.served[0].cached_tokens)
    assert seen[1] > 0.8 * call.served[0].prompt_tokens  # whole blocks of 16 tokens
    assert seen[2] == 0


async def _quiet(server: Server, seconds: float = 15.0) -> dict[str, float]:
    """What still runs once the server has had ``seconds`` to notice who left."""
    until = time.monotonic() + seconds
    while True:
        told = await asyncio.to_thread(server.metrics)
        left = {name: told[name] for name in ("num_requests_running", "num_requests_waiting")}
        if not any(left.values()) or time.monotonic() > until:
            return left
        await asyncio.sleep(0.1)


# A connection that is given up while it is being made leaves the HTTP library's coroutine for it unawaited.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_thousand_cancelled_talks_leave_no_slot_taken(engine: VLLMEngine, vllm_server: Server) -> None:
    chance = random.Random(7)  # noqa: S311  # a test's chance

    def job(number: int) -> Callable[[], Awaitable[str]]:
        async def talk() -> str:
            async with aclosing(engine.write(WRITE, given("write", number))) as pieces:
                async for _ in pieces:
                    if number % 2:
                        return "left after the first words"
            return "heard out"

        async def leave() -> str:
            if number % 2:
                return await talk()
            task = asyncio.create_task(talk())
            await asyncio.sleep(chance.uniform(0.0, 0.4))
            task.cancel()
            try:
                return await task
            except asyncio.CancelledError:
                return "cancelled"

        return leave

    endings = await at_most(AT_ONCE, [job(number) for number in range(CANCELLED)])
    assert endings["heard out"] < 50
    assert endings["cancelled"] > 400
    assert await _quiet(vllm_server) == {"num_requests_running": 0, "num_requests_waiting": 0}
    [member] = engine.pool.members
    assert member.server.in_flight == 0
    for _ in range(engine.settings.chat.slots):  # every slot is there to be taken
        await member.take("chat", 1.0)
    assert member.is_full("chat")


async def test_an_overlong_question_is_refused_by_name_and_speaks_not_against_the_server(engine: VLLMEngine) -> None:
    long = ChooseGiven(
        question="问",
        as_of=date(2026, 1, 1),
        passages=[PASSAGES[0].model_copy(update={"sentences": ["很长的一句话。" * 6000]})],
    )
    with pytest.raises(ModelFailure) as refused:
        await engine.decide(CHOOSE, long)
    assert refused.value.fault is Fault.TOO_LONG
    assert engine.pool.members[0].breaker.is_closed


async def test_a_wrong_model_name_is_told_with_the_names_there_are(vllm_server: Server) -> None:
    engine = VLLMEngine(settings(vllm_server, model="city-llm-2"))
    with pytest.raises(ModelFailure) as missing:
        await engine.decide(CHOOSE, given("choose", 1))
    assert missing.value.fault is Fault.NO_SUCH_MODEL
    [found] = await engine.look()
    assert f"the server knows {MODEL}, not city-llm-2" in found.unfit
    with pytest.raises(ModelFailure) as shut:
        await engine.decide(CHOOSE, given("choose", 1))
    assert shut.value.fault is Fault.SHUT
    await engine.pool.close()


async def test_what_a_full_server_turns_away_is_named_and_the_rest_is_answered(start_vllm: StartVLLM) -> None:
    with start_vllm(max_num_seqs=2, max_num_queued_reqs=4) as small:
        engine = VLLMEngine(settings(small, max_tokens=200))

        def job(number: int) -> Callable[[], Awaitable[str]]:
            async def write() -> str:
                try:
                    async for _ in engine.write(WRITE, given("write", number)):
                        pass
                except ModelFailure as failure:
                    return failure.fault.value
                return "answered"

            return write

        endings = await at_most(40, [job(number) for number in range(40)])
        assert set(endings) == {"answered", "overloaded"}
        assert engine.pool.members[0].breaker.is_closed  # a full server is no broken one
        await _quiet(small)
        assert await job(99)() == "answered"
        await engine.pool.close()


async def test_a_server_that_drains_ends_its_texts_and_turns_new_ones_away(start_vllm: StartVLLM) -> None:
    with start_vllm(shutdown_timeout=60) as leaving:
        engine = VLLMEngine(settings(leaving, max_tokens=600))
        call = Call(session="t", domain="citizen")
        text = engine.write(WRITE, given("write", 1), call)
        assert await anext(text)
        leaving.process.send_signal(signal.SIGTERM)
        await asyncio.sleep(1.0)
        with pytest.raises(ModelFailure) as turned_away:
            await engine.decide(CHOOSE, given("choose", 1))
        # Its "shutting down" opens the circuit at once, so that the second try finds it shut.
        assert turned_away.value.fault in {Fault.DRAINING, Fault.SHUT}
        assert not engine.pool.members[0].breaker.is_closed
        ladder = EngineLadder([engine, ScriptedEngine({CHOOSE.name: [Chosen(answerable=False)]})])
        fallen = Call(session="u", domain="citizen")
        assert await ladder.decide(CHOOSE, given("choose", 2), fallen) == Chosen(answerable=False)
        assert fallen.is_degraded
        rest = [piece async for piece in text]
        assert len(rest) > 100  # the text that was on its way is whole
        assert call.served[0].written_tokens == 600
        await engine.pool.close()
