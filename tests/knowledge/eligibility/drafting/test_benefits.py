from __future__ import annotations

import pytest

from knowledge.eligibility.drafting.benefits import BenefitReader, Given, join_cap
from knowledge.eligibility.drafting.passages import Group
from knowledge.eligibility.facts import Subject
from tests.knowledge.eligibility.drafting.making import catalogue, passage, words


def read(*texts: str, subject: Subject = "firm") -> tuple[list[Given], list[str]]:
    group = Group("benefits", "标准", passages=[passage(text, "benefits") for text in texts])
    return BenefitReader(catalogue(subject), words(), subject).group(group)


def one(text: str, subject: Subject = "firm") -> Given:
    (made,), _ = read(text, subject=subject)
    return made


@pytest.mark.parametrize(
    ("text", "amount", "cap", "per"),
    [
        ("一次性奖励15万元", 150_000, None, "once"),
        ("按节水设备投资额的20%补贴，最高30万元", "firm.meter_cost * 20%", 300_000, "once"),
        ("按年节水量每吨3元补助，每年最高8万元", "firm.saved * 3", 80_000, "year"),
        ("每月补贴500元", 500, None, "month"),
    ],
)
def test_sums_shares_and_caps(text: str, amount: object, cap: float | None, per: str) -> None:
    made = one(text)
    assert (made.amount, made.cap, made.per, made.quote) == (amount, cap, per, text)


def test_what_stands_before_the_sum_is_its_condition() -> None:
    made = one("节水率10%以上不足20%的，奖励2万元")
    assert [when.condition for when in made.when] == [
        {"fact": "firm.saving_rate", "at_least": 0.1},
        {"fact": "firm.saving_rate", "less_than": 0.2},
    ]
    assert made.amount == 20_000


def test_severally_and_one_by_one_make_a_table() -> None:
    made = one("国家级、省级节水型企业分别奖励50万元、20万元")
    assert (made.by, made.table) == ("firm.grade", {"nation": 500_000, "province": 200_000})
    other = one("一级每月200元，二级每月150元", "person")
    assert (other.by, other.table, other.per) == ("person.allowance_kind", {"one": 200, "two": 150}, "month")


def test_severally_without_codes_is_told_in_words() -> None:
    (made,), notes = read("甲等、乙等、丙等分别奖励3万元、2万元、1万元")
    assert made.is_told
    assert len(notes) == 1


def test_a_share_of_something_unknown_is_told_in_words_and_noted() -> None:
    (made,), notes = read("按吉祥如意额的20%补贴")
    assert made.is_told
    assert "基数" in notes[0]


def test_the_base_of_the_sentence_before_goes_on() -> None:
    made, _ = read("节水率10%以上的，按节水设备投资额的10%补贴", "节水率20%以上的，按15%补贴")
    assert [given.amount for given in made] == ["firm.meter_cost * 10%", "firm.meter_cost * 15%"]


def test_a_sum_for_each_person_is_no_sum_for_a_firm_of_unknown_people() -> None:
    assert one("每人补助100元", "person").amount == 100
    (made,), notes = read("每吨如意补助100元，每顶帽子补助")
    assert made.amount == "firm.saved * 100" or notes


def test_a_cap_in_its_own_sentence_joins_what_stands_before() -> None:
    (made,), _ = read("按节水设备投资额的20%补贴", "单户每年最高8万元")
    assert (made.cap, made.quotes) == (80_000, ["按节水设备投资额的20%补贴", "单户每年最高8万元"])
    told = Given("按吉祥发", "吉祥")
    assert not join_cap([told], Given("最高8万元", "最高", cap=80_000, only_caps=True))


def test_no_sum_and_what_changes_another_text_are_noted() -> None:
    assert read("多劳多得") == ([], ["标准“多劳多得”"])
    made, notes = read("奖励标准由“20万元”调整为“30万元”")
    assert (made, len(notes)) == ([], 1)
