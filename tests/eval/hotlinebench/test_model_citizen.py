"""Citizens whom a model plays, against a simulated server."""

from __future__ import annotations

import pytest

from city.errors import BadInput, TryAgain
from city.outbound import allow_model_requests
from eval.hotlinebench.asked import CONFIRM
from eval.hotlinebench.citizen import AGREES, ANSWERS, REFUSES, SAYS
from eval.hotlinebench.model_citizen import STOP, Endpoint, ModelCitizens, endpoint_of, meant, prompt
from eval.hotlinebench.stage import Bench
from eval.hotlinebench.tasks import Step
from eval.hotlinebench.verdict import faults
from eval.servers.running import in_thread
from tests.eval.hotlinebench.making import PHONE, heard, task

GIVEN = task(
    facts={"contact": {"say": [PHONE]}, "place": {"say": ["文庙街"], "volunteer": True}},
    persona={"age": "elder", "mood": "angry", "dialect": "川渝"},
    confirm=[{"say": ["再加一句"]}, "refuse"],
)


def test_the_prompt_tells_who_they_are_and_what_they_keep_to_themselves() -> None:
    told = prompt(GIVEN)
    assert all(word in told for word in ("七十多岁", "生气", "川渝", "停工", STOP, "没有问到就一个字也不说", "不提交"))
    at_once, _, kept = told.partition("没有问到")
    assert "文庙街" in at_once
    assert PHONE not in at_once
    assert f"contact：{PHONE}" in kept


@pytest.mark.parametrize(
    ("text", "is_meant"),
    [("好的，提交吧", AGREES), ("先不提交了", REFUSES), ("地点写错了", SAYS), ("Yes please", AGREES)],
)
def test_what_words_to_a_draft_mean(text: str, is_meant: str) -> None:
    assert meant(text) == is_meant


def test_an_endpoint_is_asked_for_by_name() -> None:
    assert endpoint_of({}) is None
    assert endpoint_of({"url": "http://x/v1", "model": "m"}) is None  # a judge's, not the citizens'
    given = {"citizens": "model", "url": "http://x/v1", "model": "m"}
    assert endpoint_of(given) == Endpoint("http://x/v1", "m", "none")
    with pytest.raises(BadInput, match="url and model"):
        endpoint_of({"citizens": "model"})


async def test_the_server_is_told_the_talk_and_the_stop_ends_it() -> None:
    allow_model_requests(True)
    with in_thread() as server:
        makers = ModelCitizens(Endpoint(server.server.url, "m", "k"))
        server.server.texts.extend(["工地太吵了", PHONE, "提交", "还没人来", STOP])
        citizen = makers(GIVEN, "7/0")
        first = await citizen.opening()
        told = await citizen.answer(heard("petition.contact", "请留一个电话"))
        agreed = await citizen.answer(heard(CONFIRM, "请看一遍"))
        later = await citizen.step(Step(name="later", say=("怎么样了",)))
        ended = await citizen.answer(heard("", "正在办理"))
        bodies = list(server.server.seen.bodies)
        await makers.close()
    assert (first.text, first.step) == ("工地太吵了", "opening")
    assert told is not None
    assert agreed is not None
    assert later is not None
    assert [told.meant, told.fact, agreed.meant, later.step] == [ANSWERS, "petition.contact", AGREES, "later"]
    assert ended is None
    assert [one["role"] for one in bodies[-1]["messages"]][:4] == ["system", "user", "assistant", "user"]
    assert bodies[1]["messages"][-1]["content"] == "请留一个电话"


async def test_a_whole_talk_with_a_model(bench: Bench) -> None:
    allow_model_requests(True)
    given = task()
    with in_thread() as server:
        makers = ModelCitizens(Endpoint(server.server.url, "m", "k"))
        server.server.texts.extend([given.opening[0], PHONE, "提交", STOP])
        said = await bench.play(given, "7/0", makers)
        await makers.close()
    assert [part for part, found in faults(given, said).items() if found] == []


async def test_a_server_that_is_gone_is_told() -> None:
    allow_model_requests(True)
    with in_thread() as server:
        url = server.server.url
    makers = ModelCitizens(Endpoint(url, "m", "k"))
    with pytest.raises(TryAgain, match="does not answer"):
        await makers(GIVEN, "7/0").opening()
    await makers.close()
