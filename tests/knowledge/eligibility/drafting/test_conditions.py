from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from knowledge.eligibility.drafting.conditions import ConditionReader, Readings, label_in
from knowledge.eligibility.drafting.passages import Group
from knowledge.eligibility.facts import Subject
from tests.knowledge.eligibility.drafting.making import catalogue, passage, words


def read(text: str, subject: Subject = "firm", *, refused: bool = False) -> Readings:
    return ConditionReader(catalogue(subject), words()).sentence(passage(text, refused=refused))


def group(*texts: str, any_of: bool = False, head: str = "") -> Readings:
    made = Group("conditions", "条件", head, any_of, False, [passage(text) for text in texts])
    return ConditionReader(catalogue(), words()).group(made)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("上一年度营业收入500万元以上", {"fact": "firm.turnover", "at_least": 5_000_000}),
        ("节水率不低于12.5%", {"fact": "firm.saving_rate", "at_least": 0.125}),
        ("职工人数不超过300人", {"fact": "firm.staff", "at_most": 300}),
        ("供水合同期限2年以上", {"fact": "firm.contract_months", "at_least": 24}),
        ("开业满1年", {"fact": "firm.opened_on", "at_least_ago": {"years": 1}}),
        ("开业未满3年", {"fact": "firm.opened_on", "within_last": {"years": 3}}),
        ("2025年3月1日以后取得取水许可证", {"fact": "firm.licensed_on", "at_least": date(2025, 3, 1)}),
        ("取水许可证发证之日起6个月内申请", {"fact": "firm.licensed_on", "within_last": {"months": 6}}),
        ("未被列入失信名单", {"fact": "firm.blacklisted", "is": False}),
        ("已安装节水设备", {"fact": "firm.meters", "is": True}),
        ("经营场所所在地为东岭区柳桥街道", {"fact": "firm.place", "under": ["east-1"]}),
        ("所属行业为印染加工", {"fact": "firm.trade", "under": ["T1"]}),
    ],
)
def test_a_clause_becomes_a_test_with_its_words(text: str, expected: dict[str, Any]) -> None:
    (found,) = read(text).found
    assert found.condition == expected
    assert found.quote in text


def test_what_cannot_be_mapped_is_noted_and_never_dropped() -> None:
    made = read("吉祥如意指数名列前茅，吉祥分值80分以上")
    assert made.found == []
    assert "吉祥如意指数名列前茅" in made.notes[0]
    assert "80分以上" in made.notes[1]


def test_what_is_refused_must_not_be() -> None:
    assert read("营业收入超过500万元的，不予补贴").found[0].condition == {"fact": "firm.turnover", "at_most": 5_000_000}
    assert read("列入失信名单的，追回补贴，3年内不予受理").found[0].condition["is"] is False
    assert read("未安装节水设备的，不予补贴").found[0].condition == {"fact": "firm.meters", "is": True}
    assert read("列入失信名单", refused=True).found[0].condition == {"fact": "firm.blacklisted", "is": False}


def test_otherwise_refused_is_still_asked_for() -> None:
    assert read("应当安装节水设备，否则不予补贴").found[0].condition == {"fact": "firm.meters", "is": True}


def test_alternatives() -> None:
    (found,) = read("具有本市户籍或者持有居住证", "person").found
    assert found.condition == {"any": [{"fact": "person.hukou", "is": True}, {"fact": "person.permit", "is": True}]}
    joined = read("已安装节水设备，或者营业收入500万元以上").found[0]
    assert set(joined.condition) == {"any"}
    assert joined.quote == "已安装节水设备，或者营业收入500万元以上"


def test_half_an_alternative_is_none() -> None:
    made = read("已安装节水设备，或者吉祥如意名列前茅")
    assert made.found == []
    assert "或者吉祥如意" in made.notes[-1]


def test_an_exception_is_noted_and_is_no_condition() -> None:
    made = read("纺织业企业放宽到职工500人以下")
    assert (made.found, len(made.notes)) == ([], 1)


def test_one_of_a_list() -> None:
    made = group("已安装节水设备", "营业收入500万元以上", any_of=True, head="符合下列条件之一：")
    assert [set(found.condition) for found in made.found] == [{"any"}]
    assert len(group("已安装节水设备", "营业收入500万元以上").found) == 2


def test_a_list_of_named_kinds_is_one_of_them() -> None:
    made = group("一类：营业收入500万元以上", "二类：营业收入不足500万元", head="分为下列两类：")
    assert set(made.found[0].condition) == {"any"}


def test_a_kind_of_subject_at_the_end_of_a_clause() -> None:
    found = [one.condition for one in read("已安装节水设备的企业、个体工商户").found]
    assert {"fact": "firm.kind", "one_of": ["company", "shop"]} in found


def test_names_before_a_colon() -> None:
    assert label_in("生活津贴：具有本市户籍") == "生活津贴"
    assert label_in("应当符合下列条件：甲") == ""
