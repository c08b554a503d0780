"""What a message wants, whom it is about, which policies it names, and whether it belongs to a matching."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from agents.context import House
from agents.gate import Kind
from agents.policies.naming import Wish, belongs, named_policies, states_profile, subject_of, wish
from knowledge.eligibility.eligibility import Eligibility
from tests.agents.policies.making import small_rules
from tests.conftest import YUNLAN

PETITIONS = {Kind.HELP, Kind.COMPLAINT, Kind.REPORT}
ONESELF = re.compile("我|咱|俺|本人|自己|公司|企业|单位|店|厂|合作社|老人|孩子|家里")
SAID_TO_BE_ASKED = {"subject": "person", "asking": "person.in_city"}


def _begins(text: str, opened: dict[str, Any] | None = None, *, is_petition: bool = False) -> bool:
    return belongs(small_rules(), opened or {}, text, is_petition=is_petition)


@pytest.fixture
def rules(house: House) -> Eligibility:
    assert house.policies is not None
    return house.policies


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("我们公司能享受哪些补贴？", Wish.MATCH),
        ("帮我算一算能拿多少补贴", Wish.MATCH),
        ("按我的情况算一算", Wish.MATCH),
        ("再核对几项", Wish.MATCH),
        ("我妈能申请高龄津贴吗", Wish.MATCH),
        ("为什么我不符合高企奖励", Wish.WHY_NOT),
        ("差在哪一条不符合", Wish.WHY_NOT),
        ("高龄津贴和残疾人补贴能不能一起领", Wish.COMPARE),
        ("这两个哪个划算", Wish.COMPARE),
        ("高龄津贴要带什么材料", Wish.PAPERS),
        ("去哪里申请", Wish.PAPERS),
        ("不查了", Wish.STOP),
        ("别问了，太麻烦", Wish.STOP),
        ("高龄津贴每月多少钱", None),
        ("路边停车前多少分钟不收费", None),
        ("", None),
    ],
)
def test_what_a_message_wants(text: str, wanted: Wish | None) -> None:
    assert wish(small_rules(), text) is wanted


def test_to_stop_is_heard_before_all_else_and_only_at_the_beginning() -> None:
    assert wish(small_rules(), "算了不查了，我能享受哪些补贴") is Wish.STOP
    assert wish(small_rules(), "我能享受哪些补贴，别问了太多次") is not Wish.STOP


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("我们公司", "firm"),
        ("为企业查", "firm"),
        ("开了一家餐馆", "firm"),
        ("我妈八十多了", "person"),
        ("为个人或家庭查", "person"),
        ("家里老人", "person"),
        ("我能享受哪些补贴", None),
        ("", None),
    ],
)
def test_whom_a_message_is_about(text: str, subject: str | None) -> None:
    assert subject_of(small_rules(), text) == subject


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("科技企业奖励怎么领", ["tp-tech"]),
        ("研发奖励的事", ["tp-tech"]),
        ("高龄津贴", ["tp-elder"]),
        ("绿色企业的补贴", ["tp-green"]),
        ("绿色", []),
        ("路灯坏了", []),
        ("", []),
        ("。", []),
    ],
)
def test_policies_are_named_by_title_or_by_the_words_people_use(text: str, named: list[str]) -> None:
    assert named_policies(small_rules().book, text) == named


def test_the_best_named_comes_first() -> None:
    assert named_policies(small_rules().book, "绿色企业补贴和高龄津贴") == ["tp-elder", "tp-green"]
    assert named_policies(small_rules().book, "绿色企业补和高龄津贴") == ["tp-elder", "tp-green"]


def test_a_rule_that_nobody_signed_cannot_be_named() -> None:
    rules = small_rules(("tp-elder",))
    assert named_policies(rules.book, "科技企业奖励和高龄津贴") == ["tp-elder"]
    assert "tp-tech" in named_policies(rules.every, "科技企业奖励和高龄津贴")


def test_three_facts_by_name_are_a_profile() -> None:
    text = "登记日期：2020年1月1日\n营业收入：500万元\n职工人数：30"
    assert states_profile(small_rules(), text, "firm")
    assert not states_profile(small_rules(), text, "person")
    assert not states_profile(small_rules(), "营业收入：500万元\n职工人数：30", "firm")
    assert _begins(text)


def test_facts_in_the_words_of_one_question_are_no_profile() -> None:
    text = "职工人数30人的中型制造业企业，营业收入500万元能奖多少"
    assert len(small_rules().listener("firm").facts(text)) >= 3
    assert not states_profile(small_rules(), text, "firm")


@pytest.mark.parametrize("text", ["我们公司能享受哪些补贴", "我妈能申请高龄津贴吗", "为什么不给我高龄津贴"])
def test_words_that_ask_for_oneself_begin_a_matching(text: str) -> None:
    assert _begins(text)
    assert not _begins(text, is_petition=True)


@pytest.mark.parametrize(
    "text",
    [
        "高龄津贴每月多少钱",
        "高龄津贴要什么材料",
        "哪个划算",
        "为什么不给我办",
        "路灯坏了",
        "不查了",
        "跳过",
        "是",
        "82岁",
    ],
)
def test_other_words_begin_none(text: str) -> None:
    assert not _begins(text)


@pytest.mark.parametrize("text", ["是", "没有", "不知道", "跳过", "营业收入是五百万", "哈哈呵呵", "月收入2000元"])
def test_an_open_question_takes_answers_even_such_as_cannot_be_read(text: str) -> None:
    assert _begins(text, SAID_TO_BE_ASKED)


@pytest.mark.parametrize(
    "text", ["停车收费吗", "怎么办居住证", "居住证是什么", "楼下有一家烧烤店天天油烟很大没有人来管一管"]
)
def test_an_open_question_takes_no_other_questions_and_no_long_tales(text: str) -> None:
    assert not _begins(text, SAID_TO_BE_ASKED)


def test_an_answer_is_an_answer_even_where_it_sounds_like_a_petition() -> None:
    assert _begins("没有", SAID_TO_BE_ASKED, is_petition=True)
    assert not _begins("我们公司能享受哪些补贴，你们快点处理一下这件事情", SAID_TO_BE_ASKED, is_petition=True)


def test_a_question_that_the_catalogue_no_longer_has_takes_nothing() -> None:
    gone = {"subject": "person", "asking": "person.gone"}
    assert not _begins("是", gone)
    assert _begins("不查了", gone)


def test_an_open_matching_goes_on_by_wishes_and_by_naming_whom() -> None:
    told = {"subject": "person", "told": True}
    assert _begins("再核对几项", told)
    assert _begins("高龄津贴要什么材料", told)
    assert not _begins("居住证要什么材料", told)
    assert not _begins("路边停车收费吗", told)
    assert _begins("为企业查", {"asked": [], "told": False, "facts": {}})
    assert not _begins("为企业查", told)


def test_questions_about_a_policy_are_mostly_answered_from_texts(house: House, rules: Eligibility) -> None:
    """Few questions that name nobody begin a matching: what they want is learnt, so that none is sure."""
    lines = (YUNLAN / "evaluation/policy_questions.jsonl").read_text("utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    begun = [text for text in texts if belongs(rules, {}, text, is_petition=house.gate.decide(text).kind in PETITIONS)]
    about_nobody = [text for text in texts if not ONESELF.search(text)]
    assert len(about_nobody) >= 20
    assert len([text for text in begun if text in about_nobody]) <= len(about_nobody) / 5
    assert len(begun) <= len(texts) / 2
