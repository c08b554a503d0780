from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.eligibility.asking import Asker, Prior, Priors, Question
from knowledge.eligibility.facts import Value
from knowledge.eligibility.matching import Status, match
from knowledge.eligibility.profiles import Profile
from tests.knowledge.eligibility.making import DAY, firm, person, small_book
from tests.knowledge.eligibility.making_profiles import MAKER, OLD, book_with, every, good

IN_CITY = {"fact": "firm.in_city", "is": True}
STAFF = {"fact": "firm.staff", "at_least": 10}
EXPORTS = {"fact": "firm.exporter", "is": True}
EXPORT_VALUE = {"fact": "firm.export_value", "at_least": 100}


def rules(*conditions: list[dict[str, Any]], subject: str = "firm") -> list[dict[str, Any]]:
    return [{"id": f"r{n}", "subject": subject, "conditions": own} for n, own in enumerate(conditions)]


def asker(raw: list[dict[str, Any]], priors: Priors | None = None) -> Asker:
    book = book_with(*raw, only=True)
    return Asker(book, every(book), priors)


def asked(raw: list[dict[str, Any]], profile: Profile, priors: Priors | None = None, *skipped: str) -> str | None:
    question = asker(raw, priors).next(profile, skipped)
    return question.fact if question else None


def test_the_fact_that_settles_most_policies_is_asked_first() -> None:
    raw = rules([EXPORTS], [IN_CITY], [IN_CITY], [IN_CITY])
    question = asker(raw).next(firm())
    assert question is not None
    assert (question.fact, question.policies) == ("firm.in_city", ("r1", "r2", "r3"))
    assert question.gain == pytest.approx(3.0)
    assert asked(raw, firm(in_city=True)) == "firm.exporter"


def test_a_fact_that_may_settle_is_worth_more_than_one_that_only_comes_nearer() -> None:
    either = {"any": [STAFF, {"all": [EXPORTS, {"fact": "firm.score", "at_least": 1}]}]}
    assert asked(rules([either]), firm()) == "firm.staff"


def test_nothing_is_asked_where_nothing_is_open() -> None:
    raw = rules([IN_CITY])
    assert asked(raw, firm(in_city=True)) is None
    assert asked(raw, firm(in_city=False)) is None
    assert asked([], firm()) is None


def test_what_no_longer_matters_is_not_asked() -> None:
    assert asked(rules([{"any": [IN_CITY, STAFF]}]), firm(in_city=True)) is None
    assert asked(rules([IN_CITY, STAFF]), firm(in_city=False)) is None


def test_what_is_taken_for_granted_is_not_asked() -> None:
    honest = {"fact": "firm.honest", "is": True}
    assert asked(rules([honest, IN_CITY]), firm()) == "firm.in_city"
    assert asked(rules([honest, IN_CITY]), firm(in_city=True)) is None


def test_a_question_that_makes_sense_only_after_another_waits_for_it() -> None:
    raw = rules([EXPORT_VALUE])
    assert asked(raw, firm()) == "firm.exporter"
    assert asked(raw, firm(exporter=True)) == "firm.export_value"
    assert asked(raw, firm(exporter=False)) is None


def test_what_was_skipped_is_not_asked_again() -> None:
    raw = rules([IN_CITY, STAFF])
    first = asked(raw, firm())
    assert first is not None
    second = asked(raw, firm(), None, first)
    assert {first, second} == {"firm.in_city", "firm.staff"}
    assert asked(raw, firm(), None, "firm.in_city", "firm.staff") is None


def test_a_sensitive_fact_has_to_gain_more_than_a_plain_one() -> None:
    disabled, local = {"fact": "person.disabled", "is": True}, {"fact": "person.in_city", "is": True}
    assert asked(rules([disabled], [local], subject="person"), person()) == "person.in_city"
    assert asked(rules([disabled], [disabled], [local], subject="person"), person()) == "person.disabled"
    question = asker(rules([disabled], subject="person")).next(person())
    assert question is not None
    assert 0 < question.gain < 1


def test_a_computed_fact_is_asked_for_by_its_parts() -> None:
    old = {"fact": "person.age", "at_least": 80}
    assert asked(rules([old], subject="person"), person()) == "person.born_on"


def test_an_amount_of_its_own_is_no_reason_to_ask() -> None:
    book = small_book()
    green = [book.compiled("tp-green", DAY)]
    known = firm(industry="B05", bans=frozenset())
    assert Asker(book, green).next(known) is None


# —— priors ——


def test_the_answer_that_is_rare_settles_more_seldom() -> None:
    raw = rules([IN_CITY, EXPORTS])
    hardly_any_exports = {"firm.in_city": Prior({"true": 0.99}), "firm.exporter": Prior({"true": 0.02})}
    hardly_any_in_city = {"firm.in_city": Prior({"true": 0.02}), "firm.exporter": Prior({"true": 0.99})}
    assert asked(raw, firm(), hardly_any_exports) == "firm.exporter"  # a no settles it
    assert asked(raw, firm(), hardly_any_in_city) == "firm.in_city"


PAIRS: dict[str, tuple[dict[str, Any], Prior, Prior]] = {
    "numbers": (
        STAFF, Prior(quantiles=(1.0, 2.0, 3.0, 4.0)), Prior(quantiles=(10.0, 20.0, 30.0, 40.0)),
    ),
    "days": (
        {"fact": "firm.registered_on", "at_least_ago": {"years": 1}},
        Prior(quantiles=(date(2026, 1, 1), date(2026, 2, 1))),
        Prior(quantiles=(date(2016, 1, 1), date(2020, 2, 1))),
    ),
    "codes": ({"fact": "firm.industry", "under": ["B"]}, Prior({"A": 0.9, "C": 0.1}), Prior({"B": 0.8, "B05": 0.2})),
    "sets": ({"fact": "firm.bans", "has": ["green"]}, Prior({"tech": 0.1}), Prior({"green": 0.99})),
}  # fmt: skip


@pytest.mark.parametrize("kind", PAIRS)
def test_priors_of_every_kind_tell_what_fails_often(kind: str) -> None:
    test, fails, holds = PAIRS[kind]
    raw = rules([test, IN_CITY])
    even = {"firm.in_city": Prior({"true": 0.5})}
    assert asked(raw, firm(), {**even, test["fact"]: fails}) == test["fact"]
    assert asked(raw, firm(), {**even, test["fact"]: holds}) == "firm.in_city"


def test_a_prior_that_knows_none_of_the_answers_is_no_prior() -> None:
    raw = rules([{"fact": "firm.industry", "under": ["B"]}])
    question = asker(raw, {"firm.industry": Prior(quantiles=())}).next(firm())
    assert question is not None
    assert question.gain == pytest.approx(1.0)


# —— whole talks ——


def talk(questions: Asker, full: Profile) -> tuple[Profile, list[Question]]:
    """Answers every question that is put from what ``full`` holds; the rest is skipped."""
    known, gone, put = Profile(full.subject, {}), set[str](), list[Question]()
    while (question := questions.next(known, gone)) is not None:
        put.append(question)
        assert len(put) < 40, put
        if question.fact in full.values:
            known = known.told({question.fact: full.values[question.fact]})
        else:
            gone.add(question.fact)
    return known, put


def test_a_talk_ends_with_every_policy_settled() -> None:
    book = small_book()
    firms = [book.compiled(name, DAY) for name in ("tp-tech", "tp-green")]
    for full in (good(**MAKER), good(in_city=False, **MAKER), good(**{**MAKER, "industry": "A"})):
        known, put = talk(Asker(book, firms), full)
        told, whole = ([match(book, rule, one).status for rule in firms] for one in (known, full))
        assert Status.NEEDS not in told
        assert len({question.fact for question in put}) == len(put)
        assert [Status.ELIGIBLE if status is Status.LIKELY else status for status in told] == whole
    known, put = talk(Asker(book, [book.compiled("tp-elder", DAY)]), OLD)
    assert {question.fact for question in put} == {"person.in_city", "person.born_on"}
    assert "person.income" not in known.values


ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "in_city": st.booleans(),
        "staff": st.sampled_from([1.0, 10.0]),
        "exporter": st.booleans(),
        "export_value": st.sampled_from([1.0, 100.0]),
    },
)


@settings(max_examples=60)
@given(ANSWERS)
def test_a_talk_with_many_gaps_ends(values: Mapping[str, Value]) -> None:
    own = asker(rules([IN_CITY, {"any": [STAFF, EXPORT_VALUE]}], [EXPORTS, STAFF]))
    _, put = talk(own, firm(**values))
    assert len({question.fact for question in put}) == len(put)
    assert all(question.policies for question in put)
