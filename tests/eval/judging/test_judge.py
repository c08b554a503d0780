"""What a judge says becomes numbers; what it fails to say becomes 0 with the reason; nothing is asked twice."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from city.errors import NotFound, Refused
from city.outbound import allow_model_requests
from eval.judging.endpoint import Endpoint
from eval.judging.judge import Judge, names_of
from eval.runs.cache import Cache
from eval.servers.running import InThread
from eval.servers.troubles import Kind, Trouble
from knowledge.embed import StaticEmbedder
from tests.conftest import YUNLAN
from tests.eval.judging.lexical import MODEL, LexicalJudge

QUESTION = "图书馆周一开门吗"
ANSWER = "图书馆每周一闭馆。每人可以借十册。"
EVIDENCE = ("规则 第三条：图书馆每周一闭馆。", "规则 第八条：每人可以借五册。")
REFERENCE = "图书馆每周一闭馆。每人可以借五册。"
ALL = ("faithfulness", "relevancy", "context_precision", "context_recall", "correctness", "rubric")


@pytest.fixture(scope="module")
def embedder() -> StaticEmbedder:
    return StaticEmbedder(YUNLAN / "learned" / "embedding")


@asynccontextmanager
async def judging(
    endpoint: Endpoint, cache: Cache, embedder: StaticEmbedder | None = None, patience: float = 20.0
) -> AsyncIterator[Judge]:
    judge = Judge(endpoint, embedder, cache, patience=patience)
    try:
        yield judge
    finally:
        await judge.close()


async def judged(
    judge: Judge, measures: Sequence[str], answer: str = ANSWER, evidence: Sequence[str] = EVIDENCE
) -> dict[str, Any]:
    return await judge.answer(measures, QUESTION, answer, evidence, REFERENCE)


async def test_every_measure_counts_what_the_judge_found(
    endpoint: Endpoint, cache: Cache, embedder: StaticEmbedder
) -> None:
    async with judging(endpoint, cache, embedder) as judge:
        found = await judged(judge, ALL)
    assert set(found) == set(names_of(ALL))
    assert {one["why"] for one in found.values()} == {""}
    values = {name: one["value"] for name, one in found.items()}
    assert values["faithfulness"] == 0.5  # one of two statements is in the evidence
    assert values["context_precision"] == 1  # both passages bear on the reference
    assert values["context_recall"] == 1
    assert values["correctness"] == 0.5  # one claim of two, in both directions
    assert (values["grounded"], values["answers"], values["tone"]) == (0, 1, 1)
    assert 0 < values["relevancy"] < 1


async def test_an_evasive_answer_is_not_relevant_and_an_equal_question_is(
    server: InThread, endpoint: Endpoint, cache: Cache, embedder: StaticEmbedder
) -> None:
    async with judging(endpoint, cache, embedder) as judge:
        evasive = await judged(judge, ["relevancy"], answer="没有找到图书馆周一开门的规定")
        server.server.texts.append(json.dumps({"question": QUESTION, "noncommittal": 0}))
        equal = await judged(judge, ["relevancy"])
    assert (evasive["relevancy"]["value"], equal["relevancy"]["value"]) == (0, 1)


async def test_context_precision_without_a_reference_looks_at_the_answer(endpoint: Endpoint, cache: Cache) -> None:
    async with judging(endpoint, cache) as judge:
        found = await judge.answer(["context_precision"], QUESTION, "狗要拴绳。", ["狗要拴绳。", *EVIDENCE])
        late = await judge.answer(["context_precision"], QUESTION, "狗要拴绳。", [*EVIDENCE, "狗要拴绳。"])
    assert found["context_precision"]["value"] == 1
    assert late["context_precision"]["value"] == pytest.approx(1 / 3, abs=1e-5)


async def test_the_judge_reads_our_prompts_in_json_mode_with_room_enough(
    server: InThread, endpoint: Endpoint, cache: Cache, embedder: StaticEmbedder
) -> None:
    async with judging(endpoint, cache, embedder) as judge:
        await judged(judge, ALL)
    bodies = list(server.server.seen.bodies)
    assert len(bodies) == 11
    for body in bodies:
        assert (body["max_tokens"], body["temperature"], body["model"]) == (4096, 0.0, MODEL)
        assert body["response_format"] == {"type": "json_object"}
        (message,) = body["messages"]
        for word in ("Einstein", "Please", "EXAMPLES", "Given ", "Example"):
            assert word not in message["content"]


async def test_nothing_is_judged_twice_and_both_times_are_equal(
    server: InThread, endpoint: Endpoint, cache: Cache, embedder: StaticEmbedder
) -> None:
    async with judging(endpoint, cache, embedder) as judge:
        first = await judged(judge, ALL)
    requests = server.server.seen.requests
    async with judging(endpoint, cache, embedder) as judge:
        again = await judged(judge, ALL)
        assert (server.server.seen.requests, judge.asked) == (requests, 0)
        await judged(judge, ["faithfulness"], answer=f"{ANSWER}狗要拴绳。")
    assert again == first
    assert server.server.seen.requests == requests + 2


async def test_asked_anew_it_says_the_same(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> None:
    told = []
    for _ in range(2):
        kept = Cache(tmp_path_factory.mktemp("kept") / "cache.sqlite")
        async with judging(endpoint, kept) as judge:
            told.append(await judged(judge, ["faithfulness", "correctness", "rubric"]))
        kept.close()
    assert told[0] == told[1]


async def test_another_judge_is_asked_for_itself(server: InThread, endpoint: Endpoint, cache: Cache) -> None:
    async with judging(endpoint, cache) as judge:
        await judged(judge, ["rubric"])
    server.server.models = (MODEL, "judge-2")
    async with judging(endpoint._replace(model="judge-2"), cache) as judge:
        await judged(judge, ["rubric"])
    assert server.server.seen.by_model == {MODEL: 1, "judge-2": 1}


TWO = '{"statements": ["一。", "二。"]}'
VERDICT = '{"statement": "一。", "reason": "有", "verdict": %s}'
PAIR = f'{{"statements": [{VERDICT % 5}, {VERDICT % 1}]}}'


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (['{"statements": []}'] * 2, "NaN"),
        ([TWO, '{"statements": [%s]}' % (VERDICT % 1)] * 2, "1 verdicts on 2 statements"),
        ([TWO, PAIR] * 2, "neither 0 nor 1"),
        ([TWO, '{"verdicts": []}'] * 2, "not in form (statements"),
        (["好的，我来看看。"] * 2, "no JSON"),
        (["[1, 2]"] * 2, "not in form"),
        (["<think>想一想</think>"] * 2, "no JSON"),
    ],
)
async def test_what_is_not_said_in_form_is_the_worst(
    server: InThread, endpoint: Endpoint, cache: Cache, texts: list[str], why: str
) -> None:
    server.server.texts.extend(texts)
    async with judging(endpoint, cache) as judge:
        found = await judged(judge, ["faithfulness"])
        assert found["faithfulness"]["value"] == 0.0
        assert why in found["faithfulness"]["why"]
        assert judge.asked == 2
        assert not server.server.texts
        # A failure is not kept: the next time may go well.
        assert (await judged(judge, ["faithfulness"]))["faithfulness"] == {"value": 0.5, "why": ""}


async def test_thinking_before_the_answer_does_no_harm(server: InThread, endpoint: Endpoint, cache: Cache) -> None:
    server.server.always = Trouble(Kind.THINK_MARKS)
    async with judging(endpoint, cache) as judge:
        assert (await judged(judge, ["faithfulness"]))["faithfulness"] == {"value": 0.5, "why": ""}


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        (Trouble(Kind.HALF), "no JSON"),
        (Trouble(Kind.FULL), "HTTP 503"),
        (Trouble(Kind.TOO_MANY), "HTTP 429"),
        (Trouble(Kind.STALL, after=1, seconds=30), "no answer"),
        (Trouble(Kind.RESET), "no answer"),
        (Trouble(Kind.PAGE, code=502), "HTTP 502"),
        (Trouble(Kind.ONLY_REASONING), "said nothing"),
        (Trouble(Kind.NOISE), "said nothing"),
    ],
)
async def test_a_bad_day_of_the_server_is_tried_twice_and_told(
    server: InThread, endpoint: Endpoint, cache: Cache, trouble: Trouble, why: str
) -> None:
    server.server.always = trouble
    async with judging(endpoint, cache, patience=0.5) as judge:
        found = await judged(judge, ["rubric"])
    assert {one["value"] for one in found.values()} == {0.0}
    assert all(one["why"] and why in one["why"] for one in found.values())
    assert server.server.seen.requests == 2


@pytest.mark.parametrize("kind", [Kind.HALF, Kind.FULL, Kind.RESET])
async def test_one_failure_is_made_good_by_the_second_try(
    server: InThread, endpoint: Endpoint, cache: Cache, kind: Kind
) -> None:
    server.server.troubles.append(Trouble(kind))
    async with judging(endpoint, cache) as judge:
        assert (await judged(judge, ["rubric"]))["tone"] == {"value": 1.0, "why": ""}


async def test_no_evidence_is_no_faith_and_needs_no_judge(server: InThread, endpoint: Endpoint, cache: Cache) -> None:
    async with judging(endpoint, cache) as judge:
        found = await judged(judge, ["faithfulness", "context_recall"], evidence=())
    assert all(one == {"value": 0.0, "why": "the answer shows no evidence"} for one in found.values())
    assert server.server.seen.requests == 0


async def test_relevancy_without_an_embedding_is_told(endpoint: Endpoint, cache: Cache) -> None:
    async with judging(endpoint, cache) as judge:
        assert "no embedding" in (await judged(judge, ["relevancy"]))["relevancy"]["why"]


async def test_a_judge_that_can_never_answer_ends_the_judging(cache: Cache, server: InThread) -> None:
    async with judging(Endpoint(server.server.url, "nobody", "none"), cache) as judge:
        with pytest.raises(NotFound, match="CITYDESK_JUDGE_MODEL"):
            await judged(judge, ["rubric"])
    closed = InThread(LexicalJudge(key="secret"))
    try:
        async with judging(Endpoint(closed.server.url, MODEL, "wrong"), cache) as judge:
            with pytest.raises(Refused, match="CITYDESK_JUDGE_KEY"):
                await judged(judge, ["rubric"])
        async with judging(Endpoint(closed.server.url, MODEL, "secret"), cache) as judge:
            assert (await judged(judge, ["rubric"]))["tone"]["value"] == 1
    finally:
        closed.close()


async def test_a_judge_is_a_model_and_may_be_switched_off(server: InThread, endpoint: Endpoint, cache: Cache) -> None:
    allow_model_requests(False)
    async with judging(endpoint, cache) as judge:
        with pytest.raises(Refused, match="switched off"):
            await judged(judge, ["rubric"])
    assert server.server.seen.requests == 0


async def test_a_fresh_judge_judges_anew(server: InThread, endpoint: Endpoint, cache: Cache) -> None:
    for fresh in (False, True):
        judge = Judge(endpoint, None, cache, fresh=fresh)
        await judged(judge, ["rubric"])
        await judge.close()
    assert server.server.seen.requests == 2
