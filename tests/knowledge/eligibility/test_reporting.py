from __future__ import annotations

from datetime import date

from knowledge.eligibility.reporting import report
from tests.knowledge.eligibility.making import DAY, firm
from tests.knowledge.eligibility.making_profiles import MAKER, OLD, good, less, small_rules


def test_what_fits_what_it_comes_to_and_what_may_not_go_together() -> None:
    found = report(small_rules(), less(good(**MAKER), "honest"), DAY)
    assert [(one.policy, one.status, one.status_label, one.worth) for one in found.policies] == [
        ("tp-green", "eligible", "符合", 80_000.0), ("tp-tech", "likely", "基本符合", 107_200.0)
    ]  # fmt: skip
    assert [fact.why for fact in found.policies[1].assumed] == ["由受理单位核查"]
    assert (found.take, found.total, found.question) == (("tp-tech",), 107_200.0, None)
    assert found.conflicts == ("《科技企业奖励》与《绿色企业补贴》不能同时享受，已按金额较高的一项计算",)


def test_the_one_that_is_taken_is_named_first_whichever_rule_says_so() -> None:
    found = report(small_rules(), good(size="large", staff=1.0, **MAKER), DAY)
    assert (found.take, found.total) == (("tp-green",), 80_000.0)
    assert found.conflicts == ("《绿色企业补贴》与《科技企业奖励》不能同时享受，已按金额较高的一项计算",)


def test_what_is_open_is_shown_with_the_next_question() -> None:
    found = report(small_rules(), less(good(), "in_city"), DAY)
    tech = next(one for one in found.policies if one.policy == "tp-tech")
    assert [fact.label for fact in tech.missing] == ["在本市登记"]
    assert found.question is not None
    assert found.question.question in {"在本市登记吗？", "哪个行业？", "受限哪些？"}
    assert (found.take, found.total) == ((), 0.0)


def test_what_does_not_fit_is_shown_only_where_everything_is_wanted() -> None:
    nothing = firm(in_city=False, industry="A")
    assert report(small_rules(), nothing, DAY).policies == ()
    assert [one.status for one in report(small_rules(), nothing, DAY, everything=True).policies] == ["not", "not"]


def test_people_get_what_is_for_people_on_the_day_that_is_asked_for() -> None:
    found = report(small_rules(), OLD, DAY)
    assert (found.subject, found.as_of, found.total) == ("person", DAY, 2_400.0)
    assert report(small_rules(), OLD, date(2024, 1, 1), everything=True).policies == ()
