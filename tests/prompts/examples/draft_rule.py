"""Examples of ``draft_rule``."""

from __future__ import annotations

from typing import Any

from agents.engines.tasks import (
    DraftClause,
    DraftedBenefit,
    DraftedCode,
    DraftedCondition,
    DraftedRule,
    DraftedTest,
    DraftFact,
    DraftRuleGiven,
)
from tests.prompts.examples.making import Example

_STAFF = DraftFact(id="firm.staff", label="职工人数", type="integer", unit="人")
_FOUNDED = DraftFact(id="firm.founded_on", label="成立日期", type="date")
_TRADE = DraftFact(
    id="firm.trade", label="所属行业", type="choice", codes={"a": "农业", "c": "制造业", "f": "批发和零售业"}
)
_SPEND = DraftFact(id="firm.spend", label="设备投资额", type="money", unit="元")
_LISTED = DraftFact(id="firm.listed", label="列入失信名单", type="boolean")
_GRADE = DraftFact(id="firm.grade", label="称号级别", type="choice", codes={"nation": "国家级", "province": "省级"})
_POWER = DraftFact(id="firm.power", label="新增装机", type="number", unit="千瓦")
_AGE = DraftFact(id="person.age", label="年龄", type="integer", unit="岁")
_HUKOU = DraftFact(id="person.hukou", label="本市户籍", type="boolean")


def _given(title: str, sentences: list[str], facts: list[DraftFact], **more: Any) -> DraftRuleGiven:
    subject = "person" if facts[0].id.startswith("person") else "firm"
    clauses = [DraftClause(number=n, section="", text=text) for n, text in enumerate(sentences, 1)]
    return DraftRuleGiven.model_validate(
        {"title": title, "subject": subject, "clauses": clauses, "facts": facts, "proposed": DraftedRule(), **more}
    )


def _test(sentence: int, fact: int, test: str, value: str, number: int = 0, way: int = 0) -> dict[str, Any]:
    return {"sentence": sentence, "way": way, "fact": fact, "test": test, "value": value, "number": number}


def _pays(sentence: int, pays: str, figure: int = 0, fact: int = 0, cap: int = -1, **more: Any) -> dict[str, Any]:
    made = {
        "sentence": sentence,
        "pays": pays,
        "figure": figure,
        "fact": fact,
        "cap": cap,
        "per": more.get("per", "once"),
    }
    return made | {"rows": more.get("rows", []), "when": more.get("when", [])}


def _said(tests: list[Any], benefits: list[Any], as_proposed: bool = False) -> dict[str, Any]:
    return {"as_proposed": as_proposed, "tests": tests, "benefits": benefits}


def _condition(quote: str, *branches: list[DraftedTest]) -> DraftedCondition:
    return DraftedCondition(quote=quote, branches=list(branches))


def _is(fact: str, test: Any, value: Any, unit: Any = "") -> DraftedTest:
    return DraftedTest(fact=fact, test=test, value=value, unit=unit)


_SHOP = "从事制造业、批发和零售业，职工不超过50人"
_OPEN = "成立满2年，未被列入失信名单"
_BUY = "按设备投资额的15%补贴，最高30万元"
_NAMES = "获得国家级、省级称号的，分别奖励20万元、10万元"
_SUN = "新增装机每千瓦每年补助200元"
_OLD = "年满70周岁的本市户籍老人，或者年满80周岁的老人，每月发放津贴100元"
EXAMPLES = [
    Example(
        _given("设备更新补贴办法", [_SHOP, _OPEN, _BUY], [_STAFF, _FOUNDED, _TRADE, _SPEND, _LISTED]),
        _said(
            [
                _test(0, 2, "one_of", "option", 1),
                _test(0, 2, "one_of", "option", 2),
                _test(0, 0, "at_most", "figure", 0),
                _test(1, 1, "at_least_ago", "years", 1),
                _test(1, 4, "is", "no"),
            ],
            [_pays(2, "share", 2, 3, 3)],
        ),
        DraftedRule(
            conditions=[
                _condition(_SHOP, [_is("firm.trade", "one_of", ["c", "f"]), _is("firm.staff", "at_most", 50.0)]),
                _condition(
                    _OPEN, [_is("firm.founded_on", "at_least_ago", 2.0, "years"), _is("firm.listed", "is", False)]
                ),
            ],
            benefits=[DraftedBenefit(quote=_BUY, name=_BUY[:24], amount="firm.spend * 0.15", cap="300000")],
        ),
    ),
    Example(
        _given("老年津贴办法", [_OLD], [_AGE, _HUKOU]),
        _said(
            [
                _test(0, 0, "at_least", "figure", 0),
                _test(0, 1, "is", "yes"),
                _test(0, 0, "at_least", "figure", 1, 1),
            ],
            [_pays(0, "sum", 2, per="month")],
        ),
        DraftedRule(
            conditions=[
                _condition(
                    _OLD,
                    [_is("person.age", "at_least", 70.0), _is("person.hukou", "is", True)],
                    [_is("person.age", "at_least", 80.0)],
                )
            ],
            benefits=[DraftedBenefit(quote=_OLD, name=_OLD[:24], amount="100", per="month")],
        ),
    ),
    Example(
        _given("绿色园区奖励办法", ["为鼓励绿色发展，制定本办法", _NAMES, _SUN], [_GRADE, _POWER]),
        _said(
            [],
            [
                _pays(1, "by_option", rows=[{"option": 0, "figure": 0}, {"option": 1, "figure": 1}]),
                _pays(2, "each", 2, 1, per="year"),
            ],
        ),
        DraftedRule(
            benefits=[
                DraftedBenefit(
                    quote=_NAMES,
                    name=_NAMES[:24],
                    by="firm.grade",
                    table=[DraftedCode(code="nation", amount=200_000), DraftedCode(code="province", amount=100_000)],
                ),
                DraftedBenefit(quote=_SUN, name=_SUN[:24], amount="firm.power * 200", per="year"),
            ]
        ),
    ),
    Example(
        _given(
            "小店帮扶办法",
            ["职工不足10人的小店"],
            [_STAFF],
            proposed=DraftedRule(conditions=[_condition("职工不足10人", [_is("firm.staff", "less_than", 10.0)])]),
        ),
        _said([], [], as_proposed=True),
        DraftedRule(conditions=[_condition("职工不足10人", [_is("firm.staff", "less_than", 10.0)])]),
    ),
]
