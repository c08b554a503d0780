"""Rule files: what may be written, and what is refused with a reason."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from tests.knowledge.eligibility.making import rule

BENEFIT: dict[str, Any] = {"id": "sum", "name": "奖励", "amount": 1000}


def test_a_rule_is_its_own_work_unless_it_names_one() -> None:
    assert rule({}).name == "tp-try"
    assert rule({"work": "tp-both"}).name == "tp-both"


@pytest.mark.parametrize(("clause", "kept"), [("一", ("一",)), (["一", "二"], ("一", "二")), ([], ())])
def test_a_clause_is_one_quote_or_many(clause: Any, kept: tuple[str, ...]) -> None:
    assert rule({"benefits": [{**BENEFIT, "clause": clause}]}).benefits[0].clause == kept


def test_days_of_a_window_are_text_also_where_yaml_reads_dates() -> None:
    made = rule("window: {spans: [{from: 2026-07-01, to: 2026-09-30}, {from: 09-01, to: 10-31}]}")
    assert [(span.start, span.end) for span in made.window.spans] == [("2026-07-01", "2026-09-30"), ("09-01", "10-31")]


def test_a_rule_may_be_written_with_days_codes_and_percentages() -> None:
    made = rule("""
from: 2026-02-01
parameters: {p: {values: [{from: 2026-01-01, value: 3}]}}
benefits: [{id: sum, name: 奖励, amount: 2% * p, from: 2026-03-01, to: 2027-01-01, per: month, times: 6}]
""")
    assert made.start == date(2026, 2, 1)
    assert (made.benefits[0].start, made.benefits[0].end) == (date(2026, 3, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"id": "TP Try"}, "pattern"),
        ({"subject": "shop"}, "'firm' or 'person'"),
        ({"documents": []}, "at least 1"),
        ({"conditions": []}, "at least 1"),
        ({"conditions": ["firm.in_city"]}, "valid dictionary"),
        ({"benefits": []}, "at least 1"),
        ({"benefits": [{"id": "sum", "name": "奖励"}]}, "say what is given"),
        ({"benefits": [{**BENEFIT, "id": "Sum"}]}, "pattern"),
        ({"benefits": [{**BENEFIT, "per": "week"}]}, "Input should be"),
        ({"benefits": [BENEFIT, BENEFIT]}, "needs a name of its own"),
        ({"benefits": [{**BENEFIT, "id": "worth"}]}, "needs a name of its own"),
        ({"benefits": [{**BENEFIT, "id": "id"}]}, "needs a name of its own"),
        ({"benefits": [{**BENEFIT, "amont": 5}]}, "Extra inputs"),
        ({"combine": "best"}, "'sum' or 'highest'"),
        ({"window": {}}, "say when one may apply"),
        ({"window": {"always": False}}, "say when one may apply"),
        ({"window": {"spans": [{"from": "9-1", "to": "10-31"}]}}, "pattern"),
        ({"window": {"spans": [{"from": "09-01"}]}}, "Field required"),
        ({"exclusions": [{"with": [], "kind": "together"}]}, "at least 1"),
        ({"exclusions": [{"with": ["tp-tech"], "kind": "never"}]}, "Input should be"),
        ({"exclusions": [{"with": ["tp-tech"], "kind": "joint_cap"}]}, "`cap` belongs to `joint_cap`"),
        ({"exclusions": [{"with": ["tp-tech"], "kind": "deduct", "cap": 5}]}, "`cap` belongs to `joint_cap`"),
        ({"quota": [{"amount": "much", "unit": "元"}]}, "valid number"),
        ({"apply": {"days": -1}}, "greater than or equal"),
        ({"materials": [{"note": "一份"}]}, "Field required"),
        ({"from": "soon"}, "valid date"),
        ({"condition": []}, "Extra inputs"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(raw: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        rule(raw)
