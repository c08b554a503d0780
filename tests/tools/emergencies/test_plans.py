from __future__ import annotations

from functools import partial

import pytest
from pydantic import ValidationError

from city.pack import CityPack
from city.pack.record import read_record
from knowledge.corpus import load_corpus
from serve.emergencies import check_emergencies
from serve.quoted import lost_quotes
from tests.conftest import YUNLAN
from tools.emergencies.duties import units_of
from tools.emergencies.plans import Book, Check, Plan
from tools.emergencies.quotes import Quoted, quotes


@pytest.fixture(scope="module")
def documents(city: CityPack) -> list[object]:
    return list(load_corpus(city.root, folders=["emergency_plans"], names={u.id: u.name for u in city.units}))


def test_every_quote_stands_where_it_says(city: CityPack, documents: list[object]) -> None:
    found = list(quotes(partial(read_record, YUNLAN)))
    assert len(found) > 400
    assert len({one.document for one in found}) == 10
    assert check_emergencies(city, documents) == []  # type: ignore[arg-type]  # documents, as loaded


@pytest.mark.parametrize(
    ("article", "quote", "public", "said"),
    [
        ("yl-plan-flood-2025#s99", "江边不要停留", False, "there is no article"),
        ("yl-plan-flood-2025#s4", "江边不要停留", False, "does not stand in"),
        ("yl-plan-hazchem-2024#s8", "位置已收到", True, "for staff only"),
    ],
)
def test_a_wrong_quote_is_found(documents: list[object], article: str, quote: str, public: bool, said: str) -> None:
    one = Quoted("x.yaml", "steps[0]", article.split("#")[0], article, quote, public)
    (problem,) = lost_quotes([one], documents)  # type: ignore[arg-type]  # as above
    assert said in problem.message


def test_nothing_for_staff_is_told_to_the_public() -> None:
    public = [one for one in quotes(partial(read_record, YUNLAN)) if one.public]
    assert public
    assert not {one.document for one in public} & {"yl-plan-hazchem-2024", "yl-plan-metro-2025"}
    given = read_record(YUNLAN, "emergencies/plans/hazchem.yaml", Plan).model_dump(by_alias=True)
    given["advice"] = [{"article": "s8", "quote": "位置已收到"}]
    with pytest.raises(ValidationError, match="name a public document"):
        Plan.model_validate(given)


def test_every_plan_has_four_levels_and_steps_at_each(book: Book, city: CityPack) -> None:
    assert len(book.plans) == 10
    for plan in book.plans.values():
        assert sorted(plan.levels) == [1, 2, 3, 4]
        assert all(sum(level in step.levels for step in plan.steps) >= 5 for level in (1, 2, 3, 4))
        assert all(step.since for step in plan.steps if step.minutes)
        assert all(step.who or units_of(step, city) for step in plan.steps)
    assert list(book.wrong()) == []


def test_a_time_limit_says_what_its_quote_says(book: Book) -> None:
    """Minutes in the data are the number in the quoted words, in minutes, hours or days."""
    checked = 0
    for plan in book.plans.values():
        for step in (step for step in plan.steps if step.minutes):
            minutes = int(step.minutes or 0)
            words = {f"{minutes}分钟", f"{minutes // 60}小时" if minutes % 60 == 0 else "", f"{minutes // 1440}日"}
            assert any(word and word in step.quote for word in words), (plan.document, step.quote)
            checked += 1
    assert checked > 60


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"fact": "deaths", "quote": "死亡"}, "say what is asked"),
        ({"fact": "deaths", "sum": ["deaths"], "at_least": 1, "quote": "死亡"}, "one fact, or a sum"),
        ({"at_least": 1, "quote": "死亡"}, "one fact, or a sum"),
    ],
)
def test_a_test_that_asks_nothing_is_refused(given: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Check.model_validate(given)
