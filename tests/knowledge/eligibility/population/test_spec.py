from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from city.pack.problems import PackError
from knowledge.eligibility.population import draw
from tests.knowledge.eligibility.population.packs import WAYS, pack

DAY = date(2026, 11, 15)


def told(root: Path, ways: dict[str, Any], **rest: Any) -> str:
    book = pack(root, ways, **rest)
    with pytest.raises(PackError) as caught:
        draw(book, root, "firm", 10, 1, DAY)
    return str(caught.value)


def test_every_fact_of_the_catalogue_needs_a_way_and_every_way_a_fact(tmp_path: Path) -> None:
    ways = {**WAYS, "firm.colour": 0.1, "firm.each": 1}
    del ways["firm.staff"]
    text = told(tmp_path, ways)
    assert "eligibility/population/firm.yaml: facts.firm.staff: no way of drawing this fact → add a line" in text
    assert "facts.firm.colour: is no fact of a firm in the catalogue → correct the name" in text
    assert "facts.firm.each: is computed from other facts → remove the line" in text


@pytest.mark.parametrize(
    ("name", "way", "expected"),
    [
        ("firm.size", {"tiny": 1}, "'tiny' is not in the list of firm.size → write a code such as small"),
        ("firm.size", {"weights": "nowhere"}, "there is no table 'nowhere' → add it to `tables`"),
        ("firm.size", {"small": 0}, "weights are at least 0, and not all 0"),
        ("firm.open", {"share": 1.5}, "facts.firm.open.share: Input should be less than or equal to 1"),
        ("firm.open", {"between": [0, 1]}, "a boolean is not drawn by `between` → write one of cases"),
        (
            "firm.open",
            {"by": "firm.size", "of": {"large": 1}},
            "nothing for small、micro of firm.size → add these codes",
        ),
        ("firm.open", {"by": "firm.sales", "of": {"other": 1}}, "'firm.sales' is no boolean and no choice"),
        (
            "firm.sales",
            {"by": "firm.open", "of": {"true": 1, "perhaps": 2, "false": 0}},
            "'perhaps' is not in the list",
        ),
        ("firm.sales", [900, 10], "a lognormal needs two rising numbers above 0"),
        ("firm.sales", {"points": {0: 1, 60: 2}}, "points run from 0 to 100 percent, rising"),
        ("firm.sales", {"value": "firm.nothing * 2"}, "facts.firm.sales.value: there is no fact 'firm.nothing'"),
        ("firm.sales", {"share": 0.1, "value": 3}, "has share and value; write one of share"),
        ("firm.sales", {"is": 3, "gap": 2}, "facts.firm.sales.gap: Input should be less than or equal to 1"),
        ("firm.sales", {"is": 3, "colour": 2}, "facts.firm.sales.colour: Extra inputs are not permitted"),
        ("firm.staff", {"cases": [{"if": {"fact": "firm.open", "is": True}, "is": 3}]}, "the last case has no `if`"),
        (
            "firm.staff",
            {"cases": [{"if": {"fact": "firm.open", "is": "yes"}, "is": 3}, {"is": 1}]},
            "facts.firm.staff.cases[0].if[0].is: firm.open is a yes or no",
        ),
        ("firm.staff", {"value": 3, "after": "firm.since"}, "only a date is counted from a day → remove it"),
        ("firm.staff", {"same": "firm.sales"}, "'firm.sales' is no fact of the same type and list"),
        ("firm.since", {"is": [1, 2], "after": "firm.staff"}, "'firm.staff' is no day → name a fact that is a date"),
        ("firm.since", {"until": "today"}, "does not say from where the days count"),
        ("firm.open", {"is": 1, "scale": [{"times": 2}]}, "write either `by` and `of`, or `if` and `times`"),
        ("firm.bans", {"c": 0.1}, "'c' is not in the list of firm.bans"),
    ],
)
def test_a_wrong_way_is_told_with_place_and_remedy(tmp_path: Path, name: str, way: Any, expected: str) -> None:
    text = told(tmp_path, {**WAYS, name: way})
    assert expected in text
    assert f"eligibility/population/firm.yaml: facts.{name}" in text


def test_facts_that_rest_on_each_other_are_told(tmp_path: Path) -> None:
    ways = {**WAYS, "firm.open": {"cases": [{"if": {"fact": "firm.sales", "more_than": 5}, "is": 1}, {"is": 0}]}}
    text = told(tmp_path, ways)
    assert "facts: rest on each other: " in text
    assert "firm.sales → firm.open" in text


def test_a_file_that_is_missing_or_wrong_at_the_top_is_told(tmp_path: Path) -> None:
    assert "gaps.held: Input should be less than or equal to 1" in told(tmp_path, WAYS, gaps={"held": 2})
    assert "nothing would be left for the others" in told(tmp_path, WAYS, gaps={"poor": {"share": 0.5, "times": 3}})
    (tmp_path / "eligibility/population/firm.yaml").write_text("- 1\n", encoding="utf-8")
    book = pack(tmp_path / "other", WAYS)
    with pytest.raises(PackError, match="has no `facts` → write `facts:`"):
        draw(book, tmp_path, "firm", 1, 1, DAY)
    with pytest.raises(PackError, match="cannot be read"):
        draw(book, tmp_path, "person", 1, 1, DAY)
