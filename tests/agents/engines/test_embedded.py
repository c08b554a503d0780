from __future__ import annotations

import math
from datetime import date

import numpy as np
import pytest
from pydantic import BaseModel

from agents.engines.base import EngineUnavailable, Task
from agents.engines.embedded import EmbeddedEngine, Statistics
from agents.engines.embedded.choose import Coefficients, judge, pick_sentences
from agents.engines.embedded.route import Cues, route
from agents.engines.embedded.statistics import Needs, logistic, plain_terms, terms
from agents.engines.embedded.write import write
from agents.engines.tasks import CHOOSE, ROUTE, WRITE, ChooseGiven, Passage, PassageKind, RouteGiven, WriteGiven
from tests.conftest import TODAY

CUES = Cues({"service": ["材料", "怎么办"], "policy": ["补贴"]})
QUOTE: dict[str, dict[PassageKind, str]] = {"zh": {"text": "《{title}》{article}：“{quote}”"}}


def passage(number: int, *sentences: str, title: str = "停车条例", score: float = 0.5) -> Passage:
    return Passage(number=number, title=title, article=f"第{number}条", sentences=list(sentences), score=score)


def given(question: str, *passages: Passage, glosses: dict[str, list[str]] | None = None) -> ChooseGiven:
    return ChooseGiven(question=question, as_of=TODAY, passages=list(passages), glosses=glosses or {})


def test_cue_words_outvote_a_slight_tendency_only() -> None:
    available = ["regulation", "service", "policy"]
    asked = {"message": "要带什么材料", "available": available}
    near = RouteGiven.model_validate({**asked, "tendency": {"regulation": 0.5, "service": 0.3}})
    far = RouteGiven.model_validate({**asked, "tendency": {"regulation": 1.0}})
    assert route(near, CUES).parts[0].specialist == "service"
    assert route(far, CUES).parts[0].specialist == "regulation"


def test_without_any_sign_the_first_available_takes_it() -> None:
    made = route(RouteGiven(message="嗯", available=["planning", "service"]), CUES)
    assert (made.parts[0].specialist, made.parts[0].confidence) == ("planning", 0.0)


def test_who_is_not_available_gets_nothing() -> None:
    asked = RouteGiven(message="补贴怎么办", available=["regulation"], tendency={"policy": 1.0})
    assert route(asked, CUES).parts[0].specialist == "regulation"


def test_further_cues_count_half() -> None:
    assert CUES.votes("材料") == {"service": pytest.approx(0.55)}
    assert CUES.votes("材料怎么办，有补贴吗") == {"service": pytest.approx(0.825), "policy": pytest.approx(0.55)}


def test_asking_words_are_no_terms() -> None:
    assert terms("请问停车怎么收费呢？") == ["停车", "收费"]
    assert terms("ＡＢＣ-12 怎么办") == ["abc-12"]
    assert terms("多少？") == []
    assert plain_terms("停车场") == {"停车", "车场", "停", "车", "场"}


def test_unknown_terms_weigh_as_the_rarest_known() -> None:
    known = {"停车": 2.0, "收费": 5.0}
    statistics = Statistics(weigh=lambda found: [known.get(term, 0.0) for term in found])
    assert statistics.weights("停车收费 zz") == {"停车": 2.0, "车收": 5.0, "收费": 5.0, "zz": 5.0}
    assert statistics.weights("怎么？") == {}


def test_nearness_is_the_cosine_and_never_negative() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1], [-1, 0], [0.6, 0.8]], np.float32)
    statistics = Statistics(encode=lambda texts: vectors[: len(texts)])
    assert statistics.nearness("问", ["a", "b", "c", "d"]) == pytest.approx([1, 0, 0, 0.6])
    assert statistics.nearness("问", []) == []
    assert Statistics().nearness("问", ["a", "b"]) == [0.0, 0.0]


def test_an_everyday_word_is_met_by_any_of_its_meanings() -> None:
    weights = {"娃上": 1.0, "上学": 1.0}
    needs = Needs(weights, {"上学": ["入学"]})
    assert needs.coverage(plain_terms("儿童入学")) == pytest.approx(0.5)
    assert needs.coverage(plain_terms("上学")) == pytest.approx(0.5)
    assert needs.missing(plain_terms("儿童入学")) == 1.0
    assert needs.missing(plain_terms("娃上入学")) == 0.0


def test_a_question_of_nothing_needs_nothing() -> None:
    needs = Needs({}, {})
    assert needs.coverage({"停车"}) == 0.0
    assert needs.missing(set()) == 0.0


@pytest.mark.parametrize("value", [-1e9, -50.0, 0.0, 50.0, 1e9])
def test_the_logistic_is_safe_and_symmetric(value: float) -> None:
    assert 0 <= logistic(value) <= 1
    assert math.isclose(logistic(value) + logistic(-value), 1)


def test_the_passage_that_says_it_comes_first() -> None:
    asked = given(
        "停车不超过几分钟不收费",
        passage(1, "养犬应当登记。", title="养犬条例", score=0.2),
        passage(2, "停车不超过十五分钟的，不收费。", score=0.9),
        passage(3, "停车应当有序。", score=0.3),
    )
    judged = judge(asked, Statistics(), Coefficients())
    assert judged[0].passage.number == 2
    assert all(0 <= j.probability <= 1 for j in judged)
    assert {j.features.amount for j in judged} == {1.0, -1.0}
    best = judged[0].features
    assert best.covered > judged[-1].features.covered
    assert all(-1 <= value <= 1 for j in judged for value in j.features)


def test_features_stay_in_bounds_for_odd_passages() -> None:
    asked = given("？？？", passage(1), passage(2, "", title=""), passage(3, "停" * 5_000))
    for j in judge(asked, Statistics(), Coefficients()):
        assert all(-1 <= value <= 1 for value in j.features)
        assert pick_sentences(j, 0.6) == [] or max(pick_sentences(j, 0.6)) < len(j.passage.sentences)


def test_a_short_passage_is_quoted_whole_and_a_long_one_in_part() -> None:
    short = judge(given("停车", passage(1, "停车。", "养犬。")), Statistics(), Coefficients())[0]
    assert pick_sentences(short, 0.9) == [0, 1]
    long = passage(
        1, "停车不超过十五分钟不收费。", *["养犬应当登记，犬只应当免疫，携犬出户应当束绳。" for _ in range(8)]
    )
    judged = judge(given("停车多少分钟不收费", long), Statistics(), Coefficients())[0]
    assert pick_sentences(judged, 0.62) == [0]
    assert len(pick_sentences(judged, 0.0, most=3)) == 3


async def test_the_engine_solves_every_task_and_names_one_it_cannot() -> None:
    engine = EmbeddedEngine(Statistics(), CUES, QUOTE)
    routed = await engine.decide(ROUTE, RouteGiven(message="要什么材料", available=["regulation", "service"]))
    assert routed.parts[0].specialist == "service"
    assert not (await engine.decide(CHOOSE, given("停车"))).answerable
    asked = WriteGiven(question="停车", as_of=TODAY, passages=[passage(1, "甲。", "乙。"), passage(2, "丙。")])
    lines = "".join([piece async for piece in engine.write(WRITE, asked)])
    assert lines == "《停车条例》第1条：“甲。……乙。”〔1〕\n《停车条例》第2条：“丙。”〔2〕\n"

    class Any(BaseModel):
        pass

    other = Task("sing", Any, Any)
    with pytest.raises(EngineUnavailable, match="'sing'"):
        await engine.decide(other, Any())
    with pytest.raises(EngineUnavailable, match="'sing'"):
        _ = [piece async for piece in engine.write(other, Any())]


def test_braces_in_a_document_are_only_text() -> None:
    asked = WriteGiven(question="x", as_of=date(2026, 1, 1), passages=[passage(1, "写作{title}。", title="{quote}")])
    assert list(write(asked, QUOTE)) == ["《{quote}》第1条：“写作{title}。”〔1〕\n"]
