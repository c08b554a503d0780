"""A model may add facts, and only what stands in the message."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from agents.context import House
from agents.engines.base import EngineUnavailable
from agents.engines.tasks import HEAR_FACTS
from agents.policies.hearing import carries, hear, merged, nearest
from knowledge.eligibility.facts import Fact
from knowledge.eligibility.reading import Heard
from tests.agents.making import context_of

TEXT = "我们去年营业额三千二百万，研发花了180万，高企证也有"


class OneTask:
    """An engine that answers one task with what it is told."""

    name = "one-task"

    def __init__(self, facts: list[dict[str, Any]] | None):
        self._facts = facts

    async def decide(self, task: Any, given: Any, call: Any = None) -> Any:
        """Answer, or be out of reach."""
        assert task is HEAR_FACTS
        if self._facts is None:
            raise EngineUnavailable("not there")
        return task.returns.model_validate({"facts": self._facts})

    def write(self, task: Any, given: Any, call: Any = None) -> Any:
        """Never asked."""
        raise NotImplementedError


async def heard(house: House, facts: list[dict[str, Any]] | None, text: str = TEXT) -> dict[str, object]:
    assert house.policies is not None
    context = context_of(house, text, engine=OneTask(facts))
    return {one.fact: one.value for one in await hear(context, house.policies, "firm", text, "")}


def fact(house: House, text: str, value: object, words: str) -> dict[str, Any]:
    return {"fact": text, "value": value, "words": words}


async def test_a_fact_is_added_where_its_words_carry_it(house: House) -> None:
    found = await heard(house, [fact(house, "firm.rd_expense", 1_800_000, "研发花了180万")])
    assert found["firm.rd_expense"] == 1_800_000


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("firm.rd_expense", 1_900_000, "研发花了180万"),  # another number than the words hold
        ("firm.rd_expense", 1_800_000, "研发投入180万"),  # words that nobody said
        ("firm.rd_expense", 1_800_000, ""),
        ("firm.rd_expense", "很多", "研发花了180万"),  # no value of the fact
        ("firm.no_such_fact", 1, "180万"),
        ("firm.hightech_issued_on", "2025-11-01", "高企证也有"),  # a day that the words do not name
    ],
)
async def test_what_cannot_be_shown_is_not_taken_down(house: House, name: str, value: object, words: str) -> None:
    assert name not in await heard(house, [fact(house, name, value, words)])


async def test_what_patterns_read_is_not_changed(house: House) -> None:
    assert house.policies is not None
    text = "上年度营业收入：3200万元"
    read = {one.fact for one in house.policies.listener("firm").facts(text)}
    assert "firm.revenue" in read
    assert "firm.revenue" not in await heard(house, [fact(house, "firm.revenue", 32_000_000, "3200万元")], text)


async def test_without_the_model_nothing_is_added(house: House) -> None:
    assert await heard(house, None) == {}


def test_the_fact_asked_for_is_always_offered(house: House) -> None:
    assert house.policies is not None
    found = nearest(house.policies, "firm", "嗯", "firm.revenue")
    assert [one.id for one in found] == ["firm.revenue"]


def test_the_first_statement_stands() -> None:
    one, other = Heard("firm.revenue", 1.0, "a"), Heard("firm.revenue", 2.0, "b")
    assert merged([one], [other]) == [one]


def test_days_and_years_are_read_from_the_words() -> None:
    day = Fact.model_validate({"id": "firm.a_day", "label": "日", "type": "date", "question": "哪天？"})
    assert carries(day, date(2025, 11, 1), "去年11月拿的", date(2026, 11, 26))
    assert not carries(day, date(2025, 12, 1), "去年11月拿的", date(2026, 11, 26))
    months = {"id": "firm.months", "label": "月数", "type": "integer", "unit": "月", "question": "几个月？"}
    assert carries(Fact.model_validate(months), 24.0, "两年期", date(2026, 11, 26))
