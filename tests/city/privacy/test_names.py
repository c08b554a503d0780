from __future__ import annotations

import pytest

from city.privacy import find
from tests.city.privacy.values import MOBILE, found, id_card


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("我叫王小明，想问补贴", "王小明"),
        ("姓名：马超，男", "马超"),
        ("联系人李芳因故未到", "李芳"),
        ("患者赵小燕的病历", "赵小燕"),
        ("本人张伟，住在本市", "张伟"),
        ("我是王芳。", "王芳"),
        ("业主陈静反映漏水", "陈静"),
        ("法定代表人刘大华", "刘大华"),
        ("请联系刘伟先生", "刘伟"),
        ("司马小光女士您好", "司马小光"),
        ("陈华老师的课", "陈华"),
        ("我叫欧阳小娜，你好", "欧阳小娜"),
        ("我叫吴德应，农民", "吴德应"),
        ("联系人：阿不都·买买提", "阿不都·买买提"),
        ("my name is John Smith", "John Smith"),
        ("Mr. Smith called", "Smith"),
    ],
)
def test_name_that_the_words_announce(text: str, name: str) -> None:
    assert found(text) == [("name", name)]


def test_name_beside_a_phone_or_id_number() -> None:
    assert found(f"张三{MOBILE}") == [("name", "张三"), ("mobile", MOBILE)]
    assert found(f"李小四，身份证{id_card()}")[0] == ("name", "李小四")
    assert found(f"王五的手机号是{MOBILE}")[0] == ("name", "王五")


@pytest.mark.parametrize(
    "text",
    [
        "我是王府井百货的员工",
        "我在李宁公司上班",
        "我是李宁公司员工",
        "张江路怎么走",
        "我是高中生",
        "我是房东，能涨租吗",
        "业主应当交费",
        "林业主管部门负责",
        "申请人申请复议",
        "法定代表人变更",
        "李女士反映",
        "周书记您好",
        "班主任任课老师",
        "语文老师",
        "出租车师傅拒载",
        "谢谢园林师傅",
        "给不给钱",
        "给孩子报名",
        "患者李某某",
        "张三去了超市",
        "黄山风景区",
        "我叫了外卖",
        "患者和医疗机构",
    ],
)
def test_what_only_looks_like_a_name(text: str) -> None:
    assert found(text) == []


def test_a_place_of_the_city_is_no_name() -> None:
    assert find("我叫江小湾，", ["江小湾"]) == []
    assert [span.type for span in find("我叫江小湾，")] == ["name"]
