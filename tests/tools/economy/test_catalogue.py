from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from city.pack import CityPack
from tools.economy.catalogue import Catalogue, Indicator, months_later
from tools.seam import CannotCompute, NoData

BASE: dict[str, Any] = {
    "id": "a",
    "name": "A",
    "kind": "amount",
    "spans": ["single"],
    "due": {"day": 17},
    "owner": "x",
}


@pytest.mark.parametrize(
    ("name", "id"),
    [("GDP", "gdp"), ("社零", "retail"), ("财政收入", "revenue"), ("物价", "cpi"), ("工业用电", "industry_power"),
     ("用电量", "power"), ("新增企业", "firms_company"), ("出口", "exports"), ("失业率", "unemployment")],
)  # fmt: skip
def test_indicators_by_what_people_call_them(book: Catalogue, name: str, id: str) -> None:
    assert book.find(name).id == id


def test_names_that_mean_none_or_several(book: Catalogue) -> None:
    with pytest.raises(NoData, match="nothing is named"):
        book.find("股票指数")
    with pytest.raises(CannotCompute) as torn:
        book.find("增加值")
    assert torn.value.code == "several"


def test_owners_are_units_of_the_city(book: Catalogue, city: CityPack) -> None:
    assert {one.owner for one in book.indicators} <= {unit.id for unit in city.units}
    assert len(book.indicators) >= 30


def test_january_is_not_published_alone() -> None:
    joint = Indicator.model_validate({**BASE, "joint": True, "spans": ["cumulative", "single"]})
    assert [joint.has(date(2026, month, 1)) for month in (1, 2, 3)] == [False, True, True]
    assert [joint.has_single(date(2026, month, 1)) for month in (2, 3)] == [False, True]
    assert joint.next_after(date(2025, 12, 1)) == date(2026, 2, 1)
    assert joint.due_on(date(2025, 12, 1)) == date(2026, 1, 17)


def test_quarters() -> None:
    quarterly = Indicator.model_validate({**BASE, "every": "quarter"})
    assert [month for month in range(1, 13) if quarterly.has(date(2026, month, 1))] == [3, 6, 9, 12]
    assert quarterly.next_after(date(2026, 9, 1)) == date(2026, 12, 1)
    assert quarterly.first_month(date(2026, 9, 1), "single") == 7
    assert quarterly.first_month(date(2026, 9, 1), "cumulative") == 1


@pytest.mark.parametrize(
    "wrong", [{"kind": "growth", "growth": "computed"}, {"every": "quarter", "joint": True}, {"due": {"day": 31}}]
)
def test_what_cannot_be_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Indicator.model_validate({**BASE, **wrong})


def test_two_indicators_of_one_name_are_refused(book: Catalogue) -> None:
    given_ = book.model_dump()
    given_["indicators"] = [BASE, {**BASE, "id": "b", "aliases": ["A"], "name": "B"}]
    with pytest.raises(ValidationError, match="names two"):
        Catalogue.model_validate(given_)


@given(st.dates(date(1990, 1, 1), date(2090, 12, 31)), st.integers(-600, 600))
def test_months_are_counted_both_ways(day: date, count: int) -> None:
    month = day.replace(day=1)
    later = months_later(month, count)
    assert later.day == 1
    assert months_later(later, -count) == month
    assert (later.year - month.year) * 12 + later.month - month.month == count
