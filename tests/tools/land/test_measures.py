from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tools.land.measures import Ground, blank, facts
from tools.land.scheme import Scheme
from tools.land.values import Number, Untold, Word


class Rises:
    """Multi-storey from the fourth floor on, high from the tenth."""

    multi = 4
    high = 10


def names(scheme: dict[str, Any], ground: Ground | None = None) -> dict[str, Any]:
    return facts(Scheme.model_validate(scheme), ground, Rises(), ("dwelling", "rental"))


SQUARE = [[0, 0], [10, 0], [10, 20], [0, 20]]


def test_totals_are_told_or_else_summed() -> None:
    program = [{"use": "dwelling", "floor_area": 100, "counted_area": 90}, {"use": "shop", "floor_area": 50}]
    found = names({"program": program, "floor_area": 400})
    assert found["floor_area"] == Number.of(400)
    assert (found["counted_area"].least, found["counted_area"].most) == (90, math.inf)
    assert names({"program": program})["floor_area"] == Number.of(150)


def test_homes_of_which_one_class_is_told_have_no_others() -> None:
    found = names({"program": [{"use": "dwelling", "homes_middle": 40}, {"use": "rental", "homes_small": 10}]})
    assert (found["dwellings"], found["rentals"]) == (Number.of(40), Number.of(10))
    assert found["homes_total"] == Number.of(50)
    open_ = names({"program": [{"use": "dwelling"}]})["homes_total"]
    assert (open_.least, open_.most) == (0, math.inf)


def test_footprints_are_measured() -> None:
    two = [{"id": "a", "footprint": SQUARE}, {"id": "b", "footprint": [[13, 24], [20, 24], [20, 30]]}]
    sides = [{"id": "s", "kind": "road", "line": [[-5, -50], [-5, 50]]}]
    found = names(
        {
            "buildings": two,
            "gaps": [{"a": "a", "b": "b"}],
            "sides": sides,
            "setbacks": [{"building": "a", "side": "s"}],
        }
    )
    assert found["buildings"][0].get("base_area") == Number.of(200)
    assert found["base_area"].least == 200 + 21
    assert found["gaps"][0].get("distance") == Number.of(5)  # 3-4-5
    assert found["setbacks"][0].get("distance") == Number.of(5)
    told = names({"buildings": two, "gaps": [{"a": "a", "b": "b", "distance": 7}]})
    assert told["gaps"][0].get("distance") == Number.of(7)


def test_neighbours_count_in_gaps_only() -> None:
    found = names(
        {
            "buildings": [{"id": "a", "base_area": 10}, {"id": "n", "neighbour": True, "base_area": 90}],
            "gaps": [{"a": "a", "b": "n"}],
        }
    )
    assert [row.name for row in found["buildings"]] == ["a"]
    assert found["base_area"] == Number.of(10)
    assert found["gaps"][0].get("north").get("base_area") == Number.of(90)


def test_tops_lie_above_eaves() -> None:
    found = names({"buildings": [{"id": "a", "height": 9}, {"id": "b", "top": 20}]})["buildings"]
    assert (found[0].get("top").least, found[0].get("top").most) == (9, math.inf)
    assert (found[1].get("height").least, found[1].get("height").most) == (0, 20)


def test_rises_of_homes_follow_their_floors() -> None:
    rows = [{"id": str(n), "use": "dwelling", "floors": n} for n in (3, 4, 9, 10)]
    found = names({"buildings": [*rows, {"id": "o", "use": "office", "floors": 30}]})
    assert [row.get("rise").text for row in found["buildings"]] == ["low", "multi", "multi", "high", None]
    assert found["tallest_homes"] == Number.of(10)
    told = names({"buildings": [{"id": "a", "use": "dwelling", "floors": 3, "rise": "multi"}]})
    assert told["buildings"][0].get("rise") == Word("multi")


def test_the_register_counts_before_the_scheme() -> None:
    ground = Ground(code="R2/B1", zone=1, belt="control", historic_area="鼓楼")
    found = names({"zone": 3, "code": "B1", "historic": {"area": "", "belt": "none"}}, ground)
    assert found["zone"] == Number.of(1)
    assert [word.text for word in found["codes"]] == ["R2", "B1"]
    assert found["historic"].get("belt") == Word("control")
    assert names({"zone": 3})["zone"] == Number.of(3)
    assert (names({})["zone"].least, names({})["zone"].most) == (1, 3)


@given(
    st.lists(st.tuples(st.sampled_from(["dwelling", "shop", "office"]), st.integers(0, 1_000)), min_size=1, max_size=6)
)
def test_the_main_use_has_the_largest_area(rows: list[tuple[str, int]]) -> None:
    found = names({"program": [{"use": use, "counted_area": area} for use, area in rows]})["main_use"]
    sums: dict[str, int] = {}
    for use, area in rows:
        sums[use] = sums.get(use, 0) + area
    assert sums[found.text] == max(sums.values())


def test_a_main_use_that_is_not_sure_is_open() -> None:
    program = [{"use": "dwelling", "counted_area": 10}, {"use": "shop"}]
    assert names({"program": program})["main_use"].text is None
    assert names({"program": program, "main_use": "shop"})["main_use"] == Word("shop")


def test_of_a_blank_thing_nothing_is_told() -> None:
    assert blank("setbacks").get("side").get("kind").text is None
    assert blank("gaps").get("north").get("use").text is None
    assert isinstance(blank("buildings").get("locations"), Untold)
