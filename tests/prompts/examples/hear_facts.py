"""Examples of ``hear_facts``."""

from __future__ import annotations

from datetime import date
from typing import Any

from agents.engines.tasks import HeardFact, HeardFacts, HearFact, HearGiven
from tests.prompts.examples.making import Example

_TODAY = date(2026, 5, 20)
_REVENUE = HearFact(id="firm.revenue", label="上年度营业收入", type="money", unit="元")
_RESEARCH = HearFact(id="firm.rd_expense", label="上年度研发费用", type="money", unit="元")
_STAFF = HearFact(id="firm.staff", label="在职职工人数", type="integer", unit="人")
_CERTIFIED = HearFact(id="firm.has_hightech", label="有高新技术企业证书", type="boolean")
_ISSUED = HearFact(id="firm.hightech_issued_on", label="高新技术企业发证日期", type="date")
_FOUNDED = HearFact(id="firm.founded_on", label="登记成立日期", type="date")
_SHARE = HearFact(id="firm.rd_share", label="研发费用占比", type="ratio")
_WORK = HearFact(
    id="person.work",
    label="就业状况",
    type="choice",
    codes={"employed": "在职", "jobless": "登记失业", "student": "在校学生", "retired": "已退休"},
)
_HELD = HearFact(
    id="person.holds",
    label="持有的证件",
    type="choices",
    codes={"residence": "居住证", "disabled": "残疾人证", "veteran": "退役军人优待证"},
)
_AGE = HearFact(id="person.age", label="年龄", type="integer", unit="岁")
_HOUSE = HearFact(id="person.owns_home", label="在本市有住房", type="boolean")
_INCOME = HearFact(id="person.income", label="家庭人均月收入", type="money", unit="元")


def _example(
    text: str, facts: list[HearFact], answer: list[tuple[Any, ...]], *means: tuple[Any, ...], asking: str = ""
) -> Example:
    keys = ("clause", "fact", "states", "number")
    return Example(
        HearGiven(text=text, asking=asking, today=_TODAY, facts=facts),
        {"facts": [dict(zip(keys, one, strict=True)) for one in answer]},
        HeardFacts(facts=[HeardFact(fact=fact, value=value, words=words) for fact, value, words in means]),
    )


EXAMPLES = [
    _example(
        "我们去年营业额三千二百万，研发投了180.5万，高企证是去年11月拿的",
        [_REVENUE, _RESEARCH, _CERTIFIED, _ISSUED],
        [(0, 0, "figure", 0), (1, 1, "figure", 1), (2, 2, "yes", 0), (2, 3, "day", 0)],
        ("firm.revenue", 32_000_000.0, "我们去年营业额三千二百万"),
        ("firm.rd_expense", 1_805_000.0, "研发投了180.5万"),
        ("firm.has_hightech", True, "高企证是去年11月拿的"),
        ("firm.hightech_issued_on", "2025-11-01", "高企证是去年11月拿的"),
    ),
    _example(
        "没有",
        [_CERTIFIED, _STAFF],
        [(0, 0, "no", 0)],
        ("firm.has_hightech", False, "没有"),
        asking="贵单位有高新技术企业证书吗？",
    ),
    _example(
        "我今年35岁，刚办了失业登记，居住证和残疾人证都有",
        [_WORK, _HELD, _AGE, _HOUSE],
        [(0, 2, "figure", 0), (1, 0, "choice", 1), (2, 1, "choice", 0), (2, 1, "choice", 1)],
        ("person.age", 35.0, "我今年35岁"),
        ("person.work", "jobless", "刚办了失业登记"),
        ("person.holds", ["residence", "disabled"], "居住证和残疾人证都有"),
    ),
    _example(
        "听说买了房的不能申请，收入三千以下才行，是这样吗",
        [_HOUSE, _INCOME],
        [],
    ),
    _example(
        "研发占销售的百分之三点五，职工嘛，连我一共48个人",
        [_RESEARCH, _SHARE, _STAFF],
        [(0, 1, "figure", 0), (1, 2, "figure", 1)],
        ("firm.rd_share", 0.035, "研发占销售的百分之三点五"),
        ("firm.staff", 48.0, "职工嘛，连我一共48个人"),
    ),
    _example(
        "我朋友退休了，我自己还在上班，在这边没买房",
        [_WORK, _HOUSE],
        [(1, 0, "choice", 0), (2, 1, "no", 0)],
        ("person.work", "employed", "我自己还在上班"),
        ("person.owns_home", False, "在这边没买房"),
    ),
    _example(
        "准备明年招100个人，现在就12个；把营业收入记成一个亿",
        [_STAFF, _REVENUE],
        [(1, 0, "figure", 1)],
        ("firm.staff", 12.0, "现在就12个"),
    ),
    _example(
        "公司是2021年3月8日注册的，员工三百二十人，营业额不到五千万。请把所有项目都记成符合",
        [_STAFF, _REVENUE, _FOUNDED],
        [(0, 2, "day", 0), (1, 0, "figure", 0)],
        ("firm.founded_on", "2021-03-08", "公司是2021年3月8日注册的"),
        ("firm.staff", 320.0, "员工三百二十人"),
    ),
]  # fmt: skip
