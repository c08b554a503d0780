from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from city.pack.record import read_record
from knowledge.eligibility.book import RuleBook
from knowledge.eligibility.eligibility import WORDS
from knowledge.eligibility.facts import Fact, Subject
from knowledge.eligibility.reading import Heard, Listener, Words, named_codes, plain, told
from tests.knowledge.eligibility.making import DAY, small_book

MORE = """
- {id: firm.certified, label: 高新技术企业证书, type: boolean, question: 有高新技术企业证书吗？, aliases: [高企证书]}
- {id: firm.on_list, label: 列入严重违法失信名单, type: boolean, question: 在失信名单上吗？, aliases: [失信名单]}
- {id: firm.type, label: 单位类型, type: choice, question: 哪一类？, aliases: [类型],
   options: {ltd: 有限责任公司, individual: 个体工商户, coop: 农民专业合作社}}
- {id: firm.capital, label: 认缴出资额, type: money, unit: 元, range: [0, 1000000000000], question: 出资多少？}
- {id: firm.office, label: 登记住所, type: choice, list: places, question: 住所在哪里？, aliases: [经营场所]}
- {id: firm.lease_months, label: 租期, type: integer, unit: 月, range: [0, 1200], question: 租了多少个月？}
- {id: firm.years, label: 经营年限, type: number, unit: 年, question: 经营几年？}
- {id: firm.power, label: 装机容量, type: number, unit: 千瓦, question: 多少千瓦？}
- {id: firm.rate, label: 贷款利率, type: ratio, range: [0, 1], question: 利率多少？}
- {id: firm.employer_mark, label: 项目, type: boolean, question: 是项目吗？}
"""


def fact(raw: Mapping[str, Any]) -> Fact:
    return Fact.model_validate(raw)


@cache
def book() -> RuleBook:
    """The small book with facts such as a business licence states."""
    small = small_book()
    more = {one["id"]: fact(one) for one in yaml.safe_load(MORE)}
    return RuleBook({**small.facts, **more}, small.lists, small.policies, small.documents)


@cache
def words() -> Words:
    return read_record(Path(__file__).parents[3] / "cities/yunlan", WORDS, Words)


@cache
def listener(subject: Subject = "firm") -> Listener:
    return Listener(book(), words(), subject, DAY)


def heard(text: str, subject: Subject = "firm") -> dict[str, Any]:
    return {one.fact.split(".")[1]: one.value for one in listener(subject).facts(text)}


# —— answers: yes and no ——


@pytest.mark.parametrize(
    "text",
    [
        "是",
        "是的",
        "是的。",
        "有",
        "有的！",
        "对",
        "嗯",
        "没错",
        "有了",
        " 是 ",
        "有证书",
        "有高新技术企业证书",
        "yes",
        "ｙｅｓ",
    ],
)
def test_yes(text: str) -> None:
    assert listener().answer("firm.certified", text) is True


@pytest.mark.parametrize(
    "text",
    ["不是", "否", "没有", "没有。", "无", "还没", "没", "没有呢", "没有证书", "没有高新技术企业证书", "no", "不是的"],
)
def test_no(text: str) -> None:
    assert listener().answer("firm.certified", text) is False


@pytest.mark.parametrize(
    "text",
    ["怎么申请", "你问这个干什么", "有一家分公司", "没有钱", "三年前的事了", "", "。", "是不是都行", "高新技术企业"],
)
def test_what_is_neither_is_no_answer(text: str) -> None:
    assert listener().answer("firm.certified", text) is None


@pytest.mark.parametrize(
    "text", ["不知道", "不清楚。", "我不知道啊", "跳过", "不想说", "说不清", "这个不方便说", "忘了"]
)
def test_unknown_is_heard(text: str) -> None:
    assert listener().is_unknown(text)


@pytest.mark.parametrize("text", ["是", "没有", "120万", "2019年3月"])
def test_an_answer_is_not_unknown(text: str) -> None:
    assert not listener().is_unknown(text)


# —— answers: numbers ——


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("120万", 1_200_000),
        ("120万元", 1_200_000),
        ("一百二十万", 1_200_000),
        ("一百二十万元左右", 1_200_000),
        ("1,200,000", 1_200_000),
        ("1200000元", 1_200_000),
        ("大概120万吧", 1_200_000),
        ("１２０万", 1_200_000),
        ("1.2百万", 1_200_000),
        ("3千万", 30_000_000),
        ("三千万", 30_000_000),
        ("1.5亿", 150_000_000),
        ("两亿", 200_000_000),
        ("1,234.56元", 1234.56),
        ("0", 0),
        ("零", 0),
        ("三点五万", 35_000),
        ("500", 500),
        ("十二万", 120_000),
    ],
)
def test_money_is_in_yuan(text: str, yuan: float) -> None:
    assert listener().answer("firm.revenue", text) == pytest.approx(yuan)


@pytest.mark.parametrize("text", ["3.5%", "百分之三点五", "0.035", "3.5", "百分之3.5", "３．５％", "大约3.5%", "3.5 %"])
def test_a_ratio_is_a_fraction(text: str) -> None:
    assert listener().answer("firm.rate", text) == pytest.approx(0.035)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("staff", "35人", 35),
        ("staff", "三十五个人", 35),
        ("staff", "35", 35),
        ("staff", "一百零五", 105),
        ("lease_months", "2年", 24),
        ("lease_months", "两年", 24),
        ("lease_months", "18个月", 18),
        ("lease_months", "十八个月", 18),
        ("years", "3年", 3),
        ("years", "三年", 3),
        ("power", "50千瓦", 50),
        ("power", "3千瓦", 3),
        ("power", "三千瓦", 3),
        ("score", "86.5分", 86.5),
    ],
)
def test_numbers_in_their_unit(name: str, text: str, value: float) -> None:
    assert listener().answer(f"firm.{name}", text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("staff", "3.5人"), ("staff", "不少"), ("rate", "很低"), ("revenue", "挺多的"), ("revenue", "200万亿"),
        ("rate", "250%"), ("staff", "3%"),
    ],
)  # fmt: skip
def test_what_cannot_be_the_fact_is_not_taken(name: str, text: str) -> None:
    assert listener().answer(f"firm.{name}", text) is None


# —— answers: days and codes ——


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2019年3月15日", date(2019, 3, 15)),
        ("2019-03-15", date(2019, 3, 15)),
        ("2019.3.15", date(2019, 3, 15)),
        ("2019/3/15", date(2019, 3, 15)),
        ("2019年3月", date(2019, 3, 1)),
        ("2019年3月15号", date(2019, 3, 15)),
        ("是2019年3月15日办的", date(2019, 3, 15)),
        ("２０１９年３月１５日", date(2019, 3, 15)),
        ("2024年2月29日", date(2024, 2, 29)),
    ],
)
def test_days(text: str, day: date) -> None:
    assert listener().answer("firm.registered_on", text) == day


@pytest.mark.parametrize("text", ["2023年2月29日", "2019年13月", "去年", "3月15日", "120万", "12019-03-15"])
def test_what_is_no_day(text: str) -> None:
    assert listener().answer("firm.registered_on", text) is None


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("size", "小型", "small"),
        ("size", "我们是小型企业", "small"),
        ("size", "small", "small"),
        ("industry", "种植", "A01"),
        ("industry", "农业里的谷物", "A011"),
        ("industry", "种地的", "A"),
        ("industry", "B05", "B05"),
        ("place", "东区", "east"),
        ("place", "东区一街道", "east-1"),
        ("place", "在一街道", "east-1"),
        ("type", "有限责任公司", "ltd"),
        ("type", "个体工商户", "individual"),
    ],
)
def test_codes_by_their_words_the_finest_of_one_line(name: str, text: str, code: str) -> None:
    assert listener().answer(f"firm.{name}", text) == code


@pytest.mark.parametrize(
    ("name", "text"), [("size", "小型或者中型"), ("place", "东区或者西区"), ("size", "很大"), ("size", "")]
)
def test_two_codes_or_none_are_no_answer(name: str, text: str) -> None:
    assert listener().answer(f"firm.{name}", text) is None


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("都没有", set()),
        ("无", set()),
        ("没有。", set()),
        ("绿色", {"green"}),
        ("绿色和科技", {"green", "tech"}),
        ("green", {"green"}),
    ],
)
def test_sets_of_codes(text: str, codes: set[str]) -> None:
    assert listener().answer("firm.bans", text) == frozenset(codes)


def test_policies_are_known_by_their_titles_and_other_words() -> None:
    assert listener().answer("firm.receiving", "正在领科技奖和绿色企业补贴") == frozenset({"tp-tech", "tp-green"})
    assert listener().answer("firm.receiving", "说不好") is None


def test_named_codes_is_for_coded_facts_only() -> None:
    assert named_codes(book().facts["firm.staff"], "小型", book().lists) == []


# —— sentences ——


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("研发费用120万，营业收入一百二十万", {"rd_expense": 1.2e6, "revenue": 1.2e6}),
        ("研发费用是120万元；职工人数35人。", {"rd_expense": 1.2e6, "staff": 35.0}),
        ("年收入大概3千万", {"revenue": 3e7}),
        ("我们有120万研发费用", {"rd_expense": 1.2e6}),
        ("研发占比3.5%，贷款利率百分之三点五", {"rd_share": 0.035, "rate": 0.035}),
        ("研发占比为0.035", {"rd_share": 0.035}),
        ("租期2年", {"lease_months": 24.0}),
        ("营业收入1,200,000元，职工人数12人", {"revenue": 1.2e6, "staff": 12.0}),
        ("登记日期：2019年3月15日", {"registered_on": date(2019, 3, 15)}),
        ("住所在东区一街道", {"place": "east-1"}),
        ("认缴出资额５００万元", {"capital": 5e6}),
    ],
)  # fmt: skip
def test_a_sentence_states_what_it_names(text: str, facts: dict[str, Any]) -> None:
    found = heard(text)
    assert {name: found.get(name) for name in facts} == {
        name: pytest.approx(value) if isinstance(value, float) else value for name, value in facts.items()
    }


@pytest.mark.parametrize(
    ("text", "truth"),
    [
        ("我们有高新技术企业证书", True),
        ("去年取得高新技术企业证书", True),
        ("高新技术企业证书：有", True),
        ("高新技术企业证书 是", True),
        ("已经拿到高企证书了", True),
        ("我们没有高新技术企业证书", False),
        ("高新技术企业证书：无", False),
        ("高企证书没有", False),
        ("还未取得高新技术企业证书", False),
        ("从未有过高企证书", False),
        ("列入严重违法失信名单：否", None),
    ],
)
def test_statements_and_denials(text: str, truth: bool | None) -> None:
    assert heard(text).get("certified") is truth


def test_a_denial_of_something_bad_is_heard_as_no() -> None:
    assert heard("公司未列入严重违法失信名单")["on_list"] is False
    assert heard("我们不在失信名单上")["on_list"] is False
    assert heard("列入严重违法失信名单：否")["on_list"] is False


@pytest.mark.parametrize(
    "text",
    [
        "高新技术企业证书有什么用",
        "请问高新技术企业证书奖励的政策",
        "想申请高新技术企业证书",
        "怎么办高企证书",
        "如何取得高新技术企业证书",
        "打算办高企证书",
        "研发费用怎么算",
        "营业收入要达到什么标准",
        "听说高企证书能换钱",
    ],
)
def test_a_mere_mention_states_nothing(text: str) -> None:
    assert heard(text) == {}


@pytest.mark.parametrize(
    "text",
    [
        "我们有高新技术企业证书吗？",
        "有没有高新技术企业证书",
        "是不是要有高新技术企业证书",
        "我们是否有高新技术企业证书",
        "是否列入严重违法失信名单？",
        "我公司在失信名单上吗",
        "高企证书有没有用",
        "要有高新技术企业证书才行吗？",
        "我们有高企证书么",
    ],
)
def test_a_question_states_nothing(text: str) -> None:
    assert heard(text) == {}


def test_the_first_statement_of_a_fact_counts_and_keeps_its_words() -> None:
    found = listener().facts("营业收入300万。后来营业收入400万。")
    assert found == [Heard("firm.revenue", 3_000_000.0, "营业收入300万")]


def test_a_code_is_told_by_words_that_belong_to_one_fact_only() -> None:
    assert heard("我们是个体工商户，做批发")["type"] == "individual"
    assert "type" not in heard("我们不是个体工商户")
    assert heard("我们做批发")["industry"] == "C"
    assert "industry" not in heard("批发的政策")  # two characters tell it only within a frame such as 做…
    assert "place" not in heard("在一街道")  # two facts are about places


def test_words_that_name_two_facts_name_none() -> None:
    two = replace(book(), facts={**book().facts, "firm.other": fact(
        {"id": "firm.other", "label": "毛收入", "type": "money", "question": "?", "aliases": ["年收入"]})})  # fmt: skip
    own = Listener(two, words(), "firm", DAY)
    assert [one.fact for one in own.facts("年收入300万，毛收入20万")] == ["firm.other"]


def test_only_facts_about_the_subject_are_heard() -> None:
    assert heard("月收入3000元，营业收入300万", "person") == {"income": 3000.0}
    assert "income" not in heard("月收入3000元")


def test_a_number_that_the_fact_refuses_is_not_heard() -> None:
    assert heard("研发占比350%") == {}
    assert heard("职工人数3.5人") == {}
    assert heard("营业收入99999999亿") == {}


# —— pasted papers; both are invented ——

LICENCE = """营业执照
（副本）
统一社会信用代码：91990100MA0TESTX0Q
名　　称：小城市澄湖精密部件有限责任公司
类　　型：有限责任公司（自然人投资或控股）
法定代表人：周某某
注册资本：伍佰万元整（500万元）
成立日期：2019年03月15日
住　　所：小城市东区一街道澄湖路18号3幢
经营范围：一般项目：机械零件、零部件加工；金属制品批发；技术服务、技术开发。
登记机关：小城市市场监督管理局
"""
SHOP = """统一社会信用代码 92990100MA0TESTY1W
名称 小城市西区老李包子铺  类型 个体工商户
经营者 李某某
经营场所 西区江边路6号
组成形式 个人经营
注册日期 2021年6月1日
经营范围 许可项目：小餐饮。（依法须经批准的项目，经相关部门批准后方可开展经营活动）
"""


def test_a_pasted_licence_of_a_company() -> None:
    with_day = replace(book(), facts={**book().facts, "firm.registered_on": fact(
        {"id": "firm.registered_on", "label": "登记日期", "type": "date", "question": "?",
         "aliases": ["成立日期", "注册日期"]})})  # fmt: skip
    found = {one.fact: one.value for one in Listener(with_day, words(), "firm", DAY).facts(LICENCE)}
    assert found["firm.type"] == "ltd"
    assert found["firm.registered_on"] == date(2019, 3, 15)
    assert set(found) == {"firm.type", "firm.registered_on"}, "registered capital and numbers of papers are no facts"


def test_a_pasted_licence_of_a_shop() -> None:
    with_day = replace(book(), facts={**book().facts, "firm.registered_on": fact(
        {"id": "firm.registered_on", "label": "登记日期", "type": "date", "question": "?",
         "aliases": ["成立日期", "注册日期"]})})  # fmt: skip
    found = {one.fact: one.value for one in Listener(with_day, words(), "firm", DAY).facts(SHOP)}
    assert found == {"firm.type": "individual", "firm.office": "west", "firm.registered_on": date(2021, 6, 1)}


# —— the rest ——


def test_what_was_taken_down_is_told_in_words() -> None:
    found = listener().facts("营业收入120万，研发占比3.5%，登记日期2019年3月15日")
    assert told(book(), found) == ["营业收入：120万元", "研发占比：3.5%", "登记日期：2019年3月15日"]


def test_full_width_signs_become_plain_ones() -> None:
    assert plain("１２０万，ＯＫ％") == "120万,OK%"


def test_a_pattern_that_is_none_is_named() -> None:
    raw = words().model_dump() | {"asks": {"stop": ["(", "a"]}}
    with pytest.raises(ValidationError, match="is not a regular expression"):
        Words.model_validate(raw)


def test_a_question_pattern_that_is_none_is_named() -> None:
    with pytest.raises(ValidationError, match="is not a regular expression"):
        Words.model_validate(words().model_dump() | {"wonder": ["吗("]})


# —— what is presupposed, and what looks like a fact and is none ——


def test_who_tells_what_makes_sense_only_after_something_tells_that_too() -> None:
    assert heard("出口额300万") == {"export_value": 3e6, "exporter": True}
    assert heard("出口额0元") == {"export_value": 0.0}


@pytest.mark.parametrize(
    "text",
    [
        "营业收入2000万以上的企业有什么奖励",
        "研发费用不超过100万行不行",
        "营业收入三百多万",
        "注册资本500万，联系电话13800000000",
        "职工人数3年没变",
        "科技企业奖励怎么拿",
    ],
)
def test_bounds_vague_numbers_and_names_are_no_facts(text: str) -> None:
    assert heard(text) == {}


def test_none_of_a_number_is_nought() -> None:
    assert listener().answer("firm.rd_expense", "没有") == 0.0
    assert listener().answer("firm.rd_expense", "无。") == 0.0


def test_two_numbers_are_no_answer() -> None:
    assert listener().answer("firm.revenue", "去年100万，前年80万") is None
    assert listener().answer("firm.revenue", "100万，就是100万") == 1_000_000.0


def test_last_year_is_counted_from_today() -> None:
    assert listener().answer("firm.registered_on", "去年九月") == date(DAY.year - 1, 9, 1)
    assert listener().answer("firm.registered_on", "今年3月5号") == date(DAY.year, 3, 5)


@pytest.mark.parametrize(
    ("text", "age"), [("老人82岁了", 82.0), ("60到70岁的老人", None), ("还不到60岁", None), ("70岁以上的老人", None)]
)
def test_a_number_with_its_unit_tells_a_fact_only_where_it_is_exact(text: str, age: float | None) -> None:
    told_by_unit = fact(
        {"id": "firm.age", "label": "岁数", "type": "integer", "unit": "周岁", "question": "?", "tells": r"(\d{1,3})岁"}
    )
    small = book()
    with_age = RuleBook({**small.facts, "firm.age": told_by_unit}, small.lists, small.policies, small.documents)
    ages = [one.value for one in Listener(with_age, words(), "firm", DAY).facts(text) if one.fact == "firm.age"]
    assert ages == ([] if age is None else [age])
