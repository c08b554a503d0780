from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from city.pack.record import read_record
from city.wording import Wording
from knowledge.eligibility.describing import Teller
from knowledge.eligibility.eligibility import WORDS
from knowledge.eligibility.facts import Value
from knowledge.eligibility.ir import Leaf, leaves
from knowledge.eligibility.reading import Words
from tests.knowledge.eligibility.making import DAY, compiled, firm, small_book


@pytest.fixture(scope="module")
def teller() -> Teller:
    words = read_record(Path(__file__).parents[3] / "cities/yunlan", WORDS, Words)
    return Teller(small_book(), Wording(words.texts, "zh"))


def leaf(condition: dict[str, Any], **raw: Any) -> Leaf:
    return leaves(compiled({"conditions": [condition], **raw}).conditions)[0]


@pytest.mark.parametrize(
    ("condition", "told"),
    [
        ({"fact": "firm.in_city", "is": True}, "在本市登记：是"),
        ({"fact": "firm.in_city", "is": False}, "在本市登记：否"),
        ({"fact": "firm.revenue", "at_least": 20_000_000}, "营业收入不低于2,000万元"),
        ({"fact": "firm.revenue", "less_than": 150_000_000}, "营业收入低于1.5亿元"),
        ({"fact": "firm.staff", "more_than": 10}, "职工人数高于10人"),
        ({"fact": "firm.staff", "at_most": 1_000}, "职工人数不超过1,000人"),
        ({"fact": "firm.rd_share", "at_least": "3.5%"}, "研发占比不低于3.5%"),
        ({"fact": "firm.score", "equals": 60}, "评分等于60分"),
        ({"fact": "firm.registered_on", "at_least": date(2024, 1, 1)}, "登记日期在2024年1月1日以后（含当日）"),
        ({"fact": "firm.registered_on", "at_least_ago": {"years": 1}}, "登记日期在2025年6月15日以前（含当日）"),
        ({"fact": "firm.certified_on", "within_last": {"months": 6}}, "发证日期在2025年12月15日至2026年6月15日之间"),
        ({"fact": "firm.size", "one_of": ["small", "medium"]}, "规模属于：小型、中型"),
        ({"fact": "firm.industry", "under": ["A"]}, "行业属于：农业"),
        ({"fact": "firm.industry", "not_under": ["C"]}, "行业不属于：批发"),
        ({"fact": "firm.bans", "has": ["green", "tech"]}, "受限资金包含下列之一：绿色、科技"),
        ({"fact": "firm.bans", "has_all": ["green", "tech"]}, "受限资金同时包含：绿色、科技"),
        ({"fact": "firm.bans", "has_none": ["green"]}, "受限资金不包含：绿色"),
        ({"value": "months_since(firm.registered_on)", "at_least": 18}, "登记日期至今的整月数不低于18个月"),
        ({"value": "years_since(firm.registered_on)", "at_least": 2}, "登记日期至今的整年数不低于2年"),
        ({"value": "firm.rd_expense * 2", "less_than": "firm.revenue"}, "研发费用×2低于营业收入"),
        ({"value": "max(firm.staff, firm.score)", "at_least": 3}, "职工人数与评分中较大的不低于3"),
        ({"fact": "firm.staff", "at_least": 10, "says": "人够多"}, "人够多"),
    ],
)
def test_what_a_test_asks_for(teller: Teller, condition: dict[str, Any], told: str) -> None:
    assert teller.needed(leaf(condition)) == told


@pytest.mark.parametrize(
    ("condition", "value", "given"),
    [
        ({"fact": "firm.in_city", "is": True}, {"in_city": False}, "否"),
        ({"fact": "firm.revenue", "at_least": 1}, {"revenue": 1_200_000.0}, "120万元"),
        ({"fact": "firm.rd_share", "at_least": 0.1}, {"rd_expense": 30.0, "revenue": 1_000.0}, "3%"),
        (
            {"fact": "firm.registered_on", "at_least_ago": {"years": 1}},
            {"registered_on": date(2020, 3, 1)},
            "2020年3月1日",
        ),
        ({"fact": "firm.industry", "under": ["A"]}, {"industry": "B05"}, "电池"),
        ({"fact": "firm.bans", "has_none": ["green"]}, {"bans": frozenset()}, "无"),
        ({"fact": "firm.bans", "has_none": ["green"]}, {"bans": frozenset({"green", "farm"})}, "农业、绿色"),
        ({"fact": "firm.staff", "at_least": 10}, {}, ""),
        ({"fact": "firm.in_city", "is": True}, {}, ""),
        ({"value": "months_since(firm.registered_on)", "at_least": 18}, {"registered_on": date(2026, 1, 1)}, "5个月"),
    ],
)
def test_what_the_profile_says(teller: Teller, condition: dict[str, Any], value: dict[str, Value], given: str) -> None:
    assert teller.given(leaf(condition), firm(**value).values) == given


def test_a_policy_that_is_received_is_named_by_its_title(teller: Teller) -> None:
    rule = small_book().compiled("tp-tech", DAY)
    (received,) = [one for one in leaves(rule.root) if one.node.path.startswith("exclusions")]
    assert teller.needed(received) == "没有正在享受《绿色企业补贴》"


@pytest.mark.parametrize(
    ("formula", "told"),
    [
        (1000, "1,000"),
        ("firm.staff * 100", "职工人数×100"),
        ("(firm.rd_expense - 5) / 2", "（研发费用－5）÷2"),
        ("min(firm.revenue, 3)", "营业收入与3中较小的"),
        ("days_since(firm.certified_on)", "发证日期至今的日数"),
        ([{"when": {"fact": "firm.in_city", "is": True}, "pay": 1}, {"pay": 2}], "按分档标准"),
    ],
)
def test_formulas(teller: Teller, formula: Any, told: str) -> None:
    amount = compiled({"benefits": [{"id": "a", "name": "甲", "amount": formula}]}).benefits[0].amount
    assert amount is not None
    assert teller.name(amount) == told


def test_tables_are_told_by_what_picks_from_them(teller: Teller) -> None:
    rows = {"from": date(2024, 1, 1)}
    raw = {
        "parameters": {
            "by_size": {"by": "firm.size", "values": [{**rows, "table": {"small": 1}}]},
            "by_staff": {"by": "firm.staff", "values": [{**rows, "brackets": [[0, 1]]}]},
            "then": {"dated_by": "firm.certified_on", "values": [{**rows, "value": 3}]},
        },
        "benefits": [{"id": name, "name": name, "amount": name} for name in ("by_size", "by_staff", "then")],
    }
    terms = [one.amount for one in compiled(raw).benefits]
    assert [teller.name(term) for term in terms if term] == [
        "按规模对应的标准",
        "按职工人数对应的标准",
        "按发证日期当时的标准",
    ]
