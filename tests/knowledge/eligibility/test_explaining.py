from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from city.wording import Wording
from knowledge.eligibility.describing import Teller
from knowledge.eligibility.explaining import Explainer, Explanation, Paper
from knowledge.eligibility.profiles import Profile
from tests.knowledge.eligibility.making import DAY, UNITS, firm, rule, small_documents
from tests.knowledge.eligibility.making_profiles import MAKER, book_with, good, less, small_rules


def told(profile: Profile, name: str = "tp-tech", day: date = DAY) -> Explanation:
    return small_rules().explain(name, profile, day)


def tried(profile: Profile, **raw: Any) -> Explanation:
    """A rule of its own, explained."""
    book = book_with(raw)
    rules = small_rules()
    teller = Teller(book, Wording(rules.words.texts, "zh"))
    own = Explainer(book, small_documents(), teller, rules.words.texts, UNITS)
    return own.explain(book.compiled("tp-try", DAY), profile)


def test_a_yes_in_full() -> None:
    found = told(good())
    assert (found.status, found.status_label, found.worth, found.document) == (
        "eligible",
        "符合",
        107_200.0,
        "tp-tech-2026",
    )
    assert (found.where, found.phone, found.days, found.notes) == ("大厅一号", "12345", 15, ("资金不足时按比例核减",))
    assert found.exclusions == ("不能与《绿色企业补贴》同时享受",)
    assert found.quota == ("每年1,000,000元",)
    assert found.materials == (Paper(name="营业执照", held_by="市场局"),)
    assert (found.missing, found.assumed, found.changes) == ((), (), ())


def test_benefits_with_their_formula_and_the_figures_in_it() -> None:
    award, rent = told(good()).benefits
    assert (award.amount, award.formula, award.figures) == (100_000.0, "按规模对应的标准", ("规模：小型",))
    assert (rent.amount, rent.at_most, rent.per, rent.times, rent.figures) == (
        1_200.0,
        5_000.0,
        "month",
        6.0,
        ("职工人数：12人",),
    )


def test_every_line_is_told_with_what_is_given_and_cites_the_text() -> None:
    steps = {step.path: step for step in told(good()).steps}
    assert list(steps) == ["conditions", *(f"conditions[{n}]" for n in range(4)), "exclusions[0]"]
    share = steps["conditions[2]"]
    assert (share.says, share.given, share.truth, share.depth) == ("研发占比不低于3%", "6%", True, 1)
    assert share.clause is not None
    text = small_documents()[share.clause.document].text
    assert text[share.clause.start : share.clause.end] == share.clause.quote == "研发费用占比不低于3%"
    assert share.clause.provision == "tp-tech-2026#s1"


def test_the_version_of_the_day_is_cited() -> None:
    found = told(good(), day=date(2025, 6, 1))
    share = next(step for step in found.steps if step.path == "conditions[2]")
    assert (found.document, share.says) == ("tp-tech-2024", "研发占比不低于2%")
    assert share.clause is not None
    assert (share.clause.document, share.clause.quote) == ("tp-tech-2024", "研发费用占比不低于2%")


def test_a_no_says_what_decided_it_and_what_would_change_it() -> None:
    found = told(good(in_city=False, rd_expense=1.0))
    assert [step.path for step in found.steps if step.decisive and step.kind == "test"] == [
        "conditions[0]",
        "conditions[2]",
    ]
    ((city, share),) = found.changes
    assert (city.says, city.given, share.says, share.given) == ("在本市登记：是", "否", "研发占比不低于3%", "0.0001%")


def test_an_amount_of_nothing_leaves_nothing_to_change() -> None:
    found = told(firm(**{**MAKER, "score": 1.0}), "tp-green")
    assert (found.status, found.changes) == ("not", ())


def test_what_is_open_and_what_is_taken_for_granted_is_named() -> None:
    found = told(less(good(), "revenue"))
    assert [(one.fact, one.label, one.question) for one in found.missing] == [
        ("firm.revenue", "营业收入", "收入多少？")
    ]
    (granted,) = told(less(good(), "honest")).assumed
    assert (granted.label, granted.why) == ("没有失信记录", "由受理单位核查")


def test_an_amount_that_is_not_known_names_what_it_needs() -> None:
    (grant,) = told(less(firm(**MAKER), "score"), "tp-green").benefits
    assert (grant.amount, [one.fact for one in grant.needs]) == (None, ["firm.score"])


def test_groups_are_told_by_what_they_ask_for() -> None:
    staff, city = {"fact": "firm.staff", "at_least": 10}, {"fact": "firm.in_city", "is": True}
    found = tried(
        firm(),
        conditions=[
            {"any": [staff, city]},
            {"not": city},
            {"count": {"at_least": 2, "of": [staff, city]}},
            {"all": [city], "says": "自己的话"},
        ],
    )
    says = {step.path: step.says for step in found.steps if step.kind != "test"}
    assert says == {
        "conditions": "以下各项都要符合", "conditions[0]": "以下各项符合一项即可", "conditions[1]": "不能有以下情形",
        "conditions[2]": "以下各项至少符合2项", "conditions[3]": "自己的话",
    }  # fmt: skip


def test_a_condition_in_a_few_words() -> None:
    staff, city = {"fact": "firm.staff", "at_least": 10}, {"fact": "firm.in_city", "is": True}
    book = book_with({"conditions": [{"any": [staff, city, staff]}, {"any": [staff], "says": "自己的话"}, city]})
    says = [small_rules().explainer.says(one) for one in book.compiled("tp-try", DAY).conditions.of]
    assert says == ["职工人数不低于10人/在本市登记：是", "自己的话", "在本市登记：是"]


def test_papers_that_are_not_needed_are_left_out_and_those_that_may_be_are_marked() -> None:
    papers = [
        {"name": "总是", "consent": True, "held_by": "tax", "note": "一份"},
        {"name": "出口的", "when": [{"fact": "firm.exporter", "is": True}]},
    ]
    names = {
        exporter: [(paper.name, paper.maybe) for paper in tried(firm(in_city=True, **more), materials=papers).materials]
        for exporter, more in {"yes": {"exporter": True}, "no": {"exporter": False}, "?": {}}.items()
    }
    assert names == {
        "yes": [("总是", False), ("出口的", False)], "no": [("总是", False)], "?": [("总是", False), ("出口的", True)]
    }  # fmt: skip
    always = tried(firm(in_city=True), materials=papers).materials[0]
    assert (always.held_by, always.consent, always.note) == ("税务局", True, "一份")


@pytest.mark.parametrize(
    ("day", "state", "until", "opens"),
    [
        (date(2026, 6, 15), "open", date(2026, 6, 30), None),
        (date(2026, 7, 1), "later", None, date(2027, 5, 1)),
        # the version of that day ends on 1 January, but the next one carries the policy on
        (date(2025, 7, 1), "later", None, date(2026, 5, 1)),
    ],
)
def test_when_one_may_apply(day: date, state: str, until: date | None, opens: date | None) -> None:
    when = told(good(), day=day).when
    assert (when.state, when.until, when.opens) == (state, until, opens)


def test_a_window_after_the_end_of_the_rule_does_not_open() -> None:
    spans = {"spans": [{"from": "05-01", "to": "05-31"}]}
    assert tried(firm(), window=spans, to=date(2027, 1, 1)).when.state == "over"
    assert tried(firm(), window=spans).when.opens == date(2027, 5, 1)
    assert told(firm(), "tp-green").when.state == "automatic"


def test_exclusions_and_quotas_of_every_kind_have_words() -> None:
    kinds: list[dict[str, Any]] = [
        {"with": ["tp-green"], "kind": "joint_cap", "cap": 5}, {"with": ["tp-tech"], "kind": "deduct"},
        {"with": ["tp-green"], "kind": "together"},
        {"with": ["tp-green"], "kind": "not_together", "scope": "object", "object": "同一笔贷款"},
    ]  # fmt: skip
    quotas = [
        {"amount": 50, "unit": "户", "per": per, "order": "先到先得"} for per in ("year", "round", "month", "total")
    ]
    found = tried(firm(), exclusions=kinds, quota=quotas)
    assert found.exclusions == (
        "与《绿色企业补贴》合计有上限", "已享受《科技企业奖励》的部分要扣除", "可以与《绿色企业补贴》同时享受",
        "不能与《绿色企业补贴》同时享受（同一笔贷款）",
    )  # fmt: skip
    assert found.quota == ("每年50户，先到先得", "每批50户，先到先得", "每月50户，先到先得", "总量50户，先到先得")


def test_a_rule_whose_quotes_stand_nowhere_cites_nothing() -> None:
    assert rule({"conditions": [{"fact": "firm.in_city", "is": True, "clause": "没有这句话"}]}).conditions
    found = tried(firm(), conditions=[{"fact": "firm.in_city", "is": True, "clause": "没有这句话"}])
    assert [step.clause for step in found.steps] == [None, None]
