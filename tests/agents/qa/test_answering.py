from __future__ import annotations

import pytest

from agents.context import House
from agents.engines.base import EngineUnavailable
from agents.engines.scripted import ScriptedEngine
from agents.engines.tasks import Chosen as Made
from agents.engines.tasks import Pick
from agents.qa.answering import CANDIDATES, Chosen, Preference, _sentences, choose, find, write
from agents.qa.sentences import split_sentences
from agents.verify import check_sentence
from knowledge.library import Hit
from knowledge.model import Level
from tests.agents.making import context_of
from tests.conftest import TODAY

EVERY = Preference(tuple(Level))
ASKED = "路边停车前多少分钟不收费"


def chosen_of(house: House, name: str, *picked: int) -> Chosen:
    provision = house.library.get(name)
    hit = Hit(provision, house.library.meta(provision.document), 0.9, {}, house.library.snapshot)  # type: ignore[arg-type]
    return Chosen(hit, split_sentences(provision.text), list(picked), 0.9)


def test_candidates_are_bounded_and_each_can_be_quoted(house: House) -> None:
    found = find(context_of(house), ASKED, TODAY, EVERY)
    assert 0 < len(found.hits) <= CANDIDATES
    assert len(found.hits) == len(found.spans)
    assert all(found.spans)
    passages = found.passages()
    assert [p.number for p in passages] == list(range(1, len(passages) + 1))
    assert all(0 <= p.score <= 1 for p in passages)


def test_preferred_levels_are_lifted(house: House) -> None:
    context = context_of(house)
    plain = find(context, "停车配建标准", TODAY, EVERY)
    lifted = find(context, "停车配建标准", TODAY, Preference(tuple(Level), frozenset({Level.FAQ}), lift=2.0))
    assert plain.hits[0].meta.level is not Level.FAQ or len({h.meta.level for h in plain.hits}) == 1
    faq = [hit.meta.level is Level.FAQ for hit in lifted.hits]
    assert faq == sorted(faq, reverse=True)


def test_neighbouring_sentences_are_one_span(house: House) -> None:
    name = next(p.id for p in house.library.document("yl-parking-2024").provisions if len(split_sentences(p.text)) > 3)
    evidence = chosen_of(house, name, 0, 1, 3).evidence
    provision = house.library.get(name)
    assert len(evidence) == 2
    for item in evidence:
        assert provision.text[item.start - provision.start : item.end - provision.start] == item.quote


def test_marks_tie_lines_to_their_passages(house: House) -> None:
    chosen = [chosen_of(house, "yl-parking-2024#15", 0), chosen_of(house, "yl-parking-2024#16", 0)]
    text = "第一句。〔1〕\n（一）甲；\n（二）乙。〔2〕〔1〕\n没有依据的一句。\n编造的。〔9〕\n最后一句。〔2〕"
    found = _sentences(text, chosen)
    assert [s.text for s in found] == ["第一句。", "（一）甲；\n（二）乙。", "最后一句。"]
    assert [sorted({e.provision for e in s.evidence}) for s in found] == [
        ["yl-parking-2024#15"],
        ["yl-parking-2024#15", "yl-parking-2024#16"],
        ["yl-parking-2024#16"],
    ]


@pytest.mark.parametrize(
    "written",
    [
        [],
        ["停满九十九小时才收费。〔1〕"],
        ["前", "十五分钟"],
        ["〔1〕〔2〕\n〔1〕"],
        ["随便停。〔7〕"],
        EngineUnavailable("broke off"),
    ],
)
async def test_what_evidence_does_not_carry_gives_way_to_the_quote(house: House, written: object) -> None:
    context = context_of(house, engine=ScriptedEngine({"write": [written]}))
    chosen = [chosen_of(house, "yl-parking-2024#15", 0)]
    (sentence,) = await write(context, ASKED, TODAY, chosen)
    assert sentence.evidence == chosen[0].evidence
    assert chosen[0].evidence[0].quote in sentence.text
    assert check_sentence(sentence, house.library, "citizen").supported


async def test_wild_picks_are_dropped_and_lists_get_their_lead(house: House) -> None:
    picks = [Pick(passage=n, sentences=s, confidence=0.9) for n, s in ((0, [0]), (1, [0, 0, 99]), (40, [0]), (2, [-1]))]
    context = context_of(house, engine=ScriptedEngine({"choose": [Made(answerable=True, picks=picks)]}))
    found = find(context, ASKED, TODAY, EVERY)
    chosen = (await choose(context, ASKED, TODAY, found)).answering
    assert [c.hit.provision.id for c in chosen] == [found.hits[0].provision.id]
    assert 0 in chosen[0].picked
