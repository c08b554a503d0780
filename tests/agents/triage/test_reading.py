from __future__ import annotations

import pytest

from agents.triage.reading import demand_in, kind_of
from city.intake import Intake
from tests.conftest import YUNLAN
from tools.workorders.model import Kind


@pytest.fixture(scope="module")
def intake() -> Intake:
    return Intake.load(YUNLAN)


@pytest.mark.parametrize(
    ("told", "wanted"),
    [
        ("路灯坏了半个月，希望尽快修好。晚上看不见。", "希望尽快修好。"),
        ("路灯坏了。能不能修一修？请装一盏新的", "能不能修一修？\n请装一盏新的"),
        ("路灯坏了半个月，晚上看不见", ""),
    ],
)
def test_a_demand_is_the_clause_that_wants_something(intake: Intake, told: str, wanted: str) -> None:
    assert demand_in(intake, told) == wanted


def test_what_is_no_kind_of_a_work_order_asks_for_help() -> None:
    assert kind_of("complaint") is Kind.COMPLAINT
    assert kind_of("smalltalk") is Kind.HELP
