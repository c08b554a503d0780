from __future__ import annotations

from datetime import date

import pytest

from agents.context import House
from agents.contract import Draft
from agents.engines.scripted import ScriptedEngine
from agents.engines.tasks import Chosen, Pick
from agents.outcomes import Outcome
from agents.specialists import specialists
from agents.specialists.service import OVERVIEW
from city.errors import NotFound
from tests.agents.making import context_of, task_of
from tests.conftest import TODAY

PERMIT = "sg-residence-permit"


async def work(
    house: House, name: str, question: str, *, chosen: list[Chosen] | None = None, detail: str = ""
) -> Draft:
    engine = ScriptedEngine({"choose": chosen}) if chosen else None
    context = context_of(house, question, engine=engine)
    task = task_of(name, question, detail_of=detail or None)
    return await specialists()[task.specialist].work(context, task)


def pick(*passages: tuple[int, float]) -> Chosen:
    picks = [Pick(passage=number, sentences=[0], confidence=share) for number, share in passages]
    return Chosen(answerable=True, picks=picks)


def test_every_level_of_documents_has_one_specialist() -> None:
    levels = [level for specialist in specialists().values() for level in specialist.levels]
    assert len(levels) == len(set(levels))
    assert {"regulation", "planning", "policy", "service", "petition", "human", "smalltalk"} <= specialists().keys()
    assert all(name == specialist.name for name, specialist in specialists().items())


@pytest.mark.parametrize(
    ("name", "outcome", "key"),
    [
        ("petition", Outcome.FOR_PERSON, "petition_by_phone"),
        ("human", Outcome.FOR_PERSON, "human_by_phone"),
        ("smalltalk", Outcome.SMALLTALK, "greeting"),
    ],
)
async def test_fixed_replies_are_the_packs_own_words(house: House, name: str, outcome: Outcome, key: str) -> None:
    draft = await work(house, name, "路灯坏了")
    words = house.pack.wording["zh"].raw(key).replace("{phone}", house.pack.city.hotline)
    assert (draft.specialist, draft.outcome) == (name, outcome)
    assert [(s.kind, s.text) for s in draft.sentences] == [("frame", words)]


@pytest.mark.parametrize("name", ["regulation", "planning", "policy", "service"])
async def test_a_provision_is_told_in_full(house: House, name: str) -> None:
    draft = await work(house, name, "再说细一点", detail="yl-parking-2024#15")
    provision = house.library.get("yl-parking-2024#15")
    (sentence,) = draft.sentences
    (evidence,) = sentence.evidence
    assert draft.outcome is Outcome.ANSWERED
    assert evidence.quote == provision.text.strip()
    start = evidence.start - provision.start
    assert provision.text[start : evidence.end - provision.start] == evidence.quote
    assert evidence.quote in sentence.text


async def test_a_staff_provision_is_not_told_to_a_citizen(house: House) -> None:
    staff = context_of(house, role="staff")
    name = house.library.document("yl-hotline-manual-2025", role="staff").provisions[0].id
    told = await specialists()["regulation"].work(staff, task_of("regulation", "再说细", detail_of=name))
    assert told.provisions == [name]
    with pytest.raises(NotFound):
        await work(house, "regulation", "再说细", detail=name)


async def test_only_the_sections_asked_for_are_told(house: House) -> None:
    draft = await work(house, "service", "居住证要什么材料", chosen=[pick((1, 0.9))])
    assert draft.notes["guide"] == PERMIT
    assert f"{PERMIT}#materials" in draft.provisions
    assert not {f"{PERMIT}#time_fee", f"{PERMIT}#place"} & set(draft.provisions)
    for sentence in (s for s in draft.sentences if s.kind == "claim"):
        assert sentence.evidence[0].quote in sentence.text


async def test_a_general_question_gets_the_overview(house: House) -> None:
    draft = await work(house, "service", "居住证怎么办", chosen=[pick((1, 0.9))])
    assert draft.provisions == [f"{PERMIT}#{section}" for section in OVERVIEW]


async def test_an_overdue_guide_says_so(house: House) -> None:
    late = date(2030, 1, 1)
    context = context_of(house, as_of=late, engine=ScriptedEngine({"choose": [pick((1, 0.9))]}))
    draft = await specialists()["service"].work(context, task_of("service", "居住证怎么办", as_of=late))
    fresh = await work(house, "service", "居住证怎么办", chosen=[pick((1, 0.9))])
    assert [s for s in fresh.sentences if s.kind == "frame"] == []
    assert "已过复核日期" in draft.sentences[-1].text


async def test_a_model_that_picks_what_is_not_there_is_not_followed(house: House) -> None:
    nothing = Chosen(answerable=False)
    wild = pick((99, 0.9), (0, 0.9), (-1, 0.9))
    draft = await work(house, "service", "居住证怎么办", chosen=[wild, *[nothing] * 6])
    assert draft.outcome in {Outcome.NOT_FOUND, Outcome.NEEDS_FACT}
    assert not [s for s in draft.sentences if s.kind == "claim"]
    draft = await work(house, "regulation", "路边停车收费", chosen=[wild, *[nothing] * 6])
    assert draft.outcome in {Outcome.NOT_FOUND, Outcome.NEEDS_FACT}


async def test_a_sentence_number_beyond_the_passage_is_left_out(house: House) -> None:
    made = Chosen(answerable=True, picks=[Pick(passage=1, sentences=[500, 0, 0, -3], confidence=0.9)])
    engine = ScriptedEngine({"choose": [made], "write": [[]]})
    context = context_of(house, engine=engine)
    draft = await specialists()["regulation"].work(context, task_of("regulation", "路边停车收费"))
    assert len(draft.provisions) == 1
    claims = [s for s in draft.sentences if s.kind == "claim"]
    assert claims
    assert all(evidence.start < evidence.end for s in claims for evidence in s.evidence)


async def test_a_policy_answer_says_that_eligibility_is_not_judged(house: House) -> None:
    engine = ScriptedEngine({"choose": [pick((1, 0.9))], "write": [[]]})
    context = context_of(house, engine=engine)
    draft = await specialists()["policy"].work(context, task_of("policy", "租房补贴一个月多少", as_of=TODAY))
    assert draft.outcome in {Outcome.ANSWERED, Outcome.PARTLY_ANSWERED}
    assert draft.sentences[-1].text == context.say("policy_text_only", phone=context.phone)
