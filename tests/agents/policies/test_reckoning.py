"""What rules have found is said only where it comes out again: numbers, status, policy, day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from agents.context import House
from agents.contract import Draft, Reckoned, Sentence
from agents.outcomes import Outcome
from agents.policies import telling
from agents.policies.reckoning import fault, fixed_words
from agents.policies.talk import Matching, plain_value
from agents.reading.numbers import numbers
from agents.steps.verify import verify
from agents.verify import check_sentence
from eval.policies import Case, read_cases
from knowledge.eligibility.facts import Subject
from knowledge.eligibility.matching import POSITIVE
from knowledge.eligibility.profiles import find_fact, read_profile
from tests.agents.making import context_of, runtime_of
from tests.agents.policies.making import ELDER, GREEN, TECH, small_context, small_rules
from tests.conftest import TODAY, YUNLAN
from tests.knowledge.eligibility.making import DAY

PERSON = Matching(subject="person", facts=ELDER)
FIRM = Matching(subject="firm", facts={**TECH, **GREEN, "firm.receiving": []})
RIGHT = Reckoned(policy="tp-elder", status="eligible", as_of=DAY)


def _of(text: str, *reckoned: Reckoned) -> Sentence:
    return Sentence(text=text, kind="reckoned", reckoned=list(reckoned))


def _fault(sentence: Sentence, matching: Matching | None = PERSON) -> str:
    return fault(sentence, matching, small_rules(), "一次性，一年约{total}")


def _told(house: House, matching: Matching) -> list[Sentence]:
    rules = small_rules()
    matches = rules.match(matching.profile(rules.every), DAY)
    told = telling.results(small_context(house), rules, matching, matches, DAY)
    return [sentence for sentence in told if sentence.kind == "reckoned"]


def test_what_rules_have_found_stands() -> None:
    assert _fault(_of("符合《高龄津贴》：每月200元。", RIGHT)) == ""
    assert _fault(_of("您的情况是：86岁。", RIGHT)) == ""


@pytest.mark.parametrize("text", ["每月2000元", "每月200元，共12个月", "每月二百二十元", "满70岁", "打12388"])
def test_a_number_that_no_rule_gave_falls(text: str) -> None:
    assert "numbers that the rules do not give" in _fault(_of(text, RIGHT))


@pytest.mark.parametrize("status", ["likely", "not", "needs_facts", "", "符合"])
def test_another_status_falls(status: str) -> None:
    assert "tp-elder is eligible" in _fault(_of("每月200元", RIGHT.model_copy(update={"status": status})))


def test_a_fact_that_changed_makes_the_sentence_fall() -> None:
    young = Matching(subject="person", facts={**ELDER, "person.born_on": "1970-05-01"})
    assert "tp-elder is not, not eligible" in _fault(_of("每月200元", RIGHT), young)
    assert "needs_facts" in _fault(_of("每月200元", RIGHT), Matching(subject="person"))


def test_a_policy_that_is_not_there_falls() -> None:
    assert _fault(_of("每月200元", RIGHT.model_copy(update={"policy": "tp-gone"})))


def test_a_policy_that_nobody_signed_falls() -> None:
    assert fault(_of("每月200元", RIGHT), PERSON, small_rules(("tp-tech",)))


def test_a_day_on_which_it_was_not_in_force_falls() -> None:
    early = RIGHT.model_copy(update={"as_of": date(2020, 1, 1)})
    assert _fault(_of("每月200元", early))


def test_nothing_is_reckoned_from_nothing() -> None:
    sentence = _of("每月200元", RIGHT)
    assert fault(sentence, None, small_rules())
    assert fault(sentence, Matching(), small_rules())
    assert fault(sentence, PERSON, None)
    assert _fault(_of("每月200元"))


def test_one_wrong_policy_of_several_is_enough() -> None:
    assert _fault(_of("每月200元", RIGHT, RIGHT.model_copy(update={"policy": "tp-tech"})))


def test_the_sum_of_all_is_worked_out_again() -> None:
    every = Reckoned(policy="*", as_of=DAY)
    assert _fault(_of("一年约2,400元。", every)) == ""
    assert _fault(_of("一年约2,500元。", every))
    assert _fault(_of("一年约2,400元。", every), Matching(subject="person", facts={"person.in_city": False}))


def test_the_fixed_words_of_the_city_bring_no_number_that_could_be_taken_for_a_result(house: House) -> None:
    assert numbers(fixed_words(house.pack)) <= {("1", "次"), ("1", "年")}


def test_every_number_of_a_told_result_is_checked(house: House) -> None:
    """Whatever number of a told sentence is made greater, the sentence falls."""
    changed = 0
    for matching in (PERSON, FIRM):
        for sentence in _told(house, matching):
            assert _fault(sentence, matching) == "", sentence.text
            for number in ("200", "10万", "2,000", "6期", "8万", "12345", "30日"):
                if number in sentence.text:
                    wrong = sentence.model_copy(update={"text": sentence.text.replace(number, f"7{number}")})
                    assert _fault(wrong, matching), wrong.text
                    changed += 1
    assert changed >= 5


# The city's own rules and texts.


def _cases() -> list[Case]:
    """Three cases of every policy: the first, the middle one, the last."""
    found: dict[str, list[Case]] = {}
    for case in read_cases([YUNLAN / "evaluation/policies"]):
        found.setdefault(case.policy, []).append(case)
    return [case for cases in found.values() for case in (cases[0], cases[len(cases) // 2], cases[-1])]


def _matching(house: House, case: Case) -> Matching:
    assert house.policies
    subject: Subject = house.policies.every.policies[case.policy].subject
    profile = read_profile({"subject": subject, "facts": case.facts}, house.policies.every)
    facts = {name: plain_value(value) for name, value in profile.values.items()}
    assert all(find_fact(house.policies.every, subject, name) for name in facts)
    return Matching(subject=subject, facts=facts)


def _fallen(house: House, matching: Matching, said: list[Sentence]) -> list[str]:
    fixed = fixed_words(house.pack)

    def reckon(sentence: Sentence) -> str:
        return fault(sentence, matching, house.policies, fixed)

    verdicts = [(one.text, check_sentence(one, house.library, "citizen", reckon)) for one in said]
    return [f"{text}: {verdict.reason}" for text, verdict in verdicts if not verdict.supported]


def test_every_sentence_about_one_policy_passes_verification(house: House) -> None:
    rules, seen, reckoned = house.policies, set(), 0
    assert rules
    for case in _cases():
        if case.policy not in rules.book.policies:
            continue
        matching = _matching(house, case)
        made = rules.explain(case.policy, matching.profile(rules.every), case.as_of)
        context = context_of(house, as_of=case.as_of)
        said = [*telling.reasons(context, made), *telling.papers(context, made)]
        assert _fallen(house, matching, said) == [], case.id
        seen.add((case.policy, made.status))
        reckoned += sum(sentence.kind == "reckoned" for sentence in said)
    assert {status for _, status in seen} >= {"eligible", "not"}
    assert len({policy for policy, _ in seen}) >= 40
    assert reckoned > 300


@pytest.mark.parametrize("subject", ["firm", "person"])
def test_every_sentence_of_a_whole_result_passes_verification(house: House, subject: Subject) -> None:
    """Facts of several policies' cases together fit several policies at once: sums, conflicts, what is open."""
    rules, positive = house.policies, 0
    assert rules
    cases = [one for one in _cases() if rules.every.policies[one.policy].subject == subject]
    for number in range(0, len(cases), 4):
        facts: dict[str, Any] = {}
        for case in cases[number : number + 8]:
            facts.update(_matching(house, case).facts)
        matching = Matching(subject=subject, facts=facts)
        for day in (TODAY, TODAY - timedelta(days=200)):
            matches = rules.match(matching.profile(rules.every), day)
            said = telling.results(context_of(house, as_of=day), rules, matching, matches, day)
            assert _fallen(house, matching, said) == []
            positive += sum(one.status in POSITIVE for one in matches)
    assert positive > 10


async def test_the_flow_drops_what_does_not_come_out_again(house: House) -> None:
    rules = house.policies
    assert rules
    facts = {"person.hukou_in_city": True, "person.birth_date": "1940-05-01", "person.social_aid": "none",
             "person.hukou_moved_in": False, "person.receiving": []}  # fmt: skip
    matching = Matching(subject="person", facts=facts)
    made = rules.explain("yl-pol-elderage", matching.profile(rules.every), TODAY)
    context = context_of(house)
    said = telling.fitting(context, made)
    assert "每月80元" in said[0].text
    wrong = [
        said[0].model_copy(update={"text": said[0].text.replace("每月80元", "每月800元")}),
        said[0].model_copy(update={"reckoned": [said[0].reckoned[0].model_copy(update={"status": "not"})]}),
        said[0].model_copy(update={"reckoned": [said[0].reckoned[0].model_copy(update={"policy": "yl-pol-none"})]}),
        said[0].model_copy(update={"evidence": [said[0].evidence[0].model_copy(update={"quote": "每月800元"})]}),
    ]
    draft = Draft(
        specialist="policy", question="", outcome=Outcome.ANSWERED, sentences=[*said, *wrong],
        matching=matching.model_dump(mode="json"),
    )  # fmt: skip
    after = await verify({"composed": [draft.model_dump(mode="json")]}, runtime_of(context))
    (checked,) = after["composed"]
    assert [one["text"] for one in checked["sentences"]] == [one.text for one in said]
    assert checked["outcome"] == Outcome.PARTLY_ANSWERED.value
    bare = draft.model_copy(update={"matching": None})
    (emptied,) = (await verify({"composed": [bare.model_dump(mode="json")]}, runtime_of(context)))["composed"]
    assert emptied["outcome"] == Outcome.NOT_FOUND.value
    assert all(one["kind"] == "frame" for one in emptied["sentences"])
