from __future__ import annotations

import pytest

from agents.context import House
from agents.contract import Draft, Evidence, Sentence
from agents.outcomes import Outcome
from agents.verify import check_draft, check_sentence
from knowledge.model import Provision

FREE = "yl-parking-2024#15"


@pytest.fixture
def provision(house: House) -> Provision:
    return house.library.get(FREE)


def _claim(text: str, provision: Provision, quote: str | None = None) -> Sentence:
    said = provision.text if quote is None else quote
    start = provision.start
    return Sentence(
        text=text, evidence=[Evidence(provision=provision.id, start=start, end=start + len(said), quote=said)]
    )


def test_a_quote_that_stands_in_the_source_passes(house: House, provision: Provision) -> None:
    sentence = _claim(f"规定：“{provision.text}”", provision)
    assert check_sentence(sentence, house.library, "citizen").supported


def test_a_changed_quote_falls(house: House, provision: Provision) -> None:
    changed = provision.text.replace("十五", "五十", 1)
    assert changed != provision.text
    verdict = check_sentence(_claim("停车免费", provision, changed), house.library, "citizen")
    assert not verdict.supported
    assert "quote" in verdict.reason


@pytest.mark.parametrize(
    ("text", "supported"),
    [
        ("道路停车泊位停放15分钟以内免费。", True),
        ("道路停车泊位停放45分钟以内免费。", False),
        ("道路停车泊位停放罚款500元。", False),
        ("隔壁餐馆今天的红烧肉特别好吃，欢迎大家来尝一尝。", False),
    ],
)
def test_sentences_of_a_model_must_be_carried(house: House, provision: Provision, text: str, supported: bool) -> None:
    assert check_sentence(_claim(text, provision), house.library, "citizen").supported is supported


def test_a_duty_of_its_own_falls(house: House, provision: Provision) -> None:
    word = next(w for w in ("没收", "吊销") if w not in provision.text)
    assert not check_sentence(_claim(f"道路停车泊位停放的{word}", provision), house.library, "citizen").supported


def test_a_claim_without_evidence_and_a_hidden_provision_fall(house: House) -> None:
    assert not check_sentence(Sentence(text="可以"), house.library, "citizen").supported
    hidden = next(p for p in house.library.document("yl-hotline-manual-2025", role="staff").provisions)
    sentence = _claim(hidden.text, hidden)
    assert check_sentence(sentence, house.library, "staff").supported
    assert not check_sentence(sentence, house.library, "citizen").supported


def test_what_falls_leaves_the_draft_and_says_why(house: House, provision: Provision) -> None:
    good, bad = _claim(provision.text, provision), Sentence(text="没有依据的话")
    draft = Draft(specialist="regulation", question="问", outcome=Outcome.ANSWERED, sentences=[good, bad])
    kept, reasons = check_draft(draft, house.library, "citizen")
    assert kept.sentences == [good]
    assert reasons == ["no evidence"]
