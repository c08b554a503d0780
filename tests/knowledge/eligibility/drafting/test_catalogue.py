from __future__ import annotations

import pytest

from knowledge.eligibility.drafting.catalogue import Near, converted, measures, pairs, sure
from knowledge.eligibility.drafting.measures import amounts
from knowledge.eligibility.facts import Fact, FactType
from tests.knowledge.eligibility.drafting.making import book, catalogue


def near(name: str, score: float, **more: object) -> Near:
    return Near(book().facts[name].model_copy(update=more), score, 0.0)


def test_the_fact_whose_words_stand_in_the_clause_is_found() -> None:
    found = catalogue().best("节水设备投资达到要求", lambda fact: fact.type is FactType.MONEY)
    assert found is not None
    assert found.fact.id == "firm.meter_cost"


def test_words_that_no_fact_has_find_none() -> None:
    assert catalogue().best("吉祥如意指数名列前茅", lambda fact: True) is None
    assert catalogue().best("，", lambda fact: True) is None


def test_only_facts_of_the_subject_are_looked_at() -> None:
    assert catalogue("person").best("在本市登记注册", lambda fact: fact.type is FactType.BOOLEAN) is None


def test_two_that_are_as_near_are_not_told_apart() -> None:
    assert sure([near("firm.turnover", 0.8), near("firm.saved", 0.79)]) is None
    special = near("firm.meter_cost", 0.8)
    general = sure([special, near("firm.turnover", 0.79)])
    assert general is not None
    assert general.fact.id == "firm.turnover", "the one that may always be asked for"
    assert sure([near("firm.turnover", 0.2)]) is None


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("firm.turnover", "5万元", 50_000), ("firm.turnover", "5%", None), ("firm.saving_rate", "5%", 0.05),
     ("firm.contract_months", "2年", 24), ("firm.contract_months", "6个月", 6), ("firm.staff", "30名", 30),
     ("firm.staff", "30吨", None), ("firm.in_city", "1个", None)],
)  # fmt: skip
def test_units_are_brought_to_those_of_the_fact(name: str, text: str, value: float | None) -> None:
    assert converted(amounts(text)[0], book().facts[name]) == value


def test_a_length_of_time_fits_a_day_and_money_does_not() -> None:
    opened: Fact = book().facts["firm.opened_on"]
    assert measures(amounts("3年")[0])(opened)
    assert not measures(amounts("3元")[0])(opened)


def test_digits_are_no_words() -> None:
    assert pairs("80周岁") == pairs("90周岁") == {"周岁"}


def test_a_word_of_two_lists_tells_neither() -> None:
    assert catalogue().is_distinct("国家级")
    assert not catalogue().is_distinct("企业")
